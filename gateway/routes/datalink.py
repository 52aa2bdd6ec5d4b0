"""`/datalink/links` and `/datalink/{table}/links`: what there is about records (DataLink 1.1)."""

from collections.abc import Sequence

from adapters.registry.service import ServiceRecord
from gateway.door import FORM, Door, Endpoint, late
from gateway.refusals import datalink_refusal
from gateway.routes import vosi
from gateway.tour import TourRequest


def capabilities(base: str, security: Sequence[str]) -> bytes:
    """The document of `/datalink/capabilities`."""
    from adapters.datalink.capabilities import datalink_capabilities

    return datalink_capabilities(base, security)


HANDLERS = late("gateway.handlers.datalink")
DOOR = Door(
    endpoints=(
        Endpoint("/datalink/links", HANDLERS("links"), FORM),
        Endpoint("/datalink/{table}/links", HANDLERS("links"), FORM),
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
