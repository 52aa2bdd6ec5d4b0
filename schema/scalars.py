"""GraphQL scalars beyond the five of the specification, and the Python type of each scalar."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any, NewType

import numpy as np
import strawberry
from graphql import GraphQLError
from numpy.typing import NDArray
from strawberry.types.scalar import ScalarDefinition

Long = NewType("Long", int)
DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)
Json = NewType("Json", object)
Positions = NewType("Positions", object)

LARGEST = 2**63 - 1
DISTANT = re.compile(
    r"(0000|\d{5,6}|[+-]\d{6})(-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?)?)", re.ASCII
)
"""ISO 8601's expanded years, and what is left of the sign by some."""
FIRST_YEAR, LAST_YEAR = -4712, 294_275
"""Whole years that PostgreSQL's timestamps have (manual, section 8.5), with a year 0."""
MOST_POSITIONS = 100_000


def _long(value: Any) -> int:
    """A whole number, as GraphQL's Int takes it (section 3.5.1): 20000091.0 is one; raises `GraphQLError`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not -LARGEST - 1 <= value <= LARGEST:
        message = f"Long cannot represent {value!r}: a whole number of 64 bits is wanted"
        raise GraphQLError(message)
    return value


def _instant(value: Any) -> datetime | str:
    """A time, as text where its year is not 1 to 9999, as answers have it; raises `GraphQLError`."""
    try:
        if (match := DISTANT.fullmatch(value)) and FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            datetime.fromisoformat(f"{2000 + int(match[1]) % 400}{match[2]}")  # the calendar repeats after 400 years
            return str(value)
        parsed = datetime.fromisoformat(value)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        message = f"DateTime cannot represent {value!r}: ISO 8601 is wanted, as 2022-01-14T10:40:32Z"
        raise GraphQLError(message) from None


def _day(value: Any) -> date:
    """A date of the calendar; raises `GraphQLError`."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        message = f"Date cannot represent {value!r}: ISO 8601 is wanted, as 2026-12-01"
        raise GraphQLError(message) from None


def _positions(value: Any) -> NDArray[np.float64]:
    """Check all positions at once: one input object for each would take a second."""
    if isinstance(value, list) and len(value) > MOST_POSITIONS:
        message = f"There are {len(value)} positions: at most {MOST_POSITIONS} are taken at once"
        raise GraphQLError(message)
    positions = _pairs(value)
    if positions is None:
        message = "Positions are a list of pairs of numbers, [[right ascension, declination], …] in degrees"
        raise GraphQLError(message)
    ra, dec = positions[:, 0], positions[:, 1]
    wrong = np.flatnonzero(~((ra >= 0) & (ra <= 360) & (dec >= -90) & (dec <= 90)))
    if len(wrong):
        message = f"Position {wrong[0]} is {value[wrong[0]]}: 0 to 360 and -90 to 90 degrees are wanted"
        raise GraphQLError(message)
    return positions


def _pairs(value: Any) -> NDArray[np.float64] | None:
    """A list of lists of two numbers, each of which a float has; None for what is no such list: true is no number."""
    if not isinstance(value, list) or set(map(type, value)) - {list} or set(map(len, value)) != {2}:
        return None
    if set(map(type, chain.from_iterable(value))) - {int, float}:
        return None
    try:
        return np.fromiter(chain.from_iterable(value), float, 2 * len(value)).reshape(-1, 2)
    except OverflowError:
        return None


SCALAR_MAP: Mapping[object, ScalarDefinition] = {
    Long: strawberry.scalar(
        name="Long",
        description="A whole number of 64 bits, signed",
        specified_by_url="https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-INT",
        serialize=lambda value: value,
        parse_value=_long,
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant, ISO 8601 in UTC, as 2022-01-14T10:40:32Z; without a zone it is read as UTC. Years beyond 0001 "
            "to 9999 have a sign and six digits, as +020000-01-01T00:00:00Z and, for 44 BC, -000043-03-15T00:00:00Z; "
            "infinite times are null"
        ),
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=lambda value: value,
        parse_value=_instant,
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A date of the calendar, ISO 8601, as 2026-12-01",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=lambda value: value,
        parse_value=_day,
    ),
    Positions: strawberry.scalar(
        name="Positions",
        description="Places on the sky, ICRS degrees: a list of DALI points, [[right ascension, declination], …]",
        specified_by_url="https://www.ivoa.net/documents/DALI/20170517/REC-DALI-1.1.html#tth_sEc3.3.5",
        serialize=lambda value: value,
        parse_value=_positions,
    ),
    Json: strawberry.scalar(
        name="JSON",
        description="Any JSON value",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259",
        serialize=lambda value: value,
    ),
}
PYTHON: dict[str, Any] = {
    "String": str,
    "Int": int,
    "Float": float,
    "Boolean": bool,
    "Long": Long,
    "DateTime": DateTime,
    "JSON": Json,
}
"""GraphQL scalar → Python type for Strawberry."""
