"""Columns of FITS binary tables: their TFORM, and their cells as numpy arrays (Standard 4.0 section 7.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from adapters.columnar.arrow import INTEGERS
from adapters.columnar.lists import components, is_list, shape
from planning.errors import BadInput
from schema.types import Scalar

FORMS = {
    pa.int16(): ("I", ">i2"), pa.int32(): ("J", ">i4"), pa.int64(): ("K", ">i8"), pa.float32(): ("E", ">f4"),
    pa.float64(): ("D", ">f8"), pa.bool_(): ("L", "u1"),
}  # fmt: skip
"""TFORM code and numpy type (big-endian) of each Arrow type."""
COMPLEX = {"E": "C", "D": "M"}
"""TFORM code of pairs of numbers."""
SMALL_HEAP = 2**31
"""Bytes of a heap whose offsets are 32-bit integers."""


@dataclass(slots=True)
class ColumnStatistics:
    """What must be known of a column to choose its format.

    Attributes
    ----------
    scalar : Scalar
        Its declared type.
    kind : pa.DataType
        Arrow type.
    nulls : int
        NULLs so far, of arrays those of numbers within them.
    missing : int
        Arrays that are NULL.
    width : int
        Bytes of the longest text; numbers in the longest array.
    least, most : int
        Bounds of integers, 0 included.
    count : int
        Numbers in all arrays.
    """

    scalar: Scalar
    kind: pa.DataType
    nulls: int = 0
    missing: int = 0
    width: int = 0
    least: int = 0
    most: int = 0
    count: int = 0

    @property
    def element(self) -> pa.DataType:
        """Arrow type of one number."""
        return self.kind.value_type if is_list(self.kind) else self.kind

    @property
    def fixed(self) -> bool:
        """Whether all arrays are written in the table: a NULL of integers or booleans is an empty one in the heap."""
        return pa.types.is_fixed_size_list(self.kind) and (pa.types.is_floating(self.element) or not self.missing)

    def add(self, column: pa.ChunkedArray) -> None:
        """Take some more rows into account."""
        if self.kind == pa.string():
            self.width = max(self.width, pc.max(pc.binary_length(column)).as_py() or 0)
        if is_list(self.kind):
            self.missing += column.null_count
            self.width = max(self.width, pc.max(pc.list_value_length(column)).as_py() or 0)
            column = pc.list_flatten(column)
            self.count += len(column)
        self.nulls += column.null_count
        if self.element in INTEGERS:
            bounds = pc.min_max(column).as_py()
            self.least, self.most = min(self.least, bounds["min"] or 0), max(self.most, bounds["max"] or 0)

    def measure(self, count: int, figures: Iterator[int]) -> None:
        """Take as many of the next figures of `rows.fits_measure` as are of this column; there are `count` rows."""
        if self.kind == pa.string():
            self.width = next(figures)
        elif self.kind in INTEGERS:
            least, most, present = (next(figures) for _ in range(3))
            self.least, self.most, self.nulls = min(0, least), max(0, most), count - present


@dataclass(frozen=True, slots=True)
class FitsColumnFormat:
    """How a column is written."""

    code: str
    """TFORMn."""
    bytes: str
    """The numpy type of a number or a text."""
    kind: pa.DataType
    """The Arrow type to convert to first, of one number."""
    null: int | None = None
    """TNULLn; None if no NULL has to be written as a number."""
    numbers: int | None = 1
    """Numbers in a cell; None where that varies, and they are in the heap."""
    dimensions: str = ""
    """TDIMn."""
    pairs: int = 1
    """Numbers of one value: 2 for complex ones."""
    heap: int = 0
    """Bytes in the heap."""

    @property
    def cell(self) -> tuple[str, tuple[int, ...]]:
        """The numpy type and shape of a cell of the table; one in the heap is a length and an offset."""
        if self.numbers is None:
            return ">i4" if self.code[1] == "P" else ">i8", (2,)
        return self.bytes, () if self.numbers == 1 else (self.numbers,)


def column_format(statistics: ColumnStatistics) -> FitsColumnFormat:
    """Choose TFORM, and TNULL for integers with NULLs.

    Raises `BadInput` for a NULL that cannot be written.

    Examples
    --------
    Texts of at most 11 bytes: `11A`. Floats: `E` or `D`, NULL being NaN. Integers without NULL: `I`, `J` or `K`.
    A short column with NULLs and values from -5 to 7: `I`, TNULL -32768. One that has -32768 but not 32767: `I`, TNULL
    32767. One that has both: the next wider type, `J`, TNULL -2147483648. Arrays of three doubles: `3D`; of at most
    seven: `1PD(7)`; of 2x3 floats: `6E`, TDIM `(2,3)`. Arrays of two integers: `2J`, but `1PJ(2)` where one is NULL, as
    STIL takes TNULL within an array for a number.
    """
    if statistics.kind == pa.string():
        width = max(1, statistics.width)
        return FitsColumnFormat(f"{width}A", f"S{width}", statistics.kind)
    kind, null = _number_format(statistics)
    code, numpy_type = FORMS[kind]
    if not is_list(statistics.kind):
        return FitsColumnFormat(code, numpy_type, kind, null)
    pairs = components(statistics.scalar)
    code = COMPLEX[code] if pairs == 2 else code
    if statistics.fixed:
        numbers = statistics.kind.list_size
        sizes = shape(statistics.scalar)
        dimensions = f"({','.join(map(str, sizes))})" if len(sizes) > 1 else ""
        return FitsColumnFormat(f"{numbers // pairs}{code}", numpy_type, kind, null, numbers, dimensions, pairs)
    heap = statistics.count * np.dtype(numpy_type).itemsize
    return FitsColumnFormat(
        f"1P{code}({statistics.width // pairs})", numpy_type, kind, null, None, pairs=pairs, heap=heap
    )


def _number_format(statistics: ColumnStatistics) -> tuple[pa.DataType, int | None]:
    """Arrow type of the numbers, and one that no row has where there are NULLs."""
    if statistics.element not in INTEGERS or not statistics.nulls:
        return statistics.element, None
    # Where both ends of the range are taken, the next wider type has a free number.
    integers = tuple(INTEGERS)
    for kind in integers[integers.index(statistics.element) :]:
        bounds = np.iinfo(FORMS[kind][1])
        for free, taken in ((int(bounds.min), statistics.least), (int(bounds.max), statistics.most)):
            if free != taken:
                return kind, free
    message = "A column has NULL and both the least and the largest of bigint: FITS cannot tell them apart"
    raise BadInput(message)


def cells(column: pa.Array, form: FitsColumnFormat) -> NDArray[Any]:
    """Cells of a column that is not in the heap; those of an array are a row each."""
    if column.type == pa.string():
        padded = pc.ascii_rpad(column.fill_null(""), int(form.code[:-1]), "\0")
        return np.frombuffer(padded.buffers()[2] or b"", form.bytes, len(column))
    if not is_list(column.type):
        return _numbers(column, form)
    size = column.type.list_size
    elements = column.values.slice(column.offset * size, len(column) * size)
    return _numbers(elements, form).reshape(-1, *form.cell[1])


def heap_cells(column: pa.Array, form: FitsColumnFormat, offset: int) -> NDArray[Any]:
    """Length and offset of each cell in the heap, where the column's first is at `offset`; NULL is an empty one."""
    sizes = pc.list_value_length(column).fill_null(0).to_numpy().astype("i8")
    ends = np.cumsum(sizes) * np.dtype(form.bytes).itemsize
    starts = np.concatenate(([0], ends))[:-1]
    return np.column_stack((sizes // form.pairs, offset + starts))


def heap_bytes(column: pa.Array, form: FitsColumnFormat) -> bytes:
    """What the heap has of a column."""
    return _numbers(column.flatten(), form).astype(form.bytes).tobytes()


def _numbers(column: pa.Array, form: FitsColumnFormat) -> NDArray[Any]:
    """Numbers as numpy: NULL is TNULL, NaN, or for booleans a zero byte (section 7.3.3.1)."""
    if column.type == pa.bool_():
        column = pc.if_else(column, ord("T"), ord("F")).fill_null(0)
    elif form.null is not None:
        column = column.cast(form.kind).fill_null(form.null)
    numbers: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return numbers
