"""`/statistics`: what was observed, when and by which instrument, and how far the survey is, as a page, JSON or CSV."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.page.bars import midnight, mjd_date
from adapters.page.statistics import BANDS, DOCUMENT, UNITS, Choice, figure_csv, figures, statistics_page
from gateway.accept import named_format, wants_json
from gateway.language import language, page_response
from gateway.page_documents import answered, json_response
from gateway.request import query_values
from gateway.state import state_of
from hub.threads import compute
from planning.errors import BadInput, NotFound

NEWEST = "query Newest { exposuresAggregate { max { expMjdStart } } }"
PAGED = ("byInstrument", "byFacility", "levels", "survey")
"""Parts of the answer that may have more groups than one request gives."""
NIGHTS = 365
"""Shown where nights are asked and no period is: those until the newest exposure."""


async def statistics(http: HttpRequest) -> Response:
    """The page; what GraphQL answered where JSON is asked, the numbers of one figure where CSV is."""
    given = query_values(http)
    chosen = await _choice(http, given)
    payload = await _whole(http, _variables(chosen))
    if wants_json(http.scope):
        return json_response(payload)
    spoken = language(http)
    if named_format(http.scope) == "csv":
        return _csv(payload, chosen, spoken, given.get("figure", ""))
    address = {name: value for name, value in given.items() if name not in {"figure", "format", "lang"}}
    return page_response(http, await compute(statistics_page, payload, chosen, spoken, address))


async def _whole(http: HttpRequest, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with all groups of all parts, however many requests that takes."""
    most = state_of(http.scope).settings.max_page
    payload = await answered(http, DOCUMENT, {**variables, "most": most, "offset": 0})
    data, offset = payload.get("data") or {}, most
    while full := [part for part in PAGED if len(data.get(part) or ()) == offset]:
        more = (await answered(http, DOCUMENT, {**variables, "most": most, "offset": offset})).get("data") or {}
        for part in full:
            data[part] += more.get(part) or []
        offset += most
    return payload


async def _choice(http: HttpRequest, given: Mapping[str, str]) -> Choice:
    unit, band = given.get("unit") or next(iter(UNITS)), given.get("band") or BANDS[0]
    if unit not in UNITS or band not in BANDS:
        message = f"unit is one of {', '.join(UNITS)}, band one of {', '.join(BANDS)}: {unit[:20]!r}, {band[:20]!r}"
        raise BadInput(message)
    first, last = _day("from", given.get("from", "")), _day("to", given.get("to", ""))
    if unit == "night" and not first:
        first = await _year_before(http, last)
    begin, end = (day.isoformat() if day else "" for day in (first, last))
    return Choice(unit, given.get("instrument", ""), given.get("facility", ""), begin, end, band)


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        message = f"{name} is {text[:20]!r}: a day is wanted, as 2024-12-31"
        raise BadInput(message) from error


async def _year_before(http: HttpRequest, last: date | None) -> date | None:
    """A year before a day, or before the newest exposure."""
    if last is None:
        groups = ((await answered(http, NEWEST, {})).get("data") or {}).get("exposuresAggregate")
        newest = groups[0]["max"]["expMjdStart"] if groups else None
        last = None if newest is None else mjd_date(newest)
    return last and last - timedelta(days=NIGHTS)


def _variables(choice: Choice) -> Mapping[str, Any]:
    first, last = (date.fromisoformat(day) if day else None for day in (choice.first, choice.last))
    period = {"gte": first and midnight(first), "lt": last and midnight(last + timedelta(days=1))}
    return {
        "unit": choice.unit.upper(),
        "band": f"{choice.band}MAG",
        "exposures": {
            "expStart": period,
            "instrumentName": {"eq": choice.instrument or None},
            "interferometerName": {"eq": choice.facility or None},
        },
        "granules": {"tMinAt": period, "instrumentName": {"eq": choice.instrument or None}},
    }


def _csv(payload: Mapping[str, Any], choice: Choice, spoken: str, name: str) -> Response:
    known = {figure.name: figure for figure in figures(payload.get("data") or {}, choice, spoken)}
    if name not in known:
        message = f"figure is {name[:40]!r}: there are {', '.join(known)}"
        raise NotFound(message)
    return Response(figure_csv(known[name]), headers={"Vary": "Accept"}, media_type="text/csv; charset=utf-8")
