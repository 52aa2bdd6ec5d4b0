"""Files as one: names and numbers that would mean two things are changed, and what is the same is written once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from oifits.blocks import read_rows
from oifits.cards import Header, card
from oifits.hdus import Hdu
from oifits.merged_targets import merged_targets
from oifits.names_taken import NamesTaken, Versions
from oifits.output import Output, whole
from oifits.parts import CORR, INSPOL, FilePart, Kept
from oifits.upgrade import is_second, require_upgradable, upgraded_header

Ints = NDArray[np.int64]
SUMMARISING = ("OBJECT", "TELESCOP", "INSTRUME", "INSMODE", "OBSERVER", "PROG_ID", "PROCSOFT", "OBSTECH", "REFERENC")
"""Keywords of the primary header that are MULTI where files differ (OIFITS 2, section 4.1)."""
MULTI = "MULTI"
FRAME = ("ARRAYX", "ARRAYY", "ARRAYZ", "FRAME")


@dataclass(frozen=True, eq=False, slots=True)
class Renaming:
    """What changes in the tables of one file; empty where nothing does.

    Parameters
    ----------
    targets
        New TARGET_ID by the old one.
    insnames, arrnames, corrnames
        New names by the old ones, where they differ.
    left_out
        `id` of the units that another file has already.
    upgraded
        Whether its tables become those of OIFITS 2 (`oifits.upgrade`).
    """

    targets: Mapping[int, int] = field(default_factory=dict)
    insnames: dict[str, str] = field(default_factory=dict)
    arrnames: dict[str, str] = field(default_factory=dict)
    corrnames: dict[str, str] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    upgraded: bool = False

    def header(self, header: Header) -> Header:
        """A header with the new names."""
        for keyword, names in (
            ("INSNAME", self.insnames), ("ARRNAME", self.arrnames), ("CORRNAME", self.corrnames),
        ):  # fmt: skip
            new = names.get(header.string(keyword)) if names else None
            header = header if new is None else header.replaced(keyword, new)
        return upgraded_header(header) if self.upgraded else header

    def target(self, old: Ints) -> Ints:
        """New TARGET_ID of rows; one that no OI_TARGET has stays as it is."""
        return np.array([self.targets.get(number, number) for number in old.tolist()], np.int64)


@dataclass(frozen=True, eq=False, slots=True)
class Merging:
    """How files become one: a renaming for each, and the OI_TARGET of all, None for one file alone."""

    files: tuple[Renaming, ...]
    targets: Output | None = None
    _versions: Versions = field(default_factory=Versions)

    def versioned(self, header: Header) -> Header:
        """A header of an extension with an EXTVER that no other of its name has."""
        name = header.string("EXTNAME").upper()
        if not name:
            return header
        before = header.get("EXTVER")
        version = self._versions.version_for(name, before if isinstance(before, int) else 1)
        return header if version == (before or 1) else header.replaced("EXTVER", version)


def renamings(parts: Sequence[FilePart]) -> Merging:
    """How these parts become one file.

    Raises
    ------
    Unsupported
        Some are of OIFITS 1, some of OIFITS 2, and those of OIFITS 1 cannot become OIFITS 2.
    Malformed
        There is no OI_TARGET.
    """
    if len(parts) == 1:
        return Merging((Renaming(),))
    mixed = any(map(is_second, parts))
    table, numbers = merged_targets(parts)
    if mixed:
        table = replace(table, header=upgraded_header(table.header))
    insnames, arrnames, corrnames = NamesTaken(), NamesTaken(), NamesTaken()
    files = []
    for place, (part, targets) in enumerate(zip(parts, numbers, strict=True)):
        renaming = Renaming(targets, upgraded=mixed and not is_second(part))
        if renaming.upgraded:
            require_upgradable(part)
        longest = _longest_insname(part)
        for kept in part.kept:
            _rename(part, kept, renaming, (insnames, arrnames, corrnames), longest, place)
        files.append(renaming)
    return Merging(tuple(files), table)


def _longest_insname(part: FilePart) -> int:
    """Characters that INSNAME has room for where it is a column."""
    columns = [kept.hdu.column("INSNAME") for kept in part.kept if kept.hdu.name == INSPOL]
    return min((column.width for column in columns if column), default=68)


def _rename(  # noqa: PLR0913, PLR0917 - names of three kinds
    part: FilePart,
    kept: Kept,
    renaming: Renaming,
    taken: tuple[NamesTaken, NamesTaken, NamesTaken],
    longest: int,
    place: int,
) -> None:
    """Find the names of a table that describes others."""
    hdu, (insnames, arrnames, corrnames) = kept.hdu, taken
    match hdu.name:
        case "OI_TARGET":
            renaming.left_out.add(id(hdu))
        case "OI_WAVELENGTH":
            _take(hdu, "INSNAME", insnames, _content(part, kept), renaming.insnames, renaming, longest)
        case "OI_ARRAY":
            frame = "".join(str(hdu.header.get(keyword)) for keyword in FRAME).encode()
            _take(hdu, "ARRNAME", arrnames, frame + _content(part, kept), renaming.arrnames, renaming, 68)
        case name if name == CORR:
            _take(hdu, "CORRNAME", corrnames, str(place).encode(), renaming.corrnames, renaming, 68)


def _take(  # noqa: PLR0913, PLR0917 - a name, what it means, and where both go
    hdu: Hdu, keyword: str, taken: NamesTaken, meaning: bytes, names: dict[str, str], renaming: Renaming, longest: int
) -> None:
    old = hdu.header.string(keyword)
    new, first = taken.name_for(old, meaning, longest)
    if new != old:
        names[old] = new
    if not first:
        renaming.left_out.add(id(hdu))


def _content(part: FilePart, kept: Kept) -> bytes:
    """Bytes of the rows that are kept, with the types of their columns."""
    rows = read_rows(part.source, kept.hdu, 0, kept.hdu.rows)
    forms = repr([(column.name, column.letter, column.repeat) for column in kept.hdu.columns]).encode()
    return forms + (rows if kept.rows is None else rows[kept.rows]).tobytes()


def in_order(parts: Sequence[FilePart]) -> list[FilePart]:
    """The parts with those of OIFITS 2 first, whose primary header is that of OIFITS 2."""
    return sorted(parts, key=lambda part: not is_second(part))


def primary_header(parts: Sequence[FilePart]) -> Header:
    """The first file's primary header.

    What the files do not agree about is MULTI, with their own headers behind; OBJECT that was is the one that is left.
    """
    header = parts[0].primary.header
    for keyword in SUMMARISING:
        if len({part.primary.header.string(keyword) for part in parts}) > 1:
            header = header.replaced(keyword, MULTI)
    targets = frozenset[str]().union(*(part.targets for part in parts))
    if len(targets) == 1 and header.string("OBJECT") == MULTI:
        header = header.replaced("OBJECT", next(iter(targets)))
    return header


def other_primaries(parts: Sequence[FilePart]) -> Iterator[Output]:
    """The primary units of the files after the first, as extensions called PRIMARY."""
    for part in parts[1:]:
        yield replace(whole(part.source, part.primary), header=_as_extension(part.primary.header))


def _as_extension(header: Header) -> Header:
    """A primary header as that of an IMAGE extension (section 7.1): what comes first is there, then its other cards."""
    axes = [f"NAXIS{number}" for number in range(1, header.integer("NAXIS") + 1)]
    begin = card("XTENSION", "IMAGE", "primary HDU of a file that was merged")
    for keyword in ("BITPIX", "NAXIS", *axes):
        value = header.get(keyword)
        begin += card(keyword, 0 if value is None else value)
    begin += card("PCOUNT", 0) + card("GCOUNT", 1) + card("EXTNAME", "PRIMARY")
    rest = header.without(["SIMPLE", "BITPIX", "NAXIS", *axes, "EXTEND", "PCOUNT", "GCOUNT", "GROUPS", "EXTNAME"])
    return Header(begin + rest.text)
