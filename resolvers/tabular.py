"""Plan a GraphQL document as a table: the nodes of its only connection, to-one links flattened to `link.column`.

Worked example: `{ granules(first: 9) { nodes { granuleId star { name ldd { value } } } } }` is a table of at most 9
rows with the columns `id`, `star.Name` and `star.LDD`.
"""

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from graphql import GraphQLError

from hub.rows import Hub
from planning import arguments, sql
from planning.errors import BadInput
from planning.extents import Measure
from planning.plan import Cell, Plan, Selected, StatementShape
from planning.sql import Row as RowText
from resolvers import duplicates, star_names
from resolvers.compiled import CompiledField
from resolvers.operation import Operations, PreparedRequest
from resolvers.request import Request
from resolvers.selection import (
    ConnectionSelection,
    Constant,
    DerivedSelection,
    Edges,
    NameMatchSelection,
    NodeIdSelection,
    PlainField,
    QuantitySelection,
    Root,
    Row,
    ToGroups,
    ToMany,
    ToOne,
    Unplannable,
)
from resolvers.statements import written
from schema.column import Column
from schema.name_match import NameMatch
from schema.table import Link, Table


@dataclass(frozen=True, slots=True)
class TabularPlan:
    """A document planned as a table."""

    plan: Plan
    """Fetches `limit` rows and one more, which tells that the table is cut (OVERFLOW)."""
    limit: int
    """Most rows of the table."""
    request: Request
    name_match: NameMatch | None = None
    """How the star that a cone is around was found by name; None where there is none."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The columns of the table, in order."""
        return self.plan.shape.cells

    @property
    def table(self) -> Table:
        """The declared table whose rows are listed."""
        return self.plan.table

    def with_cells(self, cells: tuple[Cell, ...]) -> "TabularPlan":
        """Return the plan of the same rows with other columns."""
        return replace(self, plan=self.plan.with_cells(cells))


async def plan_table(operations: Operations, request: Request, largest: int) -> TabularPlan:
    """Plan a document as a table of at most `largest` rows.

    The parsed document and its columns are cached by the operations. A cone with a name queries the hub for the star.

    Raises
    ------
    GatewayError
        The document is invalid, or is not one connection with to-one links only; or a name cannot be resolved.
    """
    try:
        root, given = await operations.offloaded(request, partial(_read, operations, request))
        values = await star_names.resolve_star_name(operations.hub, given)
    except GraphQLError as error:
        raise BadInput(error.message) from error
    return TabularPlan(*_plan(root, values, largest), request, star_names.name_match_of(values))


def _read(operations: Operations, request: Request) -> tuple[Root, Mapping[str, Any]]:
    """The only connection of a document, and its arguments."""
    document = operations.document(request.query)
    if document.errors:
        raise document.errors[0]
    prepared = operations.prepare(request, document)
    root = _connection(operations, prepared)
    return root, root.field.arguments(prepared.variables)


def plan_selection(table: Table, cells: tuple[Cell, ...], selected: Selected, limit: int) -> Plan:
    """Plan the rows of a table that meet conditions, in no order: `limit` rows, and one more if the table is cut."""
    return Plan(StatementShape(table, cells, selected.conditions, (), limit + 1), selected.values)


async def stream_rows(
    hub: Hub, plan: Plan, row: RowText, copy_options: Mapping[str, Any], measure: Measure | None = None
) -> AsyncGenerator[bytes, None]:
    """Run a plan as COPY; of a union of databases, each observation once.

    Parameters
    ----------
    row, copy_options, measure
        The row, the options of COPY and the figures before all rows in the format of the answer: see
        `planning.sql.stream` and `Hub.blocks`.

    Yields
    ------
    block
        Output of COPY, cut anywhere. Leaving the iterator cancels the statement.

    Raises
    ------
    GatewayError
        A database does not answer, or the statement fails.
    """
    once, measuring = await duplicates.deduplicated_plan(hub, plan), hub.extents.measuring(measure)
    statement = await written(sql.stream, once, row, hub.databases, measuring)
    async with aclosing(hub.blocks(statement, copy_options)) as blocks:
        async for block in blocks:
            yield block


