"""Documents that are rows between a header and a footer: VOTable, CSV and TSV."""

from collections.abc import Iterator
from typing import Protocol

from adapters.votable.binary2 import Binary2
from adapters.votable.delimited import Delimited
from adapters.votable.envelope import Head, error_footer, footer, header
from adapters.votable.formats import BINARY2, TABLEDATA, Format
from adapters.votable.tabledata import Tabledata


class RowCutter(Protocol):
    """Turns blocks of COPY, cut anywhere, into whole rows of one format."""

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write at most `room` rows; tell how many whole rows there were."""

    def end(self) -> bytes:
        """Write what remains after the last row."""


class Enveloped:
    """Blocks of COPY to one of these documents."""

    def __init__(self, head: Head, form: Format) -> None:
        self._head, self._form = head, form
        self._rows = _rows(head, form)

    def begin(self) -> bytes:
        """Write everything before the first row."""
        return header(self._head, self._form)

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write at most `room` rows; tell how many whole rows there were."""
        return self._rows.feed(block, room)

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Write everything after the last row."""
        yield self._rows.end() + footer(self._form, self._head.services, overflow=overflow)

    def failed(self, message: str) -> bytes | None:
        """Write an end that says what went wrong; CSV and TSV cannot."""
        return self._rows.end() + error_footer(self._form, message) if self._form.votable else None

    def close(self) -> None:
        """There is nothing to close."""


def _rows(head: Head, form: Format) -> RowCutter:
    if form is TABLEDATA:
        return Tabledata(head.cells)
    return Binary2() if form is BINARY2 else Delimited()
