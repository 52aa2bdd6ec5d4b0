"""Answers in the content coding that their client accepts, block by block, so that first rows are not kept waiting.

Small blocks are compressed where they are, in a fraction of a millisecond. Large ones, whole answers mostly, wait for
one thread of their own, in turns, first those of the client that has least in it: however many there are, they take one
processor at most.
"""

from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.codings import (
    ACCEPTED,
    AcceptedCoding,
    Coding,
    Encode,
    accepted_coding,
    codable,
    encodable,
    encode_headers,
)
from gateway.headers import header
from hub.threads import threads

AT_ONCE = 65_536
"""Bytes of a block that are compressed where they are: a sixth of a millisecond."""
HELD = b"if-none-match"


class Compression:
    """Middleware that compresses. ETags that outer middleware sets must name the coding (`Coding.tag`)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        accepted = accepted_coding(scope["headers"])
        held = header(scope["headers"], HELD) or ""
        if held and accepted.coding:
            # In the scope itself: it tells what is outside how the answer was made.
            scope["headers"] = _replaced(scope["headers"], accepted.coding.plain_tags(held))
        await self._app(scope, receive, CodedAnswer(accepted, scope["method"], held, send))


class CodedAnswer:
    """Sends an answer on, in a coding where that is worth it."""

    def __init__(self, accepted: AcceptedCoding, method: str, held: str, send: Send) -> None:
        self._accepted, self._method, self._held, self._send = accepted, method, held, send
        self._start: Message | None = None
        self._encode: Encode | None = None

    async def __call__(self, message: Message) -> None:  # noqa: D102 - ASGI
        if message["type"] == "http.response.start":
            self._start = message
        elif self._start:
            start, self._start = self._start, None
            await self._begin(start, message)
        elif self._encode:
            await self._send(await self._encoded(self._encode, message))
        else:
            await self._send(message)

    async def _begin(self, start: Message, message: Message) -> None:
        """Decide by the head of an answer and its first block, and send both."""
        headers = MutableHeaders(raw=list(start["headers"]))
        coding = self._coding(start["status"], headers, message)
        if coding:
            encode_headers(headers, coding)
            message = await self._first(coding, headers, message)
        await self._send({**start, "headers": headers.raw})
        await self._send(message)

    def _coding(self, status: int, headers: MutableHeaders, message: Message) -> Coding | None:
        coding = self._accepted.coding
        if coding and status == 304:
            self._retag(coding, headers)
        forced = not self._accepted.identity and encodable(status, headers)
        if forced or codable(status, headers, self._length(headers, message)):
            headers.add_vary_header(ACCEPTED)
            return coding
        return None

    def _retag(self, coding: Coding, headers: MutableHeaders) -> None:
        """Say of what has not changed which of its codings the client holds."""
        tag = headers.get("etag", "")
        if tag and coding.tag(tag) in self._held:
            headers["etag"] = coding.tag(tag)
            headers.add_vary_header(ACCEPTED)

    def _length(self, headers: Headers, message: Message) -> int | None:
        if length := headers.get("content-length"):
            return int(length)
        return None if message.get("more_body") or self._method == "HEAD" else len(message.get("body", b""))

    async def _first(self, coding: Coding, headers: MutableHeaders, message: Message) -> Message:
        """The first block; where it is the only one, the length is known."""
        if self._method == "HEAD" and not message.get("body"):
            return message
        self._encode, begun = coding.encoder(), perf_counter()
        message = await self._encoded(self._encode, message)
        stages = [headers[name]] if (name := "server-timing") in headers else []
        headers[name] = ", ".join([*stages, f'compress;dur={1000 * (perf_counter() - begun):.2f};desc="{coding.name}"'])
        if not message.get("more_body"):
            headers["content-length"] = str(len(message["body"]))
        return message

    async def _encoded(self, encode: Encode, message: Message) -> Message:
        block, last = message.get("body", b""), not message.get("more_body")
        large = len(block) > AT_ONCE
        return {**message, "body": await threads().coding.run(encode, block, last) if large else encode(block, last)}


def _replaced(headers: list[tuple[bytes, bytes]], held: str) -> list[tuple[bytes, bytes]]:
    return [(key, held.encode("latin-1") if key == HELD else value) for key, value in headers]
