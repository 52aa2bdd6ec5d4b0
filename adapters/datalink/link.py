"""One row of a table of links (DataLink 1.1 section 3.2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row: it leads somewhere, to a service, or says why there is nothing."""

    semantics: str
    description: str
    access_url: str = ""
    service_def: str = ""
    error_message: str = ""
    content_type: str = ""
    content_length: int | None = None
    local: str = ""
    open: bool = True
    """Whether anybody may have it now."""


def kind_of_fault(status: int) -> str:
    """What a whole answer that failed begins with (section 3.4), by its status in HTTP."""
    if status in (429, 503, 504, 507):
        return "TransientFault"
    return "UsageFault" if status < 500 else "FatalFault"


def fault(kind: str, text: str, semantics: str = "#this") -> LinkRow:
    """A row that says why there is nothing: `NotFoundFault`, `TransientFault`… (section 3.4)."""
    return LinkRow(semantics, "", error_message=f"{kind}: {text}")
