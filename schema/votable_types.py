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
    MOMENT,
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
TIMESTAMPS = ("timestamp", "adql:TIMESTAMP")
"""xtypes of times, of DALI and of TAP 1.0."""
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


def inner_size(arraysize: str | None) -> int:
    """How many values one step of the last dimension has: 6 of `2x3x*`, 1 of `*`."""
    *fixed, _ = (arraysize or "1").lower().split("x")
    return prod(map(int, fixed))


def scalar_type(datatype: str, arraysize: str | None, xtype: str | None) -> Scalar:
    """Our type for a column.

    Parameters
    ----------
    datatype : str
        A key of `SCALARS`.
    arraysize : str | None
        As in the FIELD; raises `ValueError` if malformed. A bound (`8*`) is dropped, except in arrays of numbers, and
        so are the shapes of arrays of strings (`3x*`): astropy 8.0.2 refuses a document that has one.
    xtype : str | None
        As in the FIELD. Text that is a `timestamp` is stored as a time.
    """
    kind, single = SCALARS[datatype], parse_arraysize(arraysize).single
    if datatype in ("char", "unicodeChar"):
        if single:
            one = CHARACTER if datatype == "char" else UNICODE_CHARACTER
            return worded(one, None, xtype) if xtype else one
        if xtype is None or "x" in (arraysize or ""):  # the strings of an array are one text, which is of no xtype
            return kind
        return MOMENT if xtype in TIMESTAMPS else worded(kind, "*", xtype)
    if datatype in COMPLEX:
        return array(kind, None if single else arraysize, xtype, datatype)
    if single:
        return worded(kind, None, xtype) if xtype else kind
    return array(kind, arraysize, xtype)
