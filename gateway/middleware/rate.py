"""How often one client may ask, so that none keeps the others waiting.

A float a client: the moment at which all it asked would be worked off at the allowed rate (the generic cell rate
algorithm). A library would bring storages and strategies that this needs none of, and memory that grows with addresses.
"""

import math
from collections import OrderedDict
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.door import Doors
from gateway.middleware.load import ALWAYS
from planning.errors import GatewayError

CLIENTS = 100_000
"""Clients remembered: beyond them, those that have not asked for longest are forgotten."""


class RateLimited(GatewayError):
    """One client asks more often than is allowed."""

    code = "RATE_LIMITED"
    status = 429


class RateLimit:
    """Middleware that answers 429 to a client that has asked `burst` requests more than `rate` allows a second."""

    def __init__(self, app: ASGIApp, doors: Doors, rate: float, burst: int) -> None:
        self._app = app
        self._doors = doors
        self._rate = rate
        self._patience = burst / rate if rate else 0.0
        self._clear: OrderedDict[str, float] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        limited = self._rate and scope["type"] == "http" and scope["path"] not in ALWAYS
        seconds = self.wait(_counted(scope.get("client")), monotonic()) if limited else 0
        if seconds:
            message = f"You ask more than {self._rate:g} times a second: ask again in {seconds} s"
            await self._doors.refusal(scope, RateLimited(message, retry=seconds))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def wait(self, client: str | None, now: float) -> int:
        """Seconds that a client should wait before it asks again; 0 for one that may ask now, which is then counted."""
        if client is None:
            return 0
        clear = max(now, self._clear.pop(client, now))
        early = clear - self._patience - now
        self._clear[client] = clear + (1 / self._rate if early <= 0 else 0)
        if len(self._clear) > CLIENTS:
            self._clear.popitem(last=False)
        return math.ceil(early) if early > 0 else 0


def _counted(client: tuple[str, int] | None) -> str | None:
    return _network(client[0]) if client else None


@lru_cache(maxsize=4096)
def _network(host: str) -> str | None:
    """Under which name an address is counted: that of its network for IPv6; None for this machine and for sockets."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if address.is_loopback:
        return None
    return str(ip_network((host, 64), strict=False)) if isinstance(address, IPv6Address) else host
