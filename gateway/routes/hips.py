"""`/hips/{table}/…`: each table with positions as a catalogue HiPS, and its density as an image; `/hipslist`: all."""

from collections.abc import Sequence

from adapters.registry.service import ServiceRecord
from gateway.door import Door, Endpoint, late
from gateway.routes import vosi
from gateway.tour import TourRequest


def capabilities(base: str, security: Sequence[str]) -> bytes:
    """The document of `/hipslist/capabilities`."""
    from adapters.hips.capabilities import hips_capabilities

    return hips_capabilities(base, security)


HANDLERS = late("gateway.handlers.hips")
DOOR = Door(
    endpoints=(
        Endpoint("/hips/{table}/{path:path}", HANDLERS("hips")),
        Endpoint("/hipslist", HANDLERS("hips_list")),
        *vosi.beside("/hipslist", capabilities),
    ),
    addresses=("/hips/{table}/properties", "/hipslist"),
    votable=True,
    service=ServiceRecord(
        "hips#hipslist-1.0",
        "/hipslist",
        "Tables as HiPS: stars and observations that appear the closer one looks, and maps of their density",
        "JMMC HiPS",
        "JMMC HiPS node: JSDC's stars and interferometric observations, progressively",
        "Catalogue HiPS and maps of density of all tables with positions, for Aladin and Aladin Lite (HiPS 1.0)",
    ),
    tour=(
        TourRequest(
            "the brightest stars as tiles", "/hips/jsdc.star/Norder1/Allsky.tsv", right=lambda text: "# Compl" in text
        ),
    ),
)
