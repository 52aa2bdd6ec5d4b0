"""Times and nights as people read them."""

import math
from datetime import date, timedelta

from schema.sites import LONGITUDES

MJD_ORIGIN = date(1858, 11, 17)
DAYS = 366
"""Of a year, so that each is within its own."""


def moment(instant: str | None) -> str:
    """A time of ISO 8601 as people read it, in seconds; "" for None.

    >>> moment("2024-11-07T08:08:51.610272Z")
    '2024-11-07 08:08:51'
    """
    return instant[:19].replace("T", " ") if instant else ""


def evening(mjd: float, interferometer: str) -> date:
    """The date of the evening on which the night of an MJD (UTC) begins: nights are from noon to noon, local mean time.

    >>> evening(60657.378, "CHARA").isoformat()  # 2024-12-13T09:04 UTC
    '2024-12-12'
    """
    return MJD_ORIGIN + timedelta(days=math.floor(mjd + LONGITUDES.get(interferometer, 0.0) / 360 - 0.5))


def year_of(day: date) -> float:
    """A day as a year with its fraction."""
    return day.year + (day.timetuple().tm_yday - 1) / DAYS
