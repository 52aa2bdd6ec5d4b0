"""`/moc/{table}`: what a table covers, of the sky and of time, as MOC 2.0."""

from anyio.to_thread import run_sync
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from adapters.moc.document import encode_moc
from adapters.moc.parameters import MocRequest, parse_moc_parameters
from gateway.cacheable import CacheableResponse
from gateway.errors import votable_refusal
from gateway.request import parameters, while_there
from gateway.stages import Stages
from gateway.state import state_of
from hub.coverage import Coverage, Coverages
from planning.errors import Busy, GatewayError


async def moc(http: HttpRequest) -> Response:
    """The map of a table, made of cells that are kept; no database is asked."""
    state = state_of(http.scope)
    stages = Stages()
    try:
        with stages.stage("read"):
            told = await parameters(http, state.settings.max_body_bytes)
            asked = parse_moc_parameters(state.catalog, http.path_params["table"], told, http.headers.get("accept", ""))
        with stages.stage("cells"):
            coverage = await while_there(http, state.coverages.of(asked.table))
        if coverage is None:
            message = f"What {asked.table.qualified} covers is not known yet: try again in a minute"
            raise Busy(message, retry=30)
        with stages.stage("write"):
            content = await _content(state.coverages, coverage, asked)
    except GatewayError as error:
        return votable_refusal(error)
    headers = stages.headers | {"Content-Type": asked.media_type, "Vary": "Accept"}
    return CacheableResponse(content, headers=headers)


async def _content(coverages: Coverages, coverage: Coverage, asked: MocRequest) -> bytes:
    """The map, made at most once of each coverage while there is room to keep it."""
    name = (coverage.number, asked)
    content = coverages.written.get(name)
    if content is None:
        content = await run_sync(encode_moc, coverage, asked)
        coverages.written.put(name, content, len(content))
    return content


ROUTES = (Route("/moc/{table}", moc, methods=["GET", "POST"]),)
