"""`/sia`: observations by place, time, wavelength and more (SIA 2.0), over `ivoa.obscore`."""

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.registry.service import ServiceRecord
from adapters.sia.document import sia_head
from adapters.sia.query import CELLS, sia_query
from adapters.votable.parameters import repeated_values
from adapters.votable.stream import stream_document
from gateway.addresses import base_url, links_base
from gateway.door import FORM, Door, Endpoint
from gateway.request import MOST_FIELDS, MOST_PARTS, pairs
from gateway.routes import vosi
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.streaming import send
from gateway.tour import TourRequest
from hub.threads import compute
from resolvers import tabular
from schema.observations import OBSCORE


async def sia(http: HttpRequest) -> Response:
    """The records of the observations that meet every parameter."""
    state = state_of(http.scope)
    settings, timing = state.settings, ServerTiming()
    given = await pairs(http, settings.max_body_bytes, MOST_PARTS)
    reading = partial(sia_query, repeated_values(given), http.headers.get("accept"), settings.max_rows)
    request = await compute(reading) if len(given) > MOST_FIELDS else reading()
    timing.end("parse")
    plan = tabular.plan_selection(OBSCORE, CELLS, request.selected, request.limit)
    timing.end("plan")
    form = request.format.format
    rows = tabular.stream_rows(state.hub, plan, form.row, form.copy_options, form.measure)
    base, links = base_url(http, settings), links_base(http, settings, given)
    written = stream_document(sia_head(request, base, links), form, rows, request.limit, step=timing.end)
    return await send(http, written, request.format, "sia", timing)


def capabilities(base: str, security: Sequence[str]) -> bytes:
    """The document of `/sia/capabilities`."""
    from adapters.sia.capabilities import sia_capabilities

    return sia_capabilities(base, security)


DOOR = Door(
    endpoints=(Endpoint("/sia", sia, FORM), *vosi.beside("/sia", capabilities)),
    addresses=("/sia",),
    votable=True,
    service=ServiceRecord(
        "SIA#query-2.0",
        "/sia",
        "Observations of all databases, by place, band, time and instrument",
        "JMMC SIA2",
        "OiDB, Obs Portal and SPICA-DB: interferometric observations by place, band and time",
        "Optical interferometric observations of VLTI and CHARA, from logs to published data (SIA 2.0)",
    ),
    tour=(
        TourRequest(
            "SIA 2.0: observations in a polygon and a band",
            "/sia",
            {"POS": "POLYGON 100 24 102 24 102 26 100 26", "BAND": "6e-7 9e-7"},
            right=lambda text: "<TR>" in text and 'value="ERROR"' not in text,
        ),
    ),
)
