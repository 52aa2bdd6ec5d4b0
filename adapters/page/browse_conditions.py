"""Conditions of Browse as an address has them, each a text of one column, and what GraphQL's `where` says for them.

A text has terms, of which one must hold, between `|`: a value; of numbers and times `low..high`, either of which may be
left out, both included; of texts a pattern with `%`; `null` for no value and `!null` for any. A time may be cut short:
`2024-05` is all of May, in UTC, also of a column of MJD. `web/src/browse/conditions.ts` reads them alike.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from planning.errors import BadInput

Column = Mapping[str, Any]
"""A column as GraphQL's `tables` describes it."""
Where = dict[str, Any]
NUMBERS = ("Float", "Int", "Long")
NULL, ANY, RANGE, PATTERN = "null", "!null", "..", "%"
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](.+))?)?)?")
WHOLE = re.compile(r"[+-]?\d+")
MJD = datetime(1858, 11, 17, tzinfo=UTC)


def is_time(column: Column) -> bool:
    """Whether dates are understood of it: a time, or a Modified Julian Date."""
    mjd = column["unit"] == "d" and (column["ucd"] or "").startswith("time.") and column["type"] == "Float"
    return column["type"] == "DateTime" or mjd


def where_of(column: Column, text: str) -> Where:
    """What `where` says for the condition of a column; raises `BadInput`."""
    path, terms = column["path"], [_term(column, term.strip()) for term in text.split("|")]
    equal = [term["eq"] for term in terms if set(term) == {"eq"}]
    others = [term for term in terms if set(term) != {"eq"}]
    if equal:
        others.insert(0, {"eq": equal[0]} if len(equal) == 1 else {"in": equal})
    nested = [_nested(path, term) for term in others]
    return nested[0] if len(nested) == 1 else {"or": nested}


def _nested(path: str, condition: Where) -> Where:
    for name in reversed(path.split(".")):
        condition = {name: condition}
    return condition


def _term(column: Column, term: str) -> Where:
    if term in (NULL, ANY):
        return {"isNull": term == NULL}
    if column["type"] in (*NUMBERS, "DateTime"):
        return _range(column, term)
    if column["type"] == "JSON":
        message = f"{column['field']}={term[:60]}: of this column only {NULL} and {ANY} can be asked"
        raise BadInput(message)
    if column["type"] == "Boolean":
        return {"eq": term.lower() in ("true", "t", "1")}
    return {"ilike": term} if column["type"] == "String" and PATTERN in term else {"eq": term}


def _range(column: Column, term: str) -> Where:
    low, between, high = (part.strip() for part in term.partition(RANGE))
    if not between:
        if is_time(column) and DATE.fullmatch(term):
            return _bound(column, term, "ge") | _bound(column, term, "le")
        return {"eq": _number(column, term)}
    bounds = (_bound(column, low, "ge") if low else {}) | (_bound(column, high, "le") if high else {})
    return bounds or {"isNull": False}


def _bound(column: Column, text: str, bound: str) -> Where:
    """One end of a range; the upper end of a time that is cut short is the beginning of the next year, month or day."""
    date = DATE.fullmatch(text) if is_time(column) else None
    if not date:
        return {bound: _number(column, text)}
    try:
        instant, whole = _instant(date, after=bound == "le")
    except (ValueError, OverflowError):
        raise _unreadable(column, text) from None
    value = (instant - MJD) / timedelta(days=1) if column["type"] == "Float" else f"{instant:%Y-%m-%dT%H:%M:%S.%fZ}"
    return {"lt" if whole and bound == "le" else bound: value}


def _instant(date: re.Match[str], *, after: bool) -> tuple[datetime, bool]:
    """The time that a text is of, or what follows its year, month or day; and whether it is such."""
    year, month, day, rest = date.groups()
    if rest:
        at = datetime.fromisoformat(f"{year}-{month}-{day}T{rest}")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC), False
    begin = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
    if not after:
        return begin, True
    if day:
        return begin + timedelta(days=1), True
    months = begin.year * 12 + begin.month - 1 + (1 if month else 12)
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC), True


def _number(column: Column, text: str) -> int | float:
    try:
        if column["type"] == "DateTime":
            raise ValueError
        return int(text) if WHOLE.fullmatch(text) else float(text)
    except ValueError:
        raise _unreadable(column, text) from None


def _unreadable(column: Column, text: str) -> BadInput:
    example = "2024-05, or 2024..2025" if is_time(column) else "5, or 3..5"
    return BadInput(f"{column['field']}={text[:60]} cannot be read: write it as {example}")
