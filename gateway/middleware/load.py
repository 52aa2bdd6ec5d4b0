"""A bound on the requests under way: those beyond it are refused at once instead of waiting in line."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.accept import EVENTS
from gateway.door import Doors
from planning.errors import Busy

ALWAYS = ("/livez", "/readyz", "/health", "/metrics")
"""Paths that no limit holds for: process managers ask them."""


WAITING = 1000
"""Requests that only wait, at most, which are not counted as under way."""
LIMIT = "gateway.load"
"""Key of a request's scope: the `LoadLimit` that it is under."""


def uncounted(scope: Scope) -> AbstractContextManager[None]:
    """Do not count a request while it only waits for something."""
    limit: LoadLimit | None = scope.get(LIMIT)
    return limit.waiting() if limit else nullcontext()


class LoadLimit:
    """Middleware that answers 503 when too many requests are under way; some of those only wait."""

    def __init__(self, app: ASGIApp, doors: Doors, largest: int) -> None:
        self._app = app
        self._doors = doors
        self._largest = largest
        self._running = 0
        self._waiting = 0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A request is not counted while it only waits, as long as not too many do."""
        counted = int(self._waiting < WAITING)
        self._waiting += counted
        self._running -= counted
        try:
            yield
        finally:
            self._running += counted
            self._waiting -= counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._app(scope, receive, send)
        elif self._running >= self._largest:
            busy = Busy("The gateway has too many requests under way: try again in a few seconds")
            await self._doors.refusal(scope, busy)(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = 1
        self._running += 1
        scope[LIMIT] = self

        async def sent(message: Message) -> None:
            nonlocal counted
            if (
                message["type"] == "http.response.start"
                and counted
                and EVENTS in Headers(raw=message["headers"]).get("content-type", "")
            ):
                self._running -= counted
                counted = 0  # it is a subscription, and bounded as such
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            self._running -= counted
