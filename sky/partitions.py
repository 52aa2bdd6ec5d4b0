"""Rows of a catalogue as partitions: cells of HEALPix, smaller where rows are many (HATS 1.0 section 3.1.2).

Beside its rows a partition has a margin: what is near it in others, so that who has one partition misses no neighbour.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sky import healpix

LAST = 29
"""Order of the cells of rows."""
DEEPEST = 10
"""Order of the smallest partitions (3.4'), which may have more rows than the others."""
MARGIN_ORDER = 13
"""Order of the cells next to each other: the narrowest is wider than `MARGIN`."""
MARGIN = 10.0
"""Arcseconds within which all rows around a partition are in its margin; some that are farther are too."""
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Partitions:
    """Cells of several orders that do not overlap, in the order of the sky; arrays of equal length."""

    orders: Ints
    cells: Ints
    """Number of each, nested."""
    rows: Ints
    """Rows in each, at least one."""

    @property
    def firsts(self) -> Ints:
        """The first cell of order 29 in each, increasing."""
        return self.cells << 2 * (LAST - self.orders)

    @property
    def ends(self) -> Ints:
        """The first cell of order 29 behind each."""
        return (self.cells + 1) << 2 * (LAST - self.orders)

    def of(self, cells: Ints) -> Ints:
        """Number of the partition that each cell of order 29 is in; -1 for one in none."""
        if not len(self.cells):
            return np.full(len(cells), -1)
        found = np.searchsorted(self.firsts, cells, "right") - 1
        return np.where((found >= 0) & (cells < self.ends[found]), found, -1)

    def number(self, order: int, cell: int) -> int | None:
        """Number of a partition; None where there is no such one."""
        found = np.flatnonzero((self.orders == order) & (self.cells == cell))
        return int(found[0]) if len(found) else None


def partitions(counts: NDArray[np.uint32], most: int) -> Partitions:
    """Divide the sky until no cell has more than so many rows.

    Parameters
    ----------
    counts
        Rows in each cell of order `DEEPEST`, all of them.
    """
    levels: list[NDArray[np.integer]] = [counts]
    for _ in range(DEEPEST):
        levels.insert(0, levels[0].reshape(-1, 4).sum(axis=1, dtype=np.int64))
    found: list[tuple[Ints, Ints, Ints]] = []
    cells = np.arange(12)
    for order, level in enumerate(levels):
        rows = level[cells].astype(np.int64)
        small = (rows <= most) | (order == DEEPEST)
        there = small & (rows > 0)
        found.append((np.full(there.sum(), order), cells[there], rows[there]))
        cells = (4 * cells[~small][:, None] + np.arange(4)).ravel()
    orders, numbers, rows = (np.concatenate(parts) for parts in zip(*found, strict=True))
    first = np.argsort(numbers << 2 * (LAST - orders))
    return Partitions(orders[first], numbers[first], rows[first])


def margin(parts: Partitions, cells: Ints) -> tuple[Ints, Ints]:
    """Pairs of a partition and a row, by their numbers, where the row is near the partition but not in it; each once.

    A row is near what the cell of order `MARGIN_ORDER` that it is in, or one next to that, is a part of.

    Parameters
    ----------
    cells
        Cell of order 29 of each row.
    """
    shift = 2 * (LAST - MARGIN_ORDER)
    small, of_row = np.unique(cells >> shift, return_inverse=True)
    around = healpix.neighbours(MARGIN_ORDER, small)
    near = parts.of(np.where(around < 0, small[:, None], around).ravel() << shift).reshape(around.shape)
    own = parts.of(small << shift)
    border = np.flatnonzero(((near != own[:, None]) & (near >= 0)).any(axis=1))
    rows = np.flatnonzero(np.isin(of_row, border))
    numbers, rows = near[of_row[rows]].ravel(), np.repeat(rows, len(healpix.AROUND))
    other = (numbers >= 0) & (numbers != own[of_row[rows]])
    both = np.unique(np.stack([numbers[other], rows[other]]), axis=1)
    return both[0].astype(np.int64), both[1].astype(np.int64)
