"""`/sia`: observations by place, time, wavelength and more (SIA 2.0), over `ivoa.obscore`."""

from functools import partial

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.sia.document import sia_head
from adapters.sia.query import CELLS, sia_query
from adapters.votable.parameters import repeated_values
from adapters.votable.stream import stream_document
from gateway.addresses import base_url, links_base
from gateway.request import MOST_FIELDS, MOST_PARTS, pairs
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.streaming import send
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
