"""From `datatype`, `arraysize` and `xtype` of a FIELD to the type of a column (VOTable 1.4 sections 2.1 and 2.2)."""

from dataclasses import dataclass
from math import prod

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

SCALARS = {
    "boolean": BOOLEAN, "bit": BOOLEAN, "unsignedByte": BYTE, "short": SHORT, "int": INT, "long": LONG, "float": FLOAT,
    "double": DOUBLE, "floatComplex": FLOAT, "doubleComplex": DOUBLE, "char": ASCII, "unicodeChar": TEXT,
}  # fmt: skip
"""Type of one value of each datatype. A bit is a boolean here: astropy and STIL read it so."""
COMPLEX = ("floatComplex", "doubleComplex")
"""Datatypes of which one value is two numbers."""


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """What an `arraysize` says of a cell."""

    single: bool
    """Whether a cell holds one value."""
    count: int | None
    """How many values a cell holds, None where that varies."""


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


def scalar_type(datatype: str, arraysize: str | None, xtype: str | None) -> Scalar:
    """Our type for a column.

    Parameters
    ----------
    datatype : str
        A key of `SCALARS`.
    arraysize : str | None
        As in the FIELD; raises `ValueError` if malformed. A bound (`8*`) is dropped, except in arrays of numbers.
    xtype : str | None
        As in the FIELD.
    """
    kind, single = SCALARS[datatype], parse_arraysize(arraysize).single
    if datatype in ("char", "unicodeChar"):
        one = CHARACTER if datatype == "char" else UNICODE_CHARACTER
        # Of an array of strings the number may vary: that of those which end at a NUL is not known any more.
        size = f"{arraysize.removesuffix('*')}*" if arraysize and "x" in arraysize else "*"
        plain = one if single else kind
        return worded(plain, None if single else size, xtype) if xtype or size != "*" else plain
    if datatype in COMPLEX:
        return array(kind, None if single else arraysize, xtype, datatype)
    if single:
        return worded(kind, None, xtype) if xtype else kind
    return array(kind, arraysize, xtype)
