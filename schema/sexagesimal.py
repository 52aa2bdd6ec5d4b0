"""Sexagesimal coordinates as JMMC's services print them: `06 45 08.913260`, `-16 42 57.870999`."""

DIGITS = 6
"""Decimals of seconds."""


def hms(degrees: float) -> str:
    """Right ascension (degrees) in hours, minutes and seconds."""
    return _printed(degrees / 15 % 24, 24)


def dms(degrees: float) -> str:
    """Declination (degrees) in degrees, minutes and seconds, with its sign."""
    return ("-" if degrees < 0 else "+") + _printed(abs(degrees), 360)


def _printed(value: float, turn: int) -> str:
    # Rounded first, so that no seconds are 60.
    units = round(value * 3600 * 10**DIGITS) % (turn * 3600 * 10**DIGITS)
    minutes, rest = divmod(units, 60 * 10**DIGITS)
    whole, minute = divmod(minutes, 60)
    second, fraction = divmod(rest, 10**DIGITS)
    return f"{whole:02} {minute:02} {second:02}.{fraction:0{DIGITS}}"
