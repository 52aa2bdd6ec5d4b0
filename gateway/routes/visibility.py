"""`/visibility`: when VLTI or CHARA can observe a place (ObjObsSAP 1.0)."""

from collections.abc import Sequence

from adapters.registry.service import ServiceRecord
from gateway.door import FORM, Door, Endpoint, late
from gateway.routes import vosi
from gateway.tour import TourRequest
from schema.visibility import ORIGIN, STANDARD


def capabilities(base: str, security: Sequence[str]) -> bytes:
    """The document of `/visibility/capabilities`."""
    from adapters.visibility.capabilities import visibility_capabilities

    return visibility_capabilities(base, security)


HANDLERS = late("gateway.handlers.visibility")
DOOR = Door(
    endpoints=(Endpoint("/visibility", HANDLERS("visibility"), FORM), *vosi.beside("/visibility", capabilities)),
    addresses=("/visibility",),
    votable=True,
    service=ServiceRecord(
        STANDARD,
        "/visibility",
        "When VLTI and CHARA can observe a place",
        "JMMC visibility",
        ORIGIN.title,
        ORIGIN.abstract,
        origin=ORIGIN,
    ),
    tour=(
        TourRequest(
            "when VLTI and CHARA can observe a place",
            "/visibility",
            {"POS": "41.0306,-13.8587", "TIME": "61375/61385"},
            right=lambda text: "<TR>" in text and 'value="ERROR"' not in text,
        ),
    ),
)
