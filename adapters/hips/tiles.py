"""Tiles of a catalogue HiPS (TSV, HiPS 1.0 section 4.2.2), and what their columns are (section 4.4.3)."""

from functools import lru_cache

from adapters.votable.envelope import Head, votable_without_data
from hub.hips_tiles import TileRows
from planning.plan import Cell
from schema.hips import Progression
from schema.table import Table


def tile(rows: TileRows, shape: Progression) -> bytes:
    """Write a tile.

    Its first line is the one of CDS's catalogues by which Aladin knows where there is no more to ask for: how many rows
    of the tile's cell it and those above it have, and how many there are. The second one has the names of the columns.
    """
    names = "\t".join(column.name for column in shape.columns)
    return f"# Completeness = {rows.shown} / {rows.total}\n{names}\n".encode() + rows.lines


@lru_cache(maxsize=64)
def metadata(table: Table, shape: Progression) -> bytes:
    """Write the VOTable without rows that has the columns of the tiles."""
    cells = tuple(Cell(column, column.name) for column in shape.columns)
    return votable_without_data(Head(table, cells, asked=None), overflow=False)
