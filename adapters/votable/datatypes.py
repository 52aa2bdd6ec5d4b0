"""What a FIELD of others says of its values, and the type that they have here (VOTable 1.4 sections 2.1 and 2.2)."""

from dataclasses import dataclass
from math import prod

from planning.errors import BadInput
from schema.types import (
    ASCII,
    BOOLEAN,
    BYTE,
    CHARACTER,
    DOUBLE,
    FLOAT,
    INT,
    LONG,
    SHORT,
    TEXT,
    UNICODE_CHARACTER,
    Scalar,
    array,
    worded,
)


@dataclass(frozen=True, slots=True)
class Datatype:
    """One datatype of VOTable."""

    scalar: Scalar
    sent: str
    """How BINARY has one value (`struct`, big-endian)."""
    kept: str
    """How a binary COPY has it."""
    oid: int
    """Of the PostgreSQL type."""
    values: int = 1
    """Numbers in one value: two for complex ones."""


DATATYPES = {
    "boolean": Datatype(BOOLEAN, "c", "?", 16),
    "bit": Datatype(BOOLEAN, "B", "?", 16),
    "unsignedByte": Datatype(BYTE, "B", "h", 21),
    "short": Datatype(SHORT, "h", "h", 21),
    "int": Datatype(INT, "i", "i", 23),
    "long": Datatype(LONG, "q", "q", 20),
    "float": Datatype(FLOAT, "f", "f", 700),
    "double": Datatype(DOUBLE, "d", "d", 701),
    "floatComplex": Datatype(FLOAT, "f", "f", 700, 2),
    "doubleComplex": Datatype(DOUBLE, "d", "d", 701, 2),
    "char": Datatype(ASCII, "B", "", 25),
    "unicodeChar": Datatype(TEXT, "H", "", 25),
}
"""A bit comes back as a boolean: it is how astropy writes one, and how STIL and astropy read it."""
ALIASES = {"string": "char", "unsignedbyte": "unsignedByte", "unicodechar": "unicodeChar", "boolean": "boolean"}
"""Spellings that are wrong and met."""


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """An `arraysize`."""

    single: bool
    """Whether a cell holds one value."""
    count: int | None
    """How many values a cell holds, None where that varies."""


def shaped(arraysize: str | None) -> ArrayShape:
    """Read an `arraysize`, as `3`, `*`, `8*`, `2x3` or `16x*`; raises `ValueError`."""
    if arraysize is None or arraysize == "1":
        return ArrayShape(single=True, count=1)
    *fixed, last = arraysize.lower().split("x")
    sizes = [int(size) for size in fixed] + ([] if last.endswith("*") else [int(last)])
    if (bound := last.removesuffix("*")) and last != bound:
        int(bound)
    if any(size < 1 for size in sizes):
        raise ValueError(arraysize)
    return ArrayShape(single=False, count=None if last.endswith("*") else prod(sizes))


def known(datatype: str) -> str:
    """The datatype that is meant; raises `BadInput`."""
    name = ALIASES.get(datatype.lower(), datatype)
    if name not in DATATYPES:
        message = f"datatype {datatype[:40]!r} is not one of VOTable: {', '.join(DATATYPES)}"
        raise BadInput(message)
    return name


def scalar(datatype: str, arraysize: str | None, xtype: str | None) -> Scalar:
    """The type of a column."""
    kind, single = DATATYPES[datatype], shaped(arraysize).single
    if datatype in ("char", "unicodeChar"):
        one = CHARACTER if datatype == "char" else UNICODE_CHARACTER
        # Of an array of strings the number may vary: that of those which end at a NUL is not known any more.
        size = f"{arraysize.removesuffix('*')}*" if arraysize and "x" in arraysize else "*"
        plain = one if single else kind.scalar
        return worded(plain, None if single else size, xtype) if xtype or size != "*" else plain
    if single and kind.values == 1 and not xtype:
        return kind.scalar
    if single and kind.values == 1:
        return worded(kind.scalar, None, xtype)
    sent = datatype if kind.values == 2 else ""
    return array(kind.scalar, None if single else arraysize, xtype, sent)
