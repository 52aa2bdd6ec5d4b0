"""Convert UTC, as observatories give times, to TCB, as maps of coverage do (MOC 2.0 section 4.2)."""

import numpy as np
from numpy.typing import NDArray

FIRST, LAST = 41317.0, 88069.0
"""MJD between which a time is valid: 1972, when UTC in its present form began, to 2100."""
DAY = 86_400_000_000
"""Microseconds."""
HALF_DAYS_AT_MJD_0 = 4_800_001
"""Half days from JD 0 to MJD 0."""
LEAPS = (
    41317, 41499, 41683, 42048, 42413, 42778, 43144, 43509, 43874, 44239, 44786, 45151, 45516, 46247, 47161, 47892,
    48257, 48804, 49169, 49534, 50083, 50630, 51179, 53736, 54832, 56109, 57204, 57754,
)  # fmt: skip
"""MJD from which TAI - UTC is 10 s, 11 s, … 37 s (IERS Bulletin C; none since 2017)."""
TAI_TO_TT = 32.184
"""Seconds."""
RATE, EQUAL = 1.550519768e-8, 43144.0003725
"""Relative rate of TCB minus TDB, and the MJD at which they were equal (IAU 2006 resolution B3), to 0.1 ms."""


def utc_to_tcb(mjd: NDArray[np.float64]) -> NDArray[np.int64]:
    """Convert MJDs in UTC to microseconds since JD 0 in TCB, accurate to some milliseconds."""
    day = np.floor(mjd)
    start = (2 * day.astype(np.int64) + HALF_DAYS_AT_MJD_0) * (DAY // 2)
    leap = 9 + np.searchsorted(LEAPS, mjd, side="right")
    later = leap + TAI_TO_TT + RATE * 86400 * (mjd - EQUAL)
    microseconds: NDArray[np.int64] = start + np.rint((mjd - day) * DAY + later * 1e6).astype(np.int64)
    return microseconds
