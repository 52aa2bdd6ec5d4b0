"""`/search.votable`: the Obs Portal's search, as ASPRO2 and OiDB call it, a stored GraphQL document."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.votable import obsportal
from adapters.votable.document import heading
from adapters.votable.formats import TABLEDATA, Negotiated
from adapters.votable.stream import stream_document
from gateway.door import FORM, Door, Endpoint
from gateway.refusals import obsportal_refusal
from gateway.request import parameters
from gateway.server_timing import ServerTiming
from gateway.state import State, state_of
from gateway.streaming import send
from gateway.tour import FOMALHAUT, TourRequest
from resolvers import tabular
from schema.obsportal import LAST_CHANGE

FORMAT = Negotiated(TABLEDATA, TABLEDATA.media_type)
ASPRO2 = {"ra": FOMALHAUT["RA"], "dec": FOMALHAUT["DEC"], "radius": "30.0", "all_fields": "false"}


async def search(http: HttpRequest) -> Response:
    """The exposures around a place, in the Obs Portal's own spelling."""
    state = state_of(http.scope)
    settings, timing = state.settings, ServerTiming()
    request = obsportal.obsportal_request(await parameters(http, settings.max_body_bytes), settings.max_rows)
    timing.end("parse")
    table = await tabular.plan_table(state.operations, request, settings.max_rows)
    table = table.with_cells(obsportal.obsportal_cells(table.cells))
    timing.end("plan")
    rows = tabular.stream_rows(state.hub, table.plan, TABLEDATA.row, TABLEDATA.copy_options)
    params = obsportal.obsportal_params(_last_change(state))
    head = replace(heading(table, ""), params=params, services=(), opening=obsportal.OPENING)
    written = stream_document(head, TABLEDATA, rows, table.limit, step=timing.end)
    return await send(http, written, FORMAT, head.name, timing)


def _last_change(state: State) -> datetime | None:
    """When an exposure was last updated; None where that is not known, or beyond the years that a date has."""
    rows = state.hub.health.part(LAST_CHANGE)
    try:
        return datetime.fromisoformat(rows[0][0]) if rows else None
    except ValueError:
        return None


DOOR = Door(
    endpoints=(Endpoint("/search.votable", search, FORM),),
    addresses=("/search.votable",),
    votable=True,
    refuse=obsportal_refusal,
    tour=(
        TourRequest(
            "the Obs Portal's search, as ASPRO2 asks",
            "/search.votable",
            body=urlencode(ASPRO2),
            right=lambda text: "<TD>Fomalhaut</TD>" in text,
        ),
    ),
)
