"""`/compare`: a list of names or places with what all databases have of it, as a page or as a table."""

import asyncio
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.page.built_files import page_document
from adapters.page.comparison import TABLES, Compared, comparison_table, match, unmatched
from adapters.page.comparison_list import Entry, entries
from adapters.page.rendering import rendered
from adapters.votable.parameters import parse_real
from gateway.addresses import base_url
from gateway.computed_response import computed_form, computed_response
from gateway.language import language, page_response
from gateway.page_documents import answered
from gateway.request import query_values
from gateway.routes.browse import wants_page
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from hub.threads import compute
from planning.errors import BadInput

RADIUS, LARGEST = 5.0, 180.0
"""Arcseconds: where nothing is said, and at most."""
AT_ONCE = 4
"""Names that are asked at a time."""
PAGE = 1000


async def compare(http: HttpRequest) -> Response:
    """The page, whose scripts ask; what they would show, for who reads no pages."""
    if wants_page(http):
        base = base_url(http, state_of(http.scope).settings)
        return page_response(http, rendered("compare.html", language(http), page="compare", base=base))
    timing, form, radius = ServerTiming(), computed_form(http), _radius(query_values(http).get("radius", ""))
    listed = await compute(entries, query_values(http).get("list", ""))
    timing.end("parse")
    rows, warnings = await _compared(http, listed, radius)
    timing.end("run")
    return computed_response(comparison_table(rows, warnings), form, "comparison", timing, radius=radius)


def _radius(text: str) -> float:
    """Raises `BadInput`."""
    radius = parse_real(text) if text else RADIUS
    if not 0 < radius <= LARGEST:
        message = f"radius is {text[:20]!r}: arcseconds are wanted, more than 0 and up to {LARGEST:g}"
        raise BadInput(message)
    return radius


async def _compared(http: HttpRequest, listed: Sequence[Entry], radius: float) -> tuple[list[Compared], list[str]]:
    """The rows, and what some database could not say, each sentence once."""
    few = asyncio.Semaphore(AT_ONCE)

    async def placed(entry: Entry) -> Compared:
        if entry.place or entry.problem:
            return unmatched(entry, None)
        async with few:
            return unmatched(entry, await answered(http, page_document("Place"), {"name": entry.label}))

    rows = list(await asyncio.gather(*map(placed, listed)))
    positions = [list(row.place) for row in rows if row.place]
    if not positions:
        return rows, []
    variables = {"positions": positions, "radius": radius, "tables": list(TABLES)}
    everything, nearest = await asyncio.gather(
        answered(http, page_document("Compare"), variables), _nearest(http, variables)
    )
    pairs = ((everything.get("data") or {}).get("crossmatch") or {}).get("rows") or ()
    match(rows, pairs, nearest["nodes"])
    told = [error["message"] for error in (*everything.get("errors", ()), *nearest["errors"])]
    return rows, list(dict.fromkeys(told))


async def _nearest(http: HttpRequest, variables: dict[str, Any]) -> dict[str, Any]:
    """The nearest row of each table to each position, on however many pages they are."""
    nodes: list[Any] = []
    after = None
    while True:
        answer = await answered(http, page_document("CompareNearest"), {**variables, "first": PAGE, "after": after})
        page = (answer.get("data") or {}).get("crossmatch") or {"nodes": (), "pageInfo": {"hasNextPage": False}}
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return {"nodes": nodes, "errors": answer.get("errors", [])}
        after = page["pageInfo"]["endCursor"]
