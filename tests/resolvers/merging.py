"""Put the parts of an answer together as clients do, and hold each payload to what its form says."""

from collections.abc import Sequence
from typing import Any

import orjson

from gateway.incremental import IncrementalFormat, payloads
from gateway.payloads import json_payload
from resolvers.operation import FirstDelivery, Operations
from resolvers.request import OperationResult, Request


async def parts_of(operations: Operations, request: Request, form: IncrementalFormat) -> list[dict[str, Any]]:
    """The payloads of an answer, read back from JSON; of one without parts, it alone."""
    plan = await operations.planned(request)
    delivery = plan if isinstance(plan, OperationResult) else await operations.deliver(plan)
    if not isinstance(delivery, FirstDelivery):
        return [orjson.loads(json_payload(delivery.payload))]
    try:
        return [orjson.loads(json_payload(part)) async for part in payloads(delivery, form, 0)]
    finally:
        await delivery.deliveries.close()


def merged(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The answer that a client has when all parts are there: `data`, and `errors` if there are any."""
    first, *others = parts
    client = Client(first)
    for number, payload in enumerate(others, 1):
        assert payload["hasNext"] is (number < len(others)), "the last part says so, and no other"
        client.take(payload)
    assert not client.pending, "all that was pending is complete"
    return client.answer()


class Client:
    """What a client has of an answer."""

    def __init__(self, first: dict[str, Any]) -> None:
        self.data = first.get("data")
        self.errors = list(first.get("errors", ()))
        self.pending: dict[str, dict[str, Any]] = {}
        self._take_pending(first)

    def answer(self) -> dict[str, Any]:
        return {"data": self.data} | ({"errors": self.errors} if self.errors else {})

    def take(self, payload: dict[str, Any]) -> None:
        for entry in payload.get("incremental", ()):
            newer = "id" in entry
            path = [*self.pending[entry["id"]]["path"], *entry.get("subPath", ())] if newer else entry["path"]
            self.errors += entry.get("errors", ())
            self._merge(self._at(path), entry["data"], once=newer)
        self._take_pending(payload)
        for completed in payload.get("completed", ()):
            del self.pending[completed["id"]]
            self.errors += completed.get("errors", ())

    def _take_pending(self, payload: dict[str, Any]) -> None:
        for pending in payload.get("pending", ()):
            assert pending["id"] not in self.pending
            assert isinstance(self._at(pending["path"]), dict), "a fragment begins at an object"
            self.pending[pending["id"]] = pending

    def _at(self, path: list[str | int]) -> Any:
        value: Any = self.data
        for step in path:
            value = value[step]
        return value

    def _merge(self, into: Any, data: Any, *, once: bool) -> None:
        """Merge an object; `once` says that nothing may come that is there already."""
        for key, value in data.items():
            if isinstance(value, dict) and isinstance(into.get(key), dict):
                assert not once
                self._merge(into[key], value, once=once)
            elif isinstance(value, list) and isinstance(into.get(key), list):
                assert not once
                assert len(into[key]) == len(value)
                for old, new in zip(into[key], value, strict=True):
                    if isinstance(old, dict):
                        self._merge(old, new, once=once)
            else:
                assert key not in into or (not once and into[key] == value)
                into[key] = value
