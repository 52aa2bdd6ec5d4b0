"""The columns that a statement is made of: those of its cells, order, conditions and groups, and what they need."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from planning.plan import (
    AfterCursor,
    AllOf,
    AnyOf,
    Compared,
    Condition,
    InCone,
    InPolygon,
    Nearby,
    Negated,
    SimilarTo,
    StatementShape,
)
from planning.rights import deciding
from schema.column import Column
from schema.table import Table


def every_column(shape: StatementShape) -> Iterator[Column]:
    """The columns of a statement that are of its own table."""
    own = replace(shape, cells=tuple(cell for cell in shape.cells if not cell.path))
    yield from columns_of(own, shape.conditions)
    if shape.grouping:
        yield from (*shape.grouping.by, *(column for _, column in shape.grouping.measures))


def columns_of(shape: StatementShape, conditions: Iterable[Condition]) -> Iterator[Column]:
    """The columns that a page is made of, and those of some conditions on its rows."""
    yield from (cell.column for cell in shape.cells)
    yield from (term.column for term in shape.order)
    for condition in conditions:
        yield from _compared(condition, shape.table)


def _compared(condition: Condition, table: Table) -> Iterator[Column]:
    match condition:
        case Compared(column) | SimilarTo(column):
            yield column
        case Negated(part):
            yield from _compared(part, table)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _compared(part, table)
        case AfterCursor(order):
            yield from (term.column for term in order)
        case InCone() | InPolygon() | Nearby():
            yield from table.position or ()


def stored(columns: Iterable[Column]) -> Iterator[Column]:
    """What some columns are computed of, or themselves, and what decides who may see them."""
    for column in deciding(columns):
        if column.computed:
            yield from stored(column.computed.columns)
        else:
            yield column
