"""GraphQL scalars beyond the five of the specification, and which Python type stands for which."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

Long = NewType("Long", int)
DateTime = NewType("DateTime", datetime)
Json = NewType("Json", object)

LARGEST = 2**63 - 1


def _long(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -LARGEST - 1 <= value <= LARGEST:
        message = f"Long cannot represent {value!r}: a whole number of 64 bits is wanted"
        raise GraphQLError(message)
    return value


def _instant(value: Any) -> datetime:
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        message = f"DateTime cannot represent {value!r}: ISO 8601 is wanted, as 2022-01-14T10:40:32Z"
        raise GraphQLError(message) from None


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
        description="An instant, ISO 8601 in UTC, as 2022-01-14T10:40:32Z; without a zone it is read as UTC",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=lambda value: value,
        parse_value=_instant,
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
"""GraphQL scalar → the Python type that Strawberry is told."""
