"""`/browse`: all tables; `/browse/{table}`: its rows, by the document that the page's script asks too."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from adapters.page.browse import (
    PAGE,
    TABLE,
    Answered,
    counts_documents,
    document,
    is_browsable,
    table_page,
    tables_page,
)
from adapters.page.browse_state import in_reading_order, page_variables, read_state, rows_variables
from adapters.votable.formats import Negotiated
from gateway.accept import JsonFormat, requested
from gateway.language import language, page_response
from gateway.login.credentials import VARYING
from gateway.page_documents import answered
from gateway.payloads import json_payload
from gateway.routes.browse import wants_page
from gateway.routes.graphql import answer_json, answer_table
from gateway.server_timing import ServerTiming
from hub.threads import compute
from planning.errors import GatewayError, NotFound
from resolvers.request import Request
from schema.catalog import TITLES


async def tables(http: HttpRequest) -> Response:
    """All tables by database, with how many rows they have."""
    timing = ServerTiming()
    described = await answered(http, document(TABLE), {})
    parts = await asyncio.gather(*(answered(http, text, {}) for text in counts_documents()))
    timing.end("run")
    payload = {
        "data": {name: value for part in parts for name, value in (part.get("data") or {}).items()},
        "errors": [error for part in parts for error in part.get("errors", ())],
    }
    if not wants_page(http):
        return Response(json_payload(payload), headers={"Vary": "Accept"}, media_type="application/json")
    page = await compute(tables_page, described["data"]["tables"], payload, TITLES, language(http))
    return page_response(http, page)


async def table(http: HttpRequest) -> Response:
    """The rows of a table that an address asks for: as a page, as a table of any format, or as JSON."""
    pairs = http.query_params.multi_items()
    if any(not value.strip() for _, value in pairs) and wants_page(http):
        kept = [(name, value) for name, value in pairs if value.strip()]
        return RedirectResponse(f"{http.url.path}?{urlencode(kept)}", 303)
    described = await _described(http, http.path_params["table"])
    text = document(f"browse:{described['plural']}")
    if wants_page(http):
        return await _page(http, described, text)
    state, form, timing = read_state(pairs, described), requested(http.scope), ServerTiming()
    variables = rows_variables(state, described) | ({"after": state.after} if state.after else {})
    if isinstance(form, Negotiated):
        response = await answer_table(http, Request(text, None, variables), form, timing)
    else:
        variables |= page_variables(state, PAGE) | {"page": True, "total": True}
        kind = form if isinstance(form, JsonFormat) else JsonFormat()
        response = await answer_json(http, Request(text, None, variables), kind, timing)
    response.headers.add_vary_header(VARYING)
    return response


async def _page(http: HttpRequest, described: Mapping[str, Any], text: str) -> Response:
    """The page; what cannot be read of its address is said on it."""
    timing, refusal, status = ServerTiming(), "", 200
    payload: Mapping[str, Any] = {}
    try:
        state = read_state(http.query_params.multi_items(), described)
        variables = rows_variables(state, described) | page_variables(state, PAGE) | {"page": True, "total": True}
        payload = await answered(http, text, variables)
    except GatewayError as error:
        state, refusal, status = read_state((), described), error.message, error.status
    timing.end("run")
    page = await compute(table_page, Answered(described, state, payload, refusal), language(http))
    timing.end("write")
    response = page_response(http, page, status=status)
    response.headers.update(timing.headers)
    return response


async def _described(http: HttpRequest, name: str) -> Mapping[str, Any]:
    """A table as GraphQL describes it; raises `NotFound`."""
    payload = await answered(http, document(TABLE), {"name": name})
    found = [table for table in payload["data"]["tables"] if table["name"] == name and is_browsable(table)]
    if not found:
        message = f"There is no table {name[:60]!r} here: /browse lists them"
        raise NotFound(message)
    return in_reading_order(found[0])
