"""Rows over the tiles of a HiPS: the same as by taking them one by one."""

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from sky.hierarchy import ORDERS, PIXELS, PREVIEW_ROWS, PREVIEWED, ROWS, levels


def naive(cells: NDArray[np.uint32]) -> dict[int, tuple[int, int]]:
    """Order and tile of each row: each goes down until a tile has room."""
    held: dict[tuple[int, int], int] = {}
    half = {
        tile: (number + 1) // 2 for tile, number in Counter((cells >> np.uint32(2 * (PIXELS - 1))).tolist()).items()
    }
    found = {}
    for number, cell in enumerate(cells.tolist()):
        for order in ORDERS:
            tile = order, cell >> 2 * (PIXELS - order)
            most = PREVIEW_ROWS if order in PREVIEWED else ROWS
            most = min(most, half[tile[1]]) if order == 1 else most
            if held.get(tile, 0) < most or order == ORDERS[-1]:
                held[tile] = held.get(tile, 0) + 1
                found[number] = tile
                break
    return found


CROWDED = np.random.default_rng(7).integers(0, 12 << 2 * PIXELS, 4000)
CROWDED[1000:3500] = 123_456_789


@pytest.mark.parametrize("cells", [CROWDED, CROWDED[:1], CROWDED[:0]], ids=["crowded", "one", "none"])
def test_each_row_is_in_the_first_tile_that_has_room(cells: NDArray[np.int64]) -> None:
    cells = cells.astype(np.uint32)
    found: dict[int, tuple[int, int]] = {}
    for level in levels(cells):
        ends = level.sizes.cumsum()
        assert level.cells.tolist() == sorted(set(level.cells.tolist()))
        for cell, end, size, shown, total in zip(
            level.cells.tolist(), ends, level.sizes, level.shown, level.total, strict=True
        ):
            rows = level.rows[end - size : end].tolist()
            assert rows == sorted(rows)
            assert not found.keys() & set(rows)
            found |= dict.fromkeys(rows, (level.order, cell))
            inside = np.flatnonzero(cells >> np.uint32(2 * (PIXELS - level.order)) == cell)
            assert total == len(inside)
            assert shown == sum(number in found for number in inside.tolist())
    assert found == naive(cells)
