"""Times as PostgreSQL stores them: microseconds since 2000-01-01, Gregorian, and their ISO 8601 forms.

`datetime` has the years 1 to 9999, PostgreSQL 4713 BC to 294276. The others are written in ISO 8601's expanded form,
with a sign and six digits as ECMAScript has it (section 21.4.1.32): `+020000-01-02`, and `-000043-03-15` for 44 BC,
since ISO 8601 has a year 0. As text, those after 9999 sort among each other, which `20000` and `100000` do not.
"""

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
FIRST, END = -211_813_488_000_000_000, 9_223_371_331_200_000_000
"""The first of PostgreSQL's timestamps, 4714-11-24 BC, and what they do not reach, 294277 (manual, section 8.5)."""
CYCLE = 400
"""Years after which the Gregorian calendar repeats."""
CYCLE_DAYS = 146_097
DAY = 86_400_000_000
"""Microseconds of a day."""
TIMESTAMP = re.compile(
    r"\s*(\d{4,6}|[+-]\d{6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?\s*",
    re.ASCII,
)
"""DALI's timestamp (DALI 1.1 section 3.3.3), and what else occurs: a blank for the T, offsets, no seconds, signs."""


def parse_timestamp(text: str) -> int:
    """Microseconds since 2000-01-01 of a time; UTC where it has an offset, else in whatever scale it is.

    Digits beyond the microsecond are rounded; second 60 is the first of the next minute, and 24:00 is 0:00 of the next
    day, as PostgreSQL reads them.

    Raises
    ------
    ValueError
        It is no time, or none that PostgreSQL has.

    Examples
    --------
    >>> parse_timestamp("2000-01-01T00:00:01.5Z") == parse_timestamp("2000-01-01T02:00:01.5+02:00") == 1_500_000
    True
    >>> format_timestamp(parse_timestamp("2016-12-31T24:00:00"))
    '2017-01-01T00:00:00'
    """
    match = TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(group or 0) for group in match.groups()[:6])
    fraction = round(float(f"0.{match[7] or 0}") * 1_000_000)
    if minute > 59 or second > 60 or (hour, minute, second, fraction) > (24, 0, 0, 0):
        raise ValueError(text)
    cycles, year = divmod(year - 1, CYCLE)
    days = (datetime(year + 1, month, day, tzinfo=UTC) - EPOCH).days + cycles * CYCLE_DAYS
    seconds = (hour * 60 + minute) * 60 + second - _offset(match[8])
    microseconds = days * DAY + seconds * 1_000_000 + fraction
    if not FIRST <= microseconds < END:
        raise ValueError(text)
    return microseconds


def _offset(zone: str | None) -> int:
    """Seconds of an offset from UTC, as `+05:30`."""
    if zone in (None, "Z"):
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    seconds = (int(digits[:2]) * 60 + int(digits[2:])) * 60
    return -seconds if zone[0] == "-" else seconds


def format_timestamp(microseconds: int) -> str:
    """The time as ISO 8601 without a zone, `2022-01-14T10:40:32` or `+020000-01-01T00:00:00`."""
    year, rest = _dated(microseconds)
    return f"{year:04d}{rest}" if 0 < year < 10_000 else f"{year:+07d}{rest}"


def postgres_timestamp(microseconds: int) -> str:
    """The time in UTC as PostgreSQL reads it, `20000-01-01 00:00:00+00` or `0044-03-15 00:00:00+00 BC`."""
    year, rest = _dated(microseconds)
    time = f"{rest.replace('T', ' ')}+00"
    return f"{year:04d}{time}" if year > 0 else f"{1 - year:04d}{time} BC"


def _dated(microseconds: int) -> tuple[int, str]:
    """The year, with a year 0, and what follows it in ISO 8601."""
    days, rest = divmod(microseconds, DAY)
    cycles, days = divmod(days, CYCLE_DAYS)
    time = EPOCH.replace(tzinfo=None) + timedelta(days=days, microseconds=rest)
    return time.year + cycles * CYCLE, time.isoformat()[4:]
