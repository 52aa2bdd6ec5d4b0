"""`/sky`: the sky in Aladin Lite as a page; for machines the layers that it shows, each with its address."""

import asyncio

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.page.built_files import page_document
from adapters.page.rendering import rendered
from adapters.page.sky_view import ROWS, layer_table, read_view
from gateway.addresses import base_url
from gateway.computed_response import computed_form, computed_response
from gateway.language import language, page_response
from gateway.page_documents import answered
from gateway.request import query_values
from gateway.routes.browse import wants_page
from gateway.routes.sky import POLICY
from gateway.server_timing import ServerTiming
from gateway.state import state_of


async def sky(http: HttpRequest) -> Response:
    """The page; its layers, for who reads no pages."""
    if wants_page(http):
        return page_response(http, rendered("sky.html", language(http), page="sky"), POLICY)
    state, timing, form = state_of(http.scope), ServerTiming(), computed_form(http)
    view = read_view(query_values(http), state.catalog)
    timing.end("parse")
    variables = {"region": view.region, "first": 1}
    answers = await asyncio.gather(*(answered(http, page_document(ROWS[name]), variables) for name in view.rows))
    timing.end("run")
    found = [(answer.get("data") or {}).get("rows") or {} for answer in answers]
    counts = {name: rows.get("totalCount") for name, rows in zip(view.rows, found, strict=True)}
    warnings = list(dict.fromkeys(error["message"] for answer in answers for error in answer.get("errors", ())))
    titles = {name: table.description for name, table in state.catalog.positioned.items()}
    table = layer_table(view, counts, titles, base_url(http, state.settings), warnings)
    return computed_response(table, form, "sky", timing, centre=view.centre, fov=view.width, region=view.region)
