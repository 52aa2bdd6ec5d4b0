"""Datatypes and arraysizes of FIELDs that others wrote → our types (VOTable 1.4 sections 2.1 and 2.2)."""

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
    """A primitive datatype of VOTable."""

    scalar: Scalar
    """Our type for a single value."""
    votable_format: str
    """`struct` format of one number in BINARY, big-endian."""
    copy_format: str
    """`struct` format of one number in a binary COPY; "" for text."""
    oid: int
    """OID of the PostgreSQL type."""
    components: int = 1
    """Numbers in one value: 2 for complex ones."""


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
"""By name. A bit becomes a boolean: astropy writes booleans so, and STIL and astropy read bits so."""
ALIASES = {"string": "char", "unsignedbyte": "unsignedByte", "unicodechar": "unicodeChar", "boolean": "boolean"}
"""Wrong spellings that occur, in lower case."""


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """What an `arraysize` says."""

    single: bool
    """Whether a cell holds one value."""
    count: int | None
    """Values in a cell, over all dimensions; None where their number varies."""


def parse_arraysize(arraysize: str | None) -> ArrayShape:
    """Read an `arraysize` (VOTable 1.4 section 2.2).

    None and "1" are one value; "3" are three and "2x3" six; "*", "8*" (at most 8, not checked) and "16x*" vary.

    Raises
    ------
    ValueError
        It is none.
    """
    if arraysize is None or arraysize == "1":
        return ArrayShape(single=True, count=1)
    *fixed, last = arraysize.lower().split("x")
    sizes = [int(size) for size in fixed] + ([] if last.endswith("*") else [int(last)])
    if (bound := last.removesuffix("*")) and last != bound:
        int(bound)
    if any(size < 1 for size in sizes):
        raise ValueError(arraysize)
    return ArrayShape(single=False, count=None if last.endswith("*") else prod(sizes))


def canonical_datatype(datatype: str) -> str:
    """The name of VOTable for a datatype, known misspellings included; raises `BadInput` for any other."""
    datatype_name = ALIASES.get(datatype.lower(), datatype)
    if datatype_name not in DATATYPES:
        message = f"datatype {datatype[:40]!r} is not one of VOTable: {', '.join(DATATYPES)}"
        raise BadInput(message)
    return datatype_name


def scalar_type(datatype: str, arraysize: str | None, xtype: str | None) -> Scalar:
    """Our type for a column.

    Parameters
    ----------
    datatype : str
        A key of `DATATYPES`.
    arraysize : str | None
        As in the FIELD; raises `ValueError` if malformed. A bound (`8*`) is dropped, except in arrays of numbers.
    xtype : str | None
        As in the FIELD.
    """
    kind, single = DATATYPES[datatype], parse_arraysize(arraysize).single
    if datatype in ("char", "unicodeChar"):
        one = CHARACTER if datatype == "char" else UNICODE_CHARACTER
        # Of an array of strings the number may vary: that of those which end at a NUL is not known any more.
        size = f"{arraysize.removesuffix('*')}*" if arraysize and "x" in arraysize else "*"
        plain = one if single else kind.scalar
        return worded(plain, None if single else size, xtype) if xtype or size != "*" else plain
    if single and kind.components == 1 and not xtype:
        return kind.scalar
    if single and kind.components == 1:
        return worded(kind.scalar, None, xtype)
    sent = datatype if kind.components == 2 else ""
    return array(kind.scalar, None if single else arraysize, xtype, sent)
