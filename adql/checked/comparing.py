"""Whether two values can be compared, and in which types: PostgreSQL is never asked for what it would refuse."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from adql.checked.literals import as_number
from adql.checked.typed import NUMBERS, TEXTS, TIMES, TypedExpression, common, instant, kind
from adql.errors import AdqlError
from adql.template import Node, fragment, real
from adql.tree import TextPosition
from schema.types import BOOLEAN, DATETIME, FLOAT, INSTANT, Scalar
from sky.instants import parse_timestamp, postgres_timestamp

TRUTHS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
SMALLEST, LARGEST = 1e-37, 3e38
"""What a `real` holds at full precision."""


def compared(left: TypedExpression, right: TypedExpression, at: TextPosition) -> tuple[Node, Node]:
    """The two as they are compared.

    A character string that stands in the query is read as what it is compared with: a number, a time, a truth value. A
    number that stands there is a `real` beside a column of them: 5.1 is then equal to what is told as 5.1.

    Raises
    ------
    AdqlError
        They are of kinds that cannot be compared.
    """
    left, right = beside_numbers([left, right], at)
    pair = (left, right)
    if left.type is None or right.type is None:
        return left.sql, right.sql
    types = {left.type, right.type}
    if types <= set(NUMBERS):
        return _narrow(left, right.type), _narrow(right, left.type)
    if types <= set(TEXTS):
        return left.text, right.text
    if types <= {*TIMES, *TEXTS} and any(one.type in TIMES and other.string is not None for one, other in _both(pair)):
        return _timed(left, right, at), _timed(right, left, at)
    if types <= set(TIMES):
        return instant(left), instant(right)
    if BOOLEAN in types and not any(one.form for one in pair):
        return _truth(left, at), _truth(right, at)
    raise _incomparable(left, right, at)


def _both(pair: tuple[TypedExpression, TypedExpression]) -> tuple[tuple[TypedExpression, TypedExpression], ...]:
    return (pair, (pair[1], pair[0]))


def _narrow(value: TypedExpression, other: Scalar) -> Node:
    if other is FLOAT and value.number is not None and (value.number == 0 or SMALLEST < abs(value.number) < LARGEST):
        return real(value.number, "real")
    return value.sql


def _timed(value: TypedExpression, other: TypedExpression, at: TextPosition) -> Node:
    if value.string is None or other.type is None:
        return value.sql
    return moment(value.string, DATETIME if other.type.zoneless else INSTANT, at)


def moment(text: str, scalar: Scalar, at: TextPosition) -> Node:
    """A time that is written in a query (ISO 8601, UTC where it names no zone) as one of a type; raises `AdqlError`."""
    try:
        time = _postgres_text(text.strip())
    except (ValueError, OverflowError):
        message = f"{text[:60]!r} is no time"
        raise AdqlError(message, at, "write it as '2024-05-17T21:30:00Z'") from None
    return fragment(f"CAST('{time.replace('+00', '') if scalar is DATETIME else time}' AS {scalar.sql})")


def _postgres_text(text: str) -> str:
    """A time in UTC as PostgreSQL reads it; raises `ValueError`, `OverflowError`."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return postgres_timestamp(parse_timestamp(text))
    return f"{(read.astimezone(UTC) if read.tzinfo else read).replace(tzinfo=None).isoformat(sep=' ')}+00"


def _truth(value: TypedExpression, at: TextPosition) -> Node:
    if value.type is BOOLEAN:
        return value.sql
    truth = None
    if value.string is not None:
        truth = TRUTHS.get(value.string.strip().lower())
    elif value.number in (0, 1):
        truth = bool(value.number)
    if truth is None:
        message = f"a truth value cannot be compared with {kind(value.type)}"
        raise AdqlError(message, at, "write TRUE or FALSE")
    return fragment("true" if truth else "false")


def _incomparable(left: TypedExpression, right: TypedExpression, at: TextPosition) -> AdqlError:
    kinds = {kind(left.type), kind(right.type)}
    hint = ""
    if kinds == {"a number", "a character string"}:
        hint = "CAST makes one of the other"
    elif left.form or right.form:
        hint = "1 = CONTAINS(…) or 1 = INTERSECTS(…) compares areas"
    return AdqlError(f"{kind(left.type)} cannot be compared with {kind(right.type)}", at, hint)


def beside_numbers(values: Sequence[TypedExpression], at: TextPosition) -> list[TypedExpression]:
    """The values, with character strings that stand in the query read as numbers where a number is beside them.

    Raises
    ------
    AdqlError
        One reads as no number.
    """
    numeric = any(value.type in NUMBERS for value in values)
    return [as_number(value, at) for value in values] if numeric else list(values)


def alike(values: Sequence[TypedExpression], at: TextPosition) -> list[TypedExpression]:
    """The same, and beside times as times; raises `AdqlError` too where one reads as no time."""
    types = {value.type for value in values}
    if types & set(TIMES):
        scalar = common(types & set(TIMES))
        return [value if value.string is None else _read_time(value, scalar, at) for value in values]
    return beside_numbers(values, at)


def _read_time(value: TypedExpression, scalar: Scalar | None, at: TextPosition) -> TypedExpression:
    read = DATETIME if scalar is DATETIME else INSTANT
    return replace(value, sql=moment(value.string or "", read, at), type=read, string=None)


def common_type(values: list[TypedExpression], at: TextPosition) -> Scalar | None:
    """The type of a column that holds several values, None where all are NULL; raises `AdqlError` if there is none."""
    try:
        return common(value.type for value in values)
    except ValueError as error:
        message = f"{error} cannot be told in one column"
        raise AdqlError(message, at, "CAST makes them of one type") from None
