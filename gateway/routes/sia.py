"""`/sia`: observations by place, time, wavelength and more (SIA 2.0), over `ivoa.obscore`."""

from collections.abc import Sequence

from adapters.registry.service import ServiceRecord
from gateway.door import FORM, Door, Endpoint, late
from gateway.routes import vosi
from gateway.tour import TourRequest


def capabilities(base: str, security: Sequence[str]) -> bytes:
    """The document of `/sia/capabilities`."""
    from adapters.sia.capabilities import sia_capabilities

    return sia_capabilities(base, security)


HANDLERS = late("gateway.handlers.sia")
DOOR = Door(
    endpoints=(Endpoint("/sia", HANDLERS("sia"), FORM), *vosi.beside("/sia", capabilities)),
    addresses=("/sia",),
    votable=True,
    service=ServiceRecord(
        "SIA#query-2.0",
        "/sia",
        "Observations of all databases, by place, band, time and instrument",
        "JMMC SIA2",
        "OiDB, Obs Portal and SPICA-DB: interferometric observations by place, band and time",
        "Optical interferometric observations of VLTI and CHARA, from logs to published data (SIA 2.0)",
    ),
    tour=(
        TourRequest(
            "SIA 2.0: observations in a polygon and a band",
            "/sia",
            {"POS": "POLYGON 100 24 102 24 102 26 100 26", "BAND": "6e-7 9e-7"},
            right=lambda text: "<TR>" in text and 'value="ERROR"' not in text,
        ),
    ),
)
