"""`/getstar`: stars of JSDC as JMMC's GetStar gives them, or as a VOTable 1.4."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.getstar.document import document, tsv
from adapters.getstar.parameters import MODERN, TSV, VOT, GetStarRequest, asked
from adapters.getstar.stars import head as star_head
from adapters.getstar.stars import identified, plan, stars
from adapters.votable import stream
from adapters.votable.formats import TABLEDATA, Negotiated, from_accept
from adapters.votable.formats import TSV as TABS
from gateway.addresses import base_url
from gateway.door import FORM, Door, Endpoint
from gateway.request import parameters, until_disconnect
from gateway.server_timing import ServerTiming
from gateway.state import State
from gateway.streaming import send
from gateway.tour import TourRequest
from planning.errors import NotFound
from resolvers import tabular

SERVER = f"JMMC gateway v{version('jmmc-gateway')} (JSDC)"
VOTABLE = Negotiated(TABLEDATA, TABLEDATA.media_type)


async def getstar(http: HttpRequest) -> Response:
    """The stars of these names; the names of no star are listed in the answer, and refused where all are such."""
    state: State = http.app.state.gateway
    timing = ServerTiming()
    default = MODERN if from_accept(http.headers.get("accept", "")) else VOT
    request = asked(await parameters(http, state.settings.max_body_bytes), default)
    timing.end("parse")
    keys = await until_disconnect(http, identified(state.hub, request.names))
    if not keys:
        message = f"No star of JSDC is called {' or '.join(request.names)[:200]}"
        raise NotFound(message)
    timing.end("plan")
    if request.format == MODERN:
        return await _modern(http, keys, timing)
    return await _legacy(http, request, keys, timing)


async def _modern(http: HttpRequest, keys: Mapping[str, int], timing: ServerTiming) -> Response:
    state: State = http.app.state.gateway
    rows = tabular.rows(state.hub, plan(keys), TABLEDATA.row, TABLEDATA.copy_options)
    head = star_head(base_url(http, state.settings))
    return await send(http, stream.document(head, TABLEDATA, rows, len(keys), step=timing.end), VOTABLE, timing)


async def _legacy(
    http: HttpRequest, request: GetStarRequest, keys: Mapping[str, int], timing: ServerTiming
) -> Response:
    state: State = http.app.state.gateway
    found = await until_disconnect(http, stars(state.hub, keys))
    timing.end("run")
    if request.format == TSV:
        content, media_type = tsv(found), TABS.media_type
    else:
        unknown = [name for name in request.names if name not in keys]
        content = document(found, unknown, ",".join(request.names), datetime.now(UTC), SERVER)
        media_type = "text/xml"
    timing.end("write")
    return Response(content, headers=timing.headers | {"Vary": "Accept", "Content-Type": media_type})


DOOR = Door(
    endpoints=(Endpoint("/getstar", getstar, FORM),),
    addresses=("/getstar",),
    votable=True,
    tour=(TourRequest("GetStar", "/getstar", {"star": "Fomalhaut"}, right=lambda text: 'GROUP name="LDD"' in text),),
)
