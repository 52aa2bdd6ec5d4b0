"""A bound on the requests under way: those beyond it are told at once to come back, instead of waiting in line."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.accept import EVENTS
from gateway.errors import refusal
from resolvers.errors import Busy

ALWAYS = ("/livez", "/readyz", "/health", "/metrics")
"""What is answered however many ask: process managers do."""


class LoadLimit:
    """Middleware that answers 503 when too many requests are under way."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._app(scope, receive, send)
        elif self._running >= self._largest:
            busy = Busy("The gateway has too many requests under way: try again in a few seconds")
            await refusal(scope["path"], busy)(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = 1
        self._running += 1

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
