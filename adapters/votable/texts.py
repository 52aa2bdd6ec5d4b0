"""Cells of TABLEDATA (VOTable 1.4 section 5.1) → fields of a binary COPY."""

from collections.abc import Callable, Sequence
from struct import Struct

from adapters.votable.datatypes import DATATYPES, Datatype
from adapters.votable.heading import FieldElement
from schema.numerals import real_number, whole_number
from schema.types import MOMENT
from schema.votable_types import parse_arraysize, scalar_type
from sky.instants import parse_timestamp

NULL = b"\xff\xff\xff\xff"
"""A NULL field of binary COPY: length -1."""
LENGTH = Struct(">i")
"""Length before each field of a binary COPY, and before varying values of BINARY."""
TIME = Struct(">iq")
"""A time as a COPY field: its length, and microseconds since 2000."""
BOOLEANS = {None: NULL, True: b"\0\0\0\1\1", False: b"\0\0\0\1\0"}
"""Booleans as COPY fields."""
CellParser = Callable[[str], bytes]
"""Text of a cell → COPY field (length and bytes); raises `ValueError`, `OverflowError` or `struct.error`."""
BOOLEAN_WORDS: dict[str, bool | None] = {
    "t": True,
    "true": True,
    "1": True,
    "f": False,
    "false": False,
    "0": False,
    "?": None,
    "": None,
}
"""Spellings of booleans, in lower case; None is NULL."""


def expected(field: FieldElement) -> str:
    """What the cells of a column are, for a message."""
    if is_time(field):
        return "a time, YYYY-MM-DDThh:mm:ss.s, of the years 1 to 294276"
    return f"a {field.datatype}[{field.arraysize}]" if field.arraysize else f"a {field.datatype}"


def cell_parser(field: FieldElement) -> CellParser:
    """Choose the parser for the cells of a column; empty cells, NaN and VALUES null become NULL."""
    kind, shape = DATATYPES[field.datatype], parse_arraysize(field.arraysize)
    if not kind.copy_format:
        return time_parser(field) if is_time(field) else _parse_text
    if field.datatype in ("boolean", "bit"):
        return (
            _parse_boolean
            if shape.single
            else _array_parser(kind, shape.count, _parse_bits if field.datatype == "bit" else _parse_booleans)
        )
    whole = kind.copy_format in "hiq"
    if shape.single and kind.components == 1:
        return _integer_parser(kind, field) if whole else _float_parser(kind, field.null)
    return _array_parser(
        kind, shape.count and shape.count * kind.components, _integers_parser(kind) if whole else _parse_floats
    )


def _parse_text(text: str) -> bytes:
    if not text:
        return NULL
    encoded = text.encode()
    return LENGTH.pack(len(encoded)) + encoded


def is_time(field: FieldElement) -> bool:
    """Whether the cells of a column are times."""
    return scalar_type(field.datatype, field.arraysize, field.xtype) is MOMENT


def time_parser(field: FieldElement) -> CellParser:
    """Choose the parser for the times of a column; empty cells and VALUES null become NULL."""

    def read(text: str) -> bytes:
        text = text.strip()
        return TIME.pack(8, parse_timestamp(text)) if text and text != field.null else NULL

    return read


def _parse_boolean(text: str) -> bytes:
    value = BOOLEAN_WORDS.get(text.strip().lower(), text)
    if isinstance(value, str):
        raise ValueError(text)
    return BOOLEANS[value]


def _integer_parser(kind: Datatype, field: FieldElement) -> CellParser:
    value = Struct(f">i{kind.copy_format}")
    size, null, least, most = value.size - 4, field.null, *_range(kind)

    def read(text: str) -> bytes:
        text = text.strip()
        if not text or text == null:
            return NULL
        number = parse_integer(text)
        if not least <= number <= most:
            raise OverflowError(text)
        return value.pack(size, number)

    return read


def _range(kind: Datatype) -> tuple[int, int]:
    bits = 8 * Struct(f">{kind.votable_format}").size
    return (0, 2**bits - 1) if kind.votable_format.isupper() else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def parse_integer(text: str) -> int:
    """Parse an integer of VOTable, decimal or `0x` hexadecimal; raises `ValueError`."""
    if text[:2].lower() != "0x":
        return whole_number(text)
    if "_" in text or not text.isascii():
        raise ValueError(text)
    return int(text, 16)


def _float_parser(kind: Datatype, null: str | None) -> CellParser:
    value = Struct(f">i{kind.copy_format}")
    size = value.size - 4

    def read(text: str) -> bytes:
        text = text.strip()
        if not text or text == null:
            return NULL
        number = real_number(text)
        # NaN is how VOTable says that a real number is missing.
        return NULL if number != number else value.pack(size, number)  # noqa: PLR0124

    return read


def _array_parser(
    kind: Datatype, count: int | None, numbers: Callable[[str], Sequence[float | bool | None]]
) -> CellParser:
    def read(text: str) -> bytes:
        if not text.strip():
            return NULL
        items = numbers(text)
        if len(items) != (count or len(items)) or len(items) % kind.components:
            message = f"{count or 'pairs of'} values are wanted, {len(items)} are there"
            raise ValueError(message)
        return packed_array(kind, items)

    return read


def packed_array(kind: Datatype, values: Sequence[float | bool | None]) -> bytes:
    """Pack a one-dimensional array as a COPY field; None is a NULL element.

    PostgreSQL's array_send: dimensions, whether there are NULLs, OID of elements, then length and lower bound of the
    dimension, then each element with its length. An empty array has no dimension.
    """
    if not values:
        array = Struct(">iii").pack(0, 0, kind.oid)
    else:
        head = Struct(">iiiii").pack(1, int(None in values), kind.oid, len(values), 1)
        item = Struct(f">i{kind.copy_format}")
        array = head + b"".join(NULL if value is None else item.pack(item.size - 4, value) for value in values)
    return LENGTH.pack(len(array)) + array


def _parse_floats(text: str) -> list[float]:
    return [real_number(word) for word in text.split()]


def _integers_parser(kind: Datatype) -> Callable[[str], list[int]]:
    least, most = _range(kind)

    def read(text: str) -> list[int]:
        integers = [parse_integer(word) for word in text.split()]
        if integers and not least <= min(integers) <= max(integers) <= most:
            raise OverflowError(text)
        return integers

    return read


def _parse_bits(text: str) -> list[bool]:
    digits = "".join(text.split())
    if set(digits) - {"0", "1"}:
        raise ValueError(text)
    return [bit == "1" for bit in digits]


def _parse_booleans(text: str) -> list[bool | None]:
    words = text.split()
    if len(words) == 1 and words[0].lower() not in BOOLEAN_WORDS:
        words = list(words[0])
    if any(word.lower() not in BOOLEAN_WORDS for word in words):
        raise ValueError(text)
    return [BOOLEAN_WORDS[word.lower()] for word in words]
