"""Each request gets an id, in and out, a line in the log, and is handed to observers as the metrics.

The line has the path without its query string, which may hold what a client would not like to see kept.
"""

import logging
import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from random import Random
from time import perf_counter
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.headers import header
from gateway.middleware.load import ALWAYS

LOG = logging.getLogger("gateway.access")
SOUND = re.compile(r"[\w.:/+=-]{1,64}", re.ASCII)
HEADER = b"x-request-id"
TIMING = b"server-timing"
_NAMES = Random()  # noqa: S311 - they tell requests apart and guard nothing: no system call for each
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")


@dataclass(slots=True)
class Access:
    """One request and its answer."""

    door: str
    """Its label in the metrics."""
    method: str
    path: str
    status: int = 0
    size: int = 0
    """Bytes of the answer's body."""
    seconds: float = 0.0
    stages: str = ""
    """Its header Server-Timing."""

    def logged(self) -> dict[str, object]:
        """What the log says of it."""
        line: dict[str, object] = {"method": self.method, "path": self.path, "status": self.status, "bytes": self.size}
        return line | {"ms": round(1000 * self.seconds, 2), "stages": self.stages}


class Accesses:
    """Middleware around everything else; `label` is what a path is counted under, `observers` get each request."""

    def __init__(
        self, app: ASGIApp, label: Callable[[str], str], observers: Sequence[Callable[[Access], None]] = ()
    ) -> None:
        self._app = app
        self._label = label
        self._observers = observers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = _name(header(scope["headers"], HEADER) or "")
        access = Access(self._label(scope["path"]), scope["method"], scope["path"])
        REQUEST_ID.set(name)
        start = perf_counter()

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                access.status, access.stages = message["status"], header(message["headers"], TIMING) or ""
                message["headers"].append((HEADER, name.encode()))
            elif message["type"] == "http.response.body":
                access.size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            access.seconds = perf_counter() - start
            self._observe(access)

    def _observe(self, access: Access) -> None:
        for observer in self._observers:
            observer(access)
        if access.path not in ALWAYS and LOG.isEnabledFor(logging.INFO):
            # As it was sent: a line break in it would begin a line of the log that nobody wrote.
            LOG.info("%s %s %d", access.method, quote(access.path), access.status, extra={"access": access.logged()})


def _name(sent: str) -> str:
    return sent if SOUND.fullmatch(sent) else f"{_NAMES.getrandbits(128):032x}"
