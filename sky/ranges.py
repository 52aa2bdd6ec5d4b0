"""Areas of the sky as few ranges of keys: numbers of nested HEALPix cells of order 29, which HATS calls `_healpix_29`.

A b-tree on the keys of places answers a range at once. An area is covered by cells of the order that suits its size,
and the smallest gaps between those are filled up until few ranges are left. They hold all of the area and more: what
is in it another condition decides. Keys differ by who computes them where a place is on the edge of cells (`MARGIN`).

Worked example: the cells 0, 4, 5 and 8 of order 0 are three ranges. Were two the most, these would be cell 0 and, as
the gap between them is the smaller one, cells 4 to 8.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from sky import healpix
from sky.healpix import Ints

ORDER = 29
"""Of the keys."""
MOST = 8
"""Ranges of an area at most."""
MARGIN = 1e-8
"""Radians by which an area is wider than asked: five cells of order 29, by whose edges computations of a key differ."""
SIDE = 1.0233
"""Radians: the square root of the area of a cell of order 0, sixty degrees."""
COARSE, FINE, SMALL = 0.7, 4.0, math.radians(0.25)
"""Radii of a circle in cells, of one smaller than SMALL and of another.

Each range is another search, which costs what some ten rows do that are looked at in vain: in a small circle there are
no more of these, however few ranges it has.
"""
ROUND = 0.2
"""Cells by which a circle is looked for wider. Of one circle in some thousand cdshealpix 0.9 leaves out a cell that it
cuts, to a depth of 0.12 of a cell at most in 60 000 circles (a third of them around a pole): none at 0.15."""
DEEPER = 2
"""Orders by which cdshealpix looks deeper to tell whether a cell touches a circle."""
WIDEST = 90.0
"""Degrees: cdshealpix 0.9 misses cells of circles from 138° on."""
Ranges = tuple[int, ...]
"""First and last key of each range, by turns."""
ALL: Ranges = (0, (12 << 2 * ORDER) - 1)


def of_circle(ra: float, dec: float, radius: float) -> Ranges:
    """The ranges of a circle, ICRS degrees: of one of more than half the sky, all keys."""
    if radius > WIDEST:
        return ALL
    half = math.radians(radius) + MARGIN
    order = math.floor(math.log2(SIDE * (COARSE if half < SMALL else FINE) / half))
    order = min(max(order, 0), ORDER)
    lon, lat = (np.float64(math.radians(angle)) for angle in (ra % 360, dec))
    deeper, wider = np.uint8(min(DEEPER, ORDER - order)), np.float64(half + ROUND * SIDE / 2**order)
    cells, _, _ = healpix.LIBRARY.cone_search(np.uint8(order), deeper, lon, lat, wider, True)
    return of_cells({order: cells.astype(np.int64)})


def of_cells(cells: Mapping[int, Sequence[int] | Ints]) -> Ranges:
    """The ranges of cells, given by their orders, and no wider where there are few of them; of none, no range."""
    shifted = [_ends(order, np.asarray(numbers, np.int64)) for order, numbers in cells.items() if len(numbers)]
    if not shifted:
        return ()
    first, after = (np.concatenate(ends) for ends in zip(*shifted, strict=True))
    return _few(first, after)


def of_ranges(order: int, ranges: Sequence[tuple[int, int]]) -> Ranges:
    """The ranges of cells of one order, which are ranges themselves: from, and up to but without."""
    ends = np.array(ranges, np.int64).reshape(-1, 2) << 2 * (ORDER - order)
    return _few(ends[:, 0], ends[:, 1]) if len(ends) else ()


def share(ranges: Ranges) -> float:
    """The share of the sky that ranges have."""
    return sum(last + 1 - first for first, last in zip(ranges[::2], ranges[1::2], strict=True)) / (ALL[1] + 1)


def _ends(order: int, cells: Ints) -> tuple[Ints, Ints]:
    """The first keys of cells, and those after their last ones."""
    shift = 2 * (ORDER - order)
    return cells << shift, (cells + 1) << shift


def _few(first: Ints, after: Ints) -> Ranges:
    """Ranges of keys, in any order, each from one up to another, as few that are sorted: the widest gaps are left."""
    by_first = np.argsort(first)
    first, reached = first[by_first], np.maximum.accumulate(after[by_first])
    gaps = first[1:] - reached[:-1]
    widest = np.argsort(gaps)[-(MOST - 1) :]
    kept = np.sort(widest[gaps[widest] > 0])
    starts, ends = first[np.concatenate(([0], kept + 1))], reached[np.concatenate((kept, [-1]))] - 1
    return tuple(np.stack((starts, ends), axis=1).ravel().tolist())
