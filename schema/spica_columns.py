"""Columns of targets of SPICA-DB that there are several of, one a band or an activity."""

from schema.column import Column, Writers
from schema.types import ASCII, FLOAT


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
