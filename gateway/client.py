"""Who a client is: the one notion of it that rates, shares and jobs go by.

It is the address that a request comes from, or that a trusted proxy says it comes from (GATEWAY_PROXIES); of an IPv6
address the network of 64 bits, which one user has to themselves. This machine is a client as any other: a proxy on it
that does not say for whom it asks makes one client of all its users.
"""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

from hub.loop_turns import loop_turns
from hub.shares import held_by
from planning.asker import asker

NAMELESS = "unknown"
"""Who asks over a socket of this machine, or through a proxy that gives no address."""


def client_of(scope: Scope) -> str:
    """The client that a request or WebSocket is of."""
    client = scope.get("client")
    return _named(client[0]) if client else NAMELESS


@lru_cache(maxsize=4096)
def _named(host: str) -> str:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return NAMELESS
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False))


def owner_of(scope: Scope) -> str:
    """Whose the jobs of a request are: of who has logged in, from wherever, or else of its client."""
    person = asker()
    return f"login:{person.login}" if person.known else client_of(scope)


class Clients:
    """Middleware that does all work of a request or WebSocket in the name of its client (`hub.shares.holder`).

    It begins in its client's turn of the event loop.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        with held_by(client_of(scope)):
            await loop_turns().requests.begin()
            await self._app(scope, receive, send)
