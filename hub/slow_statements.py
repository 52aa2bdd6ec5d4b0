"""Slow statements: how many of one client may run at once, whichever databases they ask.

A pool's share bounds a client at that pool, and there are as many pools as databases. A statement that has run for a
second most likely has a processor of its database to itself, and processors are fewer than connections: whoever has
its share of such statements begins no further one, of which nobody knows how long it takes, until one of them ends.
Ordinary statements take some 10 ms, and are not counted.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from hub import shares
from hub.shares import OURSELVES
from planning.errors import ShareTaken

SLOW = 1.0
"""Seconds after which a statement counts as slow."""


class SlowStatements:
    """The slow statements of each client; those of the gateway's own work are not counted.

    Parameters
    ----------
    most
        How many of one client may run at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}

    def of(self, client: str) -> int:
        """How many of a client are running."""
        return self._running[client]

    async def require(self, client: str) -> None:
        """Wait until fewer than `most` of a client's are slow; raises `ShareTaken` after `OWN_PATIENCE`."""
        if client == OURSELVES or self._running[client] < self._most:
            return
        try:
            async with asyncio.timeout(shares.OWN_PATIENCE):
                while self._running[client] >= self._most:
                    await self._next_end(client)
        except TimeoutError as error:
            message = f"You have {self._most} slow statements under way, which is your share: wait until one has ended"
            raise ShareTaken(message) from error

    @contextmanager
    def counted(self, client: str) -> Iterator[None]:
        """Run a statement inside, which is counted once it is slow."""
        slow = False

        def count() -> None:
            nonlocal slow
            slow = True
            self._running[client] += 1

        counting = asyncio.get_running_loop().call_later(SLOW, count)
        try:
            yield
        finally:
            counting.cancel()
            if slow:
                self._end(client)

    async def _next_end(self, client: str) -> None:
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(client, set())
        waiting.add(ended)
        try:
            await ended
        finally:
            waiting.discard(ended)
            if not waiting:
                self._waiting.pop(client, None)

    def _end(self, client: str) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        for ended in self._waiting.pop(client, ()):
            if not ended.done():
                ended.set_result(None)
