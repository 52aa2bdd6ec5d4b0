"""What `doctor` finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    where: str
    """Database, schema or table."""
    what: str
    """What should be so."""
    well: bool
    """Whether it is."""
    advice: str = ""
    """What to do where it is not."""
