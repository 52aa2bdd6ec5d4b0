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
from numpy.typing import NDArray

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
"""Rows of a partition, at most, but for one of the smallest: 240 of 2.5 million stars. With fewer a reader has more
requests to make than rows to wait for."""
MAP_ORDER = 7
"""Order of the cells of the map of rows (0.5 degrees)."""
AT_ONCE = 50_000
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
    rows: int
    """Rows of all partitions."""
    density: NDArray[np.int32]
    """Rows in each cell of order `MAP_ORDER`."""
    covered: float
    """Part of the sky that cells of order `sky.partitions.DEEPEST` with rows are."""
    margins: tuple[Ints, ...]
    """Cells of order 29 of the rows of each partition's margin, increasing, each once."""
    margin_rows: Ints
    """Rows of each partition's margin."""
    most: int
    """Rows of a partition, at most, but for one of the smallest."""


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
        self._counts = np.zeros(12 << 2 * DEEPEST, np.uint32)
        """50 MB, so large that malloc gives them back."""

    def add(self, cells: Ints) -> None:
        cells = cells[cells != NOWHERE]
        np.add.at(self._counts, cells >> 2 * (LAST - DEEPEST), np.uint32(1))
        self._size += len(cells)
        try:
            self._spool.write(cells.tobytes())
            self._spool.flush()
        except OSError as error:
            message = "The gateway has no room left to divide a table: try again later"
            raise NoRoom(message) from error

    def tiling(self, tag: str) -> Tiling:
        parts = partitions(self._counts, MOST_ROWS)
        density = self._counts.reshape(-1, 1 << 2 * (DEEPEST - MAP_ORDER)).sum(axis=1, dtype=np.int32)
        margins, rows = self._margins(parts)
        covered = np.count_nonzero(self._counts) / len(self._counts)
        return Tiling(tag, parts, self._size, density, covered, margins, rows, MOST_ROWS)

    def _margins(self, parts: Partitions) -> tuple[tuple[Ints, ...], Ints]:
        """The cells of the rows of the margin of each partition, and how many rows these are."""
        none = np.empty(0, np.int64)
        owners, near = [none], [none]
        cells = np.memmap(self._spool, np.int64, "r", shape=(self._size,)) if self._size else none
        for block in (cells[at : at + AT_ONCE] for at in range(0, self._size, AT_ONCE)):
            numbers, rows = margin(parts, block)
            owners.append(numbers)
            near.append(block[rows])
        owner, there = np.concatenate(owners), np.concatenate(near)
        sizes = np.bincount(owner, minlength=len(parts.cells)).astype(np.int64)
        there = there[np.argsort(owner, kind="stable")]
        listed = zip(sizes.cumsum(), sizes, strict=True)
        return tuple(np.unique(there[end - size : end]) for end, size in listed), sizes
