"""Which values answers show: JSON has neither NaN nor infinite numbers and times, so that they are null there."""

import sqlalchemy as sa

from planning.elements import Expression
from schema.column import Column
from schema.types import JSON, Scalar


def finite(expression: Expression, column: Column) -> Expression:
    """Whether a number or a time is one that JSON can write: PostgreSQL sorts NaN after infinity."""
    kind = _kind(column.type)
    low, high = (sa.literal_column(f"'{sign}Infinity'::{kind}", sa.types.NullType()) for sign in ("-", ""))
    return sa.and_(expression > low, expression < high)


def null(expression: Expression, column: Column) -> Expression:
    """Whether a value is null where it is shown: NULL, or one that JSON has not."""
    shown = _shown_as_null(column.type)
    return expression.is_(None) if shown is None else sa.or_(expression.is_(None), expression == sa.func.any(shown))


def not_null(expression: Expression, column: Column) -> Expression:
    """The opposite of `null`."""
    shown = _shown_as_null(column.type)
    absent = expression.is_not(None)
    return absent if shown is None else sa.and_(absent, expression != sa.func.all(shown))


def _shown_as_null(scalar: Scalar) -> Expression | None:
    """The values that are null in JSON as an array; None for a type that has none."""
    if scalar is JSON:
        return sa.literal_column("""'{"null"}'::jsonb[]""", sa.types.NullType())
    if not scalar.unbounded:
        return None
    values = "infinity,-infinity" if scalar.temporal else "NaN,Infinity,-Infinity"
    return sa.literal_column(f"'{{{values}}}'::{_kind(scalar)}[]", sa.types.NullType())


def _kind(scalar: Scalar) -> str:
    return scalar.sql if scalar.temporal else "float8"
