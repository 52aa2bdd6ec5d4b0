"""Rows that are made here and not at a database, few as they are: Python values to TABLEDATA."""

from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from adapters.votable.fields import legal

BOOLEANS = {True: "T", False: "F"}


def rows(values: Iterable[Sequence[Any]]) -> bytes:
    """Write a TR for each row; None is an empty TD."""
    return "".join(f"<TR>{''.join(map(_cell, row))}</TR>\n" for row in values).encode()


def _cell(value: Any) -> str:
    if value is None:
        return "<TD/>"
    return f"<TD>{BOOLEANS[value] if isinstance(value, bool) else escape(legal(str(value)))}</TD>"
