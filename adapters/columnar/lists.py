"""Arrays in the columnar formats: PostgreSQL's text → Arrow lists, a whole column at a time.

Where `arraysize` fixes the number of elements it is a fixed-size list. Shapes are flat, as in a VOTable, the first
index fastest; complex numbers are pairs.
"""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from adapters.votable.rows import NO_ELEMENT
from planning.errors import Internal
from schema.types import Scalar
from schema.votable_types import COMPLEX, parse_arraysize


def components(scalar: Scalar) -> int:
    """Numbers of one value: 2 for complex ones."""
    return 2 if scalar.datatype in COMPLEX else 1


def list_type(scalar: Scalar, element: pa.DataType) -> pa.DataType:
    """The Arrow type of an array: a list of fixed size, or a list."""
    count = parse_arraysize(scalar.arraysize).count
    return pa.list_(element) if count is None else pa.list_(element, count * components(scalar))


def shape(scalar: Scalar) -> tuple[int, ...]:
    """The dimensions of an array of fixed size, the fastest first: (2, 3) of `2x3`."""
    return tuple(map(int, (scalar.arraysize or "1").split("x")))


def varying(scalar: Scalar) -> Scalar:
    """The type with arrays of any length: `2x*` for `2x3`, `*` for `3` and for one complex number."""
    *fixed, last = (scalar.arraysize or "1").split("x")
    return scalar if last.endswith("*") else replace(scalar, arraysize="x".join([*fixed, "*"]))


def is_list(kind: pa.DataType) -> bool:
    """Whether cells of this type are arrays."""
    return bool(pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind))


def lists(texts: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    """Parse arrays as `rows.LIST` prints them: `1 2 ? NaN` is [1, 2, null, NaN], an empty text is an empty array.

    Raises
    ------
    Internal
        A row has another number of elements than its type.
    """
    column = texts.combine_chunks()
    missing = pc.is_null(column)
    if pa.types.is_fixed_size_list(kind):
        column = pc.fill_null(column, " ".join([NO_ELEMENT] * kind.list_size))
    else:
        column = pc.if_else(pc.equal(column, ""), None, column)
    words = pc.split_pattern(column, " ")
    elements = _elements(words.values, kind.value_type)
    if not pa.types.is_fixed_size_list(kind):
        return pa.ListArray.from_arrays(words.offsets, elements, type=kind, mask=missing)
    if pc.any(pc.not_equal(pc.list_value_length(words), kind.list_size)).as_py():
        message = "An array has another number of elements than its column"
        raise Internal(message)
    return pa.FixedSizeListArray.from_arrays(elements, type=kind, mask=missing)


def _elements(words: pa.StringArray, kind: pa.DataType) -> pa.Array:
    words = pc.if_else(pc.equal(words, NO_ELEMENT), None, words)
    return pc.equal(words, "t") if pa.types.is_boolean(kind) else pc.cast(words, kind)
