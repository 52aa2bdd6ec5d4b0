"""Fair shares of a pool: one source may hold three quarters of its connections, so that a slow one leaves some."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from hub.health import HealthMonitor
from planning.errors import Busy
from schema.catalog import SOURCES

SHARE = 0.75
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

    def get_max_size(self) -> int: ...  # noqa: D102 - asyncpg's


class FairShare:
    """The shares of every source in every pool.

    Parameters
    ----------
    watch
        Says which sources answer.
    patience
        Seconds that a statement waits for its share.
    """

    def __init__(self, watch: HealthMonitor, patience: float) -> None:
        self._watch = watch
        self._patience = patience
        self._shares: dict[tuple[int, str], asyncio.Semaphore] = {}

    @asynccontextmanager
    async def held(self, pool: Pool, sources: Iterable[str]) -> AsyncIterator[None]:
        """Hold one connection's worth of the share of each source, while a statement runs.

        Shares are taken in alphabetical order, so that no two statements wait for each other. Raises `Busy` where one
        is not free in time, `SourceUnavailable` where its source is down. What the hub holds itself has no share.
        """
        async with AsyncExitStack() as held:
            for source in sorted(source for source in sources if source in SOURCES):
                share = self._share(pool, source)
                await (self._wait(share, source) if share.locked() else share.acquire())
                held.callback(share.release)
            yield

    def _share(self, pool: Pool, source: str) -> asyncio.Semaphore:
        key = (id(pool), source)
        if key not in self._shares:
            self._shares[key] = asyncio.Semaphore(max(1, round(SHARE * pool.get_max_size())))
        return self._shares[key]

    async def _wait(self, share: asyncio.Semaphore, source: str) -> None:
        try:
            await asyncio.wait_for(share.acquire(), self._patience)
        except TimeoutError as error:
            if not self._watch.up(source):
                raise self._watch.unavailable(source) from error
            message = f"{SOURCES[source].title} answers slowly, and all that may wait for it do: try again shortly"
            raise Busy(message, source) from error
