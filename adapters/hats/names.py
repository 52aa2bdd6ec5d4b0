"""The index of the names in a table: for each its partition, sorted by name (HATS 1.0 section 3.2.2)."""

import io
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pyarrow as pa
import pyarrow.parquet

from adapters.columnar.arrow import INSTANT, Batches, arrow_schema, take_written
from adapters.hats.rows import RowsHub, head
from adapters.votable.formats import PARQUET
from hub.hats import Tiling
from hub.threads import in_thread
from planning import sql
from planning.plan import Cell, Compared, Order, Plan, StatementShape
from planning.rights import HIDDEN
from schema.column import Column
from schema.hats import cell_column, name_column
from schema.operators import Op
from schema.table import Table

GROUP = 50_000
"""Names of a row group: a reader passes over those whose first and last name say that one is not among them."""
BLOCK = 1_000_000
"""Bytes of COPY that are converted at a time."""
PLACE = (("Norder", pa.int8()), ("Dir", pa.int64()), ("Npix", pa.int64()))
"""Columns behind the name."""


async def name_index(hub: RowsHub, table: Table, tiling: Tiling) -> AsyncGenerator[bytes, None]:
    """The rows that have a name and a place, as Parquet; raises `GatewayError`."""
    name, cell = _columns(table)
    present = (Compared(name, Op.NOT_NULL), Compared(cell, Op.NOT_NULL))
    cells = tuple(Cell(column, column.name) for column in (name, cell))
    plan = Plan(StatementShape(table, cells, present, (Order(name), Order(cell))))
    copied = hub.blocks(sql.stream(plan, PARQUET.row, hub.databases), PARQUET.copy_options)
    writer = _Index(table, tiling)
    async with aclosing(_gathered(copied)) as blocks:
        async for block in blocks:
            yield await in_thread(writer.feed, block)
    yield await in_thread(writer.end)


def index_schema(table: Table) -> bytes:
    """Its file without rows: `_common_metadata`."""
    sink = io.BytesIO()
    pyarrow.parquet.write_metadata(_schema(table), sink)
    return sink.getvalue()


class _Index:
    """Writes rows of name and cell as rows of name and partition."""

    def __init__(self, table: Table, tiling: Tiling) -> None:
        self._tiling, self._schema = tiling, _schema(table)
        self._batches = Batches(arrow_schema(head(table, _columns(table), ""), INSTANT))
        self._sink = io.BytesIO()
        self._writer = pyarrow.parquet.ParquetWriter(self._sink, self._schema)
        self._group: list[pa.Table] = []

    def feed(self, block: bytes) -> bytes:
        tables, _ = self._batches.feed(block, 1 << 62)
        for table in tables:
            self._add(table)
        return take_written(self._sink)

    def end(self) -> bytes:
        for table in self._batches.rest():
            self._add(table)
        self._write()
        self._writer.close()
        return take_written(self._sink)

    def _add(self, table: pa.Table) -> None:
        parts = self._tiling.parts
        numbers = parts.of(table.column(1).to_numpy())
        orders, cells = parts.orders[numbers], parts.cells[numbers]
        places = [pa.array(values, kind) for values, (_, kind) in zip(
            (orders, cells // 10_000 * 10_000, cells), PLACE, strict=True)]  # fmt: skip
        self._group.append(pa.Table.from_arrays([table.column(0), *places], schema=self._schema))
        if sum(one.num_rows for one in self._group) >= GROUP:
            self._write()

    def _write(self) -> None:
        if self._group:
            self._writer.write_table(pa.concat_tables(self._group), GROUP)
            self._group = []


def _columns(table: Table) -> tuple[Column, Column]:
    name = name_column(table, HIDDEN)
    assert name  # noqa: S101 - else there is no index
    return name, cell_column(table)


def _schema(table: Table) -> pa.Schema:
    name = arrow_schema(head(table, _columns(table), ""), INSTANT).field(0)
    return pa.schema([name, *(pa.field(*place) for place in PLACE)])


async def _gathered(blocks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    pending = bytearray()
    async for block in blocks:
        pending += block
        if len(pending) >= BLOCK:
            yield bytes(pending)
            pending.clear()
    yield bytes(pending)
