"""FITS: one binary table (Standard 4.0 section 7.3), with a VOTable of its columns in the primary HDU.

That is the convention "fits-plus", by which STIL and TOPCAT find units, UCDs, groups and frames; for other readers they
are in TUNITn, TUCDn, TUTYPn and TCOMMn too. The number of rows (NAXIS2), the width of texts (TFORM) and a number free
to stand for NULL (TNULL) are known only at the end: rows are spooled until then, so that every failure comes before
the first byte. Text is ASCII in FITS, and anything else becomes `?`; times have no Z, and TIMESYS says they are UTC.
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

    def begin(self) -> bytes:
        """Nothing yet: the header is known last."""
        return b""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Spool the complete rows of this block, at most `room`; also return how many there were."""
        tables, count = self._batches.feed(block, room)
        self._put_aside(tables)
        return b"", count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Yield the file, some thousands of rows at a time; raises `BadInput` for a NULL that cannot be written."""
        self._put_aside(self._batches.rest())
        formats = _with_wide_offsets([column_format(statistics) for statistics in self._statistics])
        row, heap = _row_type(formats), sum(form.heap for form in formats)
        extension = cards.header_block(self._extension(formats, row.itemsize, heap, overflow=overflow))
        yield self._primary(formats, overflow=overflow) + extension
        yield from self._table(formats, row)
        yield from self._heap(formats)
        yield cards.padding(self._count * row.itemsize + heap)

    def _put_aside(self, tables: Sequence[pa.Table]) -> None:
        for table in map(_in_ascii, tables):
            for statistics, column in zip(self._statistics, table.columns, strict=True):
                statistics.add(column)
            self._count += table.num_rows
            self._spool.add(table)

    def _table(self, formats: list[FitsColumnFormat], row: np.dtype[Any]) -> Iterator[bytes]:
        heap = 0
        for batch in self._spool.batches():
            rows = np.empty(batch.num_rows, row)
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
        """None: a failure comes before the first byte."""
        return None

    def close(self) -> None:
        """Delete the spooled rows."""
        self._spool.close()

    def _primary(self, forms: list[FitsColumnFormat], *, overflow: bool) -> bytes:
        head = with_column_types(self._head, _file_types(self._statistics, forms))
        votable = votable_without_data(head, overflow=overflow)
        keywords: list[tuple[str, cards.Value]] = [
            ("SIMPLE", True), ("BITPIX", 8), ("NAXIS", 1), ("NAXIS1", len(votable)), ("VOTMETA", True),
            ("EXTEND", True),
        ]  # fmt: skip
        return cards.header_block(keywords) + cards.padded(votable)

    def _extension(
        self, forms: list[FitsColumnFormat], width: int, heap: int, *, overflow: bool
    ) -> Iterator[tuple[str, cards.Value]]:
        yield from (("XTENSION", "BINTABLE"), ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", width), ("NAXIS2", self._count))
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
            yield f"TCOMM{number}", column.description


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
