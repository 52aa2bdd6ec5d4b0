"""Places as names: `06 43 55.9 +25 07 52`, `06:43:55.9+25:07:52`, `100.983 25.131`, `J06435590+2507522` (IAU, 1999)."""

import re
import unicodedata

_APART = re.compile(
    r"(?P<h>\d{1,2})[\s:h]+(?P<m>\d{1,2})[\s:m]+(?P<s>\d{1,2}(?:\.\d*)?)\s*s?"
    r"(?:[\s,]*(?P<sign>[+-])\s*|[\s,]+)(?P<deg>\d{1,2})[\s:d°]+(?P<min>\d{1,2})[\s:m']+(?P<sec>\d{1,2}(?:\.\d*)?)\s*(?:s|\"|'')?"
)
_TOGETHER = re.compile(
    r"(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2}(?:\.?\d*)?)\s*(?P<sign>[+-])(?P<deg>\d{2})(?P<min>\d{2})(?P<sec>\d{2}(?:\.?\d*)?)"
)
_DEGREES = re.compile(r"(?P<ra>\d{1,3}\.\d{3,})(?:[\s,]+|(?=[+-]))(?P<dec>[+-]?\d{1,2}\.\d{3,})")
"""At least three decimals: 3.6 arcsec."""
_SIGNS = str.maketrans(
    {"_": " ", "º": "°", "˚": "°", "″": '"', "”": '"'} | dict.fromkeys("−–—‐‑", "-") | dict.fromkeys("′’", "'")
)


def named_place(name: str) -> tuple[float, float] | None:
    """The place (ICRS degrees) that a name states to the second of time and of arc; None for other names."""
    text = unicodedata.normalize("NFKC", name.translate(_SIGNS)).strip().removeprefix("J").strip()
    degrees = _DEGREES.fullmatch(text)
    if degrees:
        ra, dec = float(degrees["ra"]), float(degrees["dec"])
        return (ra, dec) if ra < 360 and abs(dec) <= 90 else None
    return _sexagesimal(text)


def _sexagesimal(text: str) -> tuple[float, float] | None:
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
