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
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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


@dataclass(slots=True)
class BegunStatement:
    """A statement of which it is not known whether it is slow."""

    client: str
    pool: int
    known: bool = False
    """It is, by now, or it has ended."""


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
        self._waiting: dict[str, deque[tuple[int, int, asyncio.Future[None]]]] = {}

    def of(self, client: str) -> int:
        """How many of a client are running."""
        return self._running[client]

    def expected(self, client: str) -> bool:
        """Whether a client is expected to send slow statements: one runs, or a long one has ended lately."""
        lately = asyncio.get_running_loop().time() - RECENT
        return client != OURSELVES and (self._running[client] > 0 or self._ended.get(client, lately) > lately)

    async def begin(self, client: str, pool: int, most: int) -> BegunStatement:
        """Begin a statement, once fewer of the client's are slow, and fewer than `most` begun at the pool; then `know`.

        Who waits longest begins first. Raises `ShareTaken` after `OWN_PATIENCE`.
        """
        if client != OURSELVES and (client in self._waiting or not self._free(client, pool, most)):
            await self._turn(client, pool, most)
        else:
            self._begun[client, pool] += 1
        return BegunStatement(client, pool)

    @contextmanager
    def counted(self, statement: BegunStatement, together: Share | None = None) -> Iterator[None]:
        """Run a statement that has begun inside, which is counted as slow once it is.

        `together` is where it then counts as one of all `HEAVY` ones; None where it does already.
        """
        slow, began = False, asyncio.get_running_loop().time()

        def count() -> None:
            nonlocal slow
            slow = True
            self._running[statement.client] += 1
            if together:
                together.take(HEAVY)
            self.know(statement)

        counting = asyncio.get_running_loop().call_later(SLOW, count)
        try:
            yield
        finally:
            counting.cancel()
            if slow:
                if together:
                    together.give_back(HEAVY)
                self._end(statement.client, asyncio.get_running_loop().time() - began)

    def _free(self, client: str, pool: int, most: int) -> bool:
        return self._running[client] < self._most and self._begun[client, pool] < most

    async def _turn(self, client: str, pool: int, most: int) -> None:
        """Wait until a statement may begin, which then counts as begun."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = (pool, most, turn)
        self._waiting.setdefault(client, deque()).append(place)
        try:
            async with asyncio.timeout(shares.OWN_PATIENCE):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self.know(BegunStatement(client, pool))  # it came just when the wait was given up
            else:
                self._forget(client, place)
            if isinstance(error, TimeoutError):
                slow = self._running[client] >= self._most
                what = f"{self._most} slow statements" if slow else f"{most} statements"
                message = f"You have {what} under way, which is your share: wait until one has ended"
                raise ShareTaken(message) from error
            raise

    def _forget(self, client: str, place: tuple[int, int, asyncio.Future[None]]) -> None:
        waiting = self._waiting[client]
        waiting.remove(place)
        if not waiting:
            del self._waiting[client]

    def _end(self, client: str, seconds: float) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        now = asyncio.get_running_loop().time()
        self._ended = {other: then for other, then in self._ended.items() if now - then < RECENT}
        if seconds >= LONG:
            self._ended[client] = now
        self._next(client)

    def know(self, statement: BegunStatement) -> None:
        """Count a statement no longer as begun: it is known whether it is slow, or it has ended."""
        if statement.known:
            return
        statement.known, key = True, (statement.client, statement.pool)
        self._begun[key] -= 1
        if not self._begun[key]:
            del self._begun[key]
        self._next(statement.client)

    def _next(self, client: str) -> None:
        """Let those begin that may by now."""
        for place in tuple(self._waiting.get(client, ())):
            pool, most, turn = place
            if not turn.done() and self._free(client, pool, most):
                self._begun[client, pool] += 1
                self._forget(client, place)
                turn.set_result(None)
