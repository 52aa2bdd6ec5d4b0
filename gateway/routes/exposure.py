"""`/detail/exposure/{exposure}`: the page of an exposure, as the Obs Portal has it and OiDB's `access_url` names it."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Scope

from gateway.door import Door, Endpoint, late
from gateway.page_refusals import page_refusal
from gateway.refusals import BROWSER, votable_refusal
from gateway.tour import TourRequest
from planning.errors import GatewayError

HANDLERS = late("gateway.handlers.exposure")
SPICA = "SPICA.SCIDET:20220114:104042_target_1"


def _refusal(error: GatewayError, scope: Scope) -> Response:
    """A page to browsers, a VOTable to others."""
    browser = BROWSER in HttpRequest(scope).headers.get("accept", "")
    return (page_refusal if browser else votable_refusal)(error, scope)


DOOR = Door(
    endpoints=(Endpoint("/detail/exposure/{exposure}", HANDLERS("exposure")),),
    votable=True,
    refuse=_refusal,
    tour=(TourRequest("the page of an exposure", f"/detail/exposure/{SPICA}", right=lambda text: SPICA in text),),
)
