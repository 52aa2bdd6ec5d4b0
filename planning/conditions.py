"""From conditions to SQL: each in terms of the relation that its statement calls base."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from planning import relations, shown
from planning.elements import Expression
from planning.plan import (
    AfterCursor,
    AllOf,
    AnyOf,
    Centred,
    Compared,
    Condition,
    InCells,
    InCone,
    InPolygon,
    Nearby,
    Negated,
    Order,
    Related,
    RelatedCount,
    SimilarTo,
    Untrue,
)
from planning.scope import StatementScope
from planning.sorting import compared, compared_by
from planning.text_order import TextOrder
from schema.column import Column
from schema.operators import Arity, Op
from schema.table import Naming
from schema.types import DOUBLE, FLOAT, INT, LONG, SHORT

WIDER = {SHORT: LONG.sql, INT: LONG.sql, FLOAT: DOUBLE.sql}
"""What operands are bound as, where that is another type than their column's; for the last see `operands.rounded`."""


@dataclass(frozen=True, eq=False, slots=True)
class WrittenCondition:
    """A condition on the base of a statement in SQL."""

    condition: Condition
    sql: Expression
    bound: int
    """How many values of the statement come before its own."""


def written(conditions: Iterable[Condition], scope: StatementScope) -> Iterator[WrittenCondition]:
    """Conditions on the base of a statement; their values are the next ones of the scope."""
    for condition in conditions:
        bound = scope.bound
        yield WrittenCondition(condition, where(condition, scope), bound)


def rewritten(conditions: Iterable[WrittenCondition], scope: StatementScope) -> list[WrittenCondition]:
    """The same conditions, on the same values, of what is the base by now."""
    again: list[WrittenCondition] = []
    for one in conditions:
        scope.bound = one.bound
        again += written([one.condition], scope)
    return again


def where(condition: Condition, scope: StatementScope) -> Expression:
    """A condition on the base of a statement; its values are the next ones of the scope."""
    match condition:
        case AllOf(parts):
            return sa.and_(sa.true(), *(where(part, scope) for part in parts))
        case AnyOf(parts):
            return sa.or_(sa.false(), *(where(part, scope) for part in parts))
        case Negated(part):
            return sa.not_(where(part, scope))
        case Untrue(part):
            return where(part, scope).is_not(sa.true())
        case Related() | RelatedCount() | Nearby() | SimilarTo():
            return _beside(condition, scope)
        case _:
            return _holds(condition, scope)


def _counted(number: Expression, condition: RelatedCount, scope: StatementScope) -> Expression:
    column, op = condition.compared.column, condition.compared.op
    holds = comparison(number, column, op, scope)
    return sa.not_(holds) if condition.opposite else holds


def _holds(
    condition: Compared | InCone | Centred | InPolygon | InCells | AfterCursor, scope: StatementScope
) -> Expression:
    match condition:
        case Compared():
            return _compared(condition, scope)
        case InCone(outside, narrow):
            return scope.in_cone(outside=outside, narrow=narrow)
        case Centred():
            return scope.centred()
        case InPolygon(corners):
            return scope.in_polygon(corners)
        case InCells(orders, narrow):
            return scope.in_cells(orders, narrow=narrow)
        case AfterCursor(order, nulls):
            return _beyond(order, nulls, scope)


def _beside(condition: Related | RelatedCount | Nearby | SimilarTo, scope: StatementScope) -> Expression:
    """What is true of a row together with others: those that a link leads to, or that one comes from."""
    match condition:
        case Related(_, part):
            return relations.related(condition, scope, lambda inner: where(part, inner))
        case RelatedCount():
            return relations.counted(condition, scope, lambda number: _counted(number, condition, scope))
        case Nearby():
            return scope.nearby()
        case SimilarTo(column):
            middle, within = scope.origin.c[column.sql], scope.value("double precision")
            return sa.and_(scope.column(column) >= middle - within, scope.column(column) <= middle + within)


def _compared(condition: Compared, scope: StatementScope) -> Expression:
    """How a column of the base compares with the next values.

    Of names, what has them is looked up first: the source finds that by an index, and the names of its rows alone are
    compared. `obs_collection = 'GG Tau Ab1 and Ab2'` is `collection_id = ANY (ARRAY(SELECT …))` as well. What is added
    is true where the comparison is, and unknown where that is: so is both of them.
    """
    column, op, definition = condition.column, condition.op, scope.shape.table.definition
    first, holds = scope.bound, comparison(scope.column(column), column, op, scope)
    naming = definition.named.get(column) if definition else None
    if naming is None or op not in (Op.EQ, Op.IN):
        return holds
    scope.bound = first  # the same value
    value = scope.value("text[]" if op is Op.IN else "text")
    values: Expression = value if op is Op.IN else array([value])
    return sa.and_(scope.column(naming.identifier) == sa.func.any(_identified(naming, values, scope)), holds)


def _identified(naming: Naming, values: Expression, scope: StatementScope) -> Expression:
    """The identifiers of what may have one of some names, and the names, which are identifiers where there is none."""
    table = scope.relation(naming.table, "n")
    known = sa.or_(*(table.c[name.sql] == sa.func.any(values) for name in naming.names))
    identifiers = sa.select(table.c[naming.key.sql]).where(known).union_all(sa.select(sa.func.unnest(values)))
    return sa.func.array(identifiers.scalar_subquery())


def comparison(expression: Expression, column: Column, op: Op, scope: StatementScope) -> Expression:
    """How something of a column, or like one, compares with the next values of the scope."""
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
