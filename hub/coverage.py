"""Coverage of the sky and of time by the rows of each table, computed when the data version of its sources changes.

In the background, positions are read as one stream a table, at most a tenth of the time. What is kept is cells: of
HEALPix at order 10 (3.4′), of time at order 31 of MOC 2.0 (18 minutes): times of MOC are barycentric, ours are the
observatories', up to 8.3 minutes from these, so that smaller cells would say more than is known. Where versions are
unknown, a coverage is computed again every minute.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Hashable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hub.binary import BinaryArray, Layout
from hub.cache import Cache
from hub.dependencies import UNKNOWN, record_dependency
from hub.ending import ended
from hub.figure_store import FigureStore, NoFigures, figure_kind
from hub.health import HealthMonitor
from hub.limits import REST
from planning import sql
from planning.errors import GatewayError
from planning.plan import Cell, Plan, StatementShape
from planning.routing import Databases
from planning.sql import Statement
from schema.catalog import Catalog
from schema.column import Column
from schema.table import Table
from sky import cells
from sky.timescale import FIRST, LAST, utc_to_tcb

LOG = logging.getLogger(__name__)
ORDER, TIME_ORDER = 10, 31
"""Orders of the cells: of HEALPix, as `sky.cells` has it, and of time."""
SHIFT = 61 - TIME_ORDER
"""Bits of a microsecond count within a cell of time."""
PERIOD, LIFETIME, PATIENCE = 1.0, 60.0, 5.0
"""Seconds between looks at the versions; that a coverage of unknown version is good for; that a request waits for the
first one."""
WRITTEN = 100_000_000
"""Bytes of documents that are kept, of all tables together."""
PART = 1 << 14
"""Bytes of the bitmap of the sky that are unpacked at a time."""
READ = Layout(**dict.fromkeys(("ra", "dec", "start", "end"), "double precision"))
STORED = ("sky", "first", "last", "place")
"""Fields of a coverage, as arrays."""
Cells = NDArray[np.uint32]


class CoverageHub(Protocol):
    """What coverages need of the hub."""

    health: HealthMonitor
    databases: Databases
    catalog: Catalog

    def blocks(self, statement: Statement, options: Mapping[str, Any]) -> AsyncIterator[bytes]: ...  # noqa: D102


@dataclass(frozen=True, eq=False, slots=True)
class Coverage:
    """The cells that the rows of a table are in, each once.

    `first`, `last` and `place` are of the same length and in the order of time: the observations, without repetitions.
    """

    sky: Cells
    """Numbers of cells of HEALPix (nested), in order."""
    first: Cells
    """Cell of time in which an observation begins."""
    last: Cells
    """Cell of time in which it ends."""
    place: Cells
    """Cell of the sky in which it is."""
    number: int = field(default_factory=count().__next__)
    """Another one for each coverage, for caches of what is made of it."""


class CoverageBuilder:
    """Collects the cells of rows as they are read."""

    def __init__(self) -> None:
        self._sky = np.zeros((12 << 2 * ORDER) // 8, np.uint8)
        """A bit a cell: as bytes they would be 12 MB, which malloc does not give back once it has had such blocks."""
        self._seen: list[BinaryArray] = []

    def add(self, rows: BinaryArray) -> None:
        """Add rows of `ra`, `dec` (ICRS degrees), `start` and `end` (MJD, UTC); rows outside the sky are left out."""
        rows = rows[np.isfinite(rows["ra"]) & (np.abs(rows["dec"]) <= 90)]
        place = cells.place_cells(rows["ra"].astype(float), rows["dec"].astype(float))
        np.bitwise_or.at(self._sky, place >> 3, np.uint8(1) << (place & 7).astype(np.uint8))
        start, end = rows["start"].astype(float), np.fmax(rows["start"], rows["end"]).astype(float)
        timed = (start >= FIRST) & (end <= LAST)
        seen = [utc_to_tcb(moment[timed]) >> SHIFT for moment in (start, end)]
        self._seen.append(np.array([*seen, place[timed]], np.uint32))

    def coverage(self) -> Coverage:
        """Return the coverage of all rows that were added."""
        seen = np.concatenate(self._seen, axis=1) if self._seen else np.empty((3, 0), np.uint32)
        seen = seen[:, np.lexsort(seen[::-1])]
        new = np.ones(seen.shape[1], np.bool_)
        new[1:] = np.any(seen[:, 1:] != seen[:, :-1], axis=0)
        return Coverage(_set(self._sky), *seen[:, new])


def _set(bits: NDArray[np.uint8]) -> Cells:
    """Numbers of the bits that are set."""
    blocks = enumerate(bits.reshape(-1, PART))
    numbers = [np.flatnonzero(np.unpackbits(block, bitorder="little")) + 8 * PART * at for at, block in blocks]
    return np.concatenate(numbers, dtype=np.uint32, casting="unsafe")


@dataclass(slots=True)
class StoredCoverage:
    """The last coverage of one table."""

    coverage: Coverage | None = None
    """None until the first one is computed."""
    version: tuple[str | None, ...] = ()
    """Versions of the table's sources when it was read; empty if one had several while it was."""
    confirmed: bool = False
    """Whether the sources have been seen to have these versions afterwards as well."""
    computed: float = 0.0
    """When that was, as the monotonic clock has it."""
    until: float = 0.0
    """Until when it stays as it is, whatever the versions."""
    known: asyncio.Event = field(default_factory=asyncio.Event)


