"""Rows of a table in blocks of bytes, and the cells of a column in a block, which are not copied."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from oifits.errors import Malformed, Unsupported
from oifits.hdus import DTYPES, Column, Hdu
from oifits.source import Source

BLOCK_BYTES = 1 << 20
"""Bytes that are read at once; a row at least."""
LARGEST = 1e30
"""More than any time, length or frequency."""
Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Cells = NDArray[np.generic]


def blocks(source: Source, hdu: Hdu) -> Iterator[tuple[int, Bytes]]:
    """The rows of a table in blocks: the number of the first, from 0, and an array of shape (rows, bytes of a row)."""
    most = block_rows(hdu)
    for first in range(0, hdu.rows, most):
        yield first, read_rows(source, hdu, first, min(most, hdu.rows - first))


def block_rows(hdu: Hdu) -> int:
    """Rows of a block of a table; one where a row alone has more than `BLOCK_BYTES`."""
    return max(1, BLOCK_BYTES // max(1, hdu.row_bytes))


def read_rows(source: Source, hdu: Hdu, first: int, count: int) -> Bytes:
    """So many rows of a table from the first on, as an array of shape (count, bytes of a row)."""
    data = source.read(hdu.start + first * hdu.row_bytes, count * hdu.row_bytes)
    return np.frombuffer(data, np.uint8).reshape(count, hdu.row_bytes)


def cells(block: Bytes, column: Column) -> Cells:
    """The cells of a column, of shape (rows, elements), or (rows,) for text; a view of the block.

    Raises
    ------
    Unsupported
        Its values are bits, or lie in the heap.
    """
    if column.letter == "A":
        dtype, shape = np.dtype(f"S{max(1, column.width)}"), (len(block),)
    elif column.letter in DTYPES:
        dtype, shape = np.dtype(DTYPES[column.letter]), (len(block), column.repeat)  # type: ignore[assignment]
    else:
        message = f"{column.name} is of type {column.letter}, which is not read here"
        raise Unsupported(message)
    if not len(block) or not column.width:
        return np.zeros(shape, dtype)
    strides = (block.shape[1],) if column.letter == "A" else (block.shape[1], dtype.itemsize)
    return np.ndarray(shape, dtype, block.data, column.offset, strides)


def numbers(block: Bytes, hdu: Hdu, name: str) -> NDArray[np.float64]:
    """The cells of a column of numbers, of shape (rows, elements); one of NaN where there is no such column.

    What is infinite, or larger than anything measured, is NaN as well.

    Raises
    ------
    Malformed
        Its cells are no numbers.
    Unsupported
        They are scaled (TSCAL, TZERO), as no OIFITS file has them.
    """
    column = hdu.column(name)
    if column is None:
        return np.full((len(block), 1), np.nan)
    require_plain(hdu, column)
    if column.letter not in "BIJKED" or not column.repeat:
        message = f"{hdu.name}: {name} is of type {column.repeat}{column.letter}, where numbers are wanted"
        raise Malformed(message)
    with np.errstate(invalid="ignore"):
        values = cells(block, column).astype(np.float64)
    sound = np.abs(values) < LARGEST
    if not sound.all():
        values[~sound] = np.nan
    return values


def integers(block: Bytes, hdu: Hdu, name: str) -> NDArray[np.int64]:
    """The cells of a column of whole numbers, of shape (rows, elements).

    Raises as `numbers`, and `Malformed` where there is no such column.
    """
    column = hdu.column(name)
    if column is None or column.letter not in "BIJK" or not column.repeat:
        form = f"is of type {column.repeat}{column.letter}" if column else "is missing"
        message = f"{hdu.name}: {name} {form}, where whole numbers are wanted"
        raise Malformed(message)
    require_plain(hdu, column)
    return cells(block, column).astype(np.int64)


def require_plain(hdu: Hdu, column: Column) -> None:
    """Raise `Unsupported` for a column whose numbers are scaled."""
    if not hdu.scaled:
        return
    for keyword, neutral in ((f"TSCAL{column.number}", 1.0), (f"TZERO{column.number}", 0.0)):
        if (value := hdu.header.number(keyword)) not in (None, neutral):
            message = f"{hdu.name}: {column.name} is scaled ({keyword} is {value:g}), which is not read here"
            raise Unsupported(message)


def texts(block: Bytes, hdu: Hdu, name: str) -> list[str]:
    """The cells of a column of text, without blanks around them; "" where the table has none of the name."""
    column = hdu.column(name)
    if column is None or column.letter != "A":
        return [""] * len(block)
    return [cell.partition(b"\0")[0].decode("latin-1").strip() for cell in cells(block, column).tolist()]
