"""Cross-match: `/xmatch` as CDS X-Match answers it, `/xmatch/list` gives a list back with what is near each source."""

from collections.abc import Callable
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from adapters.votable.parameters import Parameters
from adapters.xmatch.match import BOUNDS, SentLists, crossmatch
from adapters.xmatch.metadata import catalogue_metadata
from adapters.xmatch.parameters import CrossmatchRequest, cds_request, list_request
from gateway.forms import form
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.streaming import send
from schema.catalog import Catalog

Read = Callable[[Catalog, Parameters, int, str | None], CrossmatchRequest]


async def sync(http: Request) -> Response:
    """A cross-match as CDS X-Match answers it at `/xmatch/api/v1/sync`."""
    return await _send(http, cds_request)


async def whole_list(http: Request) -> Response:
    """A list of sources, each with its match, the separation, and how many there are: none for those not matched."""
    return await _send(http, list_request)


async def _send(http: Request, read: Read) -> Response:
    """Match the lists that are parts of the form."""
    state = state_of(http.scope)
    settings, timing = state.settings, ServerTiming()
    async with form(http, settings.max_body_bytes, settings.max_upload_bytes) as sent:
        request = read(state.catalog, sent.parameters, settings.max_rows, http.headers.get("accept"))
        timing.end("parse")
        lists = SentLists(sent.files, replace(BOUNDS, size=settings.max_upload_bytes))
        body = crossmatch(state.hub, state.engine.writers, lists, request, timing.end)
        return await send(http, body, request.format, "xmatch", timing, settings.sync_seconds)


async def tables(http: Request) -> Response:
    """The tables that a list can be matched with."""
    state = state_of(http.scope)
    async with form(http, state.settings.max_body_bytes, state.settings.max_body_bytes) as sent:
        content, media_type = catalogue_metadata(state.catalog, sent.parameters, state.hub.row_counts.rows)
        return Response(content, media_type=media_type)
