"""OiDB's files as links: who may have them, and what its own table of links says, repaired."""

from datetime import UTC, datetime

from adapters.datalink.link import LinkRow
from adapters.datalink.lookup import Node

CORE = (
    "this", "progenitor", "derivation", "auxiliary", "weight", "error", "noise", "calibration", "bias", "dark", "flat",
    "preview", "preview-image", "preview-plot", "proc", "cutout",
)  # fmt: skip
"""Terms that every reader knows; what else OiDB's rows have is kept as local semantics."""
KBYTE = 1000
"""Bytes: OiDB divides by it."""
LEVELS = {0: "Log", 1: "Uncalibrated OIFITS", 2: "Calibrated OIFITS", 3: "Published OIFITS"}


def file(granule: Node, semantics: str, now: datetime, said: LinkRow | None = None) -> LinkRow:
    """A granule's file; `said` is what OiDB's own table of links says of it."""
    level, size = granule["calibLevel"], granule["accessEstsize"]
    what = f"{granule['targetName']} with {granule['instrumentName']} (granule {granule['id']})"
    length = said.content_length if said and said.content_length else None if size is None else size * KBYTE
    kind = granule["accessFormat"] or (said.content_type if said else "")
    text = f"{LEVELS.get(level, 'Data')} of {what}"
    return LinkRow(
        semantics, text, granule["accessUrl"], content_type=kind, content_length=length,
        local=f"level-{level}", open=is_open(granule, now),
    )  # fmt: skip


def is_open(granule: Node, now: datetime) -> bool:
    """Whether a granule's data are public: OiDB's rule, for which no date is never."""
    release = granule["obsReleaseDate"]
    if granule["dataRights"] == "public" or release is None:
        return bool(granule["dataRights"] == "public")
    moment = datetime.fromisoformat(release)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) < now


def repaired(told: Node) -> LinkRow:
    """A row of OiDB's own table of links: a term of the vocabulary, bytes, exactly one of URL, service and error."""
    word = (told["semantics"] or "").strip().rpartition("#")[2]
    kind, size = told["contentType"] or "", told["contentLength"]
    fallback = "preview" if kind.startswith("image/") else "auxiliary" if word or not told["accessUrl"] else "this"
    semantics = f"#{word if word in CORE else fallback}"
    local = "" if word in CORE else word
    if not told["accessUrl"]:
        said = told["errorMessage"] or "OiDB lists this link without an address"
        return LinkRow(semantics, told["description"] or "", error_message=_faulty(said), local=local)
    length = None if size is None else size * KBYTE
    return LinkRow(semantics, told["description"] or "", told["accessUrl"], "", "", kind, length, local)


def _faulty(said: str) -> str:
    return said if "Fault" in said.partition(":")[0] else f"DefaultFault: {said}"
