"""`/star/{name}`: all that is known of a star, as a page, or as the JSON of the GraphQL document that the page asks."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Scope

from gateway.accept import wants_json
from gateway.door import Door, Endpoint, late
from gateway.language import language
from gateway.page_refusals import refused
from gateway.refusals import json_refusal
from gateway.tour import TourRequest
from planning.errors import GatewayError

HANDLERS = late("gateway.handlers.star")


def star_refusal(error: GatewayError, scope: Scope) -> Response:
    """A page with the sentence and the form, which has what was asked; JSON for who reads no pages."""
    from adapters.page.star import refusal_page

    http = HttpRequest(scope)
    if wants_json(scope):
        return json_refusal(error, scope)
    return refused(http, refusal_page(http.path_params.get("name", ""), error.message, language(http)), error)


DOOR = Door(
    endpoints=(Endpoint("/star", HANDLERS("named")), Endpoint("/star/{name:path}", HANDLERS("star"))),
    addresses=("/star",),
    kept=True,
    refuse=star_refusal,
    tour=(TourRequest("a star", "/star/HD%2048329", right=lambda text: "Visibility" in text),),
)
