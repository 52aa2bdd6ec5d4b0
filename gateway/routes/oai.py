"""`/oai`: our records for the registries of the Virtual Observatory (OAI-PMH 2.0)."""

from datetime import UTC, datetime

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from gateway.addresses import base
from gateway.errors import votable_refusal
from gateway.request import pairs
from gateway.routes.vosi import XML, availability, service
from gateway.state import state_of
from planning.errors import GatewayError
from planning.sql import Statement
from schema import revision
from schema.published import NAME

TRIED = (344.4127, -29.6222)
"""Where cone searches are tried out: around Fomalhaut every table has something, or says soundly that it has not."""


CHANGED = Statement(revision.CHANGED, (), (NAME,))


async def oai(http: HttpRequest) -> Response:
    """An answer to one of OAI-PMH's verbs."""
    from adapters.registry.oai import oai_response
    from adapters.registry.resources import Publisher

    state = state_of(http.scope)
    try:
        told = await pairs(http, state.settings.max_body_bytes)
        [[updated]] = await state.hub.fetch(CHANGED)
    except GatewayError as error:
        return votable_refusal(error)
    now = datetime.now(UTC)
    offered = service(state, base(http, state.settings))
    # The hub's clock may be ahead of ours, and nothing is updated in the future.
    publisher = Publisher(state.settings.authority, offered, state.catalog.positioned, TRIED, min(updated, now))
    return Response(oai_response(publisher, told, now), media_type=XML)


async def capabilities(http: HttpRequest) -> Response:
    """What there is to be asked, and how."""
    from adapters.registry.resources import capabilities as document

    state = state_of(http.scope)
    return Response(document(base(http, state.settings)), media_type=XML)


ROUTES = (
    Route("/oai", oai, methods=["GET", "POST"]),
    Route("/oai/capabilities", capabilities),
    Route("/oai/availability", availability),
)