class Coverages:
    """The coverages of all tables that have a position, kept up to date in the background."""

    def __init__(self, hub: CoverageHub) -> None:
        self._hub = hub
        self.store: FigureStore = NoFigures()
        """Where they are shared with other processes."""
        self._kept: dict[Table, StoredCoverage] = {}
        self.written: Cache[Hashable, bytes] = Cache(WRITTEN)
        """Documents made of coverages, by number of the coverage and request."""
        self._task: asyncio.Task[None] | None = None
        self._confirming: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to compute them."""
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Compute no more of them."""
        await ended([task for task in (self._task, *self._confirming) if task])

    async def of(self, table: Table) -> Coverage | None:
        """Return the last coverage of a table; None if there is none yet, after some seconds of waiting.

        Whoever asks depends on the table's sources; on none with a version while the coverage is older than these.
        """
        kept = self._kept.setdefault(table, StoredCoverage())
        with suppress(TimeoutError):
            await asyncio.wait_for(kept.known.wait(), PATIENCE if self._task else 0)
        current = kept.confirmed and kept.version == self._version(table) and None not in kept.version
        record_dependency(table.databases if current else (UNKNOWN,))
        return kept.coverage

    def known(self, table: Table) -> Coverage | None:
        """The last coverage of a table, without waiting; None if there is none yet."""
        kept = self._kept.get(table)
        return kept.coverage if kept else None

    def _version(self, table: Table) -> tuple[str | None, ...]:
        return tuple(self._hub.health.version(source) for source in table.databases)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(PERIOD)
            # Published tables come and go.
            self._kept = {
                table: self._kept.get(table) or StoredCoverage() for table in self._hub.catalog.positioned.values()
            }
            for table, kept in tuple(self._kept.items()):
                version, now = self._version(table), time.monotonic()
                stale = version != kept.version or (None in version and now - kept.computed > LIFETIME)
                if now > kept.until and stale and all(map(self._hub.health.up, table.databases)):
                    await self._renew(table, kept, version)

    async def _renew(self, table: Table, kept: StoredCoverage, version: tuple[str | None, ...]) -> None:
        kind = figure_kind("coverage", [table])
        async with AsyncExitStack() as stack:
            ours = await stack.enter_async_context(self.store.turn(kind, table.qualified))
            start, content = time.monotonic(), await self.store.find(kind, table.qualified, _together(version))
            if content is not None:
                kept.coverage = await asyncio.to_thread(_read, content)
                kept.version, kept.confirmed, kept.computed = version, True, time.monotonic()
                kept.known.set()
            elif ours:
                try:
                    kept.coverage = await covered(self._hub, table)
                    kept.version, kept.confirmed, kept.computed = version, False, time.monotonic()
                    kept.known.set()
                    # It keeps its turn until others can find it.
                    confirming = asyncio.create_task(self._confirm(table, kept, kind, stack.pop_all()))
                    self._confirming.add(confirming)
                    confirming.add_done_callback(self._confirming.discard)
                except GatewayError as error:
                    LOG.info("coverage of %s: %s", table.qualified, error)
                kept.until = time.monotonic() + REST * (time.monotonic() - start)

    async def _confirm(self, table: Table, kept: StoredCoverage, kind: str, turn: AsyncExitStack) -> None:
        """See whether a coverage is of one version, without keeping the next table waiting; keep it if it is."""
        async with turn:
            computed, coverage = kept.computed, kept.coverage
            found = tuple(await asyncio.gather(*map(self._hub.health.confirmed, table.databases)))
            if kept.computed == computed:
                kept.confirmed = found == kept.version
                kept.version = kept.version if kept.confirmed else ()
                together = _together(found)
                if kept.confirmed and coverage and together:
                    content = await asyncio.to_thread(_written, coverage)
                    await self.store.put(kind, table.qualified, together, content)


def _together(version: tuple[str | None, ...]) -> str | None:
    """The versions of several sources as one; None where one is unknown."""
    known = [one for one in version if one is not None]
    return " ".join(known) if len(known) == len(version) else None


def _written(coverage: Coverage) -> bytes:
    content = BytesIO()
    arrays = {name: getattr(coverage, name) for name in STORED}
    np.savez_compressed(content, allow_pickle=False, **arrays)
    return content.getvalue()


def _read(content: bytes) -> Coverage:
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        return Coverage(*(arrays[name] for name in STORED))


async def covered(hub: CoverageHub, table: Table) -> Coverage:
    """Compute the coverage of a table, all of whose rows are read; raises `GatewayError`."""
    columns = (*(table.position or ()), *times(table))
    plan = Plan(StatementShape(table, tuple(Cell(column, column.sql) for column in columns)))
    builder = CoverageBuilder()
    async for rows in READ.streamed(hub.blocks(sql.stream(plan, _row, hub.databases), {"format": "binary"})):
        await asyncio.to_thread(builder.add, rows)
    return await asyncio.to_thread(builder.coverage)


def times(table: Table) -> tuple[Column, ...]:
    """The columns of start and end (MJD, UTC); empty for a table whose rows have no time."""
    by_ucd = {column.ucd.partition(";")[0]: column for column in reversed(table.columns) if column.unit == "d"}
    start, end = by_ucd.get("time.start"), by_ucd.get("time.end")
    return (start, end) if start and end else ()


def _row(expressions: Sequence[tuple[Cell, str]]) -> str:
    listed = [f"coalesce(({expression})::float8, 'NaN')" for _, expression in expressions]
    return ", ".join(listed + ["'NaN'::float8"] * (len(READ.names) - len(listed)))
