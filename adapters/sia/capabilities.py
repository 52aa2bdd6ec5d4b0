"""The document of `/sia/capabilities`."""

from pydantic import AnyUrl
from vo_models.vodataservice.models import ParamHTTP
from vo_models.voresource.models import AccessURL, Capability

from adapters.registry.capabilities import capabilities_document
from adapters.sia.description import SIA


def sia_capabilities(base: str) -> bytes:
    """Write the document; `base` is the public address of the gateway."""
    return capabilities_document(base, "/sia", _query(base))


def _query(base: str) -> Capability:
    """The capability of SIA 2.0 queries (section 2.1)."""
    address = AccessURL(value=AnyUrl(f"{base}/sia"), use="base")
    return Capability(standard_id=AnyUrl(SIA), interface=[ParamHTTP(role="std", version="2.0", access_url=[address])])
