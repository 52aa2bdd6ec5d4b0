"""Connections of clients: uvicorn's protocols, bounded in what may be held before and after a request.

uvicorn bounds neither how long the head of a request may take nor, with httptools, how long it may be, nor how long a
client may leave an answer unread. The body is bounded where it is read (`gateway.middleware.body_deadline`).
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

HEAD_BYTES = 32_768
"""Bytes of a request's head: its first line and all of its headers."""
HEADERS = 100
"""Headers of a request."""
READ_RATE = 1000
"""Bytes a second that a client must read at least of an answer that waits for it."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How long a client may take."""

    head_seconds: float
    """For the whole head of a request, from the connection or from its first byte."""
    unread_seconds: float
    """Without reading of its answer what `READ_RATE` makes of this time."""


class WriteDeadline(asyncio.Protocol):
    """Mixin before a protocol: who does not read its answer loses its connection, and what waits for it ends."""

    limits: ConnectionLimits
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _unread: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self.stop_expecting()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait for the client to read."""
        super().pause_writing()
        self.expect_reading()

    def resume_writing(self) -> None:
        """Write on."""
        super().resume_writing()
        self.stop_expecting()

    def expect_reading(self) -> None:
        """Begin to look whether the client reads, if something waits to be read and nobody looks yet."""
        size = self.transport.get_write_buffer_size()
        if size and self._unread is None:
            self._unread = self.loop.call_later(self.limits.unread_seconds, self._look, size)

    def stop_expecting(self) -> None:
        """Look no longer."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _look(self, before: int) -> None:
        self._unread = None
        size = self.transport.get_write_buffer_size()
        if before - READ_RATE * self.limits.unread_seconds < size <= before:
            self.transport.abort()
        else:
            self.expect_reading()


class HttpConnection(WriteDeadline, HttpToolsProtocol):
    """uvicorn's protocol of HTTP/1.1, with bounds."""

    def __init__(self, limits: ConnectionLimits, **told: Any) -> None:
        super().__init__(**told)
        self.limits = limits
        self._head: asyncio.TimerHandle | None = None
        self._begun = False
        self._size = 0
        self._refusal = (400, "")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_awaiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; those of a head are counted."""
        self._size += len(data)
        super().data_received(data)
        if not self._begun and self.cycle and not self.cycle.response_complete:
            return  # as most requests are: their head came at once
        if self._begun and self._size > HEAD_BYTES and not self.transport.is_closing():
            self._refuse(431, f"The head of the request is larger than {HEAD_BYTES} bytes")
        elif self._head is None and self in self.connections:  # and has not become a WebSocket
            self._await_head()

    def on_message_begin(self) -> None:
        """Count from the first byte of a request."""
        super().on_message_begin()
        self._begun, self._size = True, 0

    def on_headers_complete(self) -> None:
        """Take the head, unless it is too large; an error is how the parser is told to stop."""
        size = len(self.url)
        for name, value in self.headers:
            size += len(name) + len(value)
        self._begun = False
        self._stop_awaiting()
        if size > HEAD_BYTES or len(self.headers) > HEADERS:
            self._refusal = (431, f"The request has more than {HEADERS} headers, or {HEAD_BYTES} bytes of them")
            raise ValueError
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Look whether what was written last is read, also where the connection ends with it."""
        super().on_response_complete()
        self.expect_reading()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, with the reason if there is a better one."""
        status, message = self._refusal
        self._refuse(status, message or msg)

    def _await_head(self) -> None:
        self._head = self.loop.call_later(self.limits.head_seconds, self._late)

    def _stop_awaiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _late(self) -> None:
        self._head = None
        if self.cycle and not self.cycle.response_complete:
            return  # the client has begun another request while its answer comes, after which it is waited for again
        if self._begun and not self.transport.is_closing():
            self._refuse(408, f"The head of the request was not complete within {self.limits.head_seconds:g} s")
        else:
            self.transport.close()

    def _refuse(self, status: int, message: str) -> None:
        """Write a refusal and end: what follows in the connection cannot be told from the rest of this request."""
        own = (b"content-type: text/plain; charset=utf-8", b"content-length: %d" % len(message), b"connection: close")
        told = [b"%s: %s" % header for header in self.server_state.default_headers]
        lines = b"\r\n".join([*told, *own, b"", message.encode()])
        self.transport.write(STATUS_LINE[status] + lines)
        self.transport.close()
        self.expect_reading()


class WebSocketConnection(WriteDeadline, WebSocketsSansIOProtocol):
    """uvicorn's protocol of WebSocket, with bounds; its pings tell a client that is gone."""

    def __init__(self, limits: ConnectionLimits, **told: Any) -> None:
        super().__init__(**told)
        self.limits = limits


def protocols(limits: ConnectionLimits) -> tuple[type[asyncio.Protocol], type[asyncio.Protocol]]:
    """What uvicorn makes of each connection, for its settings `http` and `ws`."""
    made = (partial(HttpConnection, limits), partial(WebSocketConnection, limits))
    return cast("tuple[type[asyncio.Protocol], type[asyncio.Protocol]]", made)
