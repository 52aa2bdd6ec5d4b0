"""The document of `/soda/capabilities`."""

from collections.abc import Sequence

from vo_models.vosi.capabilities.models import VOSICapabilities

from adapters.registry.capabilities import beside, capability
from adapters.registry.documents import to_xml
from adapters.soda.descriptor import STANDARD

JOBS = "ivo://ivoa.net/std/SODA#async-1.0"


def soda_capabilities(base: str, security: Sequence[str]) -> bytes:
    """Write the document; `base` is the URL of the gateway, `security` as for `to_xml`."""
    cut = capability(STANDARD, f"{base}/soda/sync", "Parts of OIFITS files, and several as one", "full")
    jobs = capability(JOBS, f"{base}/soda/async", "The same as jobs", "base")
    return to_xml(VOSICapabilities(capability=[cut, jobs, *beside(base, "/soda")]), security)
