"""From plan to SQL: pure functions, no connection. A text is made once a shape and kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from planning import grouped, shown
from planning.plan import (
    AfterCursor,
    AllOf,
    AnyOf,
    Cell,
    Compared,
    Condition,
    Grouping,
    InCone,
    InPolygon,
    Nearby,
    Negated,
    Order,
    Plan,
    SimilarTo,
    StatementShape,
)
from planning.routing import UNKNOWN, Databases, Destination, HubSql, databases
from planning.scope import Expression, Query, StatementScope
from planning.sorting import collated, compared, compared_by, directed
from planning.text_order import TextOrder
from schema.column import Column
from schema.operators import Arity, Op
from schema.table import Link, Neighbourhood
from schema.types import DOUBLE, FLOAT, INT, LONG, SHORT

Row = Callable[[Sequence[tuple[Cell, str]]], str]
"""How a streamed row is written: cells with their SQL expressions → SELECT list, a `HubSql` where no source can."""
FIGURES = b"\0"
"""What a block of figures begins with, comma-separated: no text of PostgreSQL has it, and so no row as text."""
DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]
WIDER = {SHORT: LONG.sql, INT: LONG.sql, FLOAT: DOUBLE.sql}
"""What operands are bound as, where that is another type than their column's; for the last see `operands.rounded`."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A text with `$1…` placeholders, and what is bound to them."""

    text: str
    values: tuple[Any, ...]
    sources: tuple[str, ...]
    """The databases it touches, that of its table first."""
    direct: bool = False
    """Whether it goes straight to its source instead of the hub."""
    varies: bool = False
    """Whether it gives other rows each time, though none has changed, as one that draws by lot does."""
    measure: str = ""
    """The text of one row, of one array of numbers, that a document needs before the rows; "" for none.

    It has the same values. The blocks of the rows may then begin with one of `FIGURES` and these (`Hub.blocks`).
    """


def statement(plan: Plan, known: Databases | None = None) -> Statement:
    """The statement that fetches a plan's rows: parent (if any), then the cells in order.

    One whose tables all live at a source that can be asked directly is written for that; every other one for the hub.
    `known` is None where nothing is known of the databases.
    """
    touched = sources(plan.shape)
    to = (known or UNKNOWN).destination(touched)
    text, order = _text(plan.shape, to)
    return Statement(text, tuple(plan.values[index] for index in order), touched, to.direct)


def stream(plan: Plan, row: Row, known: Databases | None = None, measure: Row | None = None) -> Statement:
    """The statement whose rows `row` writes, for COPY; cells may come through links to one.

    `measure` writes the figures of all rows, whatever the plan's limit; None for none.
    """
    touched = sources(plan.shape)
    to = (known or UNKNOWN).destination(touched)
    text, order = _streamed(plan.shape, row, to)
    if to.direct and isinstance(text, HubSql):  # so rows are written
        to = (known or UNKNOWN).through_hub(touched)
        text, order = _streamed(plan.shape, row, to)
    values, figures = tuple(plan.values[index] for index in order), ""
    if measure:
        figures, bound = _streamed(replace(plan.shape, limit=None, order=()), measure, to)
        figures = figures if bound == order else ""
    return Statement(text, values, touched, to.direct, measure=figures)


@lru_cache(maxsize=1024)
def sources(shape: StatementShape) -> tuple[str, ...]:
    """The databases that a shape's tables live at, its own first."""
    tables = [shape.table]
    for link in (*(step for cell in shape.cells for step in cell.path), *([shape.link] if shape.link else [])):
        tables += [link.target, *link.between]
    return databases(tables)


@lru_cache(maxsize=1024)
def _text(shape: StatementShape, to: Destination) -> tuple[str, tuple[int, ...]]:
    if shape.count:
        return _compiled(_counted(shape, to))
    if shape.grouping:
        return _compiled(_grouped(shape, shape.grouping, to))
    if shape.link is None:
        mark = _parting(shape)
        return _compiled(_parted(shape, mark, to) if mark else _listed(shape, to))
    if shape.limit is None:
        return _compiled(_batched(shape, shape.link, StatementScope(shape, to)))
    return _compiled((_lateral if shape.link.dense else _ranked)(shape, shape.link, StatementScope(shape, to)))


