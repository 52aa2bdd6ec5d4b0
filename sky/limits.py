"""What keeps an interferometer from a star, as cuts of intervals of its hour angle; ASPRO2's rule, written afresh.

Hour angles are in hours, declinations and latitudes in radians, of the date. Hard limits are those of the telescopes
and delay lines; the soft ones, the hour angle, the safe elevation and the Moon, may be overruled by who observes.
"""

from collections.abc import Callable
from enum import Enum

import numpy as np

from sky.ephemeris import TURN, altitude, azimuth
from sky.healpix import Floats, Ints
from sky.interferometer import Array, HourAngles, Reach
from sky.intervals import Bools, Intervals
from sky.night import MoonPath

HOURS = 24.0
STEP = 30 / 3600
"""Hours between the points at which horizon and Moon are looked at: ASPRO2's 30 s."""
MOON_UP = np.radians(-0.83)
"""Altitude of the Moon, radians, below which it bothers nobody."""
MOON_RADIUS = np.radians(0.5 / 60)
"""Subtracted from separations, radians, as ASPRO2 does."""


class Limit(Enum):
    """What takes time away, in the order in which it is looked at; the value says whether it is hard."""

    ELEVATION = ("elevation", True)
    DELAY_LINES = ("delay lines", True)
    HORIZON = ("horizon", True)
    HOUR_ANGLE = ("hour angle", False)
    SAFE_ELEVATION = ("safe elevation", False)
    MOON = ("Moon", False)

    @property
    def hard(self) -> bool:
        """Whether it cannot be overruled."""
        return self.value[1]


def within_elevations(intervals: Intervals, dec: Floats, latitude: float, lowest: float, highest: float) -> Intervals:
    """Cut to where the altitude of each row's star is between two elevations, degrees."""
    bounds = np.sin(np.radians([lowest, highest]))
    cosine = (bounds - np.sin(latitude) * np.sin(dec)[:, None]) / (np.cos(latitude) * np.cos(dec)[:, None])
    breaks = np.arccos(np.clip(cosine, -1, 1)) / TURN * HOURS

    def holds(row: Ints, hours: Floats) -> Bools:
        height = altitude(hours / HOURS * TURN, dec[row], latitude)
        return np.asarray((height >= np.radians(lowest)) & (height <= np.radians(highest)))

    return intervals.cut(np.concatenate([breaks, -breaks], axis=1), holds, HOURS)


def within_delay_lines(intervals: Intervals, dec: Floats, reaches: tuple[Reach, ...]) -> Intervals:
    """Cut to where the delay lines of every pair of stations make up for its projected baseline."""

    def holds(row: Ints, hours: Floats) -> Bools:
        return np.asarray(np.all([reach.holds(hours / HOURS * TURN, dec[row]) for reach in reaches], axis=0))

    breaks = np.concatenate([reach.breaks(dec) for reach in reaches], axis=1) / TURN * HOURS
    return intervals.cut(breaks, holds, HOURS)


def above_horizon(intervals: Intervals, dec: Floats, latitude: float, horizon: Floats) -> Intervals:
    """Cut to where the star is above the `horizon` of an array (`Array.horizon`)."""

    def holds(row: Ints, hours: Floats) -> Bools:
        angle = hours / HOURS * TURN
        place = np.rint(np.degrees(azimuth(angle, dec[row], latitude)) * 10).astype(np.int64)
        return np.asarray(altitude(angle, dec[row], latitude) >= horizon[place])

    return intervals.sampled(STEP, holds)


def hard_limits(
    intervals: Intervals, array: Array, pops: tuple[int, ...], dec: Floats, latitude: float
) -> dict[Limit, Intervals]:
    """What each hard limit leaves of what the one before it left.

    Parameters
    ----------
    intervals
        Hour angles, hours, to begin with; those of a row begin from -12 to 12 and are no longer than 24.
    pops
        For each beam of the array the Pipe of Pan, by its place in `Beam.pops`.
    dec, latitude
        Declination of the star of each row, and latitude of the site.
    """
    high = within_elevations(intervals, dec, latitude, array.lowest, array.highest)
    reached = within_delay_lines(high, dec, array.reaches(pops))
    seen = above_horizon(reached, dec, latitude, array.horizon)
    return {Limit.ELEVATION: high, Limit.DELAY_LINES: reached, Limit.HORIZON: seen}


def within_hour_angles(intervals: Intervals, wanted: HourAngles | None) -> Intervals:
    """Cut to the hour angles that are wanted; None leaves all."""
    if wanted is None:
        return intervals

    def holds(_row: Ints, hours: Floats) -> Bools:
        angle = np.mod(hours + HOURS / 2, HOURS) - HOURS / 2
        return np.asarray((angle >= wanted[0]) & (angle <= wanted[1]))

    rows = int(intervals.row.max(initial=-1)) + 1
    return intervals.cut(np.tile(np.array(wanted), (rows, 1)), holds, HOURS)


def far_from_moon(
    intervals: Intervals, moon: MoonPath, stars: Floats, instants: Callable[[Ints, Floats], Floats], nearest: Floats
) -> Intervals:
    """Cut to where the Moon is down or farther from the star than `nearest`.

    Parameters
    ----------
    moon
        Where the Moon is meanwhile.
    stars
        Shape (rows, 3): direction to each row's star (CIRS, unit vectors).
    instants
        The instants, MJD in UTC, of hour angles of rows.
    nearest
        Degrees, for each row.
    """

    def holds(row: Ints, hours: Floats) -> Bools:
        mjd = instants(row, hours)
        far = moon.separations(stars[row], mjd) - MOON_RADIUS >= np.radians(nearest)[row]
        return np.asarray(far | (moon.altitudes_at(mjd) <= MOON_UP))

    return intervals.sampled(STEP, holds)
