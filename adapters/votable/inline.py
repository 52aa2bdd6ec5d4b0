"""Rows made in the gateway rather than by PostgreSQL, few as they are: Python values → TABLEDATA."""

from collections.abc import Iterable, Sequence
from math import inf
from typing import Any
from xml.sax.saxutils import escape

from adapters.votable.fields import legal_xml

BOOLEANS = {True: "T", False: "F"}
INFINITE = {inf: "+Inf", -inf: "-Inf"}


def tabledata_rows(values: Iterable[Sequence[Any]]) -> bytes:
    """Write a TR for each row; None and NaN are an empty TD, booleans T and F, infinities ±Inf, others their `str`."""
    return "".join(f"<TR>{''.join(map(_cell_element, row))}</TR>\n" for row in values).encode()


def _cell_element(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return "<TD/>"
    if isinstance(value, bool):
        return f"<TD>{BOOLEANS[value]}</TD>"
    return f"<TD>{INFINITE[value] if value in INFINITE else escape(legal_xml(str(value)))}</TD>"