@lru_cache(maxsize=1024)
def _streamed(shape: StatementShape, row: Row, to: Destination) -> tuple[str, tuple[int, ...]]:
    text, order = _compiled(_listed(shape, to))
    # The row is written over named columns of a subquery, so that what is shipped stays a plain column list.
    names = [f"c{index}" for index in range(len(shape.cells))]
    listed = row(list(zip(shape.cells, names, strict=True)))
    if not listed:
        return "", order
    streamed = f"SELECT {listed} FROM ({text}) AS s({', '.join(names)})"  # noqa: S608 - of declarations
    return HubSql(streamed) if isinstance(listed, HubSql) else streamed, order


def _listed(shape: StatementShape, to: Destination) -> Query:
    scope = StatementScope(shape, to)
    columns: list[Expression] = [scope.named(cell.column, cell.path) for cell in shape.cells]
    return _restricted(sa.select(*columns or [sa.literal_column("1")]).select_from(scope.source), shape, scope)


def _parting(shape: StatementShape) -> AfterCursor | None:
    """The cursor of a page that comes from two ranges of an index: values after the cursor's, and then NULL."""
    mark = shape.conditions[-1] if shape.conditions else None
    if not isinstance(mark, AfterCursor) or mark.order != shape.order or shape.limit is None:
        return None
    first = mark.order[0]
    last = first.column.indexed and not first.column.never_null and not first.nulls_first
    return mark if last and not mark.nulls[0] else None


def _parted(shape: StatementShape, mark: AfterCursor, to: Destination) -> Query:
    """A page of each range, and the page of both: with OR, the index would be read from its start (4 s, not 6 ms)."""
    first, *rest = mark.order
    near = replace(mark, order=(replace(first, nulls_first=True), *rest))  # as if NULL had been before
    natural = replace(shape, order=(replace(first, nulls_first=first.descending), *rest))  # as the index has them
    pages = [_part(0, natural, near, to), _part(1, shape, Compared(first.column, Op.ABSENT), to)]
    both = sa.union_all(*pages).subquery("s")
    order = _reordered(both, shape, to)
    columns: list[Expression] = [both.c[f"c{at}"].label(cell.column.sql) for at, cell in enumerate(shape.cells)]
    page = sa.select(*columns or [sa.literal_column("1")]).select_from(both)
    return _limited(page.order_by(both.c.part, *order), shape.limit)


def _part(number: int, shape: StatementShape, condition: Condition, to: Destination) -> Query:
    scope = StatementScope(shape, to)
    part = sa.literal_column(str(number), sa.Integer).label("part")
    query = sa.select(part, *_labelled(shape, scope), *_terms(shape, scope)).select_from(scope.source)
    return _restricted(query, replace(shape, conditions=(*shape.conditions[:-1], condition)), scope)


def _restricted(query: Query, shape: StatementShape, scope: StatementScope) -> Query:
    for condition in shape.conditions:
        query = query.where(_where(condition, shape, scope))
    ordered = query.order_by(*_order_by(shape.order, scope))
    skipped = ordered.offset(sa.literal_column(str(shape.offset), sa.Integer)) if shape.offset else ordered
    return _limited(skipped, shape.limit)


def _limited(query: Query, limit: int | None) -> Query:
    # postgres_fdw ships a literal LIMIT, never a bound one.
    return query if limit is None else query.limit(sa.literal_column(str(limit), sa.Integer))


def _counted(shape: StatementShape, to: Destination) -> Query:
    scope, bare = StatementScope(shape, to), replace(shape, order=())
    if shape.link is None:
        return _restricted(sa.select(sa.func.count()).select_from(scope.source), bare, scope)
    if isinstance(shape.link.bridge, Neighbourhood):
        return _each(bare, shape.link, scope, [sa.func.count().label("n")])
    parent = scope.follow(shape.link)
    query = sa.select(parent, sa.func.count()).select_from(scope.source).where(*scope.restrictions)
    return _restricted(query, bare, scope).group_by(parent)


