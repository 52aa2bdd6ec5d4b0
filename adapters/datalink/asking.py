"""Stored GraphQL documents asked, and which databases did not answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from resolvers.errors import BadInput
from resolvers.operation import Operations, Request

Node = Mapping[str, Any]
"""A row as GraphQL answers it."""
Lists = Mapping[str, list[Node]]
"""The rows of each field of a document."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks, and notes which databases do not answer."""

    operations: Operations
    missing: dict[str, str] = field(default_factory=dict)
    """What was told of each."""

    async def lists(self, document: str, **keys: Iterable[Any]) -> Lists:
        """The rows of a document's fields; nothing is asked where no key is given."""
        told = {name: [*values] for name, values in keys.items()}
        if not any(told.values()):
            return {}
        answer = await self.operations.answer(Request(document, None, told))
        payload = orjson.loads(orjson.dumps(answer.payload))
        for error in payload.get("errors", ()):
            source = error.get("extensions", {}).get("source")
            if source is None:
                raise BadInput(error["message"])
            self.missing[source] = error["message"]
        found = payload.get("data") or {}
        return {name: part["nodes"] for name, part in found.items() if part}
