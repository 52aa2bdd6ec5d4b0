"""Rows of BINARY and BINARY2 (VOTable 1.4 sections 5.3 and 5.4) as rows of a binary COPY."""

from collections.abc import Callable, Iterator, Sequence
from struct import Struct
from typing import Any

from adapters.votable.datatypes import DATATYPES, Datatype
from adapters.votable.heading import FieldElement
from adapters.votable.texts import LENGTH, NULL, TRUTHS, integer, packed
from planning.errors import TooMuch
from schema.votable_types import shaped

LARGEST_ROW = 16 << 20
Read = Callable[[bytes, int], tuple[bytes, int]]
"""Data and where a value begins → the value for COPY and where the next begins; raises `Incomplete`."""
FALSE, NEITHER = b"fF0", b"?\0 "


class Incomplete(Exception):
    """The row goes on in data that are not there yet."""


class BinaryRows:
    """Data cut anywhere, to rows for COPY."""

    def __init__(self, fields: Sequence[FieldElement], *, masked: bool) -> None:
        self._readers = [_reader(field, masked=masked) for field in fields]
        self._mask = (len(fields) + 7) // 8 if masked else 0
        self._rest = b""
        self._frame = len(fields).to_bytes(2)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The rows that are whole; raises `ValueError` for one that is broken, `TooMuch` for one without end."""
        data, at = self._rest + data, 0
        try:
            while at < len(data):
                row, at = self._row(data, at)
                yield row
        except Incomplete:
            pass
        self._rest = data[at:]
        if len(self._rest) > LARGEST_ROW:
            message = f"a row is larger than {LARGEST_ROW >> 20} MB"
            raise TooMuch(message)

    @property
    def whole(self) -> bool:
        """Whether nothing is left of a row that has not ended."""
        return not self._rest

    def _row(self, data: bytes, at: int) -> tuple[bytes, int]:
        mask, at = _taken(data, at, self._mask) if self._mask else (b"", at)
        cells = [self._frame]
        for place, read in enumerate(self._readers):
            value, at = read(data, at)
            missing = mask and mask[place >> 3] & (0x80 >> (place & 7))
            cells.append(NULL if missing else value)
        return b"".join(cells), at


def _reader(field: FieldElement, *, masked: bool) -> Read:
    kind, shape = DATATYPES[field.datatype], shaped(field.arraysize)
    if field.datatype in ("char", "unicodeChar"):
        padding = " " if field.arraysize and "x" in field.arraysize else ""
        empty = LENGTH.pack(0) if masked else NULL
        return _text(2 if field.datatype == "unicodeChar" else 1, shape.count, padding, empty)
    if field.datatype == "bit":
        return _bits(kind, shape.count, single=shape.single)
    if field.datatype == "boolean":
        return _truth if shape.single else _array(kind, shape.count, Struct("c"), _truths)
    item = Struct(f">{kind.sent}")
    if shape.single and kind.values == 1:
        return _real(kind, item) if kind.kept in "fd" else _whole(kind, item, field.null)
    return _array(kind, shape.count and shape.count * kind.values, item, list)


def _taken(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    if size < 0:
        message = f"a length is {size}"
        raise ValueError(message)
    if at + size > len(data):
        raise Incomplete
    return data[at : at + size], at + size


def _counted(data: bytes, at: int, count: int | None, values: int = 1) -> tuple[int, int]:
    """How many items follow, as the heading says or, where that varies, the data."""
    if count is not None:
        return count, at
    told, at = _taken(data, at, 4)
    return LENGTH.unpack(told)[0] * values, at


def _whole(kind: Datatype, item: Struct, null: str | None) -> Read:
    value, size = Struct(f">i{kind.kept}"), Struct(f">{kind.kept}").size
    missing = _missing(null)

    def read(data: bytes, at: int) -> tuple[bytes, int]:
        told, at = _taken(data, at, item.size)
        (number,) = item.unpack(told)
        return (NULL if number == missing else value.pack(size, number)), at

    return read


def _missing(null: str | None) -> int | None:
    try:
        return integer(null) if null else None
    except ValueError:
        return None  # no whole number, hence none of the values


def _real(kind: Datatype, item: Struct) -> Read:
    length = LENGTH.pack(Struct(f">{kind.kept}").size)

    def read(data: bytes, at: int) -> tuple[bytes, int]:
        told, at = _taken(data, at, item.size)
        (number,) = item.unpack(told)
        return (NULL if number != number else length + told), at  # noqa: PLR0124

    return read


def _truth(data: bytes, at: int) -> tuple[bytes, int]:
    told, at = _taken(data, at, 1)
    (value,) = _truths([told])
    return TRUTHS[value], at


def _truths(told: Sequence[bytes]) -> list[bool | None]:
    return [None if value in NEITHER else value not in FALSE for value in told]


def _text(size: int, count: int | None, padding: str, empty: bytes) -> Read:
    def read(data: bytes, at: int) -> tuple[bytes, int]:
        items, at = _counted(data, at, count)
        told, at = _taken(data, at, items * size)
        text = _decoded(told, size)
        # A NUL ends a string, and pads those of an array of strings.
        text = text.replace("\0", padding) if padding else text.partition("\0")[0]
        kept = text.encode()
        return (LENGTH.pack(len(kept)) + kept if kept else empty), at

    return read


def _decoded(told: bytes, size: int) -> str:
    if size == 2:
        return told.decode("utf-16-be", errors="replace")
    try:
        return told.decode()
    except UnicodeDecodeError:
        return told.decode("latin-1")


def _bits(kind: Datatype, count: int | None, *, single: bool) -> Read:
    def read(data: bytes, at: int) -> tuple[bytes, int]:
        items, at = _counted(data, at, count)
        told, at = _taken(data, at, (items + 7) // 8)
        if single:
            # astropy sets the fourth bit of eight, others the first.
            return TRUTHS[any(told)], at
        return packed(kind, [bool(told[bit >> 3] >> (7 - (bit & 7)) & 1) for bit in range(items)]), at

    return read


def _array(kind: Datatype, count: int | None, item: Struct, values: Callable[[tuple[Any, ...]], list[Any]]) -> Read:
    def read(data: bytes, at: int) -> tuple[bytes, int]:
        items, at = _counted(data, at, count, kind.values)
        told, at = _taken(data, at, items * item.size)
        found = Struct(f">{items}{item.format[-1]}").unpack(told)
        return packed(kind, values(found)), at

    return read
