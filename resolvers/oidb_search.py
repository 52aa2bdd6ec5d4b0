"""Translate OiDB's search filters to the arguments `where` and `cone` of GraphQL.

Worked example: `search: {conesearch: "HD 48329,J2000,2,arcmin", instrument: ["!AMBER"]}` becomes
`cone: {name: "HD 48329", radius: 0.0333}` and `where: {and: [{and: [{not: {instrumentName: {like: "AMBER%"}}}]}]}`.
Source of the filters: OiDB's `modules/filters.xqm`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from hub.dependencies import current_time
from planning.errors import BadInput
from schema.numerals import real_number
from schema.oidb_search import BANDS, FILTERS, Filter, FilterKind

Where = dict[str, Any]
MJD_ZERO = date(1858, 11, 17)
UNITS = {"deg": 1.0, "arcmin": 1 / 60, "arcsec": 1 / 3600}
"""Degrees in each unit of a cone's radius."""
EQUINOX = "J2000"
CONE_WANTED = "place,J2000,radius,unit is wanted, as `HD 48329,J2000,2,arcmin` or `100.98 25.13,J2000,30,arcsec`"
MICROMETRE = 1e-6
"""In metres."""
LETTERS, SCIENCE = 3, "SCIENCE"
"""Leading letters that identify a category, and the category of rows without one."""


