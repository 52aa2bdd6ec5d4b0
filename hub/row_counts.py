"""Row counts of every table and statistics of each source, computed when the source's data version changes.

They are computed in the background, at most a tenth of the time, and say which version they are of: the one that the
source had before and still has afterwards. If it had another one meanwhile they are of none, and computed again. Where
a source has no version they are computed again every minute.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from hub import statistics
from hub.background import BackgroundHub
from hub.dependencies import UNKNOWN, record_dependency
from hub.ending import ended
from hub.figure_store import FigureStore, NoFigures, figure_kind
from hub.limits import REST
from hub.statistics import Line
from planning import sql
from planning.errors import GatewayError
from planning.plan import Plan, StatementShape
from schema.catalog import ALL
from schema.statistics import FIGURES
from schema.table import Source, Table

LOG = logging.getLogger(__name__)
PERIOD = 0.25
"""Seconds between looks at the versions."""
LIFETIME = 60.0
"""Seconds that counts of an unknown version are good for."""
PATIENCE = 3.0
"""Seconds after the start in which a version is still waited for."""


@dataclass(frozen=True, slots=True)
class Total:
    """A number of rows, and whether it is exact."""

    count: int
    exact: bool


@dataclass(slots=True)
class StoredCounts:
    """The last counts and statistics of one source."""

    version: str | None = None
    """Of the data that were counted; None before the first time, and where they are of no one version."""
    computed: float = field(default_factory=lambda: time.monotonic() - LIFETIME + PATIENCE)
    computed_at: datetime = datetime.min
    counts: dict[Table, int] = field(default_factory=dict)
    lines: Sequence[Line] = ()
    known: asyncio.Event = field(default_factory=asyncio.Event)


class RowCounts:
    """The row counts and statistics of all sources.

    Whoever reads them depends on their source; on none with a version while they are older than the source's is.
    """

    def __init__(self, hub: BackgroundHub) -> None:
        self._hub = hub
        self._kept = {source.name: StoredCounts() for source in ALL}
        self.store: FigureStore = NoFigures()
        """Where they are shared with other processes."""
        self._turns = asyncio.Semaphore(2)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to compute them."""
        self._tasks = [asyncio.create_task(self._follow(source)) for source in ALL]

    async def stop(self) -> None:
        """Compute no more of them."""
        await ended(self._tasks)

    def rows(self, table: Table) -> int | None:
        """Number of rows that a table had when it was last counted; None if it has not been."""
        total = self.total(table)
        return None if total is None else total.count

    def total(self, table: Table) -> Total | None:
        """Number of rows of a table, exact if its source has not changed since; None if it has not been counted."""
        count = self._kept[table.source].counts.get(table)
        return None if count is None else Total(count, self._current(table.source))

    def _current(self, source: str) -> bool:
        """Whether the counts are of the version that the source has now; an answer made of them depends on that."""
        version = self._kept[source].version
        current = version is not None and version == self._hub.health.version(source)
        record_dependency((source if current else UNKNOWN,))
        return current

    async def of(self, source: str) -> StoredCounts:
        """Return the counts and statistics of a source; in a process just started, wait for the first ones.

        They are empty if the source does not answer, or not in time.
        """
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
                kind = figure_kind("counts", self._hub.catalog.tables_of(source.name))
                async with self.store.turn(kind, source.name) as ours:
                    content = await self.store.find(kind, source.name, version)
                    if content is not None:
                        self._take(source, kept, content)
                        kept.version = version
                    elif ours:
                        rest += await self._count(source, kept, kind, version)
            await asyncio.sleep(rest)

    async def _count(self, source: Source, kept: StoredCounts, kind: str, version: str | None) -> float:
        """Count, and keep what is of one version; the seconds to rest afterwards."""
        start = time.monotonic()
        try:
            await self._renew(source, kept)
            kept.version, kept.computed = None, time.monotonic()
            kept.known.set()
        except GatewayError as error:
            LOG.info("row counts of %s: %s", source.name, error)
        rest = REST * (time.monotonic() - start)
        if version and kept.computed > start and await self._hub.health.confirmed(source.name) == version:
            kept.version = version
            await self.store.put(kind, source.name, version, _written(kept))
        return rest

    def _take(self, source: Source, kept: StoredCounts, content: bytes) -> None:
        """Have what another process has counted."""
        read = orjson.loads(content)
        tables = {table.qualified: table for table in self._hub.catalog.tables_of(source.name)}
        kept.counts = {tables[name]: count for name, count in read["counts"].items()}
        kept.lines = [Line(*line) for line in read["lines"]]
        kept.computed_at, kept.computed = datetime.fromisoformat(read["at"]), time.monotonic()
        kept.known.set()

    def _due(self, source: Source, version: str | None) -> bool:
        kept = self._kept[source.name]
        if not self._hub.health.up(source.name):
            return False
        return version != kept.version if version else time.monotonic() - kept.computed > LIFETIME

    async def _renew(self, source: Source, kept: StoredCounts) -> None:
        at = datetime.now(UTC)
        every = self._hub.catalog.tables_of(source.name)
        tables = [table for table in every if not table.branches]  # unions are of other versions too
        counts = {table: (await self._rows(Plan(StatementShape(table, (), count=True))))[0][0] for table in tables}
        lines: list[Line] = []
        for figure in FIGURES.get(source.name, ()):
            lines += statistics.lines(figure, await self._rows(statistics.plan(figure)), counts[figure.table])
        kept.counts, kept.lines, kept.computed_at = counts, lines, at

    async def _rows(self, plan: Plan) -> Sequence[Sequence[Any]]:
        async with self._turns:
            return await self._hub.slowly(sql.statement(plan, self._hub.databases))


def _written(kept: StoredCounts) -> bytes:
    counts = {table.qualified: count for table, count in kept.counts.items()}
    lines = [list(line) for line in kept.lines]
    told = {"at": kept.computed_at.isoformat(), "counts": counts, "lines": lines}
    return orjson.dumps(told, default=float)
