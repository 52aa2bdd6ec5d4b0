"""How often one client may ask, so that none keeps the others waiting.

A float a client: the moment at which all it asked would be worked off at the allowed rate (the generic cell rate
algorithm). A library would bring storages and strategies that this needs none of, and memory that grows with addresses.
"""

import math
from collections import OrderedDict
from time import monotonic
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.door import Doors
from gateway.middleware.load import ALWAYS
from hub.shares import holder
from planning.errors import GatewayError

CLIENTS = 100_000
"""Clients remembered: beyond them, those that have not asked for longest are forgotten."""


class RateLimited(GatewayError):
    """One client asks more often than is allowed."""

    code = "RATE_LIMITED"
    status = 429


class Moments(Protocol):
    """The moment of each client, as the monotonic clock has it."""

    def get(self, client: str) -> float:
        """That of a client; 0 for one that is not known."""

    def put(self, client: str, moment: float) -> None:
        """Remember that of a client."""


class LocalMoments:
    """Those of the clients of this process, `CLIENTS` at most."""

    def __init__(self) -> None:
        self._moments: OrderedDict[str, float] = OrderedDict()

    def get(self, client: str) -> float:
        """That of a client; 0 for one that is not known."""
        return self._moments.get(client, 0.0)

    def put(self, client: str, moment: float) -> None:
        """Remember that of a client, as the last that is to be forgotten."""
        self._moments[client] = moment
        self._moments.move_to_end(client)
        if len(self._moments) > CLIENTS:
            self._moments.popitem(last=False)


class RateLimit:
    """Middleware that answers 429 to a client that has asked `burst` requests more than `rate` allows a second."""

    def __init__(self, app: ASGIApp, doors: Doors, rate: float, burst: int, moments: Moments) -> None:
        self._app = app
        self._doors = doors
        self._rate = rate
        self._patience = burst / rate if rate else 0.0
        self._clear = moments

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        limited = self._rate and scope["type"] == "http" and scope["path"] not in ALWAYS
        seconds = self.wait(holder(), monotonic()) if limited else 0
        if seconds:
            message = f"You ask more than {self._rate:g} times a second: ask again in {seconds} s"
            await self._doors.refusal(scope, RateLimited(message, retry=seconds))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def wait(self, client: str, now: float) -> int:
        """Seconds that a client should wait before it asks again; 0 for one that may ask now, which is then counted."""
        clear = max(now, self._clear.get(client))
        early = clear - self._patience - now
        self._clear.put(client, clear + (1 / self._rate if early <= 0 else 0))
        return math.ceil(early) if early > 0 else 0
