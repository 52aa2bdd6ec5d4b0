"""`/datalink/links` and `/datalink/{table}/links`: what there is about records (DataLink 1.1)."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.datalink.document import links_document
from adapters.datalink.parameters import LinksRequest, links_request
from adapters.votable.formats import TABLEDATA
from gateway.addresses import base_url
from gateway.attachments import disposition
from gateway.cacheable import CacheableResponse
from gateway.oifits_files import collection_of
from gateway.request import pairs, until_disconnect
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from hub.threads import compute

MOST_SENT = 100_000
"""pyvo sends an ID for each row of a table, all at once."""


async def links(http: HttpRequest) -> Response:
    """Links of records, by identifiers or, under a table's name, by values of its identifying column."""
    state = state_of(http.scope)
    timing = ServerTiming()
    given = await pairs(http, state.settings.max_json_bytes, MOST_SENT)
    request = await compute(links_request, given, http.path_params.get("table"))
    timing.end("parse")
    content = await until_disconnect(http, _document(http, request))
    timing.end("run")
    headers = timing.headers | {"Content-Type": request.media_type} | disposition("links", TABLEDATA.suffix)
    return CacheableResponse(content, headers=headers)


async def _document(http: HttpRequest, request: LinksRequest) -> bytes:
    state = state_of(http.scope)
    base, collection = base_url(http, state.settings), collection_of(state.settings)
    return await links_document(state.operations, request, base, collection)