def _grouped(shape: StatementShape, grouping: Grouping, to: Destination) -> Query:
    scope = StatementScope(shape, to)
    keys = [grouped.key(column, scope) for column in grouping.by]
    measures = [grouped.measure(function, column, scope) for function, column in grouping.measures]
    also = [collated(column, written, to.order) for column, written in zip(grouping.by, keys, strict=True)]
    query = sa.select(*keys, sa.func.count(), *measures).select_from(scope.source).group_by(*keys, *chain(*also))
    terms = [Order(column) for column in grouping.by]
    order = [directed(key, term, to.order) for key, term in zip(keys, terms, strict=True)]
    largest = [sa.func.count().desc()] if grouping.largest_first and keys else []
    return _restricted(query, shape, scope).order_by(*largest, *order)


def _batched(shape: StatementShape, link: Link, scope: StatementScope) -> Query:
    parent = scope.follow(link).label("parent")
    query = sa.select(parent, *_labelled(shape, scope)).select_from(scope.source).where(*scope.restrictions)
    return _restricted(query, shape, scope)


def _ranked(shape: StatementShape, link: Link, scope: StatementScope) -> Query:
    """A page of each parent: rows of all parents fetched in one statement, ranked and cut in the hub."""
    parent = scope.follow(link)
    rank = sa.func.row_number().over(partition_by=parent, order_by=_order_by(shape.order, scope)).label("rank")
    columns = (parent.label("parent"), *_labelled(shape, scope), rank, *_terms(shape, scope))
    query = sa.select(*columns).select_from(scope.source)
    inner = replace(shape, limit=None, order=())
    ranked = _restricted(query.where(*scope.restrictions), inner, scope).subquery("s")
    # By parent and order, as the ranking has left them: PostgreSQL sees that and sorts no more.
    page = sa.select(ranked.c.parent, *(ranked.c[f"c{index}"] for index in range(len(shape.cells))))
    page = page.where(ranked.c.rank <= sa.literal_column(str(shape.limit)))
    return page.order_by(ranked.c.parent, *_reordered(ranked, shape, scope.to))


def _lateral(shape: StatementShape, link: Link, scope: StatementScope) -> Query:
    """A page of each parent, cut at the source: one remote statement a parent, for parents with very many rows."""
    return _each(shape, link, scope, _labelled(shape, scope))


def _each(shape: StatementShape, link: Link, scope: StatementScope, columns: list[Expression]) -> Query:
    parents, parent, restriction = scope.each(link)
    rows = _restricted(sa.select(*columns).select_from(scope.base).where(*scope.restrictions), shape, scope)
    page = rows.offset(sa.literal_column("0")).correlate(parents).lateral("s")
    return sa.select(parent.label("parent"), *page.c).select_from(parents.join(page, sa.true())).where(restriction)


def _labelled(shape: StatementShape, scope: StatementScope) -> list[Expression]:
    return [scope.column(cell.column).label(f"c{index}") for index, cell in enumerate(shape.cells)]


def _terms(shape: StatementShape, scope: StatementScope) -> list[Expression]:
    """The columns of an order, for what is made of the rows to be in it still."""
    return [scope.column(term.column).label(f"o{index}") for index, term in enumerate(shape.order)]


def _reordered(rows: sa.FromClause, shape: StatementShape, to: Destination) -> list[Expression]:
    return [directed(rows.c[f"o{index}"], term, to.order) for index, term in enumerate(shape.order)]


def _order_by(order: Sequence[Order], scope: StatementScope) -> Iterator[Expression]:
    return (directed(_sorted_by(term.column, scope), term, scope.to.order) for term in order)


def _sorted_by(column: Column, scope: StatementScope) -> Expression:
    """A column to sort by: where rows are found by place, written so that no index on it is taken instead."""
    expression = scope.column(column)
    if not (scope.shape.scattered and column.indexed):
        return expression
    match column.type.graphql:
        case "String":
            return expression.op("||")(sa.literal_column("''"))
        case "Int" | "Long" | "Float":
            return expression + sa.literal_column("0")
        case _:
            return expression


