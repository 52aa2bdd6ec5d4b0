"""FITS: one binary table (Standard 4.0 section 7.3), with a VOTable of its columns in the primary HDU.

That is the convention "fits-plus", by which STIL and TOPCAT find units, UCDs, groups and frames; for other readers they
are in TUNITn, TUCDn, TUTYPn and TCOMMn too. The number of rows (NAXIS2), the width of texts (TFORM) and a number free
to stand for NULL (TNULL) are known only at the end: rows are spooled until then, so that every failure comes before
the first byte. Text is ASCII in FITS, and anything else becomes `?`; times have no Z, and TIMESYS says they are UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from adapters.columnar import cards
from adapters.columnar.arrow import INTEGERS, Batches, arrow_schema, with_column_types
from adapters.columnar.spool import TableSpool
from adapters.votable.envelope import Head, votable_without_data
from adapters.votable.fields import system_elements
from planning.errors import BadInput

FORMS = {
    pa.int16(): ("I", ">i2"), pa.int32(): ("J", ">i4"), pa.int64(): ("K", ">i8"), pa.float32(): ("E", ">f4"),
    pa.float64(): ("D", ">f8"), pa.bool_(): ("L", "u1"),
}  # fmt: skip
"""TFORM code and numpy type (big-endian) of each Arrow type."""
NOT_FITS = "[^ -~]"


@dataclass(slots=True)
class ColumnStatistics:
    """What must be known of a column to choose its format.

    Attributes
    ----------
    kind : pa.DataType
        Arrow type.
    nulls : int
        NULLs so far.
    width : int
        Bytes of the longest text.
    least, most : int
        Bounds of integers, 0 included.
    """

    kind: pa.DataType
    nulls: int = 0
    width: int = 1
    """Bytes of the longest text."""
    least: int = 0
    most: int = 0

    def add(self, column: pa.ChunkedArray) -> None:
        """Take some more rows into account."""
        self.nulls += column.null_count
        if self.kind == pa.string():
            self.width = max(self.width, pc.max(pc.binary_length(column)).as_py() or 0)
        elif self.kind in INTEGERS:
            bounds = pc.min_max(column).as_py()
            self.least, self.most = min(self.least, bounds["min"] or 0), max(self.most, bounds["max"] or 0)


@dataclass(frozen=True, slots=True)
class FitsColumnFormat:
    """How a column is written."""

    code: str
    """TFORMn."""
    bytes: str
    """The numpy type of a cell."""
    kind: pa.DataType
    """The Arrow type to convert to first."""
    null: int | None = None
    """TNULLn; None if no NULL has to be written as a number."""


class Fits:
    """Writes CSV rows (`rows.fits_row`) as a FITS file."""

    def __init__(self, head: Head) -> None:
        self._head = head
        kinds = arrow_schema(head, instant=pa.string())
        self._batches = Batches(kinds)
        self._spool = TableSpool(kinds)
        self._statistics = [ColumnStatistics(kind) for kind in kinds.types]
        self._count = 0

    def begin(self) -> bytes:
        """Nothing yet: the header is known last."""
        return b""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Spool the complete rows of this block, at most `room`; also return how many there were."""
        table, count = self._batches.feed(block, room)
        if table is not None:
            table = _in_ascii(table)
            for statistics, column in zip(self._statistics, table.columns, strict=True):
                statistics.add(column)
            self._count += table.num_rows
            self._spool.add(table)
        return b"", count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Yield the file, some thousands of rows at a time; raises `BadInput` for a NULL that cannot be written."""
        formats = [_column_format(statistics) for statistics in self._statistics]
        row = np.dtype([(str(number), format_.bytes) for number, format_ in enumerate(formats)])
        extension = cards.header_block(self._extension(formats, row.itemsize, overflow=overflow))
        yield self._primary(formats, overflow=overflow) + extension
        for batch in self._spool.batches():
            yield _rows(batch, formats, row)
        yield cards.padding(self._count * row.itemsize)

    def failed(self, _message: str) -> bytes | None:
        """None: a failure comes before the first byte."""
        return None

    def close(self) -> None:
        """Delete the spooled rows."""
        self._spool.close()

    def _primary(self, forms: list[FitsColumnFormat], *, overflow: bool) -> bytes:
        votable = votable_without_data(with_column_types(self._head, [form.kind for form in forms]), overflow=overflow)
        keywords: list[tuple[str, cards.Value]] = [
            ("SIMPLE", True), ("BITPIX", 8), ("NAXIS", 1), ("NAXIS1", len(votable)), ("VOTMETA", True),
            ("EXTEND", True),
        ]  # fmt: skip
        return cards.header_block(keywords) + cards.padded(votable)

    def _extension(
        self, forms: list[FitsColumnFormat], width: int, *, overflow: bool
    ) -> Iterator[tuple[str, cards.Value]]:
        yield from (("XTENSION", "BINTABLE"), ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", width), ("NAXIS2", self._count))
        yield from (("PCOUNT", 0), ("GCOUNT", 1), ("TFIELDS", len(forms)), ("EXTNAME", self._head.name))
        yield from (("LONGSTRN", "OGIP 1.0"), ("QSTATUS", "OVERFLOW" if overflow else "OK"), ("TIMESYS", "UTC"))
        if 'system="ICRS"' in system_elements(self._head.table, self._head.cells):
            yield "RADESYS", "ICRS"
        for number, (cell, form) in enumerate(zip(self._head.cells, forms, strict=True), 1):
            column = cell.column
            yield from ((f"TTYPE{number}", cell.name), (f"TFORM{number}", form.code), (f"TUNIT{number}", column.unit))
            yield from () if form.null is None else [(f"TNULL{number}", form.null)]
            yield from ((f"TUCD{number}", column.ucd), (f"TUTYP{number}", column.utype))
            yield f"TCOMM{number}", column.description


def _in_ascii(table: pa.Table) -> pa.Table:
    """Replace characters outside printable ASCII by `?` in all text."""
    for number, column in enumerate(table.columns):
        if column.type == pa.string() and pc.any(pc.match_substring_regex(column, NOT_FITS)).as_py():
            plain = pc.replace_substring_regex(column, NOT_FITS, "?")
            table = table.set_column(number, table.field(number), plain)
    return table


def _column_format(statistics: ColumnStatistics) -> FitsColumnFormat:
    """Choose TFORM, and TNULL for integers with NULLs.

    Examples
    --------
    Texts of at most 11 bytes: `11A`. Floats: `E` or `D`, NULL being NaN. Integers without NULL: `I`, `J` or `K`.
    A short column with NULLs and values from -5 to 7: `I`, TNULL -32768. One that has -32768 but not 32767: `I`, TNULL
    32767. One that has both: the next wider type, `J`, TNULL -2147483648.
    """
    if statistics.kind == pa.string():
        return FitsColumnFormat(f"{statistics.width}A", f"S{statistics.width}", statistics.kind)
    if statistics.kind not in INTEGERS or not statistics.nulls:
        return FitsColumnFormat(*FORMS[statistics.kind], statistics.kind)
    # A number that no row has; where both ends of the range are taken, the next wider type has one.
    integers = tuple(INTEGERS)
    for kind in integers[integers.index(statistics.kind) :]:
        bounds = np.iinfo(FORMS[kind][1])
        for free, taken in ((int(bounds.min), statistics.least), (int(bounds.max), statistics.most)):
            if free != taken:
                return FitsColumnFormat(*FORMS[kind], kind, free)
    message = "A column has NULL and both the least and the largest of bigint: FITS cannot tell them apart"
    raise BadInput(message)


def _rows(batch: pa.RecordBatch, forms: list[FitsColumnFormat], row: np.dtype[Any]) -> bytes:
    rows = np.empty(batch.num_rows, row)
    for number, (column, form) in enumerate(zip(batch.columns, forms, strict=True)):
        rows[str(number)] = _cells(column, form)
    return rows.tobytes()


def _cells(column: pa.Array, form: FitsColumnFormat) -> NDArray[Any]:
    """Cells of a column as numpy: NULL is TNULL, NaN, empty text, or for booleans a zero byte (section 7.3.3.1)."""
    if column.type == pa.string():
        padded = pc.ascii_rpad(column.fill_null(""), int(form.code[:-1]), "\0")
        return np.frombuffer(padded.buffers()[2] or b"", form.bytes, len(column))
    if column.type == pa.bool_():
        column = pc.if_else(column, ord("T"), ord("F")).fill_null(0)
    elif form.null is not None:
        column = column.cast(form.kind).fill_null(form.null)
    cells: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return cells
