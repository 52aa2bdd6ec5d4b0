"""The SQL of groups: what their keys and measures are made of, so that JSON can write it and postgres_fdw ships it."""

import sqlalchemy as sa

from planning.plan import Function
from planning.scope import Expression, StatementScope
from schema.table import Column
from schema.types import BOOLEAN, DOUBLE, FLOAT


def key(column: Column, scope: StatementScope) -> Expression:
    """A column to group by. NaN and infinities are told as null, and so belong with NULL."""
    found = scope.column(column)
    # postgres_fdw ships CASE, and not NULLIF.
    return sa.case((_finite(found), found)) if column.type in (FLOAT, DOUBLE) else found


def measure(function: Function, column: Column, scope: StatementScope) -> Expression:
    """What is made of a column's values in a group, NULL, NaN and infinities left out."""
    found = scope.column(column)
    name = _LOGICAL[function] if column.type is BOOLEAN else function.value
    made: sa.Function[sa.types.NullType] = getattr(sa.func, name)(found)
    kept: Expression = made.filter(_finite(found)) if column.type in (FLOAT, DOUBLE) else made
    return sa.cast(kept, sa.Double()) if function is Function.AVG else kept


_LOGICAL = {Function.MIN: "bool_and", Function.MAX: "bool_or"}
"""The smaller of true and false is false; PostgreSQL has no min of them under that name."""


def _finite(column: Expression) -> Expression:
    """Whether a float is one that JSON can write: PostgreSQL sorts NaN after infinity."""
    low, high = (sa.literal_column(f"'{sign}Infinity'::float8", sa.Double) for sign in ("-", ""))
    return sa.and_(column > low, column < high)
