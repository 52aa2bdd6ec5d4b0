"""Places that stand for names: `06 43 55.9 +25 07 52`, `06:43:55.9+25:07:52` and `J06435590+2507522` (IAU, 1999)."""

import re
import unicodedata

_APART = re.compile(
    r"(?P<h>\d{1,2})[\s:h]+(?P<m>\d{1,2})[\s:m]+(?P<s>\d{1,2}(?:\.\d*)?)\s*s?[\s,]*"
    r"(?P<sign>[+-])\s*(?P<deg>\d{1,2})[\s:d°]+(?P<min>\d{1,2})[\s:m'′]+(?P<sec>\d{1,2}(?:\.\d*)?)\s*(?:s|\"|″|'')?"
)
_TOGETHER = re.compile(
    r"(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2}(?:\.?\d*)?)\s*(?P<sign>[+-])(?P<deg>\d{2})(?P<min>\d{2})(?P<sec>\d{2}(?:\.?\d*)?)"
)


def named_place(name: str) -> tuple[float, float] | None:
    """The place (ICRS degrees) that a name states to the second of time and of arc; None for other names."""
    text = unicodedata.normalize("NFKC", name.replace("−", "-").replace("_", " ")).strip().removeprefix("J").strip()
    match = _APART.fullmatch(text) or _TOGETHER.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = float(match["h"]), float(match["m"]), _seconds(match["s"])
    degree, arcmin, arcsec = float(match["deg"]), float(match["min"]), _seconds(match["sec"])
    ra = 15 * (hour + minute / 60 + second / 3600)
    dec = degree + arcmin / 60 + arcsec / 3600
    if max(minute, second, arcmin, arcsec) >= 60 or ra >= 360 or dec > 90:
        return None
    return ra, -dec if match["sign"] == "-" else dec


def _seconds(digits: str) -> float:
    """Seconds, whose decimals may follow without a point, as `5633` of 56.33."""
    return float(digits if "." in digits else f"{digits[:2]}.{digits[2:] or 0}")
