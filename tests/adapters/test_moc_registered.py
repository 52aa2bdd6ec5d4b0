"""What the registry is told of where tables are."""

import numpy as np
import pytest
from mocpy import MOC

from adapters.moc.registered import ORDER, spatial
from hub.coverage import ORDER as FINEST
from hub.coverage import Coverage
from schema.jsdc import STAR

NOTHING = np.empty(0, np.uint32)


@pytest.mark.parametrize("each", [[[7, 9_000_000, 12_000_000], [0, 7, 9_000_001]], [[5]], [[], [5, 6]]])
def test_the_map_of_several_tables_is_of_the_cells_that_any_has(each: list[list[int]]) -> None:
    coverages = [Coverage(np.array(cells, np.uint32), NOTHING, NOTHING, NOTHING) for cells in each]
    coarse = {cell >> 2 * (FINEST - ORDER) for cells in each for cell in cells}
    assert MOC.from_string(spatial(STAR, coverages)) == MOC.from_string(f"{ORDER}/{' '.join(map(str, sorted(coarse)))}")
