"""The document of `/visibility/capabilities`."""

from collections.abc import Sequence

from pydantic import AnyUrl
from vo_models.vodataservice.models import ParamHTTP
from vo_models.voresource.models import AccessURL, Capability

from adapters.registry.capabilities import capabilities_document
from adapters.visibility.description import OBJOBSSAP


def visibility_capabilities(base: str, security: Sequence[str]) -> bytes:
    """Write the document; `base` is the public address of the gateway, `security` as for `to_xml`."""
    address = AccessURL(value=AnyUrl(f"{base}/visibility"), use="base")
    interface = ParamHTTP(role="std", version="0.3", access_url=[address])
    query = Capability(standard_id=AnyUrl(OBJOBSSAP), interface=[interface])
    return capabilities_document(base, "/visibility", query, security)
