"""Right ascensions and declinations as people write them, read as `web/src/parts/angle.ts` reads them."""

import re
from collections.abc import Sequence
from typing import TypeAlias

Place: TypeAlias = tuple[float, float]
"""Right ascension and declination, ICRS degrees."""
MARKS = re.compile("[hdm\N{DEGREE SIGN}'\N{PRIME}:s\"\N{DOUBLE PRIME},;]")
"""What stands between hours, minutes and seconds, and between right ascension and declination."""
NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")
HOURS = re.compile(r"\d\s*h")


def place_of(text: str) -> Place | None:
    """The place that a text is, in degrees, or in hours and degrees with their parts; None for one that is no place.

    >>> place_of("06 43 55.9 +25 07 52")
    (100.98291666666667, 25.13111111111111)
    """
    words = MARKS.sub(" ", text.replace("\N{MINUS SIGN}", "-")).split()
    half = len(words) // 2
    if len(words) not in (2, 4, 6) or not all(map(NUMBER.fullmatch, words)):
        return None
    ra, dec = _sexagesimal(words[:half]), _sexagesimal(words[half:])
    if half > 1 or HOURS.search(text):
        ra *= 15
    parts = words[1:half] + words[half + 1 :]
    if not 0 <= ra <= 360 or abs(dec) > 90 or any(not part[0].isdigit() or float(part) >= 60 for part in parts):
        return None
    return ra, dec


def _sexagesimal(words: Sequence[str]) -> float:
    size = sum(abs(float(word)) / 60.0**place for place, word in enumerate(words))
    return -size if words[0].startswith("-") else size
