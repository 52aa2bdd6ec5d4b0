"""A raw HTTP/1.1 client: one keep-alive connection, one request at a time.

httpx would cost more than what it measures.
"""

import asyncio
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Self
from urllib.parse import quote, urlencode, urlsplit

import orjson

from bench.timing import Ask

HEAD_END = b"\r\n\r\n"
LAST_CHUNK = b"\r\n0\r\n\r\n"


class WrongAnswerError(Exception):
    """A server did not answer as it should; the message says what it said."""


def get(path: str, **parameters: object) -> bytes:
    """A GET request."""
    target = f"{path}?{urlencode(parameters, quote_via=quote)}" if parameters else path
    return f"GET {target} HTTP/1.1\r\nHost: bench\r\nAccept: */*\r\n\r\n".encode()


def post(query: str, variables: object = None, accept: str = "application/json", *, close: bool = False) -> bytes:
    """A GraphQL request."""
    body = orjson.dumps({"query": query, "variables": variables or {}})
    head = (
        "POST /graphql HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Accept: {accept}\r\nContent-Length: {len(body)}\r\n"
        f"Connection: {'close' if close else 'keep-alive'}\r\n\r\n"
    )
    return head.encode() + body


class Client(asyncio.Protocol):
    """A connection, made again where the server has closed it for having been idle."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._received = bytearray()
        self._start = 0
        self._expected = -1
        self._answer: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def to(cls, url: str) -> Self:
        """Connect."""
        client = cls(url)
        await client._connect()
        return client

    async def ask(self, request: bytes) -> bytes:
        """Send a request and wait for all of its answer; raises `WrongAnswerError` for any status but 200 and 304."""
        transport = self._transport
        if transport is None or transport.is_closing():
            transport = await self._connect()
        self._received.clear()
        self._expected = -1
        self._answer = asyncio.get_running_loop().create_future()
        transport.write(request)
        return await self._answer

    async def _connect(self) -> asyncio.Transport:
        transport, _ = await asyncio.get_running_loop().create_connection(lambda: self, *_address(self._url))
        self._transport = transport
        return transport

    def close(self) -> None:
        """Close the connection."""
        if self._transport:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what waits."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Gather an answer."""
        self._received += data
        if self._expected < 0:
            self._head()
        chunked = self._expected == 0 and self._received.endswith(LAST_CHUNK)
        if self._answer and not self._answer.done() and (chunked or 0 < self._expected <= len(self._received)):
            body = bytes(self._received[self._start :])
            self._answer.set_result(unchunked(body) if chunked else body)

    def _head(self) -> None:
        end = self._received.find(HEAD_END)
        if end < 0:
            return
        head = bytes(self._received[:end]).lower()
        if head[9:12] == b"304" and self._answer:
            self._answer.set_result(b"")
        elif head[9:12] != b"200" and self._answer:
            told = bytes(self._received[:2000]).decode(errors="replace")
            self._answer.set_exception(WrongAnswerError(told))
        self._start = end + len(HEAD_END)
        _, found, length = head.partition(b"content-length:")
        self._expected = self._start + int(length.split(b"\r\n")[0]) if found else 0


def asker(client: Client, requests: Sequence[bytes]) -> Ask:
    """Asks one request after another, and begins again."""
    return lambda number: client.ask(requests[number % len(requests)])


class Download(asyncio.Protocol):
    """One answer read to the end of its connection, as it comes; what is kept of it is up to `keep`."""

    def __init__(self, request: bytes, keep: Callable[[bytes], object], *, first_only: bool) -> None:
        self._request, self._keep, self._first_only = request, keep, first_only
        self._head = b""
        self._start = perf_counter()
        self.first = 0.0
        self.ended: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Ask."""
        self._transport = transport
        self._start = perf_counter()
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Time the first byte of the body; keep it."""
        if not self.first:
            self._head += data
            head, found, data = self._head.partition(HEAD_END)
            if b" 200" not in head[:15]:
                self.ended.set_exception(WrongAnswerError(self._head[:2000].decode(errors="replace")))
                self._transport.abort()
                return
            if not (found and data):
                return
            self.first = perf_counter() - self._start
            if self._first_only:
                self._transport.abort()
        self._keep(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - whatever ended it, it ended
        """Tell how long it took."""
        if not self.ended.done():
            self.ended.set_result(perf_counter() - self._start)


async def download(
    url: str, request: bytes, keep: Callable[[bytes], object] = len, *, first_only: bool = False
) -> tuple[float, float]:
    """Seconds to the first byte and to the last; `keep` is given the body, chunked as it came."""
    _, reading = await asyncio.get_running_loop().create_connection(
        lambda: Download(request, keep, first_only=first_only), *_address(url)
    )
    total = await reading.ended
    return reading.first, total


def _address(url: str) -> tuple[str, int]:
    place = urlsplit(url)
    return place.hostname or "127.0.0.1", place.port or 80


def unchunked(body: bytes) -> bytes:
    """The body that came in chunks (RFC 9112 section 7.1)."""
    parts: list[bytes] = []
    place = 0
    while True:
        end = body.index(b"\r\n", place)
        size = int(body[place:end], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[end + 2 : end + 2 + size])
        place = end + 2 + size + 2
