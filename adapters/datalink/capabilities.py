"""The document of `/datalink/capabilities`."""

from adapters.datalink.services import STANDARD
from adapters.registry.capabilities import apart, capability


def capabilities(base: str) -> bytes:
    """Write it."""
    spoken = capability(STANDARD, f"{base}/datalink/links", "Links of observations, stars and survey targets", "base")
    return apart(base, "/datalink", spoken)
