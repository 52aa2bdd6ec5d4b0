"""`/scs/{table}`: Simple Cone Search 1.03 of one table, a stored GraphQL document."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.registry.service import ServiceRecord
from adapters.votable.cone import parse_cone_search
from adapters.votable.document import heading
from adapters.votable.fields import with_ucd1
from adapters.votable.stream import stream_document
from gateway.addresses import links_base
from gateway.door import FORM, Door, Endpoint
from gateway.request import parameters
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.streaming import send
from gateway.tour import FOMALHAUT, TourRequest
from resolvers import tabular

TOURED = (
    "jsdc.star", "jsdc.badcal", "obsportal.exposure", "obsportal.target", "oidb.granule", "spica.target",
    "spica.calprim", "ivoa.obscore",
)  # fmt: skip


async def cone(http: HttpRequest) -> Response:
    """The rows in a cone."""
    state = state_of(http.scope)
    settings, timing = state.settings, ServerTiming()
    given, accept = await parameters(http, settings.max_body_bytes), http.headers.get("accept")
    search = parse_cone_search(state.catalog, http.path_params["table"], given, accept, settings.max_rows)
    timing.end("parse")
    table = await tabular.plan_table(state.operations, search.request, settings.max_rows)
    table = table.with_cells(with_ucd1(table.table, table.cells))
    timing.end("plan")
    form = search.format.format
    rows = tabular.stream_rows(state.hub, table.plan, form.row, form.copy_options)
    head = heading(table, links_base(http, settings, given.items()), search.format.version)
    return await send(http, stream_document(head, form, rows, table.limit, step=timing.end), search.format, timing)


def _toured(table: str) -> TourRequest:
    query = FOMALHAUT | {"SR": "180", "MAXREC": "2"}
    return TourRequest(f"cone search of {table}", f"/scs/{table}", query, right=lambda text: "<TD>" in text)


DOOR = Door(
    endpoints=(Endpoint("/scs/{table}", cone, FORM),),
    addresses=("/scs/{table}",),
    votable=True,
    service=ServiceRecord("ConeSearch", "/scs/{table}"),
    tour=tuple(map(_toured, TOURED)),
)
