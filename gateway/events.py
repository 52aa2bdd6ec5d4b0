"""A subscription as server-sent events, in the protocol graphql-sse, one connection each ("distinct connections")."""

from collections.abc import AsyncIterator

import orjson
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.accept import EVENTS
from resolvers.streams import Stream

OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z
QUIET = 12.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection."""


class EventResponse(StreamingResponse):
    """Sends the events of a stream, and closes the stream when all are sent, or the client has left."""

    def __init__(self, stream: Stream) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
        super().__init__(_messages(stream), headers=headers, media_type=EVENTS)
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stream.close()


async def _messages(stream: Stream) -> AsyncIterator[bytes]:
    try:
        yield b":\n\n"
        while True:
            answer = await stream.take(QUIET)
            if answer is None:
                yield b":\n\n"
            else:
                yield b"event: next\ndata: " + orjson.dumps(answer.payload, option=OPTIONS) + b"\n\n"
    except StopAsyncIteration:
        yield b"event: complete\ndata:\n\n"
