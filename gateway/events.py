"""Results as server-sent events, in the protocol graphql-sse, one connection an operation ("distinct connections").

A query has one, and so has what is refused: the browser's EventSource shows no other status than 200 to its page, and
clients of the protocol take any for a fault of the network. Ids are those of additions (`Last-Event-ID` resumes):
one is sent whenever nothing else is, so that no client is without.
"""

from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.accept import EVENTS
from gateway.payloads import json_payload
from resolvers.request import OperationResult
from resolvers.streams import Stream

QUIET = 12.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection."""
COMPLETE = b"event: complete\ndata:\n\n"


class EventResponse(StreamingResponse):
    """Sends the events of a stream, which it closes when all are sent, or the client has left; or the only result."""

    def __init__(self, results: OperationResult | Stream, max_cost: int) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
        messages = _messages(results, max_cost) if isinstance(results, Stream) else _only(results, max_cost)
        super().__init__(messages, headers=headers, media_type=EVENTS)
        self._results = results

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        try:
            await super().__call__(scope, receive, send)
        finally:
            if isinstance(self._results, Stream):
                self._results.close()


async def _messages(stream: Stream, max_cost: int) -> AsyncIterator[bytes]:
    try:
        yield _quiet(stream)
        while True:
            result = await stream.take(QUIET)
            yield _quiet(stream) if result is None else _next(result, max_cost)
    except StopAsyncIteration:
        yield COMPLETE


async def _only(result: OperationResult, max_cost: int) -> AsyncIterator[bytes]:
    yield _next(result, max_cost) + COMPLETE


def _next(result: OperationResult, max_cost: int) -> bytes:
    text = json_payload(result.priced(max_cost))
    return b"event: next\ndata: " + text + _id(result.event) + b"\n\n"


def _quiet(stream: Stream) -> bytes:
    """A comment, and what a client has that has been told all so far."""
    return b":" + _id(stream.event) + b"\n\n"


def _id(event: str | None) -> bytes:
    return f"\nid: {event}".encode() if event else b""
