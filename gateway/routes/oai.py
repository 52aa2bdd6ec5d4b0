"""`/oai`: our records for the registries of the Virtual Observatory (OAI-PMH 2.0)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from gateway.door import FORM, Door, Endpoint
from gateway.refusals import votable_refusal
from gateway.registered import changed, covered, places
from gateway.request import pairs
from gateway.routes import vosi
from gateway.state import state_of
from gateway.tour import TourRequest
from hub.modules import read_module


async def oai(http: HttpRequest) -> Response:
    """An answer to one of OAI-PMH's verbs."""
    await read_module("adapters.registry.oai")
    await read_module("adapters.registry.resources")
    from adapters.registry.oai import oai_response
    from adapters.registry.resources import Publisher

    state = state_of(http.scope)
    arguments = await pairs(http, state.settings.max_body_bytes)
    now = datetime.now(UTC)
    # The hub's clock may be ahead of ours, and nothing is updated in the future.
    updated, withdrawn = await changed(state.hub, now)
    found = await places(state.hub, updated)
    told = await covered(state, now)
    publisher = Publisher(state.settings.authority, vosi.service(http), updated, found, told, withdrawn)
    return Response(oai_response(publisher, arguments, now), media_type=vosi.XML)


def capabilities(base: str, security: Sequence[str]) -> bytes:
    """The document of `/oai/capabilities`."""
    from adapters.registry.resources import registry_capabilities

    return registry_capabilities(base, security)


DOOR = Door(
    endpoints=(Endpoint("/oai", oai, FORM), *vosi.beside("/oai", capabilities)),
    addresses=("/oai",),
    refuse=votable_refusal,
    tour=(
        TourRequest(
            "records for the VO registries",
            "/oai",
            {"verb": "ListRecords", "metadataPrefix": "ivo_vor"},
            right=lambda text: "tr:TableAccess" in text,
        ),
    ),
)
