"""Which server made a data directory: only one of that major version can open it."""

from dataclasses import dataclass
from pathlib import Path

CLUSTER = "cluster"
"""PostgreSQL's data directory, within ours."""
KIND = "made-by"
"""File beside it with the kind of the server: major versions may be equal, and one of them lack pg_sphere."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The server that made a data directory."""

    major: int
    kind: str
    """As `Binaries.kind`; "" where the directory does not say."""

    def fits(self, major: int, kind: str) -> bool:
        """Whether a server of this version and kind opens the directory."""
        return major == self.major and kind in (self.kind or kind, "named")


def read_origin(data: Path) -> Origin | None:
    """The server that made the cluster in `data`; None where there is none that can be recognised."""
    try:
        major = int((data / CLUSTER / "PG_VERSION").read_text())
    except (OSError, ValueError):
        return None
    kind = data / KIND
    return Origin(major, kind.read_text().strip() if kind.exists() else "")


def record_kind(data: Path, kind: str) -> None:
    """Write down what kind of server makes the cluster in `data`."""
    (data / KIND).write_text(f"{kind}\n")
