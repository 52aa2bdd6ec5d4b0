"""SQL of the keys and measures of groups, such that postgres_fdw ships it and JSON can write the results."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from planning.conditions import comparison
from planning.elements import Expression
from planning.plan import Function, Grouping, Order
from planning.scope import StatementScope
from planning.shown import finite
from planning.sorting import directed, extreme
from schema.column import Column
from schema.types import BOOLEAN, DOUBLE, FLOAT


def key(column: Column, scope: StatementScope) -> Expression:
    """A column to group by. NaN and infinities are null in JSON, and so belong to the group of NULL."""
    expression = scope.column(column)
    if not column.type.unbounded:
        return expression
    return sa.case((finite(expression, column), expression))  # postgres_fdw ships CASE, and not NULLIF


def measure(function: Function, column: Column, scope: StatementScope) -> Expression:
    """The aggregate of a column's values in a group: NULL, NaN and infinities are left out.

    NULL where no value is left, and no deviation of one; how many different ones there are is never NULL.
    """
    expression = scope.column(column)
    aggregate = _EXTREMES.get(function, _aggregate)(function, column, expression, scope)
    return sa.cast(aggregate, sa.Double()) if function in _NUMBERS else aggregate


def order_by(grouping: Grouping, scope: StatementScope) -> Iterator[Expression]:
    """The terms of ORDER BY that come before the keys."""
    if grouping.largest_first and grouping.several:
        yield sa.func.count().desc()
    for term in grouping.order:
        if isinstance(term.by, Column):
            yield directed(key(term.by, scope), Order(term.by, term.descending, term.nulls_first), scope.to.order)
        else:
            measured = sa.func.count() if term.by is None else measure(*term.by, scope)
            column = term.by[1] if term.by and term.by[0] in _EXTREMES else NUMBER
            yield directed(measured, Order(column, term.descending, term.nulls_first), scope.to.order)


def having(grouping: Grouping, scope: StatementScope) -> Iterator[Expression]:
    """The conditions on groups; their values are the next ones of the scope."""
    for condition in grouping.having:
        measured = sa.func.count() if condition.measure is None else measure(*condition.measure, scope)
        yield comparison(sa.cast(measured, sa.Double()), NUMBER, condition.op, scope)


def _extreme(function: Function, column: Column, expression: Expression, scope: StatementScope) -> Expression:
    text = extreme(column, expression, scope.to.order, largest=function is Function.MAX)
    if text is not None:
        return text
    name = _LOGICAL[function] if column.type is BOOLEAN else function.value
    return _of_shown(getattr(sa.func, name)(expression), column, expression)


def _aggregate(function: Function, column: Column, expression: Expression, _: StatementScope) -> Expression:
    match function:
        case Function.COUNT_DISTINCT:
            return _of_shown(sa.func.count(sa.distinct(expression)), column, expression)
        case Function.MEDIAN:
            half = sa.func.percentile_cont(sa.literal_column("0.5"))
            median = half.within_group(sa.cast(expression, sa.Double()))
            return median.filter(finite(expression, column)) if column.type.unbounded else median
        case Function.STDDEV:
            return _of_shown(sa.func.stddev_samp(expression), column, expression)
        case Function.SUM if column.type is FLOAT:  # which PostgreSQL would add up as reals
            return _of_shown(sa.func.sum(sa.cast(expression, sa.Double())), column, expression)
        case _:
            return _of_shown(getattr(sa.func, function.value)(expression), column, expression)


def _of_shown(aggregate: sa.Function[Any], column: Column, expression: Expression) -> Expression:
    """An aggregate of the values that answers show."""
    return aggregate.filter(finite(expression, column)) if column.type.unbounded else aggregate


NUMBER = Column("measure", DOUBLE, "What is measured of a group")
"""A measure as a column is compared, which it is like."""
_EXTREMES = {Function.MIN: _extreme, Function.MAX: _extreme}
_NUMBERS = (Function.AVG, Function.SUM, Function.STDDEV, Function.MEDIAN)
"""Functions whose value is a number of double precision, whatever the column's type."""
_LOGICAL = {Function.MIN: "bool_and", Function.MAX: "bool_or"}
"""The smaller of true and false is false; PostgreSQL has no min of them under that name."""
