"""A GraphQL request, and the response to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError

from planning.errors import BadInput, GatewayError
from resolvers.field_errors import error_payload, graphql_error


@dataclass(frozen=True, slots=True)
class Request:
    """A GraphQL request (GraphQL over HTTP, section 5)."""

    query: str
    """Text of the document."""
    operation_name: str | None = None
    """None for the document's only operation."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    safe: bool = False
    """Whether it must not be a mutation, as a GET, or what a page of any origin may send over a WebSocket."""


@dataclass(frozen=True, slots=True)
class OperationResult:
    """The response to a request."""

    payload: dict[str, Any]
    """`data` and `errors`, ready for JSON."""
    refusal: int | None = None
    """HTTP status of a request that was refused before anything ran, else None."""
    cost: int | None = None
    """Estimated cost in rows; None if it is not known."""
    event: str | None = None
    """Id of the event that it is in a stream, after which a client may resume; None if it is none."""

    def priced(self, limit: int) -> dict[str, Any]:
        """Return the payload with the estimated cost, if it is known, beside the limit for it."""
        if self.cost is None:
            return self.payload
        return self.payload | {"extensions": {"cost": {"requested": self.cost, "limit": limit}}}

    @property
    def executed(self) -> bool:
        """Whether the operation ran."""
        return self.refusal is None

    @property
    def whole(self) -> bool:
        """Whether it ran without errors."""
        return self.executed and "errors" not in self.payload


def refused(*errors: GraphQLError | GatewayError) -> OperationResult:
    """Return the result of a request that is refused as a whole, with the status of the first `GatewayError`."""
    status = next((error.status for error in errors if isinstance(error, GatewayError)), BadInput.status)
    return OperationResult({"errors": [error_payload(graphql_error(error)) for error in errors]}, refusal=status)
