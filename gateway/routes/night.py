"""`/night`: a night of the survey with SPICA as a VOTable for ASPRO2, or as its own file."""

from functools import partial

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.spica.asprox import night_asprox
from adapters.spica.parameters import ASPROX, parse_night
from adapters.spica.votable import night_votable
from gateway.attachments import disposition, suffix_of
from gateway.cacheable import CacheableResponse
from gateway.door import FORM, Door, Endpoint
from gateway.request import parameters, until_disconnect
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.tour import TourRequest
from hub.threads import compute
from resolvers.spica_night import compute_night
from resolvers.spica_survey import load_survey
from resolvers.statements import fetch


async def night(http: HttpRequest) -> Response:
    """The targets of a night, and the calibrators that go with them."""
    state = state_of(http.scope)
    timing = ServerTiming()
    given = await parameters(http, state.settings.max_body_bytes)
    query = parse_night(given, http.headers.get("accept"))
    timing.end("parse")
    survey = await until_disconnect(http, load_survey(partial(fetch, state.hub)))
    timing.end("run")
    computed = await until_disconnect(http, compute(compute_night, query.request, survey))
    timing.end("plan")
    content = await compute(night_votable if query.media_type else night_asprox, computed)
    timing.end("write")
    media_type = query.media_type or "text/xml"
    suffix = suffix_of(media_type) if query.media_type else f".{ASPROX}"
    headers = timing.headers | {"Vary": "Accept", "Content-Type": media_type}
    return CacheableResponse(content, headers=headers | disposition(f"spica-{query.request.evening}", suffix))


DOOR = Door(
    endpoints=(Endpoint("/night", night, FORM),),
    addresses=("/night",),
    votable=True,
    tour=(TourRequest("a night with SPICA", "/night", {"DATE": "2026-12-01"}, right=lambda text: "CalPrim" in text),),
)
