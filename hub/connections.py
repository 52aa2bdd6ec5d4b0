"""A pool's connections, of which those that were given back in order are lent again at once.

asyncpg 0.32 starts a task to lend a connection in time and another to take it back (`Pool.acquire`, `Pool.release`):
each is a turn of the event loop, and two of them a fifth of what a row by its key costs the gateway. A connection whose
statement has ended well needs none of what they do, and waits here for the next one.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from hub.driver_errors import RAISED
from hub.sessions import END

PATIENCE = 20.0
"""Seconds that a query of our own waits for a connection."""
ENDING = 2.0
"""Seconds in which a cancelled statement must end, before its connection is closed."""
SPARE = 60.0
"""Seconds for which a connection waits here unused, before the pool has it again, which closes it in time."""
LENT = 600.0
"""Seconds after which the pool has one again though it is used: it counts statements, and makes connections anew."""


class Connections:
    """Lends the connections of a pool.

    Parameters
    ----------
    pool
        The pool, which nothing else lends from: all its connections may wait here.
    keeps
        Whether connections wait here; where a pooler lends transactions, each is begun anew.
    """

    def __init__(self, pool: asyncpg.Pool, *, keeps: bool = True) -> None:
        self._pool = pool
        self._keeps = keeps
        self._spare: deque[tuple[float, PoolConnectionProxy]] = deque()
        """With the time at which each came back; the one that was used last is lent first."""
        self._since: dict[PoolConnectionProxy, float] = {}
        """When the pool has lent each."""
        self._waiting = 0
        self._looking: asyncio.TimerHandle | None = None
        self._releasing: set[asyncio.Task[None]] = set()

    @property
    def size(self) -> int:
        """Connections that are open."""
        return int(self._pool.get_size())

    @property
    def idle(self) -> int:
        """Connections that run nothing."""
        return int(self._pool.get_idle_size()) + len(self._spare)

    @property
    def largest(self) -> int:
        """Connections that there may be."""
        return int(self._pool.get_max_size())

    async def lend(self, seconds: float) -> PoolConnectionProxy:
        """A connection, which `give_back` takes.

        Raises `TimeoutError` where none is free in time, and what the driver raises where the server is gone.
        """
        while self._spare:
            _, connection = self._spare.pop()
            if not gone(connection):
                return connection
            await self._release(connection)
        self._waiting += 1
        try:
            connection = await self._pool.acquire(timeout=seconds)
        finally:
            self._waiting -= 1
        self._since[connection] = asyncio.get_running_loop().time()
        return connection

    async def give_back(self, connection: PoolConnectionProxy, *, well: bool = False) -> None:
        """Take a connection back, whatever has become of it; `well` says that its statement has ended in order."""
        try:
            with suppress(*RAISED):
                await ended(connection, well=well)
        finally:
            now = asyncio.get_running_loop().time()
            fresh = now - self._since.get(connection, 0.0) < LENT
            if well and self._keeps and fresh and not (self._waiting or gone(connection)):
                self._spare.append((now, connection))
                self._look_later()
            else:
                await self._release(connection)

    async def close(self) -> None:
        """Close every connection, as `closed` does."""
        self._keeps = False
        if self._looking:
            self._looking.cancel()
        while self._spare:
            await self._release(self._spare.pop()[1])
        await asyncio.gather(*self._releasing)
        await closed(self._pool)

    @asynccontextmanager
    async def lent(self, seconds: float) -> AsyncIterator[PoolConnectionProxy]:
        """A connection while inside; raises as `lend`."""
        connection, well = await self.lend(seconds), False
        try:
            yield connection
            well = True
        finally:
            await self.give_back(connection, well=well)

    async def fetch(self, query: str, *values: object) -> list[asyncpg.Record]:
        """The rows of a query of our own; raises as `lend`."""
        async with self.lent(PATIENCE) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, *values)
            return rows

    async def _release(self, connection: PoolConnectionProxy) -> None:
        self._since.pop(connection, None)
        with suppress(*RAISED):  # TimeoutError too: PostgreSQL before 18 may lose a cancel, and then waits for 30 s
            await self._pool.release(connection, timeout=ENDING)

    def _look_later(self) -> None:
        if self._looking is None and self._spare:
            self._looking = asyncio.get_running_loop().call_later(SPARE, self._look)

    def _look(self) -> None:
        """Release what has waited for long, and look again as long as something waits."""
        self._looking, long_ago = None, asyncio.get_running_loop().time() - SPARE
        while self._spare and self._spare[0][0] <= long_ago:
            releasing = asyncio.create_task(self._release(self._spare.popleft()[1]))
            self._releasing.add(releasing)
            releasing.add_done_callback(self._releasing.discard)
        self._look_later()


def gone(connection: PoolConnectionProxy) -> bool:
    """Whether a connection is closed.

    asyncpg 0.32 takes one that its server closes from whoever holds it, and what it lent then answers no question.
    """
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


async def ended(connection: PoolConnectionProxy, *, well: bool) -> None:
    """End what a connection is in, before another statement is sent on it; raises what the driver raises.

    That is the transaction of a pooler of transactions or of a statement with settings; and where a statement broke off
    (`well` is False) the one that the protocol begins by itself. asyncpg 0.32 prepares a statement without a Sync
    (`coreproto.pyx`, `_prepare_and_describe`) and sends that with the values: where these cannot be encoded, or the
    client has left meanwhile, it is never sent. PostgreSQL goes on counting the time of that statement, and the next
    one on the connection, ten seconds later, would be told that it took too long.
    """
    if connection.is_in_transaction():
        await connection.execute(END, timeout=ENDING)
    elif not (well or gone(connection)):
        await connection.execute("SELECT", timeout=ENDING)


async def closed(pool: asyncpg.Pool) -> None:
    """Close a pool: statements under way get a second to end, and are cut off then, or where their server is gone."""
    try:
        await asyncio.wait_for(pool.close(), 1)
    except RAISED:
        pool.terminate()
