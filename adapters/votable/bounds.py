"""How large a document is read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest document that is read."""

    size: int = 4 << 30
    """In bytes."""
    rows: int = 100_000_000
    """Rows of its table."""
