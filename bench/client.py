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
    """A server gave another answer than it should; the message quotes the beginning of it."""


def get(path: str, **parameters: object) -> bytes:
    """The bytes of a GET request, with parameters in its query string."""
    target = f"{path}?{urlencode(parameters, quote_via=quote)}" if parameters else path
    return f"GET {target} HTTP/1.1\r\nHost: bench\r\nAccept: */*\r\n\r\n".encode()


def post(query: str, variables: object = None, accept: str = "application/json", *, close: bool = False) -> bytes:
    """The bytes of a GraphQL request by POST; `close` has the server close the connection after its answer."""
    body = orjson.dumps({"query": query, "variables": variables or {}})
    head = (
        "POST /graphql HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Accept: {accept}\r\nContent-Length: {len(body)}\r\n"
        f"Connection: {'close' if close else 'keep-alive'}\r\n\r\n"
    )
    return head.encode() + body


class Client(asyncio.Protocol):
    """A keep-alive connection, opened again where the server closed it for being idle. Whoever connects closes it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._received = bytearray()
        self._start = 0
        self._expected = -1
        self._answer: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def to(cls, url: str) -> Self:
        """Connect to the host and port of a URL."""
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
        """Raise in the request that is waiting, if there is one."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Collect bytes until the answer is complete, by Content-Length or the last chunk."""
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
            text = bytes(self._received[:2000]).decode(errors="replace")
            self._answer.set_exception(WrongAnswerError(text))
        self._start = end + len(HEAD_END)
        _, separator, length = head.partition(b"content-length:")
        self._expected = self._start + int(length.split(b"\r\n")[0]) if separator else 0


def asker(client: Client, requests: Sequence[bytes]) -> Ask:
    """A contender for `compare`: request number n of a list that is repeated without end."""
    return lambda number: client.ask(requests[number % len(requests)])


class Download(asyncio.Protocol):
    """Reads one answer until the server closes the connection, and passes each block of its body to `keep`."""

    def __init__(self, request: bytes, keep: Callable[[bytes], object], *, first_only: bool) -> None:
        self._request, self._keep, self._first_only = request, keep, first_only
        self._head = b""
        self._start = perf_counter()
        self.first = 0.0
        self.ended: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Send the request and start the clock."""
        self._transport = transport
        self._start = perf_counter()
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Note when the first byte of the body came; pass blocks on."""
        if not self.first:
            self._head += data
            head, separator, data = self._head.partition(HEAD_END)
            if b" 200" not in head[:15]:
                self.ended.set_exception(WrongAnswerError(self._head[:2000].decode(errors="replace")))
                self._transport.abort()
                return
            if not (separator and data):
                return
            self.first = perf_counter() - self._start
            if self._first_only:
                self._transport.abort()
        self._keep(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - whatever ended it, it ended
        """Set the total time in seconds."""
        if not self.ended.done():
            self.ended.set_result(perf_counter() - self._start)


async def download(
    url: str, request: bytes, keep: Callable[[bytes], object] = len, *, first_only: bool = False
) -> tuple[float, float]:
    """Send a request on a connection of its own.

    Parameters
    ----------
    keep
        Called with each block of the body as it comes, chunk sizes of the transfer encoding included.
    first_only
        End the connection at the first byte of the body.

    Returns
    -------
    tuple of float
        Seconds to the first byte of the body, and to the last.

    Raises
    ------
    WrongAnswerError
        The status is not 200.
    """
    _, reading = await asyncio.get_running_loop().create_connection(
        lambda: Download(request, keep, first_only=first_only), *_address(url)
    )
    total = await reading.ended
    return reading.first, total


def _address(url: str) -> tuple[str, int]:
    place = urlsplit(url)
    return place.hostname or "127.0.0.1", place.port or 80


def unchunked(body: bytes) -> bytes:
    """Decode a chunked body (RFC 9112 section 7.1)."""
    chunks: list[bytes] = []
    start = 0
    while True:
        end = body.index(b"\r\n", start)
        size = int(body[start:end], 16)
        if size == 0:
            return b"".join(chunks)
        chunks.append(body[end + 2 : end + 2 + size])
        start = end + 2 + size + 2
