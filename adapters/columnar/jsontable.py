"""JSON as vollt's TAP writes it and OiDB's `tabular-data` reads it: `{"metadata": [{name, …}], "data": [[…], …]}`.

A column is described by the attributes of its FIELD; unit and description are null where there is none, as astroquery's
TapPlus looks for both. JSON has neither NaN nor infinity: both are null. Where rows are missing,
`"query_status": "OVERFLOW"` comes after the rows.
"""

import re
from collections.abc import Iterator

import orjson

from adapters.votable.envelope import STATUS, Head
from adapters.votable.fields import type_attributes
from adapters.votable.lines import Lines
from planning.plan import Cell

NO_NUMBER = re.compile(rb"(?<![^\t\n])(?:NaN|-?Infinity)(?![^\t\n])")
"""A whole cell: text is between quotes and holds neither tab nor newline, so this is a float."""


class JsonTable:
    """Lines of COPY text whose cells are JSON already (`rows.json_row`), to arrays."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._lines = Lines()
        self._first = True

    def begin(self) -> bytes:
        """Write everything before the first row."""
        return b'{"metadata":' + orjson.dumps([_described(cell) for cell in self._head.cells]) + b',\n"data":[\n'

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Write at most `room` rows; tell how many whole rows there were."""
        lines, count = self._lines.cut(block, room)
        if not count or not room:
            return b"", count
        start, self._first = b"[" if self._first else b",\n[", False
        return start + _arrays(lines) + b"]", count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Write everything after the last row."""
        yield b'\n],"' + STATUS.lower().encode() + b'":"OVERFLOW"}\n' if overflow else b"\n]}\n"

    def failed(self, _message: str) -> bytes | None:
        """Nothing: a reader would take what came for everything."""
        return None

    def close(self) -> None:
        """There is nothing to close."""


def _arrays(lines: bytes) -> bytes:
    if b"NaN" in lines or b"Infinity" in lines:
        lines = NO_NUMBER.sub(b"null", lines)
    lines = lines.replace(b"\t", b",").replace(b"\n", b"],\n[")
    return lines.replace(rb"\\", b"\\")  # the only escape of COPY's that JSON without control characters meets


def _described(cell: Cell) -> dict[str, str | None]:
    column = cell.column
    told = {**type_attributes(column.type), "ucd": column.ucd, "utype": column.utype}
    always = {"name": cell.name, "description": column.description or None, "unit": column.unit or None}
    return always | {name: value for name, value in told.items() if value}
