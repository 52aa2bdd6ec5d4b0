"""FITS: one binary table (Standard 4.0 section 7.3), with the VOTable of its columns in the primary HDU.

That is the convention "fits-plus", by which STIL and TOPCAT find units, UCDs, groups and frames; for other readers they
are in TUNITn, TUCDn, TUTYPn and TCOMMn too. How many rows there are, how wide texts are and which numbers are free to
stand for NULL is known only at the end: rows are put aside until then, so that every failure comes before the first
byte. Text is ASCII in FITS, and anything else becomes `?`; times have no Z, and TIMESYS says that they are UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from adapters.columnar import cards
from adapters.columnar.arrow import WHOLE, Batches, as_written, schema
from adapters.columnar.spool import TableSpool
from adapters.votable.envelope import Head, votable_without_data
from adapters.votable.fields import system_elements
from planning.errors import BadInput

FORMS = {
    pa.int16(): ("I", ">i2"), pa.int32(): ("J", ">i4"), pa.int64(): ("K", ">i8"), pa.float32(): ("E", ">f4"),
    pa.float64(): ("D", ">f8"), pa.bool_(): ("L", "u1"),
}  # fmt: skip
"""TFORM of a number and how its bytes are."""
NOT_FITS = "[^ -~]"


@dataclass(slots=True)
class Met:
    """What was met so far in a column."""

    kind: pa.DataType
    nulls: int = 0
    width: int = 1
    """Of the longest text, in bytes."""
    least: int = 0
    most: int = 0

    def meet(self, column: pa.ChunkedArray) -> None:
        """Look at some more of it."""
        self.nulls += column.null_count
        if self.kind == pa.string():
            self.width = max(self.width, pc.max(pc.binary_length(column)).as_py() or 0)
        elif self.kind in WHOLE:
            found = pc.min_max(column).as_py()
            self.least, self.most = min(self.least, found["min"] or 0), max(self.most, found["max"] or 0)


@dataclass(frozen=True, slots=True)
class FitsColumnFormat:
    """How a column is written."""

    code: str
    """TFORM."""
    bytes: str
    """As numpy says it."""
    kind: pa.DataType
    """Arrow's."""
    null: int | None = None
    """TNULL."""


class Fits:
    """Rows of CSV (`rows.fits_row`) to a FITS file."""

    def __init__(self, head: Head) -> None:
        self._head = head
        kinds = schema(head, instant=pa.string())
        self._batches = Batches(kinds)
        self._spool = TableSpool(kinds)
        self._met = [Met(kind) for kind in kinds.types]
        self._count = 0

    def begin(self) -> bytes:
        """Nothing: what comes first is known last."""
        return b""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Put at most `room` rows aside; tell how many whole rows there were."""
        table, count = self._batches.feed(block, room)
        if table is not None:
            table = _plain(table)
            for met, column in zip(self._met, table.columns, strict=True):
                met.meet(column)
            self._count += table.num_rows
            self._spool.add(table)
        return b"", count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Write everything, some thousands of rows at a time; raises `BadInput` for a NULL that cannot be written."""
        forms = [_form(met) for met in self._met]
        row = np.dtype([(str(number), form.bytes) for number, form in enumerate(forms)])
        extension = cards.header(self._extension(forms, row.itemsize, overflow=overflow))
        yield self._primary(forms, overflow=overflow) + extension
        for batch in self._spool.batches():
            yield _rows(batch, forms, row)
        yield cards.padding(self._count * row.itemsize)

    def failed(self, _message: str) -> bytes | None:
        """Nothing: it fails before it begins."""
        return None

    def close(self) -> None:
        """Forget the rows."""
        self._spool.close()

    def _primary(self, forms: list[FitsColumnFormat], *, overflow: bool) -> bytes:
        told = votable_without_data(as_written(self._head, [form.kind for form in forms]), overflow=overflow)
        about: list[tuple[str, cards.Value]] = [
            ("SIMPLE", True), ("BITPIX", 8), ("NAXIS", 1), ("NAXIS1", len(told)), ("VOTMETA", True), ("EXTEND", True),
        ]  # fmt: skip
        return cards.header(about) + cards.filled(told)

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


def _plain(table: pa.Table) -> pa.Table:
    """The rows with all text in ASCII."""
    for number, column in enumerate(table.columns):
        if column.type == pa.string() and pc.any(pc.match_substring_regex(column, NOT_FITS)).as_py():
            plain = pc.replace_substring_regex(column, NOT_FITS, "?")
            table = table.set_column(number, table.field(number), plain)
    return table


def _form(met: Met) -> FitsColumnFormat:
    if met.kind == pa.string():
        return FitsColumnFormat(f"{met.width}A", f"S{met.width}", met.kind)
    if met.kind not in WHOLE or not met.nulls:
        return FitsColumnFormat(*FORMS[met.kind], met.kind)
    # A number that no row has; where both ends of the range are taken, the next wider type has one.
    whole = tuple(WHOLE)
    for kind in whole[whole.index(met.kind) :]:
        bounds = np.iinfo(FORMS[kind][1])
        for free, taken in ((int(bounds.min), met.least), (int(bounds.max), met.most)):
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
    """A column's cells: a NULL is TNULL, NaN, no text, or neither true nor false."""
    if column.type == pa.string():
        padded = pc.ascii_rpad(column.fill_null(""), int(form.code[:-1]), "\0")
        return np.frombuffer(padded.buffers()[2] or b"", form.bytes, len(column))
    if column.type == pa.bool_():
        column = pc.if_else(column, ord("T"), ord("F")).fill_null(0)
    elif form.null is not None:
        column = column.cast(form.kind).fill_null(form.null)
    cells: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return cells
