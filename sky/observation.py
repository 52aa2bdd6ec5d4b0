"""Whether and when stars can be observed in a night with an array: limits, transits, altitudes, the Moon."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sky.directions import unit_vectors
from sky.ephemeris import SIDEREAL, TURN, altitude
from sky.healpix import Floats, Ints
from sky.interferometer import Array
from sky.intervals import Intervals
from sky.limits import HOURS, STEP, Limit, far_from_moon, hard_limits, within_elevations, within_hour_angles
from sky.night import Night


@dataclass(frozen=True, eq=False, slots=True)
class Observation:
    """What a night has for some stars, in their order."""

    beginnings: Floats
    """Hour angle, hours from -12 to 12, at the beginning of the night."""
    intervals: Intervals
    """Hour angles, hours, counted on from those of the beginning, at which all limits hold."""
    lost: Mapping[Limit, Floats]
    """Sidereal hours that each limit takes away of what those before it leave."""
    transits: Floats
    """The transit nearest to the middle of the night, MJD in UTC."""
    highest: Floats
    """Highest altitude in the intervals, degrees; NaN for stars without."""
    moon: Floats
    """Smallest distance to the Moon in the intervals, up or not, degrees; NaN for stars without."""


def star_windows(night: Night, ra: Floats) -> Intervals:
    """The hour angles, hours, of the whole night for each right ascension (CIRS, radians)."""
    beginnings = night.hour_angles(ra, night.dark[0])
    return Intervals(np.arange(len(ra)), beginnings, beginnings + night.dark_hours)


def observe(night: Night, array: Array, pops: tuple[int, ...], places: tuple[Floats, Floats]) -> Observation:
    """Find when stars can be observed.

    Parameters
    ----------
    night
        The night, at the site of the array.
    array
        Its telescopes, with their limits.
    pops
        The Pipe of Pan of each beam, by its place in `Beam.pops`.
    places
        Right ascension and declination of the stars (CIRS of the night, radians).
    """
    ra, dec = places
    latitude, windows = night.ephemeris.latitude, star_windows(night, ra)
    left = {None: windows} | hard_limits(windows, array, pops, dec, latitude)
    wanted = within_hour_angles(left[Limit.HORIZON], array.hour_angles)
    safe = within_elevations(wanted, dec, latitude, array.lowest, array.safe)

    def instants(row: Ints, hours: Floats) -> Floats:
        return night.instants(hours, windows.start[row])

    moonless = far_from_moon(safe, night.moon, unit_vectors(*places), instants, np.full(len(ra), array.moon))
    left |= {Limit.HOUR_ANGLE: wanted, Limit.SAFE_ELEVATION: safe, Limit.MOON: moonless}
    hours = [one.lengths(len(ra)) for one in left.values()]
    lost = dict(zip(Limit, (before - after for before, after in pairwise(hours)), strict=True))
    middle = sum(night.dark) / 2
    transits = middle - night.hour_angles(ra, middle) / (HOURS * SIDEREAL)
    highest = _highest(moonless, dec, latitude)
    return Observation(
        windows.start, moonless, lost, transits, highest, _nearest_moon(moonless, night, places, windows.start)
    )


def _highest(intervals: Intervals, dec: Floats, latitude: float) -> Floats:
    """Highest altitude of each star in its intervals, degrees: where it is nearest to the meridian."""
    crossed = np.ceil(intervals.start / HOURS) <= np.floor(intervals.end / HOURS)
    ends = np.stack([intervals.start, intervals.end])
    nearest = np.where(crossed, 0, np.abs(np.mod(ends / HOURS + 0.5, 1) - 0.5).min(axis=0))
    high = np.full(len(dec), -np.inf)
    np.maximum.at(high, intervals.row, altitude(nearest * TURN, dec[intervals.row], latitude))
    return np.degrees(np.where(np.isfinite(high), high, np.nan))


def _nearest_moon(intervals: Intervals, night: Night, places: tuple[Floats, Floats], beginnings: Floats) -> Floats:
    """Smallest distance of each star to the Moon in its intervals, degrees, at points 10 minutes from each other."""
    row, points = intervals.points(20 * STEP)
    mjd = night.instants(points, beginnings[row])
    near = np.full(len(beginnings), np.inf)
    np.minimum.at(near, row, night.moon.separations(unit_vectors(*places)[row], mjd))
    return np.degrees(np.where(np.isfinite(near), near, np.nan))
