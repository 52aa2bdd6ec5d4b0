"""Figures kept of each source: rows in every table and its statistics, found out when the source's version changes.

Nobody waits for them: they are computed in the background, at most a tenth of the time, and say which version they
are of. Where a source has no version they are computed again every minute.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from hub import statistics
from hub.dependencies import UNKNOWN, touch
from hub.health import HealthMonitor
from hub.statistics import Line
from planning import sql
from planning.errors import GatewayError
from planning.plan import Plan, StatementShape
from planning.sql import Statement
from schema.catalog import ALL, tables_of
from schema.space import SpatialBackend
from schema.statistics import FIGURES
from schema.table import Source, Table

LOG = logging.getLogger(__name__)
PERIOD = 0.25
"""Seconds between looks at the versions."""
LIFETIME = 60.0
"""Seconds that figures of an unknown version are good for."""
PATIENCE = 3.0
"""Seconds after the start in which a version is still waited for."""
REST = 9.0
"""How many times longer than they took figures stay as they are, however often the version changes."""


class CountedHub(Protocol):
    """What figures need of the hub."""

    health: HealthMonitor
    bodies: dict[str, SpatialBackend]

    async def slowly(self, statement: Statement) -> Sequence[Sequence[Any]]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Total:
    """A number of rows, and whether it is exact."""

    count: int
    exact: bool


@dataclass(slots=True)
class StoredCounts:
    """What is known of one source."""

    version: str | None = None
    found: float = field(default_factory=lambda: time.monotonic() - LIFETIME + PATIENCE)
    computed_at: datetime = datetime.min
    counts: dict[Table, int] = field(default_factory=dict)
    lines: Sequence[Line] = ()
    known: asyncio.Event = field(default_factory=asyncio.Event)


class RowCounts:
    """The figures of all sources."""

    def __init__(self, hub: CountedHub) -> None:
        self._hub = hub
        self._kept = {source.name: StoredCounts() for source in ALL}
        self._turns = asyncio.Semaphore(2)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to keep them."""
        self._tasks = [asyncio.create_task(self._follow(source)) for source in ALL]

    async def stop(self) -> None:
        """Keep them no longer."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    def rows(self, table: Table) -> int | None:
        """How many rows a table had not long ago; None if that is not known yet."""
        return self._kept[table.source].counts.get(table)

    def total(self, table: Table) -> Total | None:
        """How many rows a table has: exact if its source has not changed since; None if that is not known yet."""
        count = self.rows(table)
        return None if count is None else Total(count, self._current(table.source))

    def _current(self, source: str) -> bool:
        """Whether what is kept is of the version that the source has now; an answer made of it is to know."""
        version = self._kept[source].version
        current = version is not None and version == self._hub.health.version(source)
        touch([source if current else UNKNOWN])
        return current

    async def of(self, source: str) -> StoredCounts:
        """What is known of a source; that of a process just started is waited for, if the source answers."""
        kept = self._kept[source]
        with suppress(TimeoutError):
            await asyncio.wait_for(kept.known.wait(), 2 * PATIENCE if self._hub.health.up(source) else 0)
        self._current(source)
        return kept

    async def _follow(self, source: Source) -> None:
        kept = self._kept[source.name]
        while True:
            rest = PERIOD
            version = self._hub.health.version(source.name)
            if self._due(source, version):
                start = time.monotonic()
                try:
                    await self._renew(source, kept)
                    kept.version, kept.found = version, time.monotonic()
                    kept.known.set()
                except GatewayError as error:
                    LOG.info("figures of %s: %s", source.name, error)
                rest += REST * (time.monotonic() - start)
            await asyncio.sleep(rest)

    def _due(self, source: Source, version: str | None) -> bool:
        kept = self._kept[source.name]
        if not self._hub.health.up(source.name):
            return False
        return version != kept.version if version else time.monotonic() - kept.found > LIFETIME

    async def _renew(self, source: Source, kept: StoredCounts) -> None:
        at = datetime.now(UTC)
        tables = [table for table in tables_of(source) if not table.branches]  # those are of other versions too
        counts = {table: (await self._rows(Plan(StatementShape(table, (), count=True))))[0][0] for table in tables}
        lines: list[Line] = []
        for figure in FIGURES.get(source.name, ()):
            lines += statistics.lines(figure, await self._rows(statistics.plan(figure)), counts[figure.table])
        kept.counts, kept.lines, kept.computed_at = counts, lines, at

    async def _rows(self, plan: Plan) -> Sequence[Sequence[Any]]:
        async with self._turns:
            return await self._hub.slowly(sql.statement(plan, self._hub.bodies))
