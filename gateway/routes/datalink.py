"""`/datalink/links` and `/datalink/{table}/links`: what there is about records (DataLink 1.1)."""

from collections.abc import Sequence

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.datalink.document import links_document
from adapters.datalink.parameters import links_request
from adapters.registry.service import ServiceRecord
from adapters.votable.formats import TABLEDATA
from gateway.addresses import base_url
from gateway.attachments import disposition
from gateway.cacheable import CacheableResponse
from gateway.door import FORM, Door, Endpoint
from gateway.refusals import datalink_refusal
from gateway.request import pairs, until_disconnect
from gateway.routes import vosi
from gateway.server_timing import ServerTiming
from gateway.state import state_of
from gateway.tour import TourRequest
from hub.threads import compute

MOST_SENT = 100_000
"""pyvo sends an ID for each row of a table, all at once."""


async def links(http: HttpRequest) -> Response:
    """Links of records, by identifiers or, under a table's name, by values of its identifying column."""
    state = state_of(http.scope)
    timing = ServerTiming()
    given = await pairs(http, state.settings.max_json_bytes, MOST_SENT)
    request = await compute(links_request, given, http.path_params.get("table"))
    timing.end("parse")
    base = base_url(http, state.settings)
    content = await until_disconnect(http, links_document(state.operations, request.ids, request.kind, base))
    timing.end("run")
    headers = timing.headers | {"Content-Type": request.media_type} | disposition("links", TABLEDATA.suffix)
    return CacheableResponse(content, headers=headers)


def capabilities(base: str, security: Sequence[str]) -> bytes:
    """The document of `/datalink/capabilities`."""
    from adapters.datalink.capabilities import datalink_capabilities

    return datalink_capabilities(base, security)


DOOR = Door(
    endpoints=(
        Endpoint("/datalink/links", links, FORM),
        Endpoint("/datalink/{table}/links", links, FORM),
        *vosi.beside("/datalink", capabilities),
    ),
    addresses=("/datalink/links",),
    votable=True,
    refuse=datalink_refusal,
    service=ServiceRecord(
        "DataLink#links-1.1",
        "/datalink/links",
        "Links of observations, stars and survey targets",
        "JMMC links",
        "OiDB, Obs Portal, SPICA-DB and JSDC: files and logs of observations, and their stars",
        "What there is about an observation, a star of JSDC or a target of SPICA-DB (DataLink 1.1)",
    ),
    tour=(
        TourRequest(
            "links of an observation",
            "/datalink/links",
            {"ID": "ivo://jmmc.fr/oidb?000020000095"},
            right=lambda text: all(term in text for term in ("#this", "#progenitor", "calibrators")),
        ),
    ),
)
