"""Repeated and trailing slashes are one, at every door: clients put URLs together from bases that may end in one.

pyvo asks `/tap//sync` of a service whose URL it was given as `…/tap/`. Nobody is sent elsewhere: a redirection would
lose what was POSTed, and one to `//host` would lead to another host.
"""

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.door import Doors

SLASHES = re.compile("//+")


class Slashes:
    """Middleware around everything else, for HTTP and WebSockets."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] in ("http", "websocket") and ("//" in scope["path"] or scope["path"].endswith("/")):
            scope["path"] = self._plain(scope["path"])
        await self._app(scope, receive, send)

    def _plain(self, path: str) -> str:
        """The path with one slash for several, and with none at its end but that of a folder."""
        path = SLASHES.sub("/", path)
        door = self._doors.at(path)
        return path if door and door.has_folders else path.rstrip("/") or "/"
