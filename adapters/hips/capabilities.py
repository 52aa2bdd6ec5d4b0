"""The document of `/hipslist/capabilities`: a HiPS node (HiPS 1.0 section 5.3.1)."""

from collections.abc import Sequence

from adapters.registry.capabilities import capabilities_document, capability
from adapters.registry.service import STANDARD

NODE = "hips#hipslist-1.0"
"""The standard of the list, after `STANDARD`."""


def hips_capabilities(base: str, security: Sequence[str]) -> bytes:
    """Write the document; `base` is the public address of the gateway, `security` as for `to_xml`."""
    return capabilities_document(base, "/hipslist", capability(STANDARD + NODE, f"{base}/hipslist"), security)
