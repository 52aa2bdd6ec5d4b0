"""The errors of an answer: as many as it may list, and how many more there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError

from planning.errors import BadInput, GatewayError


@dataclass(slots=True)
class FieldErrors:
    """The errors of one answer: as many as it may list, and how many there are beyond them."""

    most: int
    listed: list[GraphQLError] = field(default_factory=list)
    omitted: int = 0

    def add(self, make: Callable[[], GraphQLError]) -> None:
        """Count an error, which is made only where there is room for it."""
        if len(self.listed) < self.most:
            self.listed.append(make())
        else:
            self.omitted += 1

    def extend(self, errors: Sequence[GraphQLError]) -> None:
        """Count errors that are made already."""
        room = self.most - len(self.listed)
        self.listed += errors[:room]
        self.omitted += len(errors[room:])

    def payload(self) -> dict[str, Any]:
        """`errors` of the response, whose last says how many more there are; nothing without errors."""
        errors = [error_payload(error) for error in self.listed]
        if self.omitted:
            message = f"and {self.omitted} more errors, which are not listed"
            errors.append({"message": message, "extensions": errors[-1]["extensions"]})
        return {"errors": errors} if errors else {}


def graphql_error(error: GraphQLError | GatewayError) -> GraphQLError:
    """Return an error of ours as a GraphQLError with the same message and extensions."""
    return GraphQLError(error.message, extensions=error.extensions) if isinstance(error, GatewayError) else error


def error_payload(error: GraphQLError) -> dict[str, Any]:
    """Format an error for the response; errors of graphql-core, which have no code, get BAD_INPUT."""
    return {**error.formatted, "extensions": {"code": BadInput.code} | (error.extensions or {})}