def _connection(operations: Operations, prepared: PreparedRequest) -> Root:
    try:
        entries = [
            entry for entry in operations.compiled(prepared).fields if isinstance(entry, (CompiledField, PlainField))
        ]
    except Unplannable:  # a mutation is no table
        entries = []
    only = entries[0].root if len(entries) == 1 and isinstance(entries[0], CompiledField) else None
    if not isinstance(only, Root) or not isinstance(only.selection, ConnectionSelection):
        message = "A table is made of a document that asks one connection, as { stars(cone: …) { nodes { name } } }"
        raise BadInput(message)
    return only


def _plan(root: Root, values: Mapping[str, Any], largest: int) -> tuple[Plan, int]:
    if values.get("last") is not None or values.get("before") is not None:
        message = "A table is streamed from its start: use first and after, not last and before"
        raise BadInput(message)
    assert isinstance(root.selection, ConnectionSelection)  # noqa: S101 - `_connection` has checked
    page = arguments.page(root.table, {"first": largest} | _given(values), largest)
    # An order that was not requested would delay the first row until the last is sorted.
    order = page.order if values.get("orderBy") or values.get("after") is not None else ()
    cells = _columns(root.selection)
    selected = arguments.selected(root.table, values, (*(cell.column for cell in cells), *page.columns)) + page.beyond
    shape = StatementShape(root.table, cells, selected.conditions, order, page.limit + 1)
    return Plan(shape, selected.values), page.limit


@lru_cache(maxsize=256)
def _columns(connection: ConnectionSelection) -> tuple[Cell, ...]:
    return _unique(_cells(connection))


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _cells(connection: ConnectionSelection) -> Iterator[Cell]:
    for _, entry in connection.entries:
        match entry:
            case Row():
                yield from _row_cells(entry, (), "")
            case Edges(entries):
                for _, below in entries:
                    if isinstance(below, Row):
                        yield from _row_cells(below, (), "")


def _row_cells(row: Row, path: tuple[Link, ...], prefix: str) -> Iterator[Cell]:
    for key, entry in row.entries:
        match entry:
            case Column():
                yield Cell(entry, prefix + _name(entry, key, entry.graphql), path)
            case QuantitySelection(quantity, parts):
                alias = None if key == quantity.graphql else key
                for field, column in parts:
                    if isinstance(column, Column):
                        yield Cell(
                            column, prefix + (f"{alias}_{field}" if alias else _name(column, field, field)), path
                        )
            case ToOne(link=link, row=below):
                yield from _row_cells(below, (*path, link), f"{prefix}{key}.")
            case ToMany(link) | ToGroups(link):
                message = f"{link.field} leads to many rows, which a table cannot hold: ask for them apart, or as JSON"
                raise BadInput(message)
            case NodeIdSelection() | DerivedSelection():
                raise _no_column(entry)
            case Constant() | NameMatchSelection():
                pass


def _no_column(entry: NodeIdSelection | DerivedSelection) -> BadInput:
    if isinstance(entry, NodeIdSelection):
        return BadInput(f"id is for objects, of which a table has none: ask the key, {entry.table.key.graphql}")
    columns = ", ".join(column.graphql for column in entry.derived.columns)
    return BadInput(f"{entry.derived.name} is made of columns, which a table has instead: ask {columns}")


def _name(column: Column, key: str, usual: str) -> str:
    return column.given or column.name if key == usual else key


def _unique(cells: Iterator[Cell]) -> tuple[Cell, ...]:
    named: dict[str, Cell] = {}
    for cell in cells:
        if named.setdefault(cell.name, cell) != cell:
            message = f"Two columns would be called {cell.name}: give one an alias"
            raise BadInput(message)
    if not named:
        message = "A table wants columns: ask for fields of nodes"
        raise BadInput(message)
    return tuple(named.values())
