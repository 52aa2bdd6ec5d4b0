"""OiDB's files as links: access rights, and OiDB's own table of links, repaired."""

from datetime import datetime

from adapters.datalink.link import LinkRow
from adapters.datalink.lookup import Node
from planning.instants import MICROSECOND
from sky.instants import EPOCH, parse_timestamp

CORE = (
    "this", "progenitor", "derivation", "auxiliary", "weight", "error", "noise", "calibration", "bias", "dark", "flat",
    "preview", "preview-image", "preview-plot", "proc", "cutout",
)  # fmt: skip
"""Terms of the datalink/core vocabulary; other terms of OiDB's rows are kept as local semantics."""
KBYTE = 1000
"""Bytes of OiDB's kilobyte (access_estsize)."""
LEVELS = {0: "Log", 1: "Uncalibrated OIFITS", 2: "Calibrated OIFITS", 3: "Published OIFITS"}
"""OiDB's calibration levels."""


def file_link(granule: Node, semantics: str, now: datetime, listed: LinkRow | None = None) -> LinkRow:
    """The link to a granule's file; `listed` is its row in OiDB's own table of links, None without one."""
    level, size = granule["calibLevel"], granule["accessEstsize"]
    subject = f"{granule['targetName']} with {granule['instrumentName']} (granule {granule['granuleId']})"
    length = listed.content_length if listed and listed.content_length else None if size is None else size * KBYTE
    content_type = granule["accessFormat"] or (listed.content_type if listed else "")
    text = f"{LEVELS.get(level, 'Data')} of {subject}"
    return LinkRow(
        semantics, text, granule["accessUrl"], content_type=content_type, content_length=length,
        local=f"level-{level}", open=is_open(granule, now),
    )  # fmt: skip


def is_open(granule: Node, now: datetime) -> bool:
    """Whether a granule's data are public at `now` (UTC): OiDB's rule (`app:public-status` of its `modules/app.xql`).

    Data with the rights `public` are; others are once their release date has passed, without a date never.
    """
    release = granule["obsReleaseDate"]
    if granule["dataRights"] == "public" or release is None:
        return bool(granule["dataRights"] == "public")
    return parse_timestamp(release) < (now - EPOCH) / MICROSECOND


def repaired_link(row: Node) -> LinkRow:
    """A row of OiDB's own table of links made valid: a term of the vocabulary, bytes, exactly one of URL and error."""
    term = (row["semantics"] or "").strip().rpartition("#")[2]
    content_type, size = row["contentType"] or "", row["contentLength"]
    fallback = (
        "preview" if content_type.startswith("image/") else "auxiliary" if term or not row["accessUrl"] else "this"
    )
    semantics = f"#{term if term in CORE else fallback}"
    local = "" if term in CORE else term
    if not row["accessUrl"]:
        message = row["errorMessage"] or "OiDB lists this link without an address"
        return LinkRow(semantics, row["description"] or "", error_message=_error_message(message), local=local)
    length = None if size is None else size * KBYTE
    return LinkRow(semantics, row["description"] or "", row["accessUrl"], "", "", content_type, length, local)


def _error_message(message: str) -> str:
    return message if "Fault" in message.partition(":")[0] else f"DefaultFault: {message}"
