"""`/oidb/search`: granules by OiDB's own search filters, a stored GraphQL document."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.oidb.search import parse_oidb_search
from adapters.votable.document import heading
from adapters.votable.stream import stream_document
from gateway.addresses import links_base
from gateway.door import FORM, Door, Endpoint
from gateway.request import pairs
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.streaming import send
from gateway.tour import TourRequest
from resolvers import tabular


async def oidb_search(http: HttpRequest) -> Response:
    """A page of the granules that all filters choose."""
    state = state_of(http.scope)
    settings, timing = state.settings, ServerTiming()
    given = await pairs(http, settings.max_body_bytes)
    request = parse_oidb_search(given, http.headers.get("accept"), settings.max_rows)
    timing.end("parse")
    table = await tabular.plan_table(state.operations, request.request, settings.max_rows)
    timing.end("plan")
    form = request.format.format
    rows = tabular.stream_rows(state.hub, request.page(table.plan), form.row, form.copy_options, form.measure)
    head = heading(table, links_base(http, settings, given), request.format.version)
    written = stream_document(head, form, rows, table.limit, step=timing.end)
    return await send(http, written, request.format, head.name, timing)


DOOR = Door(
    endpoints=(Endpoint("/oidb/search", oidb_search, FORM),),
    addresses=("/oidb/search",),
    votable=True,
    tour=(
        TourRequest(
            "OiDB's search",
            "/oidb/search",
            {"conesearch": "HD 48329,J2000,2,arcmin", "caliblevel": "1,2"},
            right=lambda text: "<TR>" in text,
        ),
    ),
)
