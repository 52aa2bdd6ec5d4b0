"""Rows of BINARY and BINARY2 (VOTable 1.4 sections 5.3 and 5.4) → rows of a binary COPY."""

from collections.abc import Callable, Iterator, Sequence
from struct import Struct
from typing import Any

from adapters.votable.datatypes import DATATYPES, Datatype
from adapters.votable.heading import FieldElement
from adapters.votable.texts import (
    BOOLEANS,
    LENGTH,
    NULL,
    CellParser,
    expected,
    is_time,
    packed_array,
    parse_integer,
    time_parser,
)
from planning.errors import TooMuch
from schema.votable_types import inner_size, parse_arraysize

LARGEST_ROW = 16 << 20
"""Bytes; a longer row is refused."""
ValueDecoder = Callable[[bytes, int], tuple[bytes, int]]
"""Data and the offset of a value → the value as a COPY field (length and bytes) and the offset behind it.

Raises `Incomplete` where the data end within the value.
"""
FALSE_CHARACTERS, NULL_CHARACTERS = b"fF0", b"?\0 "
"""Bytes of a boolean that is false, and of one that is NULL; any other byte is true."""


class Incomplete(Exception):
    """The row continues in data that have not arrived yet."""


class BinaryRows:
    """Decodes base64-decoded data, in blocks cut anywhere, to rows for `COPY … FROM STDIN (FORMAT binary)`.

    Parameters
    ----------
    fields : Sequence[FieldElement]
        The table's FIELDs, in order.
    masked : bool
        True for BINARY2, whose rows begin with a null mask; False for BINARY.
    by_last : bool
        Whether the length before an array such as `2x*` is that of its last dimension, as astropy 8.0.2 writes it and
        reads it; else of all its items (VOTable 1.4 section 5.3), as STIL does.

    Examples
    --------
    BINARY2 of `id` int = 7, `mag` float = NULL, `name` char[*] = "Vega" is 17 bytes:

        40                        mask, one bit a column from the highest: 0100 0000, so the second is NULL
        00000007                  id
        7fc00000                  mag: present but masked, here NaN
        00000004 56656761         name: number of characters, then they

    and becomes the COPY row

        0003                      three fields
        00000004 00000007
        ffffffff                  NULL
        00000004 56656761
    """

    def __init__(self, fields: Sequence[FieldElement], *, masked: bool, by_last: bool = False) -> None:
        self._readers = [_value_decoder(element, masked=masked, by_last=by_last) for element in fields]
        self._spoilt = sorted({field.datatype for field in fields if _may_be_spoilt(field)})
        self._times = [(index, _time_parser(field)) for index, field in enumerate(fields) if is_time(field)]
        self._mask = (len(fields) + 7) // 8 if masked else 0
        self._rest = b""
        self._frame = len(fields).to_bytes(2)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decode more data; yield the rows that are complete.

        Raises
        ------
        ValueError
            A row is malformed (`struct.error` and `OverflowError` too).
        TooMuch
            A row is larger than `LARGEST_ROW`.
        """
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
    def left_over(self) -> int:
        """Bytes after the last complete row."""
        return len(self._rest)

    @property
    def hint(self) -> str:
        """What is probably wrong where rows cannot be read; "" where nothing is known."""
        if not self._spoilt:
            return ""
        return (
            f"; astropy up to 8.0.2 writes lists of {' and '.join(self._spoilt)} that it has read from TABLEDATA "
            "as 8 bytes each, which nobody can read: send the document as TABLEDATA"
        )

    def _row(self, data: bytes, at: int) -> tuple[bytes, int]:
        mask, at = _take(data, at, self._mask) if self._mask else (b"", at)
        cells = [self._frame]
        for index, decode in enumerate(self._readers):
            value, at = decode(data, at)
            is_null = mask and mask[index >> 3] & (0x80 >> (index & 7))
            cells.append(NULL if is_null else value)
        for index, parse in self._times:
            cells[1 + index] = parse(cells[1 + index][LENGTH.size :].decode())
        return b"".join(cells), at


def _may_be_spoilt(field: FieldElement) -> bool:
    """Whether astropy 8.0.2 may have written its arrays with 8 bytes a number: those of one dimension that varies."""
    narrow = field.datatype in ("unsignedByte", "short", "int", "float")
    return narrow and "x" not in (field.arraysize or "") and (field.arraysize or "").endswith("*")


def _value_decoder(field: FieldElement, *, masked: bool, by_last: bool) -> ValueDecoder:
    kind, shape = DATATYPES[field.datatype], parse_arraysize(field.arraysize)
    if field.datatype in ("char", "unicodeChar"):
        padding = " " if field.arraysize and "x" in field.arraysize else ""
        empty = LENGTH.pack(0) if masked else NULL
        return _text_decoder(2 if field.datatype == "unicodeChar" else 1, shape.count, padding, empty)
    if field.datatype == "bit":
        return _bit_decoder(kind, shape.count, single=shape.single)
    if field.datatype == "boolean":
        values = inner_size(field.arraysize) if by_last else 1
        return _decode_boolean if shape.single else _array_decoder(kind, shape.count, Struct("c"), _booleans, values)
    item = Struct(f">{kind.votable_format}")
    if shape.single and kind.components == 1:
        return _float_decoder(kind, item) if kind.copy_format in "fd" else _integer_decoder(kind, item, field.null)
    values = kind.components * (inner_size(field.arraysize) if by_last else 1)
    return _array_decoder(kind, shape.count and shape.count * kind.components, item, list, values)


def _time_parser(field: FieldElement) -> CellParser:
    parse = time_parser(field)

    def read(text: str) -> bytes:
        try:
            return parse(text)
        except ValueError as error:
            message = f"column {field.name}: {text[:60]!r} is not {expected(field)}"
            raise ValueError(message) from error

    return read


def _take(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    if size < 0:
        message = f"a length is {size}"
        raise ValueError(message)
    if at + size > len(data):
        raise Incomplete
    return data[at : at + size], at + size


def _item_count(data: bytes, at: int, count: int | None, values: int = 1) -> tuple[int, int]:
    """Number of items that follow: `count` from the heading, or, where it is None, a 4-byte length in the data.

    `values` is the number of numbers in one of what the length counts, 2 for complex ones.
    """
    if count is not None:
        return count, at
    length, at = _take(data, at, 4)
    return LENGTH.unpack(length)[0] * values, at


def _integer_decoder(kind: Datatype, item: Struct, null: str | None) -> ValueDecoder:
    value, size = Struct(f">i{kind.copy_format}"), Struct(f">{kind.copy_format}").size
    missing = _null_value(null)

    def read(data: bytes, at: int) -> tuple[bytes, int]:
        raw, at = _take(data, at, item.size)
        (number,) = item.unpack(raw)
        return (NULL if number == missing else value.pack(size, number)), at

    return read


def _null_value(null: str | None) -> int | None:
    """VALUES null as an integer; None if there is none, or if it is no integer and so equals no value."""
    try:
        return parse_integer(null) if null else None
    except ValueError:
        return None  # no whole number, hence none of the values


def _float_decoder(kind: Datatype, item: Struct) -> ValueDecoder:
    length = LENGTH.pack(Struct(f">{kind.copy_format}").size)

    def read(data: bytes, at: int) -> tuple[bytes, int]:
        raw, at = _take(data, at, item.size)
        (number,) = item.unpack(raw)
        return (NULL if number != number else length + raw), at  # noqa: PLR0124

    return read


def _decode_boolean(data: bytes, at: int) -> tuple[bytes, int]:
    raw, at = _take(data, at, 1)
    (value,) = _booleans([raw])
    return BOOLEANS[value], at


def _booleans(characters: Sequence[bytes]) -> list[bool | None]:
    return [None if value in NULL_CHARACTERS else value not in FALSE_CHARACTERS for value in characters]


def _text_decoder(size: int, count: int | None, padding: str, empty: bytes) -> ValueDecoder:
    def read(data: bytes, at: int) -> tuple[bytes, int]:
        items, at = _item_count(data, at, count)
        raw, at = _take(data, at, items * size)
        text = _decode_text(raw, size)
        # A NUL ends a string, and pads those of an array of strings.
        text = text.replace("\0", padding) if padding else text.partition("\0")[0]
        encoded = text.encode()
        return (LENGTH.pack(len(encoded)) + encoded if encoded else empty), at

    return read


def _decode_text(raw: bytes, size: int) -> str:
    if size == 2:
        return raw.decode("utf-16-be", errors="replace")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _bit_decoder(kind: Datatype, count: int | None, *, single: bool) -> ValueDecoder:
    def read(data: bytes, at: int) -> tuple[bytes, int]:
        items, at = _item_count(data, at, count)
        raw, at = _take(data, at, (items + 7) // 8)
        if single:
            # astropy sets the fourth bit of eight, others the first.
            return BOOLEANS[any(raw)], at
        return packed_array(kind, [bool(raw[bit >> 3] >> (7 - (bit & 7)) & 1) for bit in range(items)]), at

    return read


def _array_decoder(
    kind: Datatype, count: int | None, item: Struct, values: Callable[[tuple[Any, ...]], list[Any]], inner: int
) -> ValueDecoder:
    def read(data: bytes, at: int) -> tuple[bytes, int]:
        items, at = _item_count(data, at, count, inner)
        raw, at = _take(data, at, items * item.size)
        unpacked = Struct(f">{items}{item.format[-1]}").unpack(raw)
        return packed_array(kind, values(unpacked)), at

    return read
