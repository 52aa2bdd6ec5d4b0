"""From cells to the bytes of a map, by mocpy.

The Python face of mocpy takes times and places as objects of astropy; below it lies a module of plain arrays, which is
what is used here. It keeps maps in a store of its own, out of which each is dropped once it is written.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adapters.moc.parameters import Dimension, MocRequest
from hub.coverage import ORDER, SHIFT, Coverage
from sky import healpix

AT_ONCE = 5000
"""Observations of which a map is made at once: its time grows with their square, that of joining maps does not."""


def written(coverage: Coverage, wanted: MocRequest) -> bytes:
    """Write the map; some seconds of work for millions of cells, so this is for a thread."""
    from mocpy import mocpy as store  # which brings astropy along: only those who ask for maps pay for it

    write: dict[str, Callable[[int], bytes]] = {
        "fits": lambda index: bytes(store.to_fits_raw(index, False)),
        "json": lambda index: store.to_json_str(index).encode(),
        "ascii": lambda index: store.to_ascii_str(index).encode(),
    }
    index = _made(store, coverage, wanted)
    try:
        return write[wanted.form](index)
    finally:
        store.drop(index)


def _made(store: Any, coverage: Coverage, wanted: MocRequest) -> int:
    if wanted.dimension is Dimension.SPACE:
        pixels = _once(coverage.sky >> np.uint32(2 * (ORDER - wanted.order))).astype(np.uint64)
        return int(store.from_healpix_cells(wanted.order, np.full(len(pixels), wanted.order, np.uint8), pixels))
    start, end = _moments(coverage.first), _moments(coverage.last + np.uint32(1))
    if wanted.dimension is Dimension.TIME:
        return int(store.from_time_ranges_in_microsec_since_jd_origin(wanted.time_order, start, end))
    ra, dec = map(np.radians, healpix.centre(ORDER, coverage.place.astype(np.int64)))
    parts = [
        store.from_time_ranges_lonlat(start[some], end[some], wanted.time_order, ra[some], dec[some], wanted.order)
        for some in (slice(at, at + AT_ONCE) for at in range(0, max(len(start), 1), AT_ONCE))
    ]
    while len(parts) > 1:
        parts = [_union(store, parts[at : at + 2]) for at in range(0, len(parts), 2)]
    return int(parts[0])


def _union(store: Any, maps: list[int]) -> int:
    if len(maps) == 1:
        return maps[0]
    found = store.union(*maps)
    for index in maps:
        store.drop(index)
    return int(found)


def _once(cells: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Cells that are in order, each once: ten times as fast as `np.unique`, which cannot know that they are."""
    return cells[np.concatenate([[True], cells[1:] != cells[:-1]])] if len(cells) else cells


def _moments(cells: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Microseconds at which cells of time begin."""
    return cells.astype(np.uint64) << np.uint64(SHIFT)
