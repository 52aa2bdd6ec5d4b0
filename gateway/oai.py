"""`/oai`: our records for the registries of the Virtual Observatory (OAI-PMH 2.0)."""

from datetime import UTC, datetime

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from gateway.addresses import base
from gateway.errors import votable_refusal
from gateway.request import pairs
from gateway.state import State
from gateway.vosi import XML, service
from resolvers.errors import GatewayError
from resolvers.touched import DECLARATIONS, touch

TRIED = (344.4127, -29.6222)
"""Where cone searches are tried out: around Fomalhaut every table has something, or says soundly that it has not."""


async def oai(http: HttpRequest) -> Response:
    """An answer to one of OAI-PMH's verbs."""
    from adapters.registry.oai import answer
    from adapters.registry.resources import Publisher

    state: State = http.app.state.gateway
    try:
        told = await pairs(http, state.settings.max_body_bytes)
    except GatewayError as error:
        return votable_refusal(error)
    touch((DECLARATIONS,))
    publisher = Publisher(state.settings.authority, service(state, base(http, state.settings)), TRIED)
    return Response(answer(publisher, told, datetime.now(UTC)), media_type=XML)
