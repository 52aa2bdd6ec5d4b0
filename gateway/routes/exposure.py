"""`/detail/exposure/{exposure}`: the page of an exposure, as the Obs Portal has it and OiDB's `access_url` names it."""

from urllib.parse import urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.datalink.lookup import DocumentLookup
from adapters.votable.exposure_page import DOCUMENT, STYLE, exposure_page
from gateway.addresses import base_url
from gateway.cacheable import CacheableResponse
from gateway.door import Door, Endpoint
from gateway.page_policy import inline, page_policy
from gateway.request import until_disconnect
from gateway.state import state_of
from gateway.tour import TourRequest
from planning.errors import NotFound
from schema.obsportal import EXPOSURE

POLICY = page_policy(style_src=inline(STYLE))
SPICA = "SPICA.SCIDET:20220114:104042_target_1"


async def exposure(http: HttpRequest) -> Response:
    """What the Obs Portal says of an exposure."""
    state = state_of(http.scope)
    lookup, name = DocumentLookup(state.operations), http.path_params["exposure"]
    lists = await until_disconnect(http, lookup.fetch(DOCUMENT, name=[name]))
    lookup.require_answers()
    nodes = lists.get("exposures")
    if not nodes:
        message = f"The Obs Portal has no exposure {name[:80]!r}"
        raise NotFound(message)
    links = f"{base_url(http, state.settings)}/datalink/{EXPOSURE.qualified}/links?{urlencode({'ID': name})}"
    return CacheableResponse(exposure_page(nodes[0], links), headers=POLICY, media_type="text/html")


DOOR = Door(
    endpoints=(Endpoint("/detail/exposure/{exposure}", exposure),),
    votable=True,
    tour=(TourRequest("the page of an exposure", f"/detail/exposure/{SPICA}", right=lambda text: SPICA in text),),
)
