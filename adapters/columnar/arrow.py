"""COPY's CSV → Arrow: pyarrow parses whole blocks in C++, no cell becomes a Python object.

An Arrow stream has unit, UCD, utype, xtype, description and what codes mean in the metadata of its fields. The schema
cannot be changed once it is sent, so overflow is reported by the metadata of a last, empty batch: `QUERY_STATUS` =
`OVERFLOW`.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

import orjson
import pyarrow as pa
import pyarrow.csv

from adapters.columnar.lists import is_list, list_type, lists, varying
from adapters.votable.delimited import Delimited, row_end
from adapters.votable.envelope import STATUS, Head
from planning.plan import Cell
from schema.types import ASCII, INT, LONG, SHORT, Scalar

DECAY = 100
"""Milliseconds after which jemalloc gives back what is free: 90 MB of a first download stay, where 250 did."""
if pa.default_memory_pool().backend_name == "jemalloc":
    pa.jemalloc_set_decay_ms(DECAY)
TYPES = {
    "unsignedByte": pa.int16(), "short": pa.int16(), "int": pa.int32(), "long": pa.int64(), "float": pa.float32(),
    "double": pa.float64(), "boolean": pa.bool_(),
}  # fmt: skip
"""VOTable datatype → Arrow type; everything else is a string as COPY writes it."""
ELEMENTS = TYPES | {"floatComplex": pa.float32(), "doubleComplex": pa.float64()}
"""VOTable datatype → Arrow type of an array's numbers."""
INTEGERS = {pa.int16(): SHORT, pa.int32(): INT, pa.int64(): LONG}
"""Arrow's integers and the types they have in a VOTable, narrowest first."""
PANDAS = {
    pa.int16(): ("int16", "Int16"), pa.int32(): ("int32", "Int32"), pa.int64(): ("int64", "Int64"),
    pa.bool_(): ("bool", "boolean"),
}  # fmt: skip
"""Arrow type → pandas' names of it and of its type with NULL; by itself pandas takes floats and objects there."""
INSTANT = pa.timestamp("us", "UTC")
"""Type of times."""
BATCH_GROWTH, LARGEST_BATCH = 1000, 1_000_000
"""Bytes of CSV that a table has at least: 1, then by this factor more, up to the largest."""
PARSE_OPTIONS = pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
"""A newline within quotes ends no row, and an empty line is a row of one NULL."""


