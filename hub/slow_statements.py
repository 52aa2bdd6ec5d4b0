"""Slow statements: how many of one client may run at once, whichever databases they ask.

A pool's share bounds a client at that pool, and there are as many pools as databases. A statement that has run for a
second most likely has a processor of its database to itself, and processors are fewer than connections: whoever has
its share of such statements begins no further one, of which nobody knows how long it takes, until one of them ends.
Ordinary statements take some 10 ms, and are not counted.

Ten clients with one slow statement each would fill a pool all the same. Whoever has sent a slow one is expected to send
another: such clients together hold a part of each pool, and the rest is for those whose statements end. And nobody
begins more than few at once at a pool before it is known which they are, as ordinary ones end in their turn.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from hub import shares
from hub.shares import OURSELVES, Share
from planning.errors import ShareTaken

SLOW = 1.0
"""Seconds after which a statement counts as slow."""
LONG = 5.0
"""Seconds after which it is its own doing: on a server that has much to do, any statement may take one second."""
RECENT = 10.0
"""Seconds for which a client is expected to send slow statements after a long one has ended."""
HEAVY = "slow statements"
"""What clients who do so hold of a pool together, in its `Share` of groups."""


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
        self._begun: Counter[tuple[str, int]] = Counter()
        self._ended: dict[str, float] = {}
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}

    def of(self, client: str) -> int:
        """How many of a client are running."""
        return self._running[client]

    def expected(self, client: str) -> bool:
        """Whether a client is expected to send slow statements: one runs, or a long one has ended lately."""
        lately = asyncio.get_running_loop().time() - RECENT
        return client != OURSELVES and (self._running[client] > 0 or self._ended.get(client, lately) > lately)

    async def require(self, client: str, pool: int, most: int) -> None:
        """Wait until fewer of a client's are slow, and fewer than `most` at a pool have just begun.

        Raises `ShareTaken` after `OWN_PATIENCE`.
        """
        if client == OURSELVES or self._free(client, pool, most):
            return
        try:
            async with asyncio.timeout(shares.OWN_PATIENCE):
                while not self._free(client, pool, most):
                    await self._next_end(client)
        except TimeoutError as error:
            slow = self._running[client] >= self._most
            what = f"{self._most} slow statements" if slow else f"{most} statements"
            message = f"You have {what} under way, which is your share: wait until one has ended"
            raise ShareTaken(message) from error

    def _free(self, client: str, pool: int, most: int) -> bool:
        return self._running[client] < self._most and self._begun[client, pool] < most

    @contextmanager
    def counted(self, client: str, pool: int, together: Share | None = None) -> Iterator[None]:
        """Run a statement inside, which has just begun, and is counted as slow once it is.

        `together` is where it then counts as one of all `HEAVY` ones; None where it does already.
        """
        slow, began = False, asyncio.get_running_loop().time()

        def count() -> None:
            nonlocal slow
            slow = True
            self._running[client] += 1
            self._known(client, pool)
            if together:
                together.take(HEAVY)

        self._begun[client, pool] += 1
        counting = asyncio.get_running_loop().call_later(SLOW, count)
        try:
            yield
        finally:
            counting.cancel()
            if slow:
                self._end(client, asyncio.get_running_loop().time() - began)
                if together:
                    together.give_back(HEAVY)
            else:
                self._known(client, pool)

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

    def _end(self, client: str, seconds: float) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        now = asyncio.get_running_loop().time()
        self._ended = {other: then for other, then in self._ended.items() if now - then < RECENT}
        if seconds >= LONG:
            self._ended[client] = now
        self._tell(client)

    def _known(self, client: str, pool: int) -> None:
        """A statement is known to be slow, or has ended."""
        self._begun[client, pool] -= 1
        if not self._begun[client, pool]:
            del self._begun[client, pool]
        self._tell(client)

    def _tell(self, client: str) -> None:
        for ended in self._waiting.pop(client, ()):
            if not ended.done():
                ended.set_result(None)
