"""The document of `/datalink/capabilities`."""

from collections.abc import Sequence

from adapters.datalink.services import STANDARD
from adapters.registry.capabilities import capabilities_document, capability


def datalink_capabilities(base: str, security: Sequence[str]) -> bytes:
    """Write the document; `base` is the URL of the gateway, `security` as for `to_xml`."""
    links = capability(STANDARD, f"{base}/datalink/links", "Links of observations, stars and survey targets", "base")
    return capabilities_document(base, "/datalink", links, security)
