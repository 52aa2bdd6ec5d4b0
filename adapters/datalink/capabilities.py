"""The document of `/datalink/capabilities`."""

from adapters.datalink.services import STANDARD
from adapters.registry.capabilities import capabilities_document, capability


def datalink_capabilities(base: str) -> bytes:
    """Write the document; `base` is the URL of the gateway."""
    links = capability(STANDARD, f"{base}/datalink/links", "Links of observations, stars and survey targets", "base")
    return capabilities_document(base, "/datalink", links)
