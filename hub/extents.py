"""Extents of every table's columns, kept for each data version, so that a download need not read all rows for them.

They are computed in the background, when a source has another version, and are of the one that it had before and still
has afterwards. One source is read at a time, and each rests for the time that it took itself: one that is known late
does not wait until the others have rested. Where a source has no version there are none. Rows may be fewer than the
table's, and have NULL where it has not: an extent says what they are within.
"""

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from hub.background import BackgroundHub
from hub.ending import ended
from hub.figure_store import FigureStore, NoFigures, figure_kind
from hub.limits import REST
from planning import sql
from planning.errors import GatewayError
from planning.extents import Extent, Measure, extent
from planning.plan import Cell, Plan, StatementShape
from planning.sql import Row
from schema.catalog import ALL
from schema.column import Column
from schema.table import Table
from schema.types import JSON

LOG = logging.getLogger(__name__)
PERIOD = 1.0
"""Seconds between looks at the versions."""


@dataclass(frozen=True, slots=True)
class StoredExtents:
    """The extents of one source's columns."""

    version: str | None = None
    """Of the data; None where there are none."""
    columns: Mapping[tuple[Table, Column], Extent] = field(default_factory=dict)


class Extents:
    """The extents of all sources' columns."""

    def __init__(self, hub: BackgroundHub) -> None:
        self._hub = hub
        self._kept = {source.name: StoredExtents() for source in ALL}
        self.store: FigureStore = NoFigures()
        """Where they are shared with other processes."""
        self._turn = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to compute them."""
        self._tasks = [asyncio.create_task(self._follow(source)) for source in self._kept]

    async def stop(self) -> None:
        """Compute no more of them."""
        await ended(self._tasks)

    def of(self, cell: Cell) -> Extent | None:
        """The extent of a cell's column, NULL presumed; None where none is known of the data as they are now."""
        if cell.table is None or cell.table.source not in self._kept:
            return None
        kept = self._kept[cell.table.source]
        current = kept.version is not None and kept.version == self._hub.health.version(cell.table.source)
        return kept.columns.get((cell.table, cell.column)) if current else None

    def measuring(self, measure: Measure | None) -> Row | None:
        """What writes figures of all rows, of which those that are known now are numbers; None of None."""
        return measure and (lambda expressions: measure(expressions, self.of))

    async def _follow(self, source: str) -> None:
        while True:
            taken = 0.0
            version = self._hub.health.version(source)
            if version and version != self._kept[source].version:
                kind = figure_kind("extents", self._hub.catalog.tables_of(source))
                async with self.store.turn(kind, source) as ours:
                    content = await self.store.find(kind, source, version)
                    if content is not None:
                        self._kept[source] = StoredExtents(version, self._taken(source, content))
                    elif ours:
                        taken = await self._renew(source, kind)
            await asyncio.sleep(PERIOD + REST * taken)

    def _taken(self, source: str, content: bytes) -> dict[tuple[Table, Column], Extent]:
        """What another process has read."""
        tables = {table.qualified: table for table in self._hub.catalog.tables_of(source)}
        names = {(name, column.name): (table, column) for name, table in tables.items() for column in table.columns}
        return {names[name, column]: tuple(figures) for name, column, figures in orjson.loads(content)}

    async def _renew(self, source: str, kind: str) -> float:
        """Read the extents of a source and keep them, if they are of one version; the seconds that reading took."""
        columns: dict[tuple[Table, Column], Extent] = {}
        async with self._turn:
            version, start = self._hub.health.version(source), time.monotonic()
            for table in self._hub.catalog.tables_of(source):
                cells = tuple(_measurable(table))
                if cells:
                    columns |= {(table, cell.column): one for cell, one in await self._extents(table, cells)}
            taken = time.monotonic() - start
        if version and await self._hub.health.confirmed(source) == version:
            self._kept[source] = StoredExtents(version, columns)
            written = [(table.qualified, column.name, figures) for (table, column), figures in columns.items()]
            await self.store.put(kind, source, version, orjson.dumps(written))
        return taken

    async def _extents(self, table: Table, cells: tuple[Cell, ...]) -> list[tuple[Cell, Extent]]:
        """The extents of a table's columns; none where it cannot be read, which whoever asks for it is told."""
        try:
            asked = sql.stream(Plan(StatementShape(table, cells), ()), _figures, self._hub.databases)
            ((figures,),) = await self._hub.slowly(asked)
        except GatewayError as error:
            LOG.info("extents of %s: %s", table.qualified, error)
            return []
        left = iter(number or 0 for number in figures)
        return [(cell, _with_nulls(tuple(next(left) for _ in extent(cell, "")))) for cell in cells]


def _measurable(table: Table) -> Iterator[Cell]:
    """The columns that have an extent; not of a union, nor documents, which it would take long to read."""
    if not table.branches:
        for column in table.columns:
            cell = Cell(column, column.name, table=table)
            if extent(cell, "") and column.type is not JSON:
                yield cell


def _figures(expressions: Sequence[tuple[Cell, str]]) -> str:
    figures = [figure for cell, expression in expressions for figure in extent(cell, expression)]
    return f"ARRAY[{', '.join(figures)}]::bigint[]"


def _with_nulls(figures: Extent) -> Extent:
    """The same where there may be NULL: of an integer it is not known how many are not NULL."""
    return (*figures[:2], 0) if len(figures) > 1 else figures
