"""`/oai`: our records for the registries of the Virtual Observatory (OAI-PMH 2.0)."""

from datetime import UTC, datetime

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from gateway.door import FORM, Door, Endpoint
from gateway.refusals import votable_refusal
from gateway.request import pairs
from gateway.routes import vosi
from gateway.state import state_of
from gateway.tour import TourRequest
from planning.sql import Statement
from schema import revision
from schema.published import NAME

TEST_PLACE = (344.4127, -29.6222)
"""Where the test queries of cone searches look, ICRS degrees: around Fomalhaut every table has something, or none."""
CHANGED = Statement(revision.CHANGED, (), (NAME,))


async def oai(http: HttpRequest) -> Response:
    """An answer to one of OAI-PMH's verbs."""
    from adapters.registry.oai import oai_response
    from adapters.registry.resources import Publisher

    state = state_of(http.scope)
    arguments = await pairs(http, state.settings.max_body_bytes)
    [[updated]] = await state.hub.fetch(CHANGED)
    now = datetime.now(UTC)
    offered = vosi.service(http)
    # The hub's clock may be ahead of ours, and nothing is updated in the future.
    publisher = Publisher(state.settings.authority, offered, TEST_PLACE, min(updated, now))
    return Response(oai_response(publisher, arguments, now), media_type=vosi.XML)


def capabilities(base: str) -> bytes:
    """The document of `/oai/capabilities`."""
    from adapters.registry.resources import registry_capabilities

    return registry_capabilities(base)


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
