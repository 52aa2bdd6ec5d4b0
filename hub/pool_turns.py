"""Turns at the pools of connections: a client may hold a part of one, and so may a source, as some are slow."""

import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from hub.health import HealthMonitor
from hub.shares import OURSELVES, Share, Turns, holder
from hub.slow_statements import HEAVY, SlowStatements
from planning.errors import Busy, GatewayError
from schema.catalog import SOURCES

SLOW_EACH = 4
"""Slow statements of one client at once, in all pools: as many downloads as a user looks at."""
SLOW_TOGETHER = 0.6
"""Of a pool's connections, the part that clients who send slow statements hold together."""
BEGUN = 0.25
"""Of a pool's connections for streams, the part on which one client's statements have just begun: at least two.

Of answers, one request may ask many statements at once, none of which runs for long."""
SOURCE = 0.75
"""Of a pool's connections, the part that statements on one source may hold at once."""


@dataclass(frozen=True, slots=True)
class PoolUse:
    """Number of connections of a pool at the moment: open, idle, and at most."""

    name: str
    size: int
    idle: int
    largest: int

    @property
    def used(self) -> int:
        """Connections that run a statement."""
        return self.size - self.idle


class Pool(Protocol):
    """A pool of connections."""

    @property
    def largest(self) -> int: ...  # noqa: D102 - as of `Connections`


class PoolTurns:
    """The turns at every pool.

    Parameters
    ----------
    watch
        Says which sources answer.
    patience
        Seconds that a statement waits for its turn.
    part
        Of each pool, the part that one client may hold.
    """

    def __init__(self, watch: HealthMonitor, patience: float, part: float) -> None:
        self._watch = watch
        self._patience = patience
        self._part = part
        self._fair = part < 1
        self._turns: dict[int, Turns] = {}
        self._slow = SlowStatements(SLOW_EACH if part < 1 else sys.maxsize)

    @asynccontextmanager
    async def held(self, pool: Pool, sources: Iterable[str], *, streamed: bool = False) -> AsyncIterator[None]:
        """Hold one connection's worth of the client's share, and of that of each source, while a statement runs.

        Raises `ShareTaken` or `Busy` where one is not free in time, `SourceUnavailable` where its source is down. What
        the hub holds itself is no source, and has no share.
        """
        shared = tuple(source for source in sources if source in SOURCES)
        client, turns = holder(), self._of(pool)
        most = self._begun_at_once(pool) if streamed else sys.maxsize
        statement = await self._slow.begin(client, id(pool), most)
        try:
            heavy = self._fair and self._slow.expected(client)
            together = turns.groups if self._fair and client != OURSELVES and not heavy else None
            key = (client, (*shared, HEAVY) if heavy else shared)
            await turns.enter(key, self._patience, self._late)
            try:
                with self._slow.counted(statement, together):
                    yield
            finally:
                turns.leave(key)
        finally:
            self._slow.know(statement)

    def _begun_at_once(self, pool: Pool) -> int:
        """How many statements of one client may have just begun at a pool."""
        return max(2, round(pool.largest * BEGUN)) if self._fair else sys.maxsize

    def shares(self, pool: Pool) -> Share:
        """What clients hold of a pool."""
        return self._of(pool).clients

    def _of(self, pool: Pool) -> Turns:
        if id(pool) not in self._turns:
            size, what = pool.largest, "statements under way"
            groups = Share(what, size, SOURCE, {HEAVY: SLOW_TOGETHER})
            self._turns[id(pool)] = Turns(Share(what, size, self._part), groups)
        return self._turns[id(pool)]

    def _late(self, source: str) -> GatewayError:
        if source == HEAVY:
            return Busy(
                "As many slow statements are under way as there may be, and your last ones were slow: try again"
            )
        if not self._watch.up(source):
            return self._watch.unavailable(source)
        return Busy(
            f"{SOURCES[source].title} answers slowly, and all that may wait for it do: try again shortly", source
        )
