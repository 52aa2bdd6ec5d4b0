"""Parquet with its VOTable inside: the convention VOParquet 1.0 (IVOA Note of 2025-01-16).

The VOTable has everything but DATA, and comes with the footer: it says OVERFLOW where rows are missing.
"""

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet

from adapters.columnar.arrow import INSTANT, Batches, as_written, schema, taken
from adapters.votable.envelope import Head, votable_without_data

VERSION, CONTENT = "IVOA.VOTable-Parquet.version", "IVOA.VOTable-Parquet.content"
GROUP_ROWS, GROUP_BYTES = 131_072, 32_000_000
"""A row group is written when it has as many rows, or bytes in memory."""


class Parquet:
    """Rows of CSV (`rows.columnar_row`) to a Parquet file; one row group at a time is in memory."""

    def __init__(self, head: Head) -> None:
        self._schema = schema(head, instant=INSTANT)
        self._told = as_written(head, self._schema.types)
        self._batches = Batches(self._schema)
        self._sink = io.BytesIO()
        self._writer = pyarrow.parquet.ParquetWriter(self._sink, self._schema)
        self._group: list[pa.Table] = []

    def begin(self) -> bytes:
        """Write everything before the first row."""
        return taken(self._sink)

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write at most `room` rows, as whole groups of them; tell how many whole rows there were."""
        table, count = self._batches.feed(block, room)
        if table is not None:
            self._group.append(table)
        rows, size = (sum(getattr(part, what) for part in self._group) for what in ("num_rows", "nbytes"))
        if rows >= GROUP_ROWS or size >= GROUP_BYTES:
            self._write()
        return taken(self._sink), count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Write everything after the last whole group."""
        self._write()
        self._writer.add_key_value_metadata(
            {VERSION: "1.0", CONTENT: votable_without_data(self._told, overflow=overflow)}
        )
        self._writer.close()
        yield taken(self._sink)

    def failed(self, _message: str) -> bytes | None:
        """Nothing: without its footer nobody takes it for a table."""
        return None

    def close(self) -> None:
        """There is nothing to close."""

    def _write(self) -> None:
        if self._group:
            self._writer.write_table(pa.concat_tables(self._group), row_group_size=2 * GROUP_ROWS)
            self._group = []
