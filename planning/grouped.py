"""SQL of the keys and measures of groups, such that postgres_fdw ships it and JSON can write the results."""

import sqlalchemy as sa

from planning.plan import Function
from planning.scope import Expression, StatementScope
from planning.shown import finite
from planning.sorting import extreme
from schema.column import Column
from schema.types import BOOLEAN


def key(column: Column, scope: StatementScope) -> Expression:
    """A column to group by. NaN and infinities are null in JSON, and so belong to the group of NULL."""
    expression = scope.column(column)
    if not column.type.unbounded:
        return expression
    return sa.case((finite(expression, column), expression))  # postgres_fdw ships CASE, and not NULLIF


def measure(function: Function, column: Column, scope: StatementScope) -> Expression:
    """The aggregate of a column's values in a group; NULL, NaN and infinities are left out, NULL where none is left."""
    expression = scope.column(column)
    text = extreme(column, expression, scope.to.order, largest=function is Function.MAX)
    if text is not None:
        return text
    name = _LOGICAL[function] if column.type is BOOLEAN else function.value
    aggregate: sa.Function[sa.types.NullType] = getattr(sa.func, name)(expression)
    shown: Expression = aggregate.filter(finite(expression, column)) if column.type.unbounded else aggregate
    return sa.cast(shown, sa.Double()) if function is Function.AVG else shown


_LOGICAL = {Function.MIN: "bool_and", Function.MAX: "bool_or"}
"""The smaller of true and false is false; PostgreSQL has no min of them under that name."""
