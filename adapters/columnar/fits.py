"""FITS: one binary table (Standard 4.0 section 7.3), with a VOTable of its columns in the primary HDU.

That is the convention "fits-plus", by which STIL and TOPCAT find units, UCDs, groups and frames; for other readers they
are in TUNITn, TUCDn, TUTYPn and TCOMMn too. The number of rows (NAXIS2), the width of texts (TFORM) and a number free
to stand for NULL (TNULL) come before the rows. Of very many they are measured first (`rows.fits_measure`), but where
its table is known texts are as wide as the longest of that, and integers have TNULL. Else they are known only at the
end, rows are spooled until then, and every failure comes before the first byte. A row that does not fit what was
measured breaks the file off: no text is cut. Text is ASCII in FITS, and anything else becomes `?`; times have no Z, and
TIMESYS says they are UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from adapters.columnar import cards
from adapters.columnar.arrow import Batches, arrow_schema, with_column_types
from adapters.columnar.fitscolumns import (
    SMALL_HEAP,
    ColumnStatistics,
    FitsColumnFormat,
    cells,
    column_format,
    heap_bytes,
    heap_cells,
)
from adapters.columnar.lists import is_list
from adapters.columnar.spool import TableSpool
from adapters.votable.envelope import Head, votable_without_data
from adapters.votable.fields import system_elements
from planning.errors import Internal
from planning.sql import FIGURES
from schema.column import Column

NOT_FITS = "[^ -~]"


class Fits:
    """Writes CSV rows (`rows.fits_row`) as a FITS file."""

    def __init__(self, head: Head) -> None:
        self._head = head
        kinds = arrow_schema(head, instant=pa.string())
        self._batches = Batches(kinds)
        self._spool = TableSpool(kinds)
        scalars = [cell.column.type for cell in head.cells]
        self._statistics = [ColumnStatistics(*types) for types in zip(scalars, kinds.types, strict=True)]
        self._count = 0
        self._measured: list[FitsColumnFormat] = []
        self._expected = 0

    def begin(self) -> bytes:
        """Nothing yet: the header needs figures of all rows."""
        return b""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write the complete rows of this block, at most `room`, or spool them; also return how many there were.

        A first block may have the figures of all rows, which are passed over where there is no room for all.
        """
        if block.startswith(FIGURES):
            return self._begun(block.removeprefix(FIGURES), room), 0
        tables, count = self._batches.feed(block, room)
        return self._taken(tables), count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Yield the file, some thousands of rows at a time, or its end; raises `BadInput` for a NULL with no number."""
        last = self._taken(self._batches.rest())
        if self._measured:
            self._require(self._count == self._expected)
            yield last + cards.padding(self._count * _row_type(self._measured).itemsize)
            return
        formats = _with_wide_offsets([column_format(statistics) for statistics in self._statistics])
        yield self._header(formats, self._count, overflow=overflow)
        yield from self._table(formats)
        yield from self._heap(formats)
        yield cards.padding(self._count * _row_type(formats).itemsize + sum(form.heap for form in formats))

    def _begun(self, figures: bytes, room: int) -> bytes:
        """Everything before the rows, as measured."""
        count, *numbers = map(int, figures.split(b","))
        if count > room:
            return b""
        left = iter(numbers)
        for statistics in self._statistics:
            statistics.measure(count, left)
        self._expected = count
        self._measured = [column_format(statistics) for statistics in self._statistics]
        return self._header(self._measured, count, overflow=False)

    def _taken(self, tables: Sequence[pa.Table]) -> bytes:
        """Rows as the file has them, or nothing where they are put aside."""
        written = []
        for table in map(_in_ascii, tables):
            self._count += table.num_rows
            if self._measured:
                self._require(self._count <= self._expected)
                written += [self._records(batch) for batch in table.to_batches()]
            else:
                for statistics, column in zip(self._statistics, table.columns, strict=True):
                    statistics.add(column)
                self._spool.add(table)
        return b"".join(written)

    def _records(self, batch: pa.RecordBatch) -> bytes:
        """Rows that were measured."""
        rows = np.empty(batch.num_rows, _row_type(self._measured))
        for number, (column, form) in enumerate(zip(batch.columns, self._measured, strict=True)):
            if column.type == pa.string():
                self._require((pc.max(pc.binary_length(column)).as_py() or 0) <= np.dtype(form.bytes).itemsize)
            elif form.null is not None:
                self._require(not pc.any(pc.equal(column.cast(form.kind), form.null)).as_py())
            rows[str(number)] = cells(column, form)
        return rows.tobytes()

    @staticmethod
    def _require(as_measured: bool) -> None:
        if not as_measured:
            message = "The rows are not those that were measured: ask again, or for VOTable"
            raise Internal(message)

    def _table(self, formats: list[FitsColumnFormat]) -> Iterator[bytes]:
        heap = 0
        for batch in self._spool.batches():
            rows = np.empty(batch.num_rows, _row_type(formats))
            for number, (column, form) in enumerate(zip(batch.columns, formats, strict=True)):
                if form.numbers is None:
                    rows[str(number)] = heap_cells(column, form, heap)
                    heap += len(column.flatten()) * np.dtype(form.bytes).itemsize
                else:
                    rows[str(number)] = cells(column, form)
            yield rows.tobytes()

    def _heap(self, formats: list[FitsColumnFormat]) -> Iterator[bytes]:
        """Arrays of varying length, in the order in which `_table` points to them."""
        if any(form.numbers is None for form in formats):
            for batch in self._spool.batches():
                for column, form in zip(batch.columns, formats, strict=True):
                    if form.numbers is None:
                        yield heap_bytes(column, form)

    def failed(self, _message: str) -> bytes | None:
        """None: a failure comes before the first byte, or the file lacks rows that its header has."""
        return None

    def close(self) -> None:
        """Delete the spooled rows."""
        self._spool.close()

    def _header(self, formats: list[FitsColumnFormat], count: int, *, overflow: bool) -> bytes:
        width, heap = _row_type(formats).itemsize, sum(form.heap for form in formats)
        extension = cards.header_block(self._extension(formats, (width, count), heap, overflow=overflow))
        return self._primary(formats, overflow=overflow) + extension

    def _primary(self, forms: list[FitsColumnFormat], *, overflow: bool) -> bytes:
        head = with_column_types(self._head, _file_types(self._statistics, forms))
        votable = votable_without_data(head, overflow=overflow)
        keywords: list[tuple[str, cards.Value]] = [
            ("SIMPLE", True), ("BITPIX", 8), ("NAXIS", 1), ("NAXIS1", len(votable)), ("VOTMETA", True),
            ("EXTEND", True),
        ]  # fmt: skip
        return cards.header_block(keywords) + cards.padded(votable)

    def _extension(
        self, forms: list[FitsColumnFormat], size: tuple[int, int], heap: int, *, overflow: bool
    ) -> Iterator[tuple[str, cards.Value]]:
        width, count = size
        yield from (("XTENSION", "BINTABLE"), ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", width), ("NAXIS2", count))
        yield from (("PCOUNT", heap), ("GCOUNT", 1), ("TFIELDS", len(forms)), ("EXTNAME", self._head.name))
        yield from (("LONGSTRN", "OGIP 1.0"), ("QSTATUS", "OVERFLOW" if overflow else "OK"), ("TIMESYS", "UTC"))
        if 'system="ICRS"' in system_elements(self._head.table, self._head.cells):
            yield "RADESYS", "ICRS"
        for number, (cell, form) in enumerate(zip(self._head.cells, forms, strict=True), 1):
            column = cell.column
            yield from ((f"TTYPE{number}", cell.name), (f"TFORM{number}", form.code), (f"TUNIT{number}", column.unit))
            yield f"TDIM{number}", form.dimensions
            yield from () if form.null is None else [(f"TNULL{number}", form.null)]
            yield from ((f"TUCD{number}", column.ucd), (f"TUTYP{number}", column.utype))
            yield f"TCOMM{number}", _with_codes(column)


def _with_codes(column: Column) -> str:
    """The description, with what each code means."""
    codes = "; ".join(f"{code}: {meaning}" for code, meaning in column.codes.items())
    return f"{column.description} ({codes})" if codes else column.description


def _in_ascii(table: pa.Table) -> pa.Table:
    """Replace characters outside printable ASCII by `?` in all text."""
    for number, column in enumerate(table.columns):
        if column.type == pa.string() and pc.any(pc.match_substring_regex(column, NOT_FITS)).as_py():
            plain = pc.replace_substring_regex(column, NOT_FITS, "?")
            table = table.set_column(number, table.field(number), plain)
    return table


def _with_wide_offsets(formats: list[FitsColumnFormat]) -> list[FitsColumnFormat]:
    """The formats with offsets of 64 bits where the heap is too large for 32."""
    if sum(form.heap for form in formats) < SMALL_HEAP:
        return formats
    return [replace(form, code=form.code.replace("1P", "1Q")) for form in formats]


def _row_type(formats: list[FitsColumnFormat]) -> np.dtype[Any]:
    return np.dtype([(str(number), *form.cell) for number, form in enumerate(formats)])


def _file_types(statistics: list[ColumnStatistics], formats: list[FitsColumnFormat]) -> list[pa.DataType]:
    """Arrow types of the columns as they are in the file, where integers may have become wider."""
    return [
        pa.list_(form.kind, form.numbers or -1) if is_list(column.kind) else form.kind
        for column, form in zip(statistics, formats, strict=True)
    ]
