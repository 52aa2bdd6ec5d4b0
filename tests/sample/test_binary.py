import struct

import numpy as np

from sample.binary import HEADER, TRAILER, Batch, encode
from schema.column import Column
from schema.types import DOUBLE, INSTANT, JSON, LONG, SHORT, TEXT

COLUMNS = (
    Column("a", LONG, ""), Column("b", TEXT, ""), Column("c", DOUBLE, ""), Column("d", JSON, ""),
    Column("e", INSTANT, ""), Column("f", SHORT, ""),
)  # fmt: skip


def field(data: bytes | None) -> bytes:
    return struct.pack(">i", -1) if data is None else struct.pack(">i", len(data)) + data


def test_a_batch_is_postgresqls_binary_copy() -> None:
    rows = Batch("t", COLUMNS, {
        "a": np.array([2**40, -1]), "b": ["é<", ""], "c": np.array([1.5, np.nan]), "d": ['{"x":1}', ""],
        "e": np.array(["2000-01-01T00:00:01", "NaT"], "datetime64[us]"), "f": np.array([np.nan, 7.0]),
    })  # fmt: skip
    first = [
        struct.pack(">q", 2**40),
        "é<".encode(),
        struct.pack(">d", 1.5),
        b'\1{"x":1}',
        struct.pack(">q", 10**6),
        None,
    ]
    second = [struct.pack(">q", -1), None, None, None, None, struct.pack(">h", 7)]
    body = b"".join(struct.pack(">h", 6) + b"".join(map(field, row)) for row in (first, second))
    assert encode(rows) == HEADER + body + TRAILER


def test_columns_without_values_are_left_out() -> None:
    rows = Batch("t", COLUMNS, {"a": np.array([1])})
    assert [column.name for column in rows.filled] == ["a"]
    assert encode(rows) == HEADER + struct.pack(">h", 1) + field(struct.pack(">q", 1)) + TRAILER
