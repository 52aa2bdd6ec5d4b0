"""The document of `/sia/capabilities`."""

from collections.abc import Sequence

from pydantic import AnyUrl
from vo_models.vodataservice.models import ParamHTTP
from vo_models.voresource.models import AccessURL, Capability

from adapters.registry.capabilities import capabilities_document
from adapters.sia.description import SIA


def sia_capabilities(base: str, security: Sequence[str]) -> bytes:
    """Write the document; `base` is the public address of the gateway, `security` as for `to_xml`."""
    return capabilities_document(base, "/sia", _query(base), security)


def _query(base: str) -> Capability:
    """The capability of SIA 2.0 queries (section 2.1)."""
    address = AccessURL(value=AnyUrl(f"{base}/sia"), use="base")
    return Capability(standard_id=AnyUrl(SIA), interface=[ParamHTTP(role="std", version="2.0", access_url=[address])])
