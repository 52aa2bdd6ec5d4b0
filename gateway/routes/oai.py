"""`/oai`: our records for the registries of the Virtual Observatory (OAI-PMH 2.0)."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from gateway.door import FORM, Door, Endpoint
from gateway.refusals import votable_refusal
from gateway.request import pairs
from gateway.routes import vosi
from gateway.state import state_of
from gateway.tour import TourRequest
from hub.modules import read_module
from hub.rows import Hub
from planning.sql import Statement
from schema import revision
from schema.named_queries import named_query
from schema.published import CELLS, NAME

PLACE = named_query("gateway/oai", "place")
RADIUS = 1.0
"""Of the test query of a published table, degrees."""
CHANGED = Statement(revision.CHANGED, (), (NAME,))


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
    updated = {name: min(since, now) for name, since in await state.hub.fetch(CHANGED)}
    places = await _places(state.hub, updated)
    publisher = Publisher(state.settings.authority, vosi.service(http), updated, places)
    return Response(oai_response(publisher, arguments, now), media_type=vosi.XML)


async def _places(hub: Hub, published: Collection[str]) -> dict[str, tuple[float, float, float]]:
    """The place of a row of each published table that has any.

    `published` are the names that the hub has at this moment: the catalogue may still have a table that is withdrawn.
    """
    tables = (table for table in hub.catalog.published if table.position and table.qualified in published)
    return {
        table.qualified: (ra, dec, RADIUS)
        for table in tables
        for ra, dec in await hub.fetch(Statement(PLACE.format(cells=f"{NAME}.{CELLS}{table.name}"), (), (NAME,)))
    }


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
