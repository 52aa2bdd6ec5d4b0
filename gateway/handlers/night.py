"""`/night`: a night with SPICA as a VOTable for ASPRO2, or as its own file; browsers are led to its page."""

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from adapters.spica.asprox import night_asprox
from adapters.spica.parameters import ASPROX, parse_night
from adapters.spica.votable import night_votable
from adapters.votable.parameters import Parameters, format_name
from gateway.attachments import disposition, suffix_of
from gateway.cacheable import CacheableResponse
from gateway.request import parameters, until_disconnect
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from hub.threads import compute, in_thread
from resolvers.spica_night import SpicaNight, compute_night
from resolvers.spica_night_request import NightRequest
from resolvers.spica_survey import load_secondaries, load_survey
from resolvers.statements import fetch, fetch_kept

PAGE = "/spica/night"


async def night(http: HttpRequest) -> Response:
    """The targets of a night, and the calibrators that go with them."""
    timing = ServerTiming()
    given = await parameters(http, state_of(http.scope).settings.max_body_bytes)
    if _shows_page(http, given):
        query_string = urlencode(given)
        return RedirectResponse(f"{PAGE}?{query_string}" if query_string else PAGE, 303, {"Vary": "Accept"})
    query = parse_night(given, http.headers.get("accept"))
    timing.end("parse")
    computed = await _computed(http, query.request, timing)
    content = await in_thread(night_votable if query.media_type else night_asprox, computed)
    timing.end("write")
    media_type = query.media_type or "text/xml"
    suffix = suffix_of(media_type) if query.media_type else f".{ASPROX}"
    headers = timing.headers | {"Vary": "Accept", "Content-Type": media_type}
    return CacheableResponse(content, headers=headers | disposition(f"spica-{query.request.evening}", suffix))


async def _computed(http: HttpRequest, request: NightRequest, timing: ServerTiming) -> SpicaNight:
    hub = state_of(http.scope).hub
    survey = await until_disconnect(http, load_survey(partial(fetch, hub), partial(fetch_kept, hub)))
    timing.end("run")
    computed = await until_disconnect(http, compute(compute_night, request, survey))
    stars = await until_disconnect(http, load_secondaries(partial(fetch, hub), computed.secondary_keys))
    timing.end("plan")
    return replace(computed, secondaries=stars)


def _shows_page(http: HttpRequest, given: Parameters) -> bool:
    """Whether a browser asks, which names no format: no client of the Virtual Observatory accepts pages."""
    return not format_name(given) and "text/html" in http.headers.get("accept", "")
