"""`/soda/sync`: parts of OIFITS files (SODA 1.0); `/soda/preview`: pictures of them.

They are there where GATEWAY_OIFITS_URL names a collection of files.
"""

from collections.abc import Sequence

from adapters.registry.service import ServiceRecord
from adapters.uws.services import SODA
from gateway.door import FORM, Door, Endpoint, late
from gateway.refusals import datalink_refusal
from gateway.routes import jobs, vosi


def capabilities(base: str, security: Sequence[str]) -> bytes:
    """The document of `/soda/capabilities`."""
    from adapters.soda.capabilities import soda_capabilities

    return soda_capabilities(base, security)


HANDLERS = late("gateway.handlers.soda")
DOOR = Door(
    endpoints=(
        Endpoint("/soda/sync", HANDLERS("sync"), FORM),
        Endpoint("/soda/preview", HANDLERS("preview")),
        *jobs.endpoints(SODA),
        *vosi.beside("/soda", capabilities),
    ),
    addresses=("/soda/sync",),
    votable=True,
    refuse=datalink_refusal,
    service=ServiceRecord(
        "SODA#sync-1.0",
        "/soda/sync",
        "Parts of OIFITS files, by target, instrument, wavelength, time and baseline",
        "JMMC SODA",
        "OiDB: parts of files of optical interferometry",
        "Files of optical interferometry (OIFITS) cut by target, instrument, band, time and baseline (SODA 1.0)",
    ),
)
