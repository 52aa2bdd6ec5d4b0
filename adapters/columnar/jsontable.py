"""JSON as vollt's TAP writes it and OiDB's `tabular-data.xql` reads it: `{"metadata": [{name, …}], "data": [[…], …]}`.

A column is described by the attributes of its FIELD; unit and description are null where there is none, as astroquery's
TapPlus looks for both. JSON has neither NaN nor infinity: both are null. Where rows are missing,
`"query_status": "OVERFLOW"` comes after the rows.
"""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from adapters.votable.envelope import STATUS, Head
from adapters.votable.fields import type_attributes
from adapters.votable.lines import Lines
from planning.plan import Cell

NOT_JSON = re.compile(rb"(?<![^\t\n])(?:NaN|-?Infinity)(?![^\t\n])")
"""A whole cell that is NaN or infinite: text is in quotes and holds neither tab nor newline, so it cannot match."""


class JsonTable:
    """Converts lines of COPY text whose cells are JSON already (`rows.json_row`) to arrays."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._lines = Lines()
        self._first = True

    def begin(self) -> bytes:
        """Return everything before the first row."""
        return b'{"metadata":' + orjson.dumps([_column_metadata(cell) for cell in self._head.cells]) + b',\n"data":[\n'

    def feed(self, block: bytes, room: int) -> tuple[bytes, int]:
        """Convert the complete rows of this block, at most `room`; also return how many there were."""
        lines, count = self._lines.cut(block, room)
        if not count or not room:
            return b"", count
        start, self._first = b"[" if self._first else b",\n[", False
        return start + _arrays(lines) + b"]", count

    def end(self, *, overflow: bool) -> Iterator[bytes]:
        """Yield everything after the last row."""
        yield b'\n],"' + STATUS.lower().encode() + b'":"OVERFLOW"}\n' if overflow else b"\n]}\n"

    def failed(self, _message: str) -> bytes | None:
        """None: the format cannot report an error."""
        return None

    def close(self) -> None:
        """Nothing to close."""


def _arrays(lines: bytes) -> bytes:
    if b"NaN" in lines or b"Infinity" in lines:
        lines = NOT_JSON.sub(b"null", lines)
    lines = lines.replace(b"\t", b",").replace(b"\n", b"],\n[")
    return lines.replace(rb"\\", b"\\")  # the only escape of COPY's that JSON without control characters meets


def _column_metadata(cell: Cell) -> dict[str, Any]:
    column = cell.column
    optional = {**type_attributes(column.type), "ucd": column.ucd, "utype": column.utype}
    required = {"name": cell.name, "description": column.description or None, "unit": column.unit or None}
    codes = {"codes": column.codes} if column.codes else {}
    return required | {name: value for name, value in optional.items() if value} | codes
