"""OiDB's files as links: access rights, and OiDB's own table of links, repaired."""

from adapters.datalink.link import LinkRow
from adapters.datalink.lookup import Node

CORE = (
    "this", "progenitor", "derivation", "auxiliary", "weight", "error", "noise", "calibration", "bias", "dark", "flat",
    "preview", "preview-image", "preview-plot", "proc", "cutout",
)  # fmt: skip
"""Terms of the datalink/core vocabulary; other terms of OiDB's rows are kept as local semantics."""
KBYTE = 1000
"""Bytes of OiDB's kilobyte (access_estsize)."""
GET_DATA = "/get-data.html"
"""Path of what leads to the files of OiDB, as OiDB has it."""
NO_ADDRESS = "OiDB lists this link without an address"
EMBARGOED = "It is under embargo: log in as one of its principal investigators, or as whom one of them lets act"
LEVELS = {0: "Log", 1: "Uncalibrated OIFITS", 2: "Calibrated OIFITS", 3: "Published OIFITS"}
"""OiDB's calibration levels."""


def file_link(granule: Node, semantics: str, base: str, listed: LinkRow | None = None) -> LinkRow:
    """The link to a granule's file; `listed` is its row in OiDB's own table of links, None without one."""
    level, size = granule["calibLevel"], granule["accessEstsize"]
    subject = f"{granule['targetName']} with {granule['instrumentName']} (granule {granule['granuleId']})"
    length = listed.content_length if listed and listed.content_length else None if size is None else size * KBYTE
    content_type = granule["accessFormat"] or (listed.content_type if listed else "")
    text = f"{LEVELS.get(level, 'Data')} of {subject}"
    return LinkRow(
        semantics, text, address(granule, base), content_type=content_type, content_length=length,
        local=f"level-{level}", open=is_open(granule),
    )  # fmt: skip


def is_open(granule: Node) -> bool:
    """Whether who asks may have a granule's data: every granule has an address, which rights hide from the others."""
    return granule["accessUrl"] is not None


def address(granule: Node, base: str) -> str:
    """Where a granule's file is; for whom it is under embargo, where it is to be had with a login that may have it."""
    return granule["accessUrl"] or f"{base}{GET_DATA}?id={granule['granuleId']}"


def repaired_link(row: Node, *, opened: bool) -> LinkRow:
    """A row of OiDB's own table of links made valid: a term of the vocabulary, bytes, exactly one of URL and error.

    An embargo is on all of a granule: its file, previews and reports.
    """
    term = (row["semantics"] or "").strip().rpartition("#")[2]
    content_type, size = row["contentType"] or "", row["contentLength"]
    without = opened and not row["accessUrl"]
    fallback = "preview" if content_type.startswith("image/") else "auxiliary" if term or without else "this"
    semantics = f"#{term if term in CORE else fallback}"
    local = "" if term in CORE else term
    if not row["accessUrl"]:
        message = row["errorMessage"] or (NO_ADDRESS if opened else EMBARGOED)
        return LinkRow(semantics, row["description"] or "", error_message=_error_message(message), local=local)
    length = None if size is None else size * KBYTE
    return LinkRow(semantics, row["description"] or "", row["accessUrl"], "", "", content_type, length, local)


def _error_message(message: str) -> str:
    return message if "Fault" in message.partition(":")[0] else f"DefaultFault: {message}"
