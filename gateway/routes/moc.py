"""`/moc/{table}`: what a table covers, of the sky and of time, as MOC 2.0."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.moc.document import encode_moc
from adapters.moc.parameters import MocRequest, parse_moc_parameters
from gateway.attachments import disposition
from gateway.cacheable import CacheableResponse
from gateway.door import FORM, Door, Endpoint
from gateway.request import parameters, until_disconnect
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from hub.coverage import Coverage, Coverages
from hub.threads import in_thread
from planning.errors import Busy
from schema.table import Table


async def moc(http: HttpRequest) -> Response:
    """The map of a table, made of cells that are kept; no database is asked."""
    state = state_of(http.scope)
    timing = ServerTiming()
    given = await parameters(http, state.settings.max_body_bytes)
    request = parse_moc_parameters(state.catalog, http.path_params["table"], given, http.headers.get("accept", ""))
    timing.end("parse")
    coverage = await until_disconnect(http, _coverage(state.coverages, request.table))
    timing.end("run")
    content = await _content(state.coverages, coverage, request)
    timing.end("write")
    headers = timing.headers | {"Content-Type": request.media_type, "Vary": "Accept"}
    return CacheableResponse(content, headers=headers | disposition(f"{request.table.qualified}.moc", request.suffix))


async def _coverage(coverages: Coverages, table: Table) -> Coverage:
    """The cells of a table; raises `Busy` where they have not been counted yet."""
    coverage = await coverages.of(table)
    if coverage is None:
        message = f"What {table.qualified} covers is not known yet: try again in a minute"
        raise Busy(message, retry=30)
    return coverage


async def _content(coverages: Coverages, coverage: Coverage, request: MocRequest) -> bytes:
    """The map, made at most once of each coverage while there is room to keep it."""
    name = (coverage.number, request)
    content = coverages.written.get(name)
    if content is None:
        content = await in_thread(encode_moc, coverage, request)
        coverages.written.put(name, content, len(content))
    return content


DOOR = Door(endpoints=(Endpoint("/moc/{table}", moc, FORM),), addresses=("/moc/{table}",), votable=True)
