"""The columns that a statement is made of: those of its cells, order, conditions and groups, and what they need."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from planning.plan import (
    AfterCursor,
    AllOf,
    AnyOf,
    Compared,
    Condition,
    InCells,
    InCone,
    InPolygon,
    Nearby,
    Negated,
    Related,
    RelatedCount,
    SimilarTo,
    StatementShape,
    Untrue,
)
from planning.rights import deciding
from schema.column import Column
from schema.relations import RelatedColumn, RelatedNumber
from schema.separation import SEPARATION
from schema.table import Lineage, Table


def every_column(shape: StatementShape) -> Iterator[Column]:
    """The columns of a statement that are of its own table."""
    own = replace(shape, cells=tuple(cell for cell in shape.cells if not cell.path))
    yield from columns_of(own, shape.conditions)
    if shape.grouping:
        yield from shape.grouping.columns()


def columns_of(shape: StatementShape, conditions: Iterable[Condition]) -> Iterator[Column]:
    """The columns that a page is made of, and those of some conditions on its rows."""
    for column in (*(cell.column for cell in shape.cells), *(term.column for term in shape.order)):
        yield from _read(column, shape.table)
    for condition in conditions:
        yield from _compared(condition, shape.table)


def _read(column: Column, table: Table) -> tuple[Column, ...]:
    """What is read for a column: of the separation the position, of a related row's what leads to it."""
    if isinstance(column, RelatedColumn):
        return (column.path[0].from_column,)
    if isinstance(column, RelatedNumber):
        return (column.link.from_column,)
    return table.position or () if column is SEPARATION else (column,)


def related_columns(shape: StatementShape) -> Iterator[RelatedColumn | RelatedNumber]:
    """The columns of related rows that a page or groups are made of, and their numbers."""
    keys = shape.grouping.by if shape.grouping else ()
    columns = (*keys, *(cell.column for cell in shape.cells), *(term.column for term in shape.order))
    marks = (one for one in shape.conditions if isinstance(one, AfterCursor))
    for column in (*columns, *(term.column for mark in marks for term in mark.order)):
        if isinstance(column, (RelatedColumn, RelatedNumber)):
            yield column


def _compared(condition: Condition, table: Table) -> Iterator[Column]:
    match condition:
        case Compared(column) | SimilarTo(column):
            yield from _read(column, table)
        case Negated(part) | Untrue(part):
            yield from _compared(part, table)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _compared(part, table)
        case AfterCursor(order):
            for term in order:
                yield from _read(term.column, table)
        case InCone() | InPolygon() | InCells() | Nearby():
            yield from table.position or ()
        case Related(link) | RelatedCount(link):
            yield link.from_column
            yield from (link.bridge.program,) if isinstance(link.bridge, Lineage) else ()


def stored(columns: Iterable[Column]) -> Iterator[Column]:
    """What some columns are computed of, or themselves, and what decides who may see them."""
    for column in deciding(columns):
        if column.computed:
            yield from stored(column.computed.columns)
        else:
            yield column
