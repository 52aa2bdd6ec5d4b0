"""Rows made in the gateway rather than by PostgreSQL, few as they are: Python values → TABLEDATA."""

from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

from adapters.votable.fields import legal_xml

BOOLEANS = {True: "T", False: "F"}


def tabledata_rows(values: Iterable[Sequence[Any]]) -> bytes:
    """Write a TR for each row; None is an empty TD, booleans are T and F, anything else is its `str`."""
    return "".join(f"<TR>{''.join(map(_cell_element, row))}</TR>\n" for row in values).encode()


def _cell_element(value: Any) -> str:
    if value is None:
        return "<TD/>"
    return f"<TD>{BOOLEANS[value] if isinstance(value, bool) else escape(legal_xml(str(value)))}</TD>"
