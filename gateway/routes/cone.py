"""`/scs/{table}`: Simple Cone Search 1.03 of one table, a stored GraphQL document."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.registry.service import ServiceRecord
from adapters.votable.badcal import COLUMNS, badcal_table, cone_parameters, separated, separated_lines
from adapters.votable.cone import parse_cone_search
from adapters.votable.document import heading
from adapters.votable.fields import with_ucd1
from adapters.votable.formats import Format, Negotiated
from adapters.votable.parameters import Parameters
from adapters.votable.stream import stream_document
from gateway.addresses import links_base
from gateway.door import FORM, Door, Endpoint
from gateway.request import parameters
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.streaming import send
from gateway.tour import FOMALHAUT, TourRequest
from resolvers import tabular
from schema.jsdc import BADCAL

TOURED = (
    "jsdc.star", "jsdc.badcal", "obsportal.exposure", "obsportal.target", "oidb.granule", "spica.target",
    "spica.calprim", "ivoa.obscore",
)  # fmt: skip


async def cone(http: HttpRequest) -> Response:
    """The rows in a cone."""
    timing = ServerTiming()
    given = await parameters(http, state_of(http.scope).settings.max_body_bytes)
    return await _answer(http, http.path_params["table"], given, timing)


async def badcal(http: HttpRequest) -> Response:
    """Stars unfit for calibration in a cone, as BadCal's own clients ask."""
    timing = ServerTiming()
    given = await parameters(http, state_of(http.scope).settings.max_body_bytes)
    name, form = badcal_table(given), separated(given)
    if form is None:
        return await _answer(http, name, cone_parameters(given), timing)
    return await _separated(http, form, cone_parameters(given), timing)


async def _separated(http: HttpRequest, form: Format, given: Parameters, timing: ServerTiming) -> Response:
    """The same as the lines that BadCal itself wrote."""
    state = state_of(http.scope)
    largest = state.settings.max_rows
    search = parse_cone_search(state.catalog, BADCAL.qualified, given, None, largest)
    timing.end("parse")
    table = await tabular.plan_table(state.operations, search.request, largest)
    cells = {cell.name: cell for cell in table.cells}
    table = table.with_cells(tuple(cells[name] for name in COLUMNS))
    timing.end("plan")
    rows = tabular.stream_rows(state.hub, table.plan, form.row, form.copy_options)
    written = separated_lines(form, rows, table.limit)
    return await send(http, written, Negotiated(form, form.media_type.partition(";")[0]), table.table.qualified, timing)


async def _answer(http: HttpRequest, name: str, given: Parameters, timing: ServerTiming) -> Response:
    state = state_of(http.scope)
    settings, accept = state.settings, http.headers.get("accept")
    search = parse_cone_search(state.catalog, name, given, accept, settings.max_rows)
    timing.end("parse")
    table = await tabular.plan_table(state.operations, search.request, settings.max_rows)
    table = table.with_cells(with_ucd1(table.table, table.cells))
    timing.end("plan")
    form = search.format.format
    rows = tabular.stream_rows(state.hub, table.plan, form.row, form.copy_options, form.measure)
    head = heading(table, links_base(http, settings, given.items()), search.format.version)
    written = stream_document(head, form, rows, table.limit, step=timing.end)
    return await send(http, written, search.format, head.name, timing)


def _toured(table: str) -> TourRequest:
    query = FOMALHAUT | {"SR": "180", "MAXREC": "2"}
    return TourRequest(f"cone search of {table}", f"/scs/{table}", query, right=lambda text: "<TD>" in text)


DOOR = Door(
    endpoints=(Endpoint("/scs/{table}", cone, FORM), Endpoint("/badcal-dsa/SubmitCone", badcal, FORM)),
    addresses=("/scs/{table}",),
    votable=True,
    service=ServiceRecord("ConeSearch", "/scs/{table}"),
    tour=tuple(map(_toured, TOURED)),
)
