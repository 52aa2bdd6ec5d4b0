"""Sexagesimal coordinates as JMMC's services print them: `06 45 08.913260`, `-16 42 57.870999`."""

import re

_PARTS = re.compile(r"([+-]?)\s*(\d{1,3})[\s:]+(\d{1,2})(?:[\s:]+(\d{1,2}(?:\.\d*)?))?")
DIGITS = 6
"""Decimals of seconds."""


def hms(degrees: float) -> str:
    """Right ascension (degrees) in hours, minutes and seconds."""
    return _printed(degrees / 15 % 24, 24)


def dms(degrees: float) -> str:
    """Declination (degrees) in degrees, minutes and seconds, with its sign."""
    return ("-" if degrees < 0 else "+") + _printed(abs(degrees), 360)


def units(text: str) -> float | None:
    """Hours or degrees of a text with their minutes and perhaps seconds after blanks or colons; None for another."""
    parts = _PARTS.fullmatch(text.strip())
    if parts is None or max(float(part or 0) for part in parts.groups()[2:]) >= 60:
        return None
    sign, whole, minutes, seconds = parts.groups()
    return float(f"{sign}1") * (int(whole) + int(minutes) / 60 + float(seconds or 0) / 3600)


def _printed(value: float, turn: int) -> str:
    # Rounded first, so that no seconds are 60.
    units = round(value * 3600 * 10**DIGITS) % (turn * 3600 * 10**DIGITS)
    minutes, rest = divmod(units, 60 * 10**DIGITS)
    whole, minute = divmod(minutes, 60)
    second, fraction = divmod(rest, 10**DIGITS)
    return f"{whole:02} {minute:02} {second:02}.{fraction:0{DIGITS}}"
