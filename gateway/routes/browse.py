"""`/browse`: the rows of every table, as pages; the same addresses answer machines with tables."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Scope

from adapters.votable.formats import preferred
from gateway.accept import JsonFormat, accepted, named_format
from gateway.door import Door, Endpoint, late
from gateway.language import language
from gateway.page_refusals import refused
from gateway.refusals import json_refusal, votable_refusal
from gateway.tour import TourRequest
from planning.errors import GatewayError

HANDLERS = late("gateway.handlers.browse")


def wants_page(http: HttpRequest) -> bool:
    """Whether a page is asked for: no format by name, and by Accept a page, or anything."""
    accept = http.headers.get("accept", "")
    return not named_format(http.scope) and ("text/html" in accept or preferred(accept or "*/*")[:1] in ([], ["*/*"]))


def browse_refusal(error: GatewayError, scope: Scope) -> Response:
    """A page with the sentence; a VOTable, JSON or lines for who reads no pages."""
    from adapters.page.rendering import rendered

    http = HttpRequest(scope)
    if not wants_page(http):
        is_json = isinstance(accepted(http.headers.get("accept")), JsonFormat) and not named_format(scope)
        return (json_refusal if is_json else votable_refusal)(error, scope)
    return refused(http, rendered("refusal.html", language(http), message=error.message), error)


DOOR = Door(
    endpoints=(Endpoint("/browse", HANDLERS("tables")), Endpoint("/browse/{table}", HANDLERS("table"))),
    addresses=("/browse",),
    refuse=browse_refusal,
    tour=(
        TourRequest("a table to browse", "/browse/jsdc.star", {"vmag": "..3"}, right=lambda text: "HD 48915" in text),
    ),
)
