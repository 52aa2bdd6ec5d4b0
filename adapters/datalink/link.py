"""A row of a table of links (DataLink 1.1 section 3.2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link: a URL, a service, or an error, never two of them; "" and None are NULL."""

    semantics: str
    description: str
    access_url: str = ""
    service_def: str = ""
    error_message: str = ""
    content_type: str = ""
    content_length: int | None = None
    local: str = ""
    """Local semantics, for terms outside the core vocabulary."""
    open: bool = True
    """Whether anybody may access it now."""


def fault_code(status: int) -> str:
    """Code that begins the message of a request that failed as a whole (section 3.4), by HTTP status."""
    if status in (429, 503, 504, 507):
        return "TransientFault"
    return "UsageFault" if status < 500 else "FatalFault"


def fault(kind: str, text: str, semantics: str = "#this") -> LinkRow:
    """A row that reports an error: `NotFoundFault`, `TransientFault`… (section 3.4)."""
    return LinkRow(semantics, "", error_message=f"{kind}: {text}")
