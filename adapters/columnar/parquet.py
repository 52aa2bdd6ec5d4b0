"""Parquet with a VOTable inside: the convention VOParquet 1.0 (IVOA Note of 2025-01-16).

The VOTable has everything but DATA, and is in the file's footer, so that it can say OVERFLOW.
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet

from adapters.columnar.arrow import INSTANT, Batches, arrow_schema, take_written, with_column_types
from adapters.votable.envelope import Head, votable_without_data

VERSION, CONTENT = "IVOA.VOTable-Parquet.version", "IVOA.VOTable-Parquet.content"
GROUP_ROWS, GROUP_BYTES = 131_072, 4_000_000
"""A row group is written at so many rows, or so many bytes in memory."""


class Parquet:
    """Writes CSV rows (`rows.columnar_row`) as a Parquet file, one row group in memory at a time."""

    def __init__(self, head: Head) -> None:
        self._schema = arrow_schema(head, instant=INSTANT)
        self._votable_head = with_column_types(head, self._schema.types)
        self._batches = Batches(self._schema)
        self._sink = io.BytesIO()
        self._writer = pyarrow.parquet.ParquetWriter(self._sink, self._schema)
        self._group: list[pa.Table] = []

    def begin(self) -> bytes:
        """Return everything before the first row."""
        return take_written(self._sink)

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Add the complete rows of this block, at most `room`, to the row group; also return how many there were."""
        tables, count = self._batches.feed(block, room)
        for table in tables:
            self._add(table)
        return take_written(self._sink), count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Yield the last row group and the footer."""
        self._group += self._batches.rest()
        self._write_group()
        self._writer.add_key_value_metadata(
            {VERSION: "1.0", CONTENT: votable_without_data(self._votable_head, overflow=overflow)}
        )
        self._writer.close()
        yield take_written(self._sink)

    def failed(self, _message: str) -> bytes | None:
        """None: without a footer no reader takes it for a table."""
        return None

    def close(self) -> None:
        """Nothing to close."""

    def _add(self, table: pa.Table) -> None:
        self._group.append(table)
        rows, size = (sum(getattr(pending, measure) for pending in self._group) for measure in ("num_rows", "nbytes"))
        if rows >= GROUP_ROWS or size >= GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        if self._group:
            self._writer.write_table(pa.concat_tables(self._group), row_group_size=2 * GROUP_ROWS)
            self._group = []


def parquet_schema(head: Head) -> bytes:
    """Write a file without rows, with the columns of files of this head and with the VOTable that they have inside.

    In sets of files it is called `_common_metadata`.
    """
    schema = arrow_schema(head, instant=INSTANT)
    content = votable_without_data(with_column_types(head, schema.types), overflow=False)
    sink = io.BytesIO()
    pyarrow.parquet.write_metadata(schema.with_metadata({**schema.metadata, VERSION: "1.0", CONTENT: content}), sink)
    return sink.getvalue()


def parquet_metadata(files: Iterable[tuple[str, IO[bytes] | Path]]) -> bytes:
    """Write what all files of a set have in their footers, by the paths where they are: its `_metadata`."""
    joined = None
    for path, file in files:
        footer = pyarrow.parquet.read_metadata(file)
        footer.set_file_path(path)
        if joined is None:
            joined = footer
        else:
            joined.append_row_groups(footer)
    sink = io.BytesIO()
    if joined is not None:
        joined.write_metadata_file(sink)
    return sink.getvalue()
