"""`/getstar`: stars of JSDC as JMMC's GetStar gives them, or as a VOTable 1.4."""

from datetime import UTC, datetime
from importlib.metadata import version

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.datalink.services import rows_descriptors
from adapters.getstar.document import getstar_document, getstar_tsv
from adapters.getstar.parameters import TSV, VOT, VOTABLE14, GetStarRequest, parse_getstar_parameters
from adapters.getstar.stars import load_stars, star_ids, stars_plan
from adapters.votable.envelope import Head
from adapters.votable.formats import TABLEDATA, Negotiated, from_accept
from adapters.votable.formats import TSV as TABS
from gateway.addresses import base
from gateway.cacheable import CacheableResponse
from gateway.errors import votable_refusal
from gateway.request import parameters, while_there
from gateway.stages import Stages
from gateway.state import State, state_of
from gateway.tables import streamed
from planning.errors import GatewayError, NotFound

SERVER = f"JMMC gateway v{version('jmmc-gateway')} (JSDC)"


async def getstar(http: HttpRequest) -> Response:
    """The stars that are asked for by name; names that no star bears are told, and refused where all are such."""
    state = state_of(http.scope)
    stages = Stages()
    try:
        with stages.stage("read"):
            modern = from_accept(http.headers.get("accept", "")) is not None
            told = parse_getstar_parameters(
                await parameters(http, state.settings.max_body_bytes), VOTABLE14 if modern else VOT
            )
        with stages.stage("names"):
            known = await while_there(http, star_ids(state.hub, told.names))
        if not known:
            message = f"No star of JSDC is called {' or '.join(told.names)[:200]}"
            raise NotFound(message)
        if told.format == VOTABLE14:
            return await _modern(http, state, known, stages)
        return await _legacy(http, state, told, known, stages)
    except GatewayError as error:
        return votable_refusal(error)


async def _modern(http: HttpRequest, state: State, known: dict[str, int], stages: Stages) -> Response:
    wanted = stars_plan(known, len(known) + 1)
    services = rows_descriptors(base(http, state.settings), wanted.table, wanted.shape.cells)
    head = Head(wanted.table, wanted.shape.cells, services=services)
    return await streamed(http, wanted, head, Negotiated(TABLEDATA, TABLEDATA.media_type), stages)


async def _legacy(
    http: HttpRequest, state: State, told: GetStarRequest, known: dict[str, int], stages: Stages
) -> Response:
    with stages.stage("stars"):
        found = await while_there(http, load_stars(state.hub, known))
    headers = stages.headers | {"Vary": "Accept"}
    if told.format == TSV:
        return CacheableResponse(getstar_tsv(found), headers=headers | {"Content-Type": TABS.media_type})
    unknown = [name for name in told.names if name not in known]
    content = getstar_document(found, unknown, ",".join(told.names), datetime.now(UTC), SERVER)
    return CacheableResponse(content, headers=headers | {"Content-Type": "text/xml"})
