"""`/hats/{table}/…`: each table with positions as a HATS collection, whose files are made when they are asked for."""

from collections.abc import Sequence

from adapters.registry.service import ServiceRecord
from gateway.door import Door, Endpoint, late
from gateway.refusals import votable_refusal
from gateway.routes import vosi
from gateway.tour import TourRequest


def capabilities(base: str, security: Sequence[str]) -> bytes:
    """The document of `/hats/capabilities`: no standard of the IVOA names what is behind it."""
    from adapters.registry.capabilities import capabilities_document, capability

    return capabilities_document(base, "/hats", capability("", f"{base}/hats"), security)


HANDLERS = late("gateway.handlers.hats")
DOOR = Door(
    endpoints=(
        Endpoint("/hats", HANDLERS("hats_list")),
        *vosi.beside("/hats", capabilities),
        Endpoint("/hats/{table}/{path:path}", HANDLERS("hats")),
    ),
    addresses=("/hats", "/hats/{table}/collection.properties"),
    refuse=votable_refusal,
    service=ServiceRecord(
        "",
        "/hats",
        "Tables as HATS catalogues: partitions by HEALPix as Parquet, for LSDB",
        "JMMC HATS",
        "JMMC HATS: JSDC's stars and interferometric observations, for large cross-matches",
        "Collections of HATS catalogues (IVOA Note HATS 1.0) of all tables with positions, at the address of each that "
        "is listed: rows, margins of 10 arcsec and an index of names, made of the rows as they are now",
    ),
    tour=(
        TourRequest(
            "where the partitions of the stars are, for LSDB",
            "/hats/jsdc.star/collection.properties",
            right=lambda text: "hats_primary_table_url" in text,
        ),
    ),
)
