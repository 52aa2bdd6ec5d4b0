"""SQL of the keys and measures of groups, such that postgres_fdw ships it and JSON can write the results."""

import sqlalchemy as sa

from planning.plan import Function
from planning.scope import Expression, StatementScope
from planning.sorting import extreme
from schema.column import Column
from schema.types import BOOLEAN, DOUBLE, FLOAT


def key(column: Column, scope: StatementScope) -> Expression:
    """A column to group by. NaN and infinities are null in JSON, and so belong to the group of NULL."""
    expression = scope.column(column)
    # postgres_fdw ships CASE, and not NULLIF.
    return sa.case((_finite(expression), expression)) if column.type in (FLOAT, DOUBLE) else expression


def measure(function: Function, column: Column, scope: StatementScope) -> Expression:
    """The aggregate of a column's values in a group; NULL, NaN and infinities are left out, NULL where none is left."""
    expression = scope.column(column)
    text = extreme(column, expression, scope.to.order, largest=function is Function.MAX)
    if text is not None:
        return text
    name = _LOGICAL[function] if column.type is BOOLEAN else function.value
    aggregate: sa.Function[sa.types.NullType] = getattr(sa.func, name)(expression)
    finite: Expression = aggregate.filter(_finite(expression)) if column.type in (FLOAT, DOUBLE) else aggregate
    return sa.cast(finite, sa.Double()) if function is Function.AVG else finite


_LOGICAL = {Function.MIN: "bool_and", Function.MAX: "bool_or"}
"""The smaller of true and false is false; PostgreSQL has no min of them under that name."""


def _finite(column: Expression) -> Expression:
    """Whether a float is one that JSON can write: PostgreSQL sorts NaN after infinity."""
    low, high = (sa.literal_column(f"'{sign}Infinity'::float8", sa.Double) for sign in ("-", ""))
    return sa.and_(column > low, column < high)
