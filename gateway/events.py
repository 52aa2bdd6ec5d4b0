"""A subscription as server-sent events, in the protocol graphql-sse, one connection each ("distinct connections")."""

from collections.abc import AsyncIterator

import orjson
from starlette.responses import Response, StreamingResponse

from gateway.accept import EVENTS
from resolvers.streams import Stream

OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z
QUIET = 12.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection."""


def event_stream(stream: Stream) -> Response:
    """The response that sends the events of a stream, and closes the stream when the client leaves."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Accept"}
    return StreamingResponse(_messages(stream), headers=headers, media_type=EVENTS)


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
    finally:
        stream.close()