def expand_search(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Replace the argument `search` by conditions in `where` and by a `cone`; raises `BadInput`.

    Arguments without `search` are returned as they are; conditions of both `search` and `where` must hold.
    """
    search = arguments.get("search")
    if search is None:
        return arguments
    given = {criterion: search[criterion.graphql] for criterion in FILTERS if search.get(criterion.graphql) is not None}
    where = [
        _CONDITIONS[criterion.kind](criterion, value)
        for criterion, value in given.items()
        if criterion.kind is not FilterKind.CONE
    ]
    where += [arguments["where"]] if arguments.get("where") else []
    expanded = {name: value for name, value in arguments.items() if name != "search"}
    expanded |= {"where": {"and": where}} if where else {}
    cones = [_cone(criterion, value) for criterion, value in given.items() if criterion.kind is FilterKind.CONE]
    if cones and arguments.get("cone") is not None:
        message = "search.conesearch does not go with cone: ask for one of them"
        raise BadInput(message)
    return expanded | ({"cone": cones[0]} if cones else {})


def _text(criterion: Filter, values: Sequence[str]) -> Where:
    """Match any of the plain values and none of those that begin with `!`."""
    field = criterion.columns[0].graphql
    matching = [_matching(field, value) for value in values if not value.startswith("!")]
    excluded = [{"not": _matching(field, value[1:])} for value in values if value.startswith("!")]
    return {"and": [*([{"or": matching}] if matching or not excluded else []), *excluded]}


def _matching(field: str, value: str) -> Where:
    if value.startswith("~"):
        return {field: {"like": f"%{_escaped(value[1:])}%"}}
    return {field: {"like": _escaped(value)} if "%" in value else {"eq": value}}


def _escaped(pattern: str) -> str:
    """Escape a pattern of LIKE, in which only `%` is a wildcard."""
    return pattern.replace("\\", "\\\\").replace("_", "\\_")


def _prefix(criterion: Filter, values: Sequence[str]) -> Where:
    return _text(criterion, [f"{value.rstrip('%')}%" for value in values])


def _categories(criterion: Filter, values: Sequence[str]) -> Where:
    field = criterion.columns[0].graphql
    conditions: list[Where] = [{field: {"like": f"{_escaped(value[:LETTERS])}%"}} for value in values]
    return {"or": [*conditions, *([{field: {"isNull": True}}] if SCIENCE in values else [])]}


def _listed(criterion: Filter, values: Sequence[Any]) -> Where:
    return {criterion.columns[0].graphql: {"in": [*values]}}


def _levels(criterion: Filter, values: Sequence[int]) -> Where:
    for level in values:
        if level not in range(4):
            raise _wrong(criterion, level, "a calibration level is wanted, from 0 to 3")
    return _listed(criterion, values)


def _dates(criterion: Filter, text: str) -> Where:
    """Observed at some time from the start of one UTC day to the end of another; either may be missing."""
    start, separator, end = text.partition("..")
    low, high = _day(criterion, start), _day(criterion, end)
    if low is None and high is None:
        raise _wrong(criterion, text, "days are wanted, as 2022-01-01..2022-02-28")
    began, ended = (column.graphql for column in criterion.columns)
    where: Where = {ended: {"ge": float(low)}} if low is not None else {}
    return where | ({began: {"le": float(high + 1)}} if separator and high is not None else {})


def _day(criterion: Filter, text: str) -> int | None:
    """The Modified Julian Day of an ISO date; None for an empty text."""
    try:
        return (date.fromisoformat(text.strip()) - MJD_ZERO) // timedelta(days=1) if text.strip() else None
    except ValueError as error:
        raise _wrong(criterion, text, "a day is wanted, as 2022-01-01") from error


def _bands(criterion: Filter, values: Sequence[str]) -> Where:
    for band in values or ("",):
        if band not in BANDS:
            raise _wrong(criterion, band, f"one of {', '.join(BANDS)} is wanted")
    limits = [BANDS[band] for band in values]
    low, high = criterion.columns
    shortest = min(middle - width / 2 for middle, width in limits) * MICROMETRE
    longest = max(middle + width / 2 for middle, width in limits) * MICROMETRE
    return {low.graphql: {"gt": shortest}, high.graphql: {"lt": longest}}


def _released(criterion: Filter, public: bool) -> Where:
    """Public, or with a release date that has passed; without a date, never released."""
    rights, release = (column.graphql for column in criterion.columns)
    now = current_time()
    if public:
        return {"or": [{rights: {"eq": "public"}}, {release: {"lt": now, "isNull": False}}]}
    return {rights: {"ne": "public"}, "or": [{release: {"ge": now}}, {release: {"isNull": True}}]}


def _cone(criterion: Filter, text: str) -> dict[str, Any]:
    position, *rest = (word.strip() for word in text.split(","))
    unit = UNITS.get(rest[2]) if len(rest) == 3 else None
    try:
        radius = real_number(rest[1]) * (unit or 0)
    except (ValueError, IndexError) as error:
        raise _wrong(criterion, text, CONE_WANTED) from error
    if unit is None or not position or rest[0] != EQUINOX:
        raise _wrong(criterion, text, CONE_WANTED)
    return _position(position) | {"radius": radius}


def _position(text: str) -> dict[str, Any]:
    """Position of a cone: two numbers are degrees, six are h m s and d m s (ICRS); anything else is a name."""
    try:
        numbers = [real_number(word) for word in re.split(r"[ :]+", text)]
    except ValueError:
        return {"name": text}
    if len(numbers) == 6:
        sign = -1 if re.split(r"[ :]+", text)[3].startswith("-") else 1
        hours, degrees = ((abs(a) + b / 60 + c / 3600) for a, b, c in (numbers[:3], numbers[3:]))
        return {"ra": 15 * hours, "dec": sign * degrees}
    return {"ra": numbers[0], "dec": numbers[1]} if len(numbers) == 2 else {"name": text}


def _wrong(criterion: Filter, value: Any, expected: str) -> BadInput:
    return BadInput(f"{criterion.name} is {str(value)[:60]!r}: {expected}")


_CONDITIONS: Mapping[FilterKind, Callable[[Filter, Any], Where]] = {
    FilterKind.TEXT: _text,
    FilterKind.PREFIX: _prefix,
    FilterKind.CATEGORIES: _categories,
    FilterKind.NUMBERS: _listed,
    FilterKind.LEVELS: _levels,
    FilterKind.DATES: _dates,
    FilterKind.BANDS: _bands,
    FilterKind.RELEASED: _released,
}
