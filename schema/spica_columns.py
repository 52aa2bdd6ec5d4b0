"""Columns of SPICA-DB whose values have bounds, and those that there are several of, one a band or an activity."""

from schema.column import Column, Writers
from schema.oidb import QUALITY_LEVELS
from schema.spica_rules import DONE, PRIORITIES, PRIORITIES_PI
from schema.types import ASCII, FLOAT, SHORT

PRIORITY_PI = Column(
    "priority_pi",
    SHORT,
    "0: high, 1: low; 2 counts as low",
    ucd="meta.code",
    principal=True,
    writers=Writers.OWNERS,
    bounds=PRIORITIES_PI,
)
PRIORITY_FINAL = Column(
    "priority_final",
    SHORT,
    "Priority of the scheduler, 1 first",
    ucd="meta.code",
    writers=Writers.SERVICES,
    bounds=PRIORITIES,
)
COMPLETION_RATE = Column(
    "completion_rate",
    FLOAT,
    "Part of the observations done, 0 to 1",
    ucd="stat.value;arith.ratio",
    principal=True,
    writers=Writers.SERVICES,
    bounds=(0, DONE),
)
QUALITY_LEVEL = Column(
    "quality_level",
    SHORT,
    "OiDB's quality level, 0 to 5",
    ucd="meta.code.qual",
    principal=True,
    writers=Writers.SERVICES,
    bounds=QUALITY_LEVELS,
)


def magnitude(band: str, ucd: str) -> Column:
    """Magnitude of a target in a band."""
    return Column(
        f"{band}mag",
        FLOAT,
        f"Magnitude in {band.upper()}",
        "mag",
        f"phot.mag;{ucd}",
        principal=band in "vrh",
        writers=Writers.OWNERS,
    )


def activity(kind: str, text: str) -> Column:
    """Flag of the Stellar Activity Module."""
    return Column(f"flag_activity_{kind}", ASCII, text, ucd="meta.code", writers=Writers.OWNERS)
