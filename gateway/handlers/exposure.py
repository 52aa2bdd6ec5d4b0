"""`/detail/exposure/{exposure}`: the page of an exposure."""

from urllib.parse import urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.datalink.lookup import DocumentLookup
from adapters.page.exposure import DOCUMENT, exposure_page
from gateway.addresses import base_url
from gateway.language import language, page_response
from gateway.request import until_disconnect
from gateway.state import state_of
from planning.errors import NotFound
from schema.obsportal import EXPOSURE


async def exposure(http: HttpRequest) -> Response:
    """What the Obs Portal says of an exposure."""
    state = state_of(http.scope)
    lookup, name = DocumentLookup(state.operations), http.path_params["exposure"]
    lists = await until_disconnect(http, lookup.fetch(DOCUMENT, name=[name]))
    nodes = lists.get("exposures")
    if not nodes:
        lookup.require_answers()
        message = f"The Obs Portal has no exposure {name[:80]!r}"
        raise NotFound(message)
    links = f"{base_url(http, state.settings)}/datalink/{EXPOSURE.qualified}/links?{urlencode({'ID': name})}"
    return page_response(http, exposure_page(nodes[0], links, language(http)))
