"""The coverage of a HiPS (HiPS 1.0 section 4.4.2): the cells of the rows that are in its tiles."""

import numpy as np
from numpy.typing import NDArray

from adapters.moc.document import encode_moc
from adapters.moc.parameters import Dimension, MocRequest
from hub.coverage import ORDER, Coverage
from hub.hips_tiles import Tiles
from schema.table import Table
from sky.hierarchy import PIXELS


def hips_moc(table: Table, tiles: Tiles) -> bytes:
    """Write the map as FITS, of HEALPix order 10 (3.4′)."""
    nothing = np.empty(0, np.uint32)
    coverage = Coverage(moc_cells(tiles), nothing, nothing, nothing)
    return encode_moc(coverage, MocRequest(table, Dimension.SPACE, ORDER, 0, "fits"))


def moc_cells(tiles: Tiles) -> NDArray[np.uint32]:
    """The cells of order 10 that have rows, increasing."""
    cells = tiles.pixels >> np.uint32(2 * (PIXELS - ORDER))
    return cells[np.flatnonzero(np.diff(cells, prepend=np.uint32(1 << 31)))]
