"""Documents of rows between a header and a footer: VOTable, CSV and TSV."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from adapters.votable.binary2 import Binary2
from adapters.votable.delimited import Delimited, real_columns
from adapters.votable.envelope import Head, document_footer, document_header, error_footer
from adapters.votable.formats import BINARY2, TABLEDATA, Format
from adapters.votable.tabledata import Tabledata
from planning.plan import Cell


class RowCutter(Protocol):
    """Converts output of COPY, in blocks cut anywhere, to complete rows of one format."""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Convert the complete rows of this block, at most `room`; also return how many there were."""

    def end(self) -> bytes:
        """Return what remains to be written after the last row."""


class Enveloped:
    """The `DocumentWriter` of VOTable, CSV and TSV."""

    def __init__(self, head: Head, form: Format) -> None:
        self._head, self._form = head if form is not BINARY2 else _with_flat_arrays(head), form
        self._written = 0
        self._rows = _row_cutter(head, form)

    def begin(self) -> bytes:
        """Write everything before the first row."""
        return document_header(self._head, self._form)

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Convert the complete rows of this block, at most `room`; also return how many there were."""
        content, count = self._rows.feed(block, room)
        self._written += count
        return content, count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Write everything after the last row; services of rows only where there is one."""
        services = self._head.services if self._written else self._head.rowless
        yield self._rows.end() + document_footer(self._form, services, overflow=overflow)

    def failed(self, message: str) -> bytes | None:
        """Write an end that reports an error; None for CSV and TSV, which have no place for one."""
        return self._rows.end() + error_footer(self._form, message) if self._form.votable else None

    def close(self) -> None:
        """Nothing to close."""


def _with_flat_arrays(head: Head) -> Head:
    """The head with `*` in the place of shapes such as `2x*`.

    STIL reads the length before such an array as that of all its numbers (VOTable 1.4 section 5.3), astropy 8.0.2 as
    that of its last dimension.
    """
    if any("x" in (cell.column.type.arraysize or "") for cell in head.cells):
        return replace(head, cells=tuple(map(_with_flat_array, head.cells)))
    return head


def _with_flat_array(cell: Cell) -> Cell:
    column, kind = cell.column, cell.column.type
    if kind.arraysize and "x" in kind.arraysize and kind.arraysize.endswith("*"):
        return replace(cell, column=replace(column, type=replace(kind, arraysize="*")))
    return cell


def _row_cutter(head: Head, form: Format) -> RowCutter:
    if form is TABLEDATA:
        return Tabledata(head.cells)
    if form is BINARY2:
        return Binary2()
    return Delimited(real_columns(head.cells), form.copy_options.get("delimiter", ","))
