"""Rows of a catalogue spread over the tiles of a HiPS, so that each is in one of them and the first are at low orders.

HiPS 1.0 (REC-HIPS-1.0, IVOA 2017), section 4.2.2: a tile keeps as many rows as its order allows, and gives the others
to the four tiles below it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PIXELS = 12
"""Order of the cells of rows."""
ORDERS = range(1, 11)
"""Orders of tiles: clients do not ask for order 0, and what the last one leaves has no tiles below it."""
PREVIEWED = (1, 2)
"""Orders that clients read in one file of all tiles (`Allsky`)."""
PREVIEW_ROWS, ROWS = 50, 300
"""Rows of a tile of those, and of all others: "a few hundred" by section 4.2.2.

One of the first order has at most half of the rows of its cell, so that small tables have tiles of order 2 as well:
Aladin Lite shows nothing before it has seen some.
"""
NUMBER = np.uint64(32)
"""Bits of the number of a row, below those of its cell."""
Numbers = NDArray[np.uint64]


@dataclass(frozen=True, eq=False, slots=True)
class Level:
    """The tiles of one order that have rows, by the number of their cell."""

    order: int
    cells: NDArray[np.uint32]
    """Cell of each tile, increasing."""
    sizes: NDArray[np.int64]
    """Rows of each tile."""
    rows: NDArray[np.int64]
    """Numbers of the rows, tile by tile, in each as they were given."""
    shown: NDArray[np.int64]
    """Rows of the cell of each tile that are in it or above."""
    total: NDArray[np.int64]
    """Rows of the cell of each tile at all orders."""


def levels(cells: NDArray[np.uint32]) -> Iterator[Level]:
    """Spread rows over tiles, order by order, until none is left.

    Parameters
    ----------
    cells
        Cell of order `PIXELS` (nested HEALPix) of each row; the first row is the first to be shown.
    """
    all_cells, left = np.sort(cells), np.arange(len(cells), dtype=np.uint64)
    for order in ORDERS:
        if not len(left):
            return
        # Numbers below cells sort as the pair does, several times as fast as a stable sort of cells.
        shift = np.uint32(2 * (PIXELS - order))
        keys = np.sort((cells[left] >> shift).astype(np.uint64) << NUMBER | left)
        tiles = (keys >> NUMBER).astype(np.uint32)
        numbers = keys & np.uint64(0xFFFFFFFF)
        begins = np.flatnonzero(np.concatenate([[True], tiles[1:] != tiles[:-1]]))
        lengths = np.diff(np.append(begins, len(tiles)))
        most = np.minimum(lengths, _most(order))
        if order == ORDERS[0]:
            most = np.minimum(most, (lengths + 1) // 2)
        taken = np.arange(len(tiles)) - np.repeat(begins, lengths) < np.repeat(most, lengths)
        left = numbers[~taken]
        total = _count(all_cells >> shift, tiles[begins])
        yield Level(
            order,
            tiles[begins],
            most,
            numbers[taken].astype(np.int64),
            total - _count(tiles[~taken], tiles[begins]),
            total,
        )


def _most(order: int) -> int:
    if order == ORDERS[-1]:
        return int(np.iinfo(np.int64).max)
    return PREVIEW_ROWS if order in PREVIEWED else ROWS


def _count(among: NDArray[np.uint32], cells: NDArray[np.uint32]) -> NDArray[np.int64]:
    """How often each cell is among sorted ones."""
    return np.searchsorted(among, cells, "right") - np.searchsorted(among, cells)
