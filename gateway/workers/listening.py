"""The sockets that workers listen at: one a worker for each address, all at one port (SO_REUSEPORT).

The kernel spreads connections over them. The parent keeps each open, so that what waits in the queue of a worker that
has died, or is replaced, is answered by the next at the same socket.
"""

import socket
from contextlib import ExitStack

BACKLOG = 2048
"""Connections that may wait at each, as uvicorn has it."""
Address = tuple[socket.AddressFamily, tuple[str | int, ...]]


def addresses(host: str, port: int) -> list[Address]:
    """Where to listen; a port of 0 becomes one that is free. Raises `OSError` where another program listens."""
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    places: list[Address] = []
    for family, _, _, _, address in dict.fromkeys(found):
        with _bound(family, (address[0], port, *address[2:]), shared=False) as alone:
            port = alone.getsockname()[1]
        places.append((family, (address[0], port, *address[2:])))
    return places


def listening(places: list[Address]) -> list[socket.socket]:
    """A socket at each address, which is listened to beside others at the same; raises `OSError`."""
    with ExitStack() as opened:
        sockets = [opened.enter_context(_bound(family, address, shared=True)) for family, address in places]
        for made in sockets:
            made.listen(BACKLOG)
        opened.pop_all()
        return sockets


def _bound(family: socket.AddressFamily, address: tuple[str | int, ...], *, shared: bool) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made
