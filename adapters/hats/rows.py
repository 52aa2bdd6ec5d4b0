"""The rows of HATS catalogues as Parquet: a partition, and its margin."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

from adapters.votable.envelope import Head
from adapters.votable.formats import PARQUET
from adapters.votable.origin import Asked
from adapters.votable.stream import stream_document
from hub.hats import Tiling
from planning import sql
from planning.plan import Cell, Compared, Order, Plan, Selected, StatementShape
from planning.regions import in_cells
from planning.routing import Databases
from planning.sql import Statement
from schema.column import Column
from schema.hats import cell_column
from schema.operators import Op
from schema.table import Table
from sky.partitions import LAST, MARGIN_ORDER


class RowsHub(Protocol):
    """What rows need of the hub."""

    databases: Databases

    def blocks(self, statement: Statement, options: Mapping[str, Any]) -> AsyncIterator[bytes]: ...  # noqa: D102


def head(table: Table, columns: Sequence[Column], authority: str) -> Head:
    """What a file says of its columns: the same for all files of the same ones, whoever asks for them."""
    cells = tuple(Cell(column, column.name) for column in columns)
    return Head(table, cells, sources=(table.source,), asked=Asked(authority=authority))


def partition(
    hub: RowsHub, columns: Head, order: int, cell: int, filters: Selected = Selected()
) -> AsyncGenerator[bytes, None]:
    """The rows of a partition of which conditions are true, sorted by cell of order 29 and by key."""
    table = columns.table
    assert table  # noqa: S101 - as `head` has made it
    return _written(hub, columns, in_cells(table, {order: [cell]}) + filters)


def margin(
    hub: RowsHub, columns: Head, tiling: Tiling, number: int, filters: Selected = Selected()
) -> AsyncGenerator[bytes, None]:
    """The rows of the margin of a partition, by the number that it has, likewise."""
    table = columns.table
    assert table  # noqa: S101 - as `head` has made it
    return _written(hub, columns, in_margin(table, tiling.margins[number].tolist()) + filters)


def in_margin(table: Table, cells: Sequence[int]) -> Selected:
    """The condition that a row is in one of some cells of order 29, which are looked for in larger ones, by an index."""
    around = sorted({cell >> 2 * (LAST - MARGIN_ORDER) for cell in cells})
    exact = Selected((Compared(cell_column(table), Op.IN),), (list(cells),))
    return in_cells(table, {MARGIN_ORDER: around}) + exact if around else exact


def _written(hub: RowsHub, columns: Head, chosen: Selected) -> AsyncGenerator[bytes, None]:
    table = columns.table
    assert table  # noqa: S101 - as `head` has made it
    order = (Order(cell_column(table)), Order(table.key))
    plan = Plan(StatementShape(table, columns.cells, chosen.conditions, order), chosen.values)
    statement = sql.stream(plan, PARQUET.row, hub.databases)
    return stream_document(columns, PARQUET, hub.blocks(statement, PARQUET.copy_options), None)
