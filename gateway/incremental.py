"""Answers in parts, as parts of a multipart body (GraphQL's Incremental Delivery over HTTP), in both forms there are.

Clients say by Accept which of them they read. That of 2022 (`deferSpec=20220824`, read by Apollo Client 3 and 4, Relay)
repeats in each fragment what came before it. The newer one (`incrementalSpec=v0.2`, or no parameter: read by Apollo
Client 4, urql, graphql-js 17) names fragments that are pending, sends nothing twice, and says when each is complete.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.payloads import json_payload
from resolvers.incremental import DeliveredPart, Increment, PendingPart
from resolvers.operation import FirstDelivery

BOUNDARY = b"\r\n---"
"""Before each part. Clients read a part when they have the boundary after it, which is sent together with the part."""
HEAD = b"\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"
END = b"--\r\n"


@dataclass(frozen=True, slots=True)
class IncrementalFormat:
    """A form of answers in parts."""

    media_type: str
    pending: bool
    """Whether it names the fragments that are pending."""
    written: Callable[[Increment], dict[str, Any]]
    """Makes the payload of an increment, all but `hasNext`."""


async def payloads(delivery: FirstDelivery, form: IncrementalFormat, max_cost: int) -> AsyncIterator[dict[str, Any]]:
    """Yield the payloads of an answer in parts, ready for JSON."""
    begun = {"pending": list(map(_pending, delivery.deliveries.begun))} if form.pending else {}
    yield delivery.result.priced(max_cost) | begun | {"hasNext": True}
    async for increment in delivery.deliveries.increments():
        yield form.written(increment) | {"hasNext": not increment.last}


class IncrementalResponse(StreamingResponse):
    """Sends an answer in parts; what nobody waits for is cancelled when all are sent, or the client has left."""

    def __init__(
        self, delivery: FirstDelivery, form: IncrementalFormat, max_cost: int, headers: Mapping[str, str]
    ) -> None:
        own = {"Content-Type": form.media_type, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(_parts(payloads(delivery, form, max_cost)), headers={**headers, **own, "Vary": "Accept"})
        self._delivery = delivery

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._delivery.deliveries.close()


async def _parts(payloads: AsyncIterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    before = BOUNDARY
    async for payload in payloads:
        yield before + HEAD + json_payload(payload) + BOUNDARY
        before = b""
    yield END


def _written_2022(increment: Increment) -> dict[str, Any]:
    return {"incremental": [_fragment(delivered) for delivered in increment.delivered]}


def _fragment(delivered: DeliveredPart) -> dict[str, Any]:
    label = _labelled(delivered.pending)
    return {"path": list(delivered.pending.path), **label, "data": delivered.data, **delivered.errors}


def _written(increment: Increment) -> dict[str, Any]:
    told = {
        "pending": list(map(_pending, increment.begun)),
        "incremental": [entry for delivered in increment.delivered for entry in _additions(delivered)],
    }
    completed = {"completed": list(map(_completed, increment.delivered))}
    return {name: entries for name, entries in told.items() if entries} | completed


def _pending(pending: PendingPart) -> dict[str, Any]:
    return {"id": pending.id, "path": list(pending.path), **_labelled(pending)}


def _labelled(pending: PendingPart) -> dict[str, Any]:
    return {} if pending.label is None else {"label": pending.label}


def _additions(delivered: DeliveredPart) -> Iterator[dict[str, Any]]:
    """Entries for what of a fragment is new, the first of them with its errors."""
    errors = delivered.errors
    for path, data in delivered.additions:
        below = list(path[len(delivered.pending.path) :])
        yield {"id": delivered.pending.id, **({"subPath": below} if below else {}), "data": data, **errors}
        errors = {}


def _completed(delivered: DeliveredPart) -> dict[str, Any]:
    return {"id": delivered.pending.id, **(delivered.errors if delivered.data is None else {})}


MULTIPART = "multipart/mixed"
V2022 = IncrementalFormat(f'{MULTIPART};boundary="-";deferSpec=20220824', pending=False, written=_written_2022)
V02 = IncrementalFormat(f'{MULTIPART};boundary="-";incrementalSpec=v0.2', pending=True, written=_written)
FORMATS = {f"{MULTIPART};deferspec=20220824": V2022, f"{MULTIPART};incrementalspec=v0.2": V02, MULTIPART: V02}
"""By what Accept says, as `adapters.votable.formats.preferred` has it."""
