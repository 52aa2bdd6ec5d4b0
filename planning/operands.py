"""Operands of comparisons, from coerced arguments to what is bound."""

from datetime import UTC, datetime
from struct import pack, unpack
from typing import Any

from planning.errors import BadInput
from schema.column import Column
from schema.types import FLOAT, INT, LONG, SHORT

BITS = {SHORT: 15, INT: 31, LONG: 63}
"""Of whole numbers, beside the sign."""


def operand(column: Column, value: Any) -> Any:
    """A coerced operand as the driver binds it to the column: codes for enumerations, UTC for times.

    Raises `BadInput` for a text that no column can hold.
    """
    value = getattr(value, "value", value)
    if isinstance(value, str) and "\0" in value:
        message = f"{column.graphql} cannot hold a NUL character"
        raise BadInput(message)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if column.type.zoneless else value.astimezone(UTC)
    return rounded(value) if column.type is FLOAT else value


def rounded(number: float) -> float:
    """A number as `real` has it, so that 0.1 equals the 0.1 of such a column; as it is where `real` has none.

    Both are bound as double precision, whose operators with `real` an index on the column serves.

    Examples
    --------
    >>> rounded(0.1), rounded(1e39), rounded(1e-50)
    (0.10000000149011612, 1e+39, 1e-50)
    """
    try:
        (single,) = unpack("<f", pack("<f", number))
    except OverflowError:
        return number
    return number if single == 0 else float(single)


def shown_real(number: float) -> float:
    """The shortest number that is the same `real`, which PostgreSQL shows it as; as it is where `real` has none.

    Examples
    --------
    >>> shown_real(0.38144227862358093), shown_real(1.2345678901e39)
    (0.38144228, 1.2345678901e+39)
    """
    single = rounded(number)
    shorter = (float(f"{single:.{digits}g}") for digits in range(6, 10))
    return next((shown for shown in shorter if rounded(shown) == single), number)


def in_range(column: Column, value: Any) -> bool:
    """Whether a column can hold a value of its kind: a whole number that is too large is that of no row."""
    bound = 2 ** BITS.get(column.type, 0)
    return column.type not in BITS or -bound <= value < bound