class Batches:
    """Parses rows of `COPY … (FORMAT csv)`, in blocks cut anywhere, into Arrow tables of a schema.

    Where one table ends and the next begins depends on the rows alone, not on how they arrive: the same answer has the
    same bytes. The first has one row, which need not wait for others.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._rows = Delimited()
        self._pending = bytearray()
        self._least = 1
        names = [str(number) for number in range(len(schema))]
        self._names = names
        self._types = pyarrow.csv.ConvertOptions(
            column_types=dict(zip(names, map(_csv_type, schema.types), strict=True)),
            null_values=[""],
            true_values=["T"],
            false_values=["F"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )

    def feed(self, block: bytes, room: int) -> tuple[list[pa.Table], int]:
        """Take the complete rows of this block, at most `room`; also return how many there were.

        The tables are those that are complete now; `rest` returns the last.
        """
        rows, count = self._rows.feed(block, room)
        self._pending += rows
        return list(self._complete()), count

    def rest(self) -> list[pa.Table]:
        """The rows that are left after the last block, as a table; no table where there are none."""
        return [self._read(bytes(self._pending))] if self._pending else []

    def _complete(self) -> Iterator[pa.Table]:
        while len(self._pending) >= self._least:
            end = row_end(self._pending, self._least)
            rows = bytes(self._pending[:end])
            del self._pending[:end]
            self._least = min(BATCH_GROWTH * self._least, LARGEST_BATCH)
            yield self._read(rows)

    def _read(self, rows: bytes) -> pa.Table:
        options = pyarrow.csv.ReadOptions(column_names=self._names, block_size=len(rows) + 1, use_threads=False)
        table = pyarrow.csv.read_csv(
            pa.BufferReader(rows), read_options=options, parse_options=PARSE_OPTIONS, convert_options=self._types
        )
        columns = [
            lists(column, kind) if is_list(kind) else column.cast(kind)
            for column, kind in zip(table.columns, self._schema.types, strict=True)
        ]
        return pa.Table.from_arrays(columns, schema=self._schema)


class ArrowStream:
    """Writes CSV rows (`rows.columnar_row`) as an Arrow IPC stream."""

    def __init__(self, head: Head) -> None:
        self._schema = arrow_schema(head, instant=INSTANT)
        self._batches = Batches(self._schema)
        self._sink = io.BytesIO()
        self._writer = pa.ipc.new_stream(self._sink, self._schema)

    def begin(self) -> bytes:
        """Return everything before the first row."""
        return take_written(self._sink)

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Convert the complete rows of this block, at most `room`; also return how many there were."""
        tables, count = self._batches.feed(block, room)
        self._write(tables)
        return take_written(self._sink), count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Yield the last rows and everything after them."""
        self._write(self._batches.rest())
        if overflow:
            empty = pa.RecordBatch.from_pylist([], self._schema)
            self._writer.write_batch(empty, custom_metadata={STATUS: "OVERFLOW"})
        self._writer.close()
        yield take_written(self._sink)

    def failed(self, _message: str) -> bytes | None:
        """None: the format cannot report an error."""
        return None

    def close(self) -> None:
        """Nothing to close."""

    def _write(self, tables: Sequence[pa.Table]) -> None:
        for table in tables:
            self._writer.write_table(table)


def arrow_schema(head: Head, instant: pa.DataType) -> pa.Schema:
    """Schema of a document; `instant` is the type of its times."""
    fields = [
        pa.field(cell.name, _arrow_type(cell.column.type, instant), metadata=_field_metadata(cell))
        for cell in head.cells
    ]
    about = {"name": head.name, "description": head.description} | head.origin | dict(head.infos)
    metadata = about | {"pandas": _pandas(fields)}
    return pa.schema(fields, metadata=metadata)


def _pandas(fields: Sequence[pa.Field]) -> bytes:
    """The types that pandas is to take, in its own metadata (developer guide, "Storing pandas DataFrame objects").

    Only so does pandas.read_parquet keep identifiers over 2^53 in a column that has NULL.
    """
    columns = [
        {"name": field.name, "field_name": field.name, "pandas_type": plain, "numpy_type": nullable, "metadata": None}
        for field in fields
        for plain, nullable in [PANDAS.get(field.type, ("", ""))]
        if nullable
    ]
    return orjson.dumps({"index_columns": [], "column_indexes": [], "columns": columns, "pandas_version": "3.0.0"})


def with_column_types(head: Head, kinds: Sequence[pa.DataType]) -> Head:
    """The head with the types that the columns have in the file, for a VOTable inside it: STIL refuses others."""
    cells = [
        replace(cell, column=replace(cell.column, type=_scalar_of(cell.column.type, kind)))
        for cell, kind in zip(head.cells, kinds, strict=True)
    ]
    return replace(head, cells=tuple(cells))


def _scalar_of(scalar: Scalar, kind: pa.DataType) -> Scalar:
    if is_list(kind):
        scalar = varying(scalar) if pa.types.is_list(kind) else scalar
        integer = INTEGERS.get(kind.value_type)
        return replace(scalar, datatype=integer.datatype) if integer else scalar
    if kind in INTEGERS:
        return INTEGERS[kind]
    return ASCII if kind == pa.string() and scalar.datatype not in ("char", "unicodeChar") else scalar


def take_written(sink: io.BytesIO) -> bytes:
    """Return what was written to `sink` since the last call."""
    data = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return data


def _arrow_type(scalar: Scalar, instant: pa.DataType) -> pa.DataType:
    if scalar.temporal:
        return instant
    if scalar.many:
        return list_type(scalar, ELEMENTS[scalar.datatype])
    return pa.string() if scalar.arraysize else TYPES.get(scalar.datatype, pa.string())


def _csv_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.int64()
    return pa.string() if is_list(kind) else kind


def _field_metadata(cell: Cell) -> dict[str, str]:
    column = cell.column
    metadata = {"unit": column.unit, "ucd": column.ucd, "utype": column.utype, "description": column.description}
    metadata |= {"codes": orjson.dumps(column.codes).decode()} if column.codes else {}
    return {name: value for name, value in (metadata | {"xtype": column.type.xtype or ""}).items() if value}
