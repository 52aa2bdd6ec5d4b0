"""From rows of COPY to Arrow: blocks of CSV are read in C++, no cell becomes a Python object.

An Arrow stream has unit, UCD, utype and description in the metadata of its fields. What comes after the schema cannot
change it, so that rows are missing is said with the last, empty batch: metadata `QUERY_STATUS`, `OVERFLOW`.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.csv

from adapters.votable.delimited import Delimited
from adapters.votable.envelope import STATUS, Head
from planning.plan import Cell
from schema.types import ASCII, INT, LONG, SHORT, Scalar

TYPES = {
    "unsignedByte": pa.int16(), "short": pa.int16(), "int": pa.int32(), "long": pa.int64(), "float": pa.float32(),
    "double": pa.float64(), "boolean": pa.bool_(),
}  # fmt: skip
"""VOTable datatype to Arrow's; text and arrays, which COPY writes as text, are strings."""
WHOLE = {pa.int16(): SHORT, pa.int32(): INT, pa.int64(): LONG}
INSTANT = pa.timestamp("us", "UTC")
ALL_ROWS = pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)


class Batches:
    """Rows of `COPY … (FORMAT csv)`, in blocks cut anywhere, to Arrow tables of a schema."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._rows = Delimited()
        names = [str(number) for number in range(len(schema))]
        self._names = names
        self._types = pyarrow.csv.ConvertOptions(
            column_types=dict(zip(names, map(_read_as, schema.types), strict=True)),
            null_values=[""],
            true_values=["T"],
            false_values=["F"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )

    def feed(self, block: bytes, room: int) -> tuple[pa.Table | None, int]:
        """At most `room` rows, None for none; and how many whole rows there were."""
        rows, count = self._rows.feed(block, room)
        return (self._read(rows) if rows else None), count

    def _read(self, rows: bytes) -> pa.Table:
        options = pyarrow.csv.ReadOptions(column_names=self._names, block_size=len(rows) + 1, use_threads=False)
        table = pyarrow.csv.read_csv(
            pa.BufferReader(rows), read_options=options, parse_options=ALL_ROWS, convert_options=self._types
        )
        columns = [column.cast(kind) for column, kind in zip(table.columns, self._schema.types, strict=True)]
        return pa.Table.from_arrays(columns, schema=self._schema)


class ArrowStream:
    """Rows of CSV (`rows.columnar_row`) to an Arrow IPC stream."""

    def __init__(self, head: Head) -> None:
        self._schema = schema(head, instant=INSTANT)
        self._batches = Batches(self._schema)
        self._sink = io.BytesIO()
        self._writer = pa.ipc.new_stream(self._sink, self._schema)

    def begin(self) -> bytes:
        """Write everything before the first row."""
        return taken(self._sink)

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write at most `room` rows; tell how many whole rows there were."""
        table, count = self._batches.feed(block, room)
        if table is not None:
            self._writer.write_table(table)
        return taken(self._sink), count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Write everything after the last row."""
        if overflow:
            empty = pa.RecordBatch.from_pylist([], self._schema)
            self._writer.write_batch(empty, custom_metadata={STATUS: "OVERFLOW"})
        self._writer.close()
        yield taken(self._sink)

    def failed(self, _message: str) -> bytes | None:
        """Nothing: a reader would take what came for everything."""
        return None

    def close(self) -> None:
        """There is nothing to close."""


def schema(head: Head, instant: pa.DataType) -> pa.Schema:
    """The schema of a document, times being of this type."""
    fields = [pa.field(cell.name, _type(cell.column.type, instant), metadata=_told(cell)) for cell in head.cells]
    about = {"name": head.name, "description": head.description, **dict(head.infos)}
    return pa.schema(fields, metadata=about)


def as_written(head: Head, kinds: Sequence[pa.DataType]) -> Head:
    """What a VOTable that goes with the columns says of them: its types are theirs, or STIL refuses both."""
    cells = [
        replace(cell, column=replace(cell.column, type=_written(cell.column.type, kind)))
        for cell, kind in zip(head.cells, kinds, strict=True)
    ]
    return replace(head, cells=tuple(cells))


def _written(scalar: Scalar, kind: pa.DataType) -> Scalar:
    if kind in WHOLE:
        return WHOLE[kind]
    return ASCII if kind == pa.string() and scalar.datatype not in ("char", "unicodeChar") else scalar


def taken(sink: io.BytesIO) -> bytes:
    """What was written since the last time."""
    written = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return written


def _type(scalar: Scalar, instant: pa.DataType) -> pa.DataType:
    if scalar.temporal:
        return instant
    return pa.string() if scalar.arraysize else TYPES.get(scalar.datatype, pa.string())


def _read_as(kind: pa.DataType) -> pa.DataType:
    return pa.int64() if pa.types.is_timestamp(kind) else kind


def _told(cell: Cell) -> dict[str, str]:
    column = cell.column
    told = {"unit": column.unit, "ucd": column.ucd, "utype": column.utype, "description": column.description}
    return {name: value for name, value in (told | {"xtype": column.type.xtype or ""}).items() if value}
