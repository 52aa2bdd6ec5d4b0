"""The part of a file that is wanted: which rows of each table, and which channels."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from oifits.blocks import Bools, Bytes, Ints, blocks, integers, numbers, texts
from oifits.described import Array, Target, Wavelengths, read_arrays, read_targets, read_wavelengths
from oifits.errors import Malformed, NothingLeft
from oifits.hdus import Hdu, read_hdus
from oifits.measurements import KINDS, SIDES, measurements
from oifits.selection import Selection, chosen_rows, wanted_channels, wanted_insname, wanted_targets
from oifits.source import Source

INSPOL, CORR = "OI_INSPOL", "OI_CORR"


@dataclass(frozen=True, eq=False, slots=True)
class Kept:
    """Rows of a table, and their channels, of `count`; None for all of them."""

    hdu: Hdu
    rows: Bools | None = None
    channels: Ints | None = None
    count: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class FilePart:
    """The part of a file.

    Parameters
    ----------
    source
        The file.
    kept
        Its units of which something is wanted, in their order; the primary one first.
    targets
        Names of the targets that have measurements in it.
    lessened
        Whether a table of measurements is not in it.
    """

    source: Source
    kept: tuple[Kept, ...]
    targets: frozenset[str]
    lessened: bool

    @property
    def primary(self) -> Hdu:
        """The primary unit."""
        return self.kept[0].hdu


@dataclass(frozen=True, eq=False, slots=True)
class _Wanted:
    """What conditions mean in a file."""

    selection: Selection
    targets: frozenset[int] | None
    channels: Mapping[str, Ints | None]
    """Of each INSNAME that is wanted."""
    counts: Mapping[str, int]
    """Channels of each INSNAME."""
    arrays: Mapping[str, Array]


def part_of(source: Source, selection: Selection) -> FilePart:
    """Find what is wanted of a file; its measurements are read once, in blocks.

    Raises
    ------
    NothingLeft
        No row meets the conditions; the message says which names there are, where one is unknown.
    Malformed, Unsupported
        The file cannot be cut.
    """
    hdus = read_hdus(source)
    wavelengths = read_wavelengths(source, hdus)
    known = read_targets(source, hdus)
    wanted = _wanted(source, hdus, selection, known, wavelengths)
    measured = {id(hdu): found for hdu in hdus if (found := _measured(source, hdu, wanted))}
    if not _met(selection, measured.values()):
        message = "No measurement meets all conditions"
        raise NothingLeft(message)
    targets = frozenset[int]().union(*(_used(source, one) for one in measured.values()))
    objects = {known[number].name for number in targets if number in known}
    names = [(one.hdu.header.string("INSNAME"), one.hdu.header.string("ARRNAME")) for one in measured.values()]
    insnames, arrnames = ({name[place] for name in names} for place in (0, 1))
    kept = [
        one
        for hdu in hdus
        for one in (
            [measured[id(hdu)]] if id(hdu) in measured else _described(source, hdu, wanted, targets, insnames, arrnames)
        )
    ]
    lessened = len(measured) < sum(hdu.name in KINDS for hdu in hdus)
    return FilePart(source, tuple(kept), frozenset(objects), lessened)


def _met(selection: Selection, measured: Iterable[Kept]) -> bool:
    """Whether there are measurements that are wanted: of lengths, those that have one; a flux alone meets none."""
    return any(one.hdu.name in SIDES or not selection.lengths for one in measured)


def _wanted(
    source: Source,
    hdus: Sequence[Hdu],
    selection: Selection,
    known: Mapping[int, Target],
    wavelengths: Mapping[str, Wavelengths],
) -> _Wanted:
    header = hdus[0].header
    instrume = header.string("INSTRUME")
    targets = wanted_targets(selection, known.values())
    if targets is not None and not targets:
        names = _listed({target.name for target in known.values()})
        message = f"No target of the file is {_listed(selection.targets) or 'in the circle'}: there are {names}"
        raise NothingLeft(message)
    insnames = {hdu.header.string("INSNAME") for hdu in hdus if hdu.name in KINDS}
    chosen = {
        name: wanted_channels(selection, wavelengths.get(name))
        for name in insnames
        if wanted_insname(selection, name, instrume)
    }
    if not chosen:
        message = f"INSNAME {_listed(selection.insnames)} is none of the file's: {_listed(insnames)}"
        raise NothingLeft(message)
    channels = {name: found for name, found in chosen.items() if found is None or len(found)}
    counts = {name: len(one.wave) for name, one in wavelengths.items()}
    return _Wanted(selection, targets, channels, counts, read_arrays(source, hdus, header.string("TELESCOP")))


def _listed(names: Sequence[str] | Iterator[str] | set[str]) -> str:
    shown = sorted(names)
    return ", ".join(name[:60] for name in shown[:20]) + (" …" if len(shown) > 20 else "")


def _measured(source: Source, hdu: Hdu, wanted: _Wanted) -> Kept | None:
    """What is wanted of a table of measurements; None where nothing is, or for another unit."""
    insname = hdu.header.string("INSNAME")
    if hdu.name not in KINDS or insname not in wanted.channels or not hdu.rows:
        return None
    _require_no_heap(hdu)
    array = wanted.arrays.get(hdu.header.string("ARRNAME"))
    read = (measurements(block, hdu) for _, block in blocks(source, hdu))
    rows = np.concatenate([chosen_rows(wanted.selection, rows, wanted.targets, array) for rows in read])
    if not rows.any():
        return None
    return Kept(hdu, _all_or(rows), wanted.channels[insname], wanted.counts.get(insname, 0))


def _require_no_heap(hdu: Hdu) -> None:
    if hdu.heap:
        message = f"{hdu.name} has a heap (PCOUNT), which no table of OIFITS has"
        raise Malformed(message)


def _all_or(rows: Bools) -> Bools | None:
    return None if rows.all() else rows


def _used(source: Source, kept: Kept) -> frozenset[int]:
    """TARGET_ID of the rows that are kept."""
    found: set[int] = set()
    for first, block in blocks(source, kept.hdu):
        chosen = block if kept.rows is None else block[kept.rows[first : first + len(block)]]
        found.update(np.unique(integers(chosen, kept.hdu, "TARGET_ID")[:, 0]).tolist() if len(chosen) else ())
    return frozenset(found)


def _described(  # noqa: PLR0913, PLR0917 - names that are in use, of each kind
    source: Source, hdu: Hdu, wanted: _Wanted, targets: frozenset[int], insnames: set[str], arrnames: set[str]
) -> Iterator[Kept]:
    """What is wanted of a unit that has no measurements: what those that are wanted name; all of what is unknown."""
    everything = wanted.selection.everything
    match hdu.name:
        case "OI_TARGET":
            yield Kept(hdu, None if everything else _all_or(_of_targets(source, hdu, targets)))
        case "OI_WAVELENGTH":
            name = hdu.header.string("INSNAME")
            if everything or name in insnames:
                yield Kept(hdu, _of_channels(hdu, wanted.channels.get(name)))
        case "OI_ARRAY":
            if everything or hdu.header.string("ARRNAME") in arrnames:
                yield Kept(hdu)
        case "OI_INSPOL":
            yield from _polarised(source, hdu, wanted, targets, insnames)
        case name if name not in KINDS:
            yield Kept(hdu)


def _of_targets(source: Source, hdu: Hdu, targets: frozenset[int]) -> Bools:
    return np.concatenate([
        np.isin(integers(block, hdu, "TARGET_ID")[:, 0], list(targets)) for _, block in blocks(source, hdu)
    ] or [np.zeros(0, bool)])  # fmt: skip


def _of_channels(hdu: Hdu, channels: Ints | None) -> Bools | None:
    if channels is None:
        return None
    rows = np.zeros(hdu.rows, bool)
    rows[channels] = True
    return rows


def _polarised(
    source: Source, hdu: Hdu, wanted: _Wanted, targets: frozenset[int], insnames: set[str]
) -> Iterator[Kept]:
    """Parts of OI_INSPOL: one where all its instruments keep the same channels, else one for each."""
    if wanted.selection.everything:
        yield Kept(hdu)
        return
    _require_no_heap(hdu)
    parts: dict[bytes, tuple[Bools, Ints | None, int]] = {}
    for insname in sorted(insnames):
        found = [_polarised_rows(block, hdu, wanted, targets, insname) for _, block in blocks(source, hdu)]
        rows = np.concatenate([np.zeros(0, bool), *found])
        channels = wanted.channels[insname]
        key = b"" if channels is None else channels.tobytes()
        before = parts.get(key)
        parts[key] = (before[0] | rows if before else rows), channels, wanted.counts.get(insname, 0)
    for rows, channels, count in parts.values():
        if rows.any():
            yield Kept(hdu, _all_or(rows), channels, count)


def _polarised_rows(block: Bytes, hdu: Hdu, wanted: _Wanted, targets: frozenset[int], insname: str) -> Bools:
    named = np.array([name == insname for name in texts(block, hdu, "INSNAME")], bool)
    chosen = named & np.isin(integers(block, hdu, "TARGET_ID")[:, 0], list(targets))
    if wanted.selection.times:
        begin, end = numbers(block, hdu, "MJD_OBS")[:, 0], numbers(block, hdu, "MJD_END")[:, 0]
        chosen &= np.logical_or.reduce([(end >= first) & (begin <= last) for first, last in wanted.selection.times])
    return chosen
