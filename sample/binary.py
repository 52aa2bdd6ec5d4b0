"""Whole columns in PostgreSQL's binary COPY format, by numpy alone: nothing is done cell by cell.

A column becomes a matrix of bytes, one row a cell, beside a mask of the bytes that belong to the stream: NULLs and
texts of any length are then one selection. The integers 7 and NULL (int4) are the matrices

    00 00 00 04  00 00 00 07        all eight bytes used
    ff ff ff ff  00 00 00 00        only the length, -1

Every batch is a stream of its own, header and trailer included.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schema.column import Column
from schema.table import Table

Values = NDArray[Any] | list[str]
"""A column: floats (NaN is null), integers, booleans, datetime64 (NaT is null), or texts (empty is null)."""
Cells = tuple[NDArray[np.uint8], NDArray[np.bool_]]
"""Bytes of a column's cells and which of them are used, both of shape (rows, width)."""

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
EPOCH = np.datetime64("2000-01-01", "us")
LENGTH = 4


@dataclass(frozen=True, eq=False, slots=True)
class Batch:
    """Rows of one relation of a source, as columns."""

    relation: str
    columns: tuple[Column, ...]
    values: Mapping[str, Values]
    """By name at the source; a missing column is NULL in every row."""

    @property
    def filled(self) -> tuple[Column, ...]:
        """Columns that have values, in the order of the stream."""
        return tuple(column for column in self.columns if column.remote_name in self.values)

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))


def batch(table: Table, values: Mapping[str, Values]) -> Batch:
    """Make a batch of a declared table."""
    return Batch(table.remote, table.stored, values)


def encode(rows: Batch) -> bytes:
    """Write the COPY stream of a batch, columns in the order of `Batch.filled`."""
    cells = [_cells(column.type.sql, rows.values[column.remote_name]) for column in rows.filled]
    count = np.full((len(rows), 1), len(cells), ">i2").view(np.uint8)
    body = np.concatenate([count, *(data for data, _ in cells)], axis=1)
    is_used = np.concatenate([np.ones(count.shape, bool), *(mask for _, mask in cells)], axis=1)
    return b"".join((HEADER, body[is_used].tobytes(), TRAILER))


def _cells(sql: str, values: Values) -> Cells:
    if sql in {"text", "jsonb"}:
        return _texts(values, version=b"\1" if sql == "jsonb" else b"")
    return _fixed(*FIXED[sql](np.asarray(values)))


def _texts(values: Values, version: bytes) -> Cells:
    if isinstance(values, list):
        values = np.array([value.encode() for value in values], dtype=np.bytes_)
    data = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)
    null = data[:, 0] == 0
    if version:
        data = np.concatenate([np.where(null, 0, ord(version)).astype(np.uint8)[:, None], data], axis=1)
    is_text = data != 0
    return _prefixed(np.where(null, -1, is_text.sum(axis=1)), data, is_text)


def _fixed(values: NDArray[Any], null: NDArray[np.bool_]) -> Cells:
    data = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)
    width = data.shape[1]
    return _prefixed(np.where(null, -1, width), data, np.repeat(~null[:, None], width, axis=1))


def _prefixed(length: NDArray[Any], data: NDArray[np.uint8], is_used: NDArray[np.bool_]) -> Cells:
    prefix = length.astype(">i4").view(np.uint8).reshape(-1, LENGTH)
    return np.concatenate([prefix, data], axis=1), np.concatenate([np.ones(prefix.shape, bool), is_used], axis=1)


def _number(kind: str) -> Callable[[NDArray[Any]], tuple[NDArray[Any], NDArray[np.bool_]]]:
    def convert(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        null = np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), bool)
        return np.where(null, 0, values).astype(kind), null

    return convert


def _instant(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    null = np.isnat(values)
    return np.where(null, 0, (values.astype("datetime64[us]") - EPOCH).astype(np.int64)).astype(">i8"), null


FIXED = {
    "boolean": _number("u1"),
    "smallint": _number(">i2"),
    "integer": _number(">i4"),
    "bigint": _number(">i8"),
    "real": _number(">f4"),
    "double precision": _number(">f8"),
    "timestamp with time zone": _instant,
    "timestamp without time zone": _instant,
}
