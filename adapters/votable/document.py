"""A GraphQL document as a table: the nodes of its one connection, links to one flattened into `link.column`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from planning import arguments
from planning.errors import BadInput
from planning.plan import Cell, Plan, StatementShape
from resolvers import star_names
from resolvers.operation import CompiledField, Operations, PreparedRequest, Request
from resolvers.selection import (
    ConnectionSelection,
    Constant,
    Edges,
    PlainField,
    QuantitySelection,
    Root,
    Row,
    ToMany,
    ToOne,
    Unplannable,
)
from schema.table import Column, Link, Table


@dataclass(frozen=True, slots=True)
class Tabular:
    """What to stream: at most `limit` rows, of which the plan asks for one more to know whether there are."""

    plan: Plan
    limit: int
    request: Request

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Columns in order."""
        return self.plan.shape.cells

    @property
    def table(self) -> Table:
        """The table whose rows these are."""
        return self.plan.table

    def with_cells(self, cells: tuple[Cell, ...]) -> "Tabular":
        """The same rows with other columns."""
        return Tabular(self.plan.with_cells(cells), self.limit, self.request)


async def tabular(operations: Operations, request: Request, largest: int) -> Tabular:
    """Plan a document as a table; raises `GatewayError`, and `GraphQLError` for one that is not valid GraphQL."""
    document = operations.document(request.query)
    if document.errors:
        raise document.errors[0]
    asked = operations.asked(request, document)
    root = _connection(operations, asked)
    told = await star_names.placed(operations.hub, root.field.arguments(asked.variables))
    return Tabular(*_plan(root, told, largest), request)


def _connection(operations: Operations, asked: PreparedRequest) -> Root:
    try:
        found = [entry for entry in operations.planned(asked) if isinstance(entry, (CompiledField, PlainField))]
    except Unplannable:  # a mutation is no table
        found = []
    only = found[0].root if len(found) == 1 and isinstance(found[0], CompiledField) else None
    if not isinstance(only, Root) or not isinstance(only.wanted, ConnectionSelection):
        message = "A table is made of a document that asks one connection, as { stars(cone: …) { nodes { name } } }"
        raise BadInput(message)
    return only


def _plan(root: Root, told: Mapping[str, Any], largest: int) -> tuple[Plan, int]:
    if told.get("last") is not None or told.get("before") is not None:
        message = "A table is streamed from its start: use first and after, not last and before"
        raise BadInput(message)
    assert isinstance(root.wanted, ConnectionSelection)  # noqa: S101 - `_connection` has looked
    page = arguments.page(root.table, {"first": largest} | _given(told), largest)
    # An order nobody asked for would keep the first row back until the last is sorted.
    order = page.order if told.get("orderBy") or told.get("after") is not None else ()
    every = arguments.selected(root.table, told) + page.beyond
    shape = StatementShape(root.table, _columns(root.wanted), every.conditions, order, page.limit + 1)
    return Plan(shape, every.values), page.limit


@lru_cache(maxsize=256)
def _columns(listing: ConnectionSelection) -> tuple[Cell, ...]:
    return _unique(_cells(listing))


def _given(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}


def _cells(listing: ConnectionSelection) -> Iterator[Cell]:
    for _, entry in listing.entries:
        match entry:
            case Row():
                yield from _row_cells(entry, (), "")
            case Edges(entries):
                for _, part in entries:
                    if isinstance(part, Row):
                        yield from _row_cells(part, (), "")


def _row_cells(row: Row, path: tuple[Link, ...], prefix: str) -> Iterator[Cell]:
    for key, entry in row.entries:
        match entry:
            case Column():
                yield Cell(entry, prefix + _name(entry, key, entry.graphql), path)
            case QuantitySelection(quantity, parts):
                alias = None if key == quantity.graphql else key
                for part, column in parts:
                    if isinstance(column, Column):
                        yield Cell(column, prefix + (f"{alias}_{part}" if alias else _name(column, part, part)), path)
            case ToOne(link, _, below):
                yield from _row_cells(below, (*path, link), f"{prefix}{key}.")
            case ToMany(link):
                message = f"{link.field} leads to many rows, which a table cannot hold: ask for them apart, or as JSON"
                raise BadInput(message)
            case Constant():
                pass


def _name(column: Column, key: str, usual: str) -> str:
    return column.given or column.name if key == usual else key


def _unique(cells: Iterator[Cell]) -> tuple[Cell, ...]:
    found: dict[str, Cell] = {}
    for cell in cells:
        if found.setdefault(cell.name, cell) != cell:
            message = f"Two columns would be called {cell.name}: give one an alias"
            raise BadInput(message)
    if not found:
        message = "A table wants columns: ask for fields of nodes"
        raise BadInput(message)
    return tuple(found.values())
