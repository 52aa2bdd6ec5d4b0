"""How each table is divided into the partitions of its HATS catalogue, by the cells of all its rows.

These are read by one COPY when somebody first asks, and anew when the table's sources change. All rows that have a
place are counted, and nothing of them that not everybody may see.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from typing import IO, Any, Protocol

import numpy as np

from hub.binary import Layout
from hub.table_store import StoreHub, TableStore, Version
from planning import sql
from planning.errors import NoRoom
from planning.plan import Cell, Plan, StatementShape
from planning.routing import Databases
from planning.sql import Statement
from schema.hats import cell_column
from schema.table import Table
from sky.partitions import DEEPEST, LAST, Ints, Partitions, margin, partitions

MOST_ROWS = 20_000
"""Rows of a partition, but for one of the smallest: 20 000 rows of five columns are read in 0.1 to 0.2 s."""
AT_ONCE = 500_000
"""Rows whose neighbours are looked for at a time."""
READ = Layout(cell="bigint")
NOWHERE = -1
"""Stands for the cell of a row that has no place."""


class HatsHub(StoreHub, Protocol):
    """What reading needs of the hub."""

    databases: Databases

    def blocks(self, statement: Statement, options: Mapping[str, Any]) -> AsyncIterator[bytes]: ...  # noqa: D102


@dataclass(frozen=True, eq=False, slots=True)
class Tiling:
    """How the rows of a table are divided, at one data version."""

    tag: str
    """Another one for each version: what the addresses of its files have, so that none is of two versions."""
    parts: Partitions
    pixels: Ints
    """Cells of order `sky.partitions.DEEPEST` that have rows, increasing."""
    counts: Ints
    """Rows in each of these."""
    margins: tuple[Ints, ...]
    """Cells of order 29 of the rows of each partition's margin, increasing, each once."""
    margin_rows: Ints
    """Rows of each partition's margin."""
    most: int
    """Rows of a partition, at most, but for one of the smallest."""

    @property
    def rows(self) -> int:
        """Rows of all partitions."""
        return int(self.counts.sum())


class HatsStore(TableStore[Tiling]):
    """The partitions of all tables that have a position."""

    def __init__(self, hub: HatsHub) -> None:
        self._number = count()

        async def read(table: Table, version: Version) -> Tiling:
            return await read_tiling(hub, table, self._tag(table, version))

        super().__init__(hub, "HATS catalogue", read)

    def _tag(self, table: Table, version: Version) -> str:
        """The same at every gateway where the version is known, else one of its own."""
        known = version if None not in version else (id(self), next(self._number))
        text = "\0".join(map(str, (table.qualified, MOST_ROWS, *known)))
        return blake2b(text.encode(), digest_size=6).hexdigest()


async def read_tiling(hub: HatsHub, table: Table, tag: str) -> Tiling:
    """Read the cells of all rows of a table that has a position, and divide it.

    Raises
    ------
    GatewayError
        A source cannot be read; `NoRoom` where the disk is full.
    """
    cell = cell_column(table)
    plan = Plan(StatementShape(table, (Cell(cell, cell.name),)))
    with tempfile.TemporaryFile() as spool:
        cells = _Cells(spool)
        async for rows in READ.streamed(hub.blocks(sql.stream(plan, _row, hub.databases), {"format": "binary"})):
            await asyncio.to_thread(cells.add, rows["cell"].astype(np.int64))
        return await asyncio.to_thread(cells.tiling, tag)


def _row(expressions: Sequence[tuple[Cell, str]]) -> str:
    ((_, expression),) = expressions
    return f"coalesce({expression}, {NOWHERE})"


class _Cells:
    """The cells of rows as they are read, in a file; how many there are of each larger one, in memory."""

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self._size = 0
        self._counted: list[tuple[Ints, Ints]] = []

    def add(self, cells: Ints) -> None:
        cells = cells[cells != NOWHERE]
        self._counted.append(_sums(cells >> 2 * (LAST - DEEPEST), np.ones(len(cells), np.int64)))
        if len(self._counted) > 20:
            self._counted = [self._sum()]
        self._size += len(cells)
        try:
            self._spool.write(cells.tobytes())
            self._spool.flush()
        except OSError as error:
            message = "The gateway has no room left to divide a table: try again later"
            raise NoRoom(message) from error

    def tiling(self, tag: str) -> Tiling:
        pixels, counts = self._sum()
        parts = partitions(pixels, counts, MOST_ROWS)
        numbers: list[Ints] = []
        near: list[Ints] = []
        for cells in self._blocks():
            of, row = margin(parts, cells)
            numbers.append(of)
            near.append(cells[row])
        owners, there = (np.concatenate([np.empty(0, np.int64), *each]) for each in (numbers, near))
        rows = np.bincount(owners, minlength=len(parts.cells)).astype(np.int64)
        ends = rows.cumsum()
        there = there[np.argsort(owners, kind="stable")]
        margins = tuple(np.unique(there[end - size : end]) for end, size in zip(ends, rows, strict=True))
        return Tiling(tag, parts, pixels, counts, margins, rows, MOST_ROWS)

    def _sum(self) -> tuple[Ints, Ints]:
        every = [np.concatenate(part) for part in zip(*self._counted, strict=True)]
        return _sums(*every) if every else (np.empty(0, np.int64), np.empty(0, np.int64))

    def _blocks(self) -> list[Ints]:
        if not self._size:
            return []
        cells = np.memmap(self._spool, np.int64, "r", shape=(self._size,))
        return [cells[at : at + AT_ONCE] for at in range(0, self._size, AT_ONCE)]


def _sums(cells: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Each cell once, increasing, with the sum of its counts."""
    if not len(cells):
        return cells, counts
    first = np.argsort(cells, kind="stable")
    cells, counts = cells[first], counts[first]
    begins = np.flatnonzero(np.concatenate([[True], cells[1:] != cells[:-1]]))
    return cells[begins], np.add.reduceat(counts, begins)
