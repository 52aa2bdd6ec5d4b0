"""Write a coverage as a MOC, by mocpy.

mocpy's Python classes take times and places as astropy objects; below them is a module of plain arrays, which is used
here. It keeps maps in a store of its own, from which each is dropped once it is written.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adapters.moc.parameters import Dimension, MocRequest
from hub.coverage import ORDER, SHIFT, Coverage
from sky import healpix

AT_ONCE = 5000
"""Observations of one intermediate map: building one takes time quadratic in their number, joining maps does not."""


def encode_moc(coverage: Coverage, request: MocRequest) -> bytes:
    """Write the MOC of a coverage; seconds of work for millions of cells, so call it in a thread.

    As FITS, a map of space is a list of cells (NUNIQ, MOC 2.0 section 4.3.1), which readers of MOC 1.1 know too: STILTS
    3.4, which knows nothing else, takes ranges for cells, and no place is in them. The others are ranges as MOC 2.0 has
    them.
    """
    from mocpy import mocpy as store  # which brings astropy along: only those who ask for maps pay for it

    write: dict[str, Callable[[int], bytes]] = {
        "fits": lambda index: bytes(store.to_fits_raw(index, request.dimension is Dimension.SPACE)),
        "json": lambda index: store.to_json_str(index).encode(),
        "ascii": lambda index: store.to_ascii_str(index).encode(),
    }
    index = _build(store, coverage, request)
    try:
        return write[request.form](index)
    finally:
        store.drop(index)


def _build(store: Any, coverage: Coverage, request: MocRequest) -> int:
    """Build the map in mocpy's store and return its index there."""
    if request.dimension is Dimension.SPACE:
        pixels = _unique(coverage.sky >> np.uint32(2 * (ORDER - request.order))).astype(np.uint64)
        return int(store.from_healpix_cells(request.order, np.full(len(pixels), request.order, np.uint8), pixels))
    start, end = _microseconds(coverage.first), _microseconds(coverage.last + np.uint32(1))
    if request.dimension is Dimension.TIME:
        return int(store.from_time_ranges_in_microsec_since_jd_origin(request.time_order, start, end))
    ra, dec = map(np.radians, healpix.cell_centres(ORDER, coverage.place.astype(np.int64)))
    maps = [
        store.from_time_ranges_lonlat(start[some], end[some], request.time_order, ra[some], dec[some], request.order)
        for some in (slice(at, at + AT_ONCE) for at in range(0, max(len(start), 1), AT_ONCE))
    ]
    while len(maps) > 1:
        maps = [_union(store, maps[at : at + 2]) for at in range(0, len(maps), 2)]
    return int(maps[0])


def _union(store: Any, maps: list[int]) -> int:
    if len(maps) == 1:
        return maps[0]
    joined = store.union(*maps)
    for index in maps:
        store.drop(index)
    return int(joined)


def _unique(cells: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Remove duplicates from sorted cells: ten times as fast as `np.unique`, which cannot know that they are sorted."""
    return cells[np.concatenate([[True], cells[1:] != cells[:-1]])] if len(cells) else cells


def _microseconds(cells: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Start of each time cell, in microseconds since JD 0."""
    return cells.astype(np.uint64) << np.uint64(SHIFT)
