"""Cells of TABLEDATA (VOTable 1.4 section 5.1) as values of a binary COPY."""

from collections.abc import Callable, Sequence
from struct import Struct

from adapters.votable.datatypes import DATATYPES, Datatype
from adapters.votable.heading import FieldElement
from schema.votable_types import shaped

NULL = b"\xff\xff\xff\xff"
"""Of a binary COPY: a length of -1."""
LENGTH = Struct(">i")
TRUTHS = {None: NULL, True: b"\0\0\0\1\1", False: b"\0\0\0\1\0"}
Read = Callable[[str], bytes]
"""Text of a cell → its length and value; raises `ValueError`, `OverflowError` or `struct.error`."""
WORDS: dict[str, bool | None] = {
    "t": True,
    "true": True,
    "1": True,
    "f": False,
    "false": False,
    "0": False,
    "?": None,
    "": None,
}


def reader(field: FieldElement) -> Read:
    """How the cells of a column are read."""
    kind, shape = DATATYPES[field.datatype], shaped(field.arraysize)
    if not kind.kept:
        return _text
    if field.datatype in ("boolean", "bit"):
        return _truth if shape.single else _array(kind, shape.count, _bits if field.datatype == "bit" else _truths)
    whole = kind.kept in "hiq"
    if shape.single and kind.values == 1:
        return _whole(kind, field) if whole else _real(kind, field.null)
    return _array(kind, shape.count and shape.count * kind.values, _wholes(kind) if whole else _reals)


def _text(text: str) -> bytes:
    if not text:
        return NULL
    told = text.encode()
    return LENGTH.pack(len(told)) + told


def _truth(text: str) -> bytes:
    told = WORDS.get(text.strip().lower(), text)
    if isinstance(told, str):
        raise ValueError(text)
    return TRUTHS[told]


def _whole(kind: Datatype, field: FieldElement) -> Read:
    value = Struct(f">i{kind.kept}")
    size, missing, least, most = value.size - 4, field.null, *_range(kind)

    def read(text: str) -> bytes:
        text = text.strip()
        if not text or text == missing:
            return NULL
        number = integer(text)
        if not least <= number <= most:
            raise OverflowError(text)
        return value.pack(size, number)

    return read


def _range(kind: Datatype) -> tuple[int, int]:
    bits = 8 * Struct(f">{kind.sent}").size
    return (0, 2**bits - 1) if kind.sent.isupper() else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def integer(text: str) -> int:
    """A whole number as VOTable writes it, decimal or `0x` hexadecimal; raises `ValueError`."""
    if "_" in text:
        raise ValueError(text)
    return int(text, 16 if text[:2].lower() == "0x" else 10)


def _real(kind: Datatype, missing: str | None) -> Read:
    value = Struct(f">i{kind.kept}")
    size = value.size - 4

    def read(text: str) -> bytes:
        text = text.strip()
        if not text or text == missing:
            return NULL
        number = _float(text)
        # NaN is how VOTable says that a real number is missing.
        return NULL if number != number else value.pack(size, number)  # noqa: PLR0124

    return read


def _float(text: str) -> float:
    if "_" in text:
        raise ValueError(text)
    return float(text)


def _array(kind: Datatype, count: int | None, numbers: Callable[[str], Sequence[float | bool | None]]) -> Read:
    def read(text: str) -> bytes:
        if not text.strip():
            return NULL
        found = numbers(text)
        if len(found) != (count or len(found)) or len(found) % kind.values:
            message = f"{count or 'pairs of'} values are wanted, {len(found)} are there"
            raise ValueError(message)
        return packed(kind, found)

    return read


def packed(kind: Datatype, values: Sequence[float | bool | None]) -> bytes:
    """An array of one dimension as a binary COPY has it."""
    if not values:
        told = Struct(">iii").pack(0, 0, kind.oid)
    else:
        head = Struct(">iiiii").pack(1, int(None in values), kind.oid, len(values), 1)
        item = Struct(f">i{kind.kept}")
        told = head + b"".join(NULL if value is None else item.pack(item.size - 4, value) for value in values)
    return LENGTH.pack(len(told)) + told


def _reals(text: str) -> list[float]:
    return [_float(word) for word in text.split()]


def _wholes(kind: Datatype) -> Callable[[str], list[int]]:
    least, most = _range(kind)

    def read(text: str) -> list[int]:
        found = [integer(word) for word in text.split()]
        if found and not least <= min(found) <= max(found) <= most:
            raise OverflowError(text)
        return found

    return read


def _bits(text: str) -> list[bool]:
    found = "".join(text.split())
    if set(found) - {"0", "1"}:
        raise ValueError(text)
    return [bit == "1" for bit in found]


def _truths(text: str) -> list[bool | None]:
    words = text.split()
    if len(words) == 1 and words[0].lower() not in WORDS:
        words = list(words[0])
    if any(word.lower() not in WORDS for word in words):
        raise ValueError(text)
    return [WORDS[word.lower()] for word in words]
