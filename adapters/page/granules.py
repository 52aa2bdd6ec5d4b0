"""Granules of a star: by level, with their rights, embargoes and links."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from adapters.page.quantities import Values
from adapters.page.words import Say

LEVELS = {
    0: "Level 0: observation logs", 1: "Level 1: uncalibrated data", 2: "Level 2: calibrated data",
    3: "Level 3: published data",
}  # fmt: skip
RIGHTS = {
    "PUBLIC": "everybody",
    "SECURE": "everybody, once released",
    "PROPRIETARY": "owners; everybody, once released",
}
"""To whom data are open."""
LINKS = {
    "#this": "file", "#preview": "preview", "#preview-image": "preview", "#preview-plot": "preview",
    "#thumbnail": "preview", "#documentation": "documentation", "#bib": "article", "#calibration": "calibration",
    "#derivation": "made from this", "#progenitor": "made of",
}  # fmt: skip
"""What DataLink's semantics are called."""
SECONDS_OF_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Embargo:
    """For how long a file is not public."""

    told: str
    until: str = ""
    """ISO 8601; "" where nobody knows."""


@dataclass(frozen=True, slots=True)
class Granule:
    """A granule as the page shows it."""

    row: int
    """Its number in the table that is sent to other tools, from 0."""
    values: Values
    rights: str
    embargo: Embargo | None
    links: tuple[tuple[str, str], ...]
    """What is behind each link, and its address."""


def by_level(granules: Sequence[Values], now: datetime, say: Say) -> Sequence[tuple[str, Sequence[Granule]]]:
    """Granules under what their level is called, in the order in which they come, which is by level."""
    shown = [_shown(row, values, now, say) for row, values in enumerate(granules)]
    grouped = groupby(shown, lambda one: one.values["calibLevel"])
    return [(say(LEVELS.get(level, "Other data")), list(some)) for level, some in grouped]


def embargo(granule: Values, now: datetime, say: Say) -> Embargo | None:
    """For how long a file is not public yet; None where it is."""
    if granule["isPublic"]:
        return None
    until = granule["dataRightsUntil"] and datetime.fromisoformat(granule["dataRightsUntil"]).astimezone(UTC)
    if not until or until <= now:
        return Embargo(say("not public"))
    days = math.ceil((until - now).total_seconds() / SECONDS_OF_DAY)
    return Embargo(say("public in {days} days, on {day}", days=days, day=f"{until:%Y-%m-%d}"), until.isoformat())


def _shown(row: int, values: Values, now: datetime, say: Say) -> Granule:
    rights = say("everybody" if values["isPublic"] else RIGHTS.get(values["dataRightsTerm"], "unknown"))
    return Granule(row, values, rights, embargo(values, now, say), tuple(_links(values, say)))


def _links(values: Values, say: Say) -> Iterator[tuple[str, str]]:
    nodes: Sequence[Mapping[str, str | None]] = (values["datalinks"] or {}).get("nodes") or ()
    for link in nodes:
        if link["accessUrl"] and link["accessUrl"] != values["accessUrl"]:
            called = LINKS.get(link["semantics"] or "")
            yield (say(called) if called else link["description"] or say("link")), link["accessUrl"]
