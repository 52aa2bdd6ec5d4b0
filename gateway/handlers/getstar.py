"""`/getstar`: stars of JSDC as JMMC's GetStar gives them, or as a VOTable 1.4 or 1.5."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.getstar.document import getstar_document, getstar_tsv
from adapters.getstar.parameters import MODERN, TSV, VOT, GetStarRequest, parse_getstar_parameters
from adapters.getstar.stars import load_stars, named_stars, stars_head, stars_plan
from adapters.votable.formats import TABLEDATA, VERSIONS, Negotiated, from_accept
from adapters.votable.formats import TSV as TABS
from adapters.votable.stream import stream_document
from gateway.addresses import links_base
from gateway.attachments import disposition, suffix_of
from gateway.cacheable import CacheableResponse
from gateway.request import parameters, until_disconnect
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.streaming import send
from planning.errors import NotFound
from resolvers import tabular
from schema.name_match import NameMatch

SERVER = f"JMMC gateway v{version('jmmc-gateway')} (JSDC)"
VOTABLES = {
    version: Negotiated(TABLEDATA, TABLEDATA.media_type + (f";version={version}" if number else ""), version)
    for number, version in enumerate(VERSIONS)
}
"""By version; that of the first is not said."""


async def getstar(http: HttpRequest) -> Response:
    """The stars of these names; the names of no star are listed in the answer, and refused where all are such."""
    state = state_of(http.scope)
    timing = ServerTiming()
    accepted = from_accept(http.headers.get("accept", ""))
    default = f"votable{accepted.version}" if accepted else VOT
    given = await parameters(http, state.settings.max_body_bytes)
    request = parse_getstar_parameters(given, default)
    timing.end("parse")
    keys = await until_disconnect(http, named_stars(state.hub, request.names))
    if not keys:
        message = f"No star of JSDC is called {' or '.join(request.names)[:200]}"
        raise NotFound(message)
    timing.end("plan")
    if version := MODERN.get(request.format):
        return await _modern(http, links_base(http, state.settings, given.items()), keys, version, timing)
    return await _legacy(http, request, keys, timing)


async def _modern(
    http: HttpRequest, base: str, keys: Mapping[str, NameMatch], version: str, timing: ServerTiming
) -> Response:
    state = state_of(http.scope)
    rows = tabular.stream_rows(state.hub, stars_plan(keys), TABLEDATA.row, TABLEDATA.copy_options)
    written = stream_document(stars_head(base, keys, version), TABLEDATA, rows, len(keys), step=timing.end)
    return await send(http, written, VOTABLES[version], "getstar", timing)


async def _legacy(
    http: HttpRequest, request: GetStarRequest, keys: Mapping[str, NameMatch], timing: ServerTiming
) -> Response:
    state = state_of(http.scope)
    stars = await until_disconnect(http, load_stars(state.hub, keys))
    timing.end("run")
    if request.format == TSV:
        content, media_type = getstar_tsv(stars), TABS.media_type
    else:
        unknown = [name for name in request.names if name not in keys]
        content = getstar_document(stars, unknown, ",".join(request.names), datetime.now(UTC), SERVER)
        media_type = "text/xml"
    timing.end("write")
    headers = timing.headers | {"Vary": "Accept", "Content-Type": media_type}
    return CacheableResponse(content, headers=headers | disposition("getstar", suffix_of(media_type)))
