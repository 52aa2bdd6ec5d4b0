"""`/visibility`: when VLTI or CHARA can observe a place (ObjObsSAP 1.0)."""

from datetime import UTC, datetime

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.visibility.document import row_blocks, visibility_head
from adapters.visibility.parameters import visibility_query
from adapters.votable.parameters import repeated_values
from adapters.votable.stream import stream_document
from gateway.addresses import base_url
from gateway.cacheable import CacheableResponse
from gateway.request import pairs
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.streaming import send
from hub.dependencies import DECLARATIONS
from resolvers.spica_night_rows import to_mjd
from resolvers.visibility import visibility_rows


async def visibility(http: HttpRequest) -> Response:
    """The times at which the place can be observed; an answer that does not depend on the clock may be kept."""
    settings, timing = state_of(http.scope).settings, ServerTiming()
    given = repeated_values(await pairs(http, settings.max_body_bytes))
    now = to_mjd(datetime.now(UTC).replace(second=0, microsecond=0))
    query = visibility_query(given, http.headers.get("accept"), settings.max_rows, now)
    timing.end("parse")
    form = query.format.format
    blocks = row_blocks(visibility_rows(query.request, settings.sync_seconds, query.limit), form)
    written = stream_document(
        visibility_head(query, base_url(http, settings)), form, blocks, query.limit, step=timing.end
    )
    response = await send(http, written, query.format, "visibility", timing, settings.sync_seconds)
    if query.dated and isinstance(response, CacheableResponse):
        response.made_of = (DECLARATIONS,)
    return response
