"""A bound on the requests under way, of each client and of all: those beyond it are refused at once, not queued."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.accept import EVENTS
from gateway.door import Doors
from gateway.headers import header
from gateway.shares import Shares
from hub.shares import holder
from planning.errors import GatewayError

ALWAYS = ("/livez", "/readyz", "/health", "/metrics")
"""Paths that no limit holds for: process managers ask them."""
LIMIT = "gateway.load"
"""Key of a request's scope: the `LoadLimit` that it is under."""


def uncounted(scope: Scope) -> AbstractContextManager[None]:
    """Do not count a request while it only waits for something."""
    limit: LoadLimit | None = scope.get(LIMIT)
    return limit.waiting() if limit else nullcontext()


class LoadLimit:
    """Middleware that answers 429 to a client with its share of requests under way, and 503 when all are taken."""

    def __init__(self, app: ASGIApp, doors: Doors, shares: Shares) -> None:
        self._app = app
        self._doors = doors
        self._under_way = shares.requests
        self._waiting = shares.waiting

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A request is not counted while it only waits, as long as not too many do."""
        client = holder()
        if not self._waiting.free(client):
            yield
            return
        self._under_way.give_back(client)
        try:
            with self._waiting.held(client):
                yield
        finally:
            self._under_way.take(client)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._app(scope, receive, send)
            return
        client = holder()
        try:
            self._under_way.require(client)
        except GatewayError as error:
            await self._doors.refusal(scope, error)(scope, receive, send)
        else:
            await self._counted(client, scope, receive, send)

    async def _counted(self, client: str, scope: Scope, receive: Receive, send: Send) -> None:
        counted = True
        self._under_way.take(client)
        scope[LIMIT] = self

        async def sent(message: Message) -> None:
            nonlocal counted
            if (
                message["type"] == "http.response.start"
                and counted
                and EVENTS in (header(message["headers"], b"content-type") or "")
            ):
                self._under_way.give_back(client)
                counted = False  # it is a subscription, and bounded as such
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            if counted:
                self._under_way.give_back(client)
