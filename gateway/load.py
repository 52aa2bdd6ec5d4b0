"""A bound on the requests under way: those beyond it are told at once to come back, instead of waiting in line."""

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.errors import refusal
from resolvers.errors import Busy

ALWAYS = ("/livez", "/readyz")
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
            self._running += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._running -= 1
