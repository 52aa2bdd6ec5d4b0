"""The index of a file: what it has of each target with each instrument in each night."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from oifits.blocks import blocks
from oifits.described import read_arrays, read_targets, read_wavelengths
from oifits.errors import Malformed
from oifits.granule import FileIndex, Granule
from oifits.hdus import Hdu, read_hdus
from oifits.measurements import KINDS, Measurements, joined, measurements
from oifits.names import SEVERAL, calibration_level
from oifits.plausibility import Place, misplaced, table_problems
from oifits.source import Source
from oifits.summary import Context, Part, summary
from oifits.times import nights, overlong

MOST_ROWS = 5_000_000
"""Rows of measurements of a file that are indexed: each takes some 150 bytes of memory."""
Tables = Sequence[tuple[Hdu, Measurements]]


def index_file(source: Source, places: Mapping[str, Place] | None = None) -> FileIndex:
    """Index a file.

    Parameters
    ----------
    source
        Its bytes, of which tables are read in blocks; flags, times and coordinates of all rows are kept meanwhile.
    places
        Places of stars by TARGET, degrees (ICRS), where they are known from elsewhere: a right ascension in hours is
        found by them, and put right.

    Raises
    ------
    Malformed, Unsupported
        The file cannot be read.
    """
    hdus = read_hdus(source)
    header = hdus[0].header
    telescop, instrume = (
        value if value.upper() not in SEVERAL else "" for value in map(header.string, ("TELESCOP", "INSTRUME"))
    )
    targets, problems = misplaced(read_targets(source, hdus), places or {})
    context = Context(
        telescop, instrume, calibration_level(header.string("ESO PRO CATG") or header.string("HIERARCH ESO PRO CATG")),
        targets, read_arrays(source, hdus, telescop), read_wavelengths(source, hdus),
    )  # fmt: skip
    tables: dict[str, list[tuple[Hdu, Measurements]]] = {}
    for hdu in _measured(hdus):
        read = joined([measurements(block, hdu) for _, block in blocks(source, hdu)])
        tables.setdefault(hdu.header.string("INSNAME"), []).append((hdu, read))
        problems += table_problems(hdu, read)
    granules: list[Granule] = []
    for insname, parts in tables.items():
        implausible = _overlong(parts)
        if implausible:
            problems.append(f"{insname}: INT_TIME is longer than the time to the next exposure on the same baseline")
        granules += _granules(insname, parts, context, implausible=implausible)
    return FileIndex(tuple(granules), tuple(dict.fromkeys(problems)))


def target_names(source: Source) -> set[str]:
    """Names of the targets of a file, as `index_file` looks for their places; raises as that does."""
    return {target.name for target in read_targets(source, read_hdus(source)).values() if target.name}


def _measured(hdus: Sequence[Hdu]) -> Iterator[Hdu]:
    """Tables of measurements that have rows."""
    found = [hdu for hdu in hdus if hdu.name in KINDS and hdu.rows]
    if (rows := sum(hdu.rows for hdu in found)) > MOST_ROWS:
        message = f"The file has {rows} rows of measurements: {MOST_ROWS} are indexed at most"
        raise Malformed(message)
    yield from found


def _overlong(parts: Tables) -> bool:
    """Whether most exposures of an instrument that others follow are longer than the time to these."""
    later = too_long = 0
    for _, part in parts:
        if len(part.target) < 2 or not part.stations.shape[1]:
            continue
        sets, baseline = np.unique(part.stations, axis=0, return_inverse=True)
        if len(sets) == len(baseline):
            continue  # each is exposed once
        baseline = baseline.reshape(-1)
        followed = overlong(part.middle, np.full(len(baseline), np.finfo(float).max), baseline)
        later += int(np.count_nonzero(followed))
        too_long += int(np.count_nonzero(overlong(part.middle, part.duration, baseline)))
    return too_long * 2 > later


def _granules(insname: str, parts: Tables, context: Context, *, implausible: bool) -> Iterator[Granule]:
    """The granules of one INSNAME, in the order of targets and nights; rows without a time are in none."""
    night = np.concatenate([nights(part.middle, _longitude(hdu, context)) for hdu, part in parts])
    target = np.concatenate([part.target for _, part in parts])
    table = np.repeat(np.arange(len(parts)), [len(part.target) for _, part in parts])
    row = np.concatenate([np.arange(len(part.target)) for _, part in parts])
    timed = np.flatnonzero(np.concatenate([np.isfinite(part.middle) for _, part in parts]))
    if not len(timed):
        return
    keys, rows = _groups(np.stack([target, night], axis=1)[timed])
    for (number, evening), group in zip(keys, rows, strict=True):
        chosen = timed[group]
        inside = [
            Part(parts[place][0], parts[place][1], row[chosen[table[chosen] == place]])
            for place in np.unique(table[chosen]).tolist()
        ]
        yield summary(insname, number, evening, inside, context, implausible=implausible)


def _groups(keys: NDArray[np.int64]) -> tuple[list[list[int]], list[NDArray[np.int64]]]:
    """Different rows of an array, and where each of them is."""
    if (keys == keys[0]).all():
        return [keys[0].tolist()], [np.arange(len(keys))]
    different, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.reshape(-1)
    ends = np.cumsum(np.bincount(group, minlength=len(different)))
    return different.tolist(), np.split(np.argsort(group, kind="stable"), ends[:-1])


def _longitude(hdu: Hdu, context: Context) -> float:
    """Of the array of a table; that of Greenwich if unknown."""
    array = context.arrays.get(hdu.header.string("ARRNAME"))
    return array.longitude if array and array.longitude is not None else 0.0
