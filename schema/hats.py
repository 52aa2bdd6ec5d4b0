"""What a HATS catalogue has of a table: its columns, and before them the cell of each row, by which it is partitioned.

IVOA Note "HATS" 1.0, section 3.1.3: the first column is the HEALPix cell of order 29 that a row's place is in, nested.
"""

from functools import cache

from schema.column import Column, ColumnSql
from schema.healpix import index
from schema.table import Table
from schema.types import DOUBLE, LONG

CELL, ORDER = "_healpix_29", 29
"""Name of the column of cells, and their order."""
NAME = "meta.id"
"""UCD of the columns that name what is in a row, of which the first is indexed."""


@cache
def cell_column(table: Table) -> Column:
    """The column of the cells of a table that has a position: its own where it declares one, else a computed one.

    Its value is NULL where the row has no place, and the same whichever of the two it is.
    """
    own = next((column for column in table.columns if column.name == CELL), None)
    if own:
        return own
    assert table.position is not None  # noqa: S101 - the caller has seen to it
    ra, dec = table.position
    text = index(_double("{0}", ra), _double("{1}", dec), ORDER)
    description = "HEALPix cell of the place (order 29, nested, ICRS)"
    return Column(CELL, LONG, description, computed=ColumnSql(text, (ra, dec)))


def _double(named: str, axis: Column) -> str:
    return named if axis.type is DOUBLE else f"({named})::float8"


def hats_columns(table: Table, hidden: frozenset[Column] = frozenset()) -> tuple[Column, ...]:
    """The columns of the catalogue of a table that has a position, its cells first, but for those that are hidden."""
    cell = cell_column(table)
    return (cell, *(column for column in table.columns if column is not cell and column not in hidden))


def name_column(table: Table, hidden: frozenset[Column] = frozenset()) -> Column | None:
    """The column of names that there is an index of: the first whose UCD says so; None where there is none."""
    return next(
        (one for one in table.columns if one.ucd.split(";")[0] == NAME and one not in hidden and not one.type.many),
        None,
    )
