"""Stored GraphQL documents asked, and which databases did not answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from planning.errors import BadInput, Busy, GatewayError, HubUnavailable, Internal, TimedOut
from resolvers.operation import Operations, Request

Node = Mapping[str, Any]
"""A row as GraphQL answers it."""
Lists = Mapping[str, list[Node]]
"""The rows of each field of a document."""
FAILED: Mapping[str, type[GatewayError]] = {one.code: one for one in (HubUnavailable, Busy, TimedOut, Internal)}
"""What leaves nothing to tell, by its code; whatever else is no database's fault is the client's."""


@dataclass(frozen=True, slots=True)
class DocumentLookup:
    """Asks, and notes which databases do not answer."""

    operations: Operations
    missing: dict[str, str] = field(default_factory=dict)
    """What was told of each."""

    async def lists(self, document: str, **keys: Iterable[Any]) -> Lists:
        """The rows of a document's fields; nothing is asked where no key is given. Raises `GatewayError`."""
        told = {name: [*values] for name, values in keys.items()}
        if not any(told.values()):
            return {}
        answer = await self.operations.answer(Request(document, None, told))
        payload = orjson.loads(orjson.dumps(answer.payload))
        for error in payload.get("errors", ()):
            about = error.get("extensions", {})
            if "source" not in about:
                raise FAILED.get(about.get("code"), BadInput)(error["message"])
            self.missing[about["source"]] = error["message"]
        found = payload.get("data") or {}
        return {name: part["nodes"] for name, part in found.items() if part}
