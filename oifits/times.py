"""Times of measurements: what MJD says and what other keywords say, nights, and how long was exposed.

MJD is the time; TIME and the DATE-OBS of tables are not to be trusted, in files of all instruments, but for one case.
"""

from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DAY = 86_400.0
MJD_ZERO = date(1858, 11, 17)
LATEST = 10_000_000.0
"""Days after which nothing is a time."""
JULIAN = 2_400_000.5
"""Julian date at which MJD is 0; an MJD after it is a Julian date by mistake."""
LONGEST_TIME = 2 * DAY
"""Of TIME, which counts seconds from 0 h UTC of DATE-OBS (OIFITS 1, Pauls et al. 2005, PASP 117, 1255, section 4.5)."""


def mjd_of_date(text: str) -> float | None:
    """MJD at 0 h of an ISO date, whatever time it has; None where there is no date.

    >>> mjd_of_date("2004-01-07"), mjd_of_date("2004-01-07T02:38:00.5"), mjd_of_date("")
    (53011.0, 53011.0, None)
    """
    try:
        return float((datetime.fromisoformat(text.strip()[:10]).date() - MJD_ZERO).days)
    except ValueError:
        return None


def corrected_middle(mjd: Floats, time: Floats, date_obs: str) -> Floats:
    """Middle of exposures, MJD.

    That is MJD, except where it is a whole number while TIME has a time of day (OYSTER's files of NPOI), then DATE-OBS
    and TIME; where it is a Julian date, then that less 2 400 000.5 days; and where it is no time at all, then NaN.

    Parameters
    ----------
    mjd, time
        MJD in days and TIME in seconds; NaN where a table has no such column.
    date_obs
        DATE-OBS of the table.
    """
    start = mjd_of_date(date_obs)
    mjd = np.where(np.abs(mjd) < LATEST, np.where(mjd > JULIAN, mjd - JULIAN, mjd), np.nan)
    if start is None:
        return mjd
    return np.where((mjd == np.floor(mjd)) & has_time_of_day(time), start + time / DAY, mjd)


def has_time_of_day(time: Floats) -> NDArray[np.bool_]:
    """Whether TIME may be one, and not 0, as OIFITS 2 wants it, nor a date in seconds."""
    return (time > 0) & (time < LONGEST_TIME)


def nights(middle: Floats, longitude: float) -> Ints:
    """The night of each time: MJD of its evening, by the day that begins at mean noon of a place.

    At CHARA (118 degrees west) it is midnight at 8 h UT, and noon at 20 h; at VLTI noon is at 16.7 h.

    Parameters
    ----------
    middle
        MJD in UTC days.
    longitude
        Degrees, east positive.
    """
    return np.floor(np.nan_to_num(middle) + longitude / 360 - 0.5).astype(np.int64)


def exposure(middle: Floats, duration: Floats) -> float:
    """How long was exposed, seconds: the length of the union of the intervals.

    Baselines are exposed at once, and OI_VIS, OI_VIS2, OI_T3 and OI_FLUX say the same exposures again.

    >>> exposure(np.array([10.0, 10.0, 11.0]), np.array([60.0, 90.0, 30.0]))
    120.0
    """
    origin = middle.min()
    half = duration / 2
    start, end = (middle - origin) * DAY - half, (middle - origin) * DAY + half
    order = np.argsort(start, kind="stable")
    start, end = start[order], np.maximum.accumulate(end[order])
    before = np.concatenate([start[:1], end[:-1]])
    return float(np.round(np.maximum(end - np.maximum(start, before), 0).sum(), 6))


def overlong(middle: Floats, duration: Floats, baseline: Ints) -> NDArray[np.bool_]:
    """Which exposures are longer than the time to the next middle on the same baseline: those cannot be.

    Parameters
    ----------
    middle, duration
        MJD in days, and INT_TIME in seconds.
    baseline
        A number for each table and set of stations.
    """
    order = np.lexsort((middle, baseline))
    middle, duration, baseline = middle[order], duration[order], baseline[order]
    gap = np.full(len(middle), np.inf)
    step = np.where(baseline[1:] == baseline[:-1], (middle[1:] - middle[:-1]) * DAY, np.inf)
    gap[:-1] = np.where(step > 0, step, np.inf)
    found = np.empty(len(middle), bool)
    found[order] = duration > gap + 1e-3
    return found
