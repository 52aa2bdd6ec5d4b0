"""Run stored GraphQL documents, and collect the databases that do not answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from planning.errors import BadInput, Busy, GatewayError, HubUnavailable, Internal, SourceUnavailable, TimedOut
from resolvers.operation import Operations
from resolvers.request import Request

Node = Mapping[str, Any]
"""A row, as GraphQL returns it."""
Lists = Mapping[str, list[Node]]
"""The rows of each field of a document."""
FAILED: Mapping[str, type[GatewayError]] = {one.code: one for one in (HubUnavailable, Busy, TimedOut, Internal)}
"""Errors that leave nothing to return, by code; other errors without a source are the client's."""


@dataclass(frozen=True, slots=True)
class DocumentLookup:
    """Runs documents for one request."""

    operations: Operations
    unavailable: dict[str, str] = field(default_factory=dict)
    """Message of each source that did not answer."""

    async def fetch(self, document: str, **keys: Iterable[Any]) -> Lists:
        """Run a document and return the rows of its fields; nothing is run if all `keys` are empty.

        Raises
        ------
        GatewayError
            An error without a source; errors of sources are kept in `unavailable`.
        """
        variables = {name: [*values] for name, values in keys.items()}
        if not any(variables.values()):
            return {}
        answer = await self.operations.answer(Request(document, None, variables))
        payload = orjson.loads(orjson.dumps(answer.payload))
        for error in payload.get("errors", ()):
            extensions = error.get("extensions", {})
            if "source" not in extensions:
                raise FAILED.get(extensions.get("code"), BadInput)(error["message"])
            self.unavailable[extensions["source"]] = error["message"]
        data = payload.get("data") or {}
        return {name: connection["nodes"] for name, connection in data.items() if connection}

    def require_answers(self) -> None:
        """Raise `SourceUnavailable` for a source that did not answer."""
        for source, message in self.unavailable.items():
            raise SourceUnavailable(message, source)