def _where(condition: Condition, shape: StatementShape, scope: StatementScope) -> Expression:
    match condition:
        case AllOf(parts):
            return sa.and_(sa.true(), *(_where(part, shape, scope) for part in parts))
        case AnyOf(parts):
            return sa.or_(sa.false(), *(_where(part, shape, scope) for part in parts))
        case Negated(part):
            return sa.not_(_where(part, shape, scope))
        case Nearby() | SimilarTo():
            return _beside(condition, scope)
        case _:
            return _holds(condition, scope)


def _holds(condition: Compared | InCone | InPolygon | AfterCursor, scope: StatementScope) -> Expression:
    match condition:
        case Compared(column, op):
            return _compare(scope.column(column), column, op, scope)
        case InCone(outside):
            return scope.in_cone(outside=outside)
        case InPolygon(corners):
            return scope.in_polygon(corners)
        case AfterCursor(order, nulls):
            return _beyond(order, nulls, scope)


def _beside(condition: Nearby | SimilarTo, scope: StatementScope) -> Expression:
    """How a row compares with the one that its link starts from."""
    if isinstance(condition, Nearby):
        return scope.nearby()
    column = condition.column
    middle, within = scope.origin.c[column.sql], scope.value("double precision")
    return sa.and_(scope.column(column) >= middle - within, scope.column(column) <= middle + within)


def _compare(expression: Expression, column: Column, op: Op, scope: StatementScope) -> Expression:
    # A number too large for its column is unequal to all of it, not an error: it is bound as a wider type.
    kind = WIDER.get(column.type, column.type.sql)
    match op.arity:
        case Arity.NONE:
            return _present(expression, column, op)
        case Arity.LIST:
            return expression == sa.func.any(scope.value(f"{kind}[]"))
        case Arity.TWO:
            low, high = scope.value(kind), scope.value(kind)
            bounds = ((">=", low), ("<=", high))
            return sa.and_(*(compared(column, expression, *bound, scope.to.order) for bound in bounds))
        case Arity.ONE:
            return expression.op(compared_by(column, op.value.symbol, scope.to.order))(scope.value(kind))


def _present(expression: Expression, column: Column, op: Op) -> Expression:
    if op is Op.ABSENT:
        return expression.is_(None)
    return (shown.null if op is Op.NULL else shown.not_null)(expression, column)


def _beyond(order: Sequence[Order], nulls: Sequence[bool], scope: StatementScope) -> Expression:
    """Lexicographic `(a, b, …) > cursor` where NULLs are somewhere: a later, or a equal and (b later, or …).

    Where no NULL comes later, `a >= cursor` follows; said all the same, it is where an index is read from.
    """
    values = [None if null else scope.value(term.column.type.sql) for term, null in zip(order, nulls, strict=True)]
    condition: Expression | None = None
    for term, value in reversed(list(zip(order, values, strict=True))):
        column = scope.column(term.column)
        later = _later(column, value, term, scope.to.order)
        equal = column.is_(None) if value is None else column == value
        condition = later if condition is None else sa.or_(later, sa.and_(equal, condition))
    assert condition is not None  # noqa: S101 - told to mypy: no order is without the key
    first, value = order[0], values[0]
    if value is None or len(order) == 1 or not (first.nulls_first or first.column.never_null):
        return condition
    symbol = "<=" if first.descending else ">="
    return sa.and_(compared(first.column, scope.column(first.column), symbol, value, scope.to.order), condition)


def _later(column: Expression, value: Expression | None, term: Order, order: TextOrder) -> Expression:
    if value is None:
        return column.is_not(None) if term.nulls_first else sa.false()
    later = compared(term.column, column, "<" if term.descending else ">", value, order)
    return later if term.nulls_first or term.column.never_null else sa.or_(later, column.is_(None))


def _compiled(query: Query) -> tuple[str, tuple[int, ...]]:
    compiled = query.compile(dialect=DIALECT)
    return str(compiled), tuple(int(name[1:]) for name in compiled.positiontup or ())
