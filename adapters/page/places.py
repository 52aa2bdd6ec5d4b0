"""Places as people type them into the boxes of the pages, read as `web/src/parts/angle.ts` reads them.

Designations that are places, as `J064355.9+250752`, are read by `schema.place_names`, as everywhere.
"""

import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from schema.place_names import named_place

Place: TypeAlias = tuple[float, float]
"""Right ascension and declination, ICRS degrees."""
MARKS = re.compile("[hdm\N{DEGREE SIGN}'\N{PRIME}:s\"\N{DOUBLE PRIME},;]")
"""What stands between hours, minutes and seconds, and between right ascension and declination."""
NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")
SIGNED = re.compile(r"(?<=[\d.])(?=[+-])")
"""Where a sign alone parts right ascension from declination."""
HOURS = re.compile(r"\d\s*h")


def place_of(text: str) -> Place | None:
    """The place that a text is, in degrees, or in hours and degrees with their parts; None for one that is no place.

    Coarser than a name has to be: whole degrees, or hours and minutes alone, are a place too.

    >>> place_of("06 43 55.9 +25 07 52")
    (100.98291666666667, 25.13111111111111)
    """
    if place := named_place(text):
        return place
    words = _words(text)
    half = len(words) // 2
    if not _numbers(words):
        return None
    ra, dec = _sexagesimal(words[:half]), _sexagesimal(words[half:])
    if half > 1 or HOURS.search(text):
        ra *= 15
    parts = words[1:half] + words[half + 1 :]
    if not 0 <= ra <= 360 or abs(dec) > 90 or any(not part[0].isdigit() or float(part) >= 60 for part in parts):
        return None
    return ra, dec


def of_numbers(text: str) -> bool:
    """Whether a text is meant for a place: as many numbers as one has, and nothing else."""
    return _numbers(_words(text))


def _words(text: str) -> list[str]:
    return SIGNED.sub(" ", MARKS.sub(" ", text.replace("\N{MINUS SIGN}", "-"))).split()


def _numbers(words: Sequence[str]) -> bool:
    return len(words) in (2, 4, 6) and all(map(NUMBER.fullmatch, words))


def cone_of(place: str, radius: float) -> dict[str, Any]:
    """A cone of GraphQL around a place, ICRS, or around the star of a name; degrees.

    >>> cone_of("06 43 55.9 +25 07 52", 0.5)["dec"]
    25.13111111111111
    """
    found = place_of(place)
    return ({"ra": found[0], "dec": found[1]} if found else {"name": place}) | {"radius": radius}


def _sexagesimal(words: Sequence[str]) -> float:
    size = sum(abs(float(word)) / 60.0**place for place, word in enumerate(words))
    return -size if words[0].startswith("-") else size
