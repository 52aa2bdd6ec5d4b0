"""A deadline for the body of each request, and its beginning before the request counts as under way.

What a client has not sent yet holds nothing but its own connection: the first `AHEAD` bytes, which most bodies have not
got, are waited for here, outside `LoadLimit`. The rest is read where it is wanted, against the same clock; a client has
a share of the bodies that are larger, as each is held in memory.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.door import Doors
from gateway.headers import header
from gateway.multipart import MULTIPART
from gateway.request import media_type
from hub.shares import Share, holder
from planning.errors import GatewayError

AHEAD = 65_536
"""Bytes of a body that are waited for before anything is done: what uvicorn holds of it anyway."""
RATE = 10_000
"""Bytes a second that lengthen the time a body may take: it may be large, but not slow."""


class BodyTooSlow(GatewayError):
    """The body of a request was not there in time."""

    code = "REQUEST_TIMEOUT"
    status = 408


class BodyDeadline:
    """Middleware that refuses a request whose body does not come in time.

    Parameters
    ----------
    seconds
        How long a body may take, beside what its bytes take at `RATE`.
    largest
        Bytes of a body that any door reads. A larger one is not waited for: it is refused by its length.
    largest_upload
        The same of a form in parts, which may have tables in it.
    share
        Of requests with a body of more than `AHEAD` bytes. A form in parts, which goes to disk, has another.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the bounds of a body
        self, app: ASGIApp, doors: Doors, seconds: float, largest: int, largest_upload: int, share: Share
    ) -> None:
        self._app = app
        self._doors = doors
        self._seconds = seconds
        self._largest = largest
        self._largest_upload = largest_upload
        self._share = share

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        length = _length(scope)
        if not length:
            await self._app(scope, receive, send)
            return
        in_parts = media_type(Headers(scope=scope)) == MULTIPART

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == BodyTooSlow.status:
                MutableHeaders(raw=message["headers"])["Connection"] = "close"  # what comes is the rest of the body
            await send(message)

        with ExitStack() as held:

            def grown() -> None:
                if not in_parts:
                    held.enter_context(self._share.held(holder()))

            body = Body(receive, self._seconds, grown)
            try:
                if length <= (self._largest_upload if in_parts else self._largest):
                    await body.read_ahead()
            except GatewayError as error:
                await self._doors.refusal(scope, error)(scope, receive, sent)
            else:
                await self._app(scope, body.receive, sent)


class Body:
    """The body of a request as it comes; what is taken of it is taken in time, or `BodyTooSlow` is raised.

    `grown` is called when it has become larger than `AHEAD`; it may refuse more.
    """

    def __init__(self, receive: Receive, seconds: float, grown: Callable[[], None]) -> None:
        self._receive = receive
        self._grown = grown
        self._until = monotonic() + seconds
        self._seconds = seconds
        self._ahead: deque[Message] = deque()
        self._read = 0
        self._ended = False

    async def read_ahead(self) -> None:
        """Read `AHEAD` bytes, or all if there are fewer; `receive` has them."""
        while not self._ended and self._read < AHEAD:
            self._ahead.append(await self._next())

    async def receive(self) -> Message:
        """The next part; after the last one, that the client has left, for which there is no deadline."""
        if self._ahead:
            return self._ahead.popleft()
        return await (self._receive() if self._ended else self._next())

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(self._until + self._read / RATE - monotonic()):
                message = await self._receive()
        except TimeoutError as error:
            slow = f"The body is too slow: {self._seconds:g} s are allowed, and one more for each {RATE} bytes"
            raise BodyTooSlow(slow) from error
        before, self._read = self._read, self._read + len(message.get("body", b""))
        self._ended = not message.get("more_body")
        if before <= AHEAD < self._read:
            self._grown()
        return message


def _length(scope: Scope) -> float:
    """How many bytes the body of a request has; infinity where that is not said, 0 where there is none."""
    if scope["type"] != "http":
        return 0
    if header(scope["headers"], b"transfer-encoding") is not None:
        return AHEAD
    length = header(scope["headers"], b"content-length") or ""
    return int(length) if length.isdecimal() else 0
