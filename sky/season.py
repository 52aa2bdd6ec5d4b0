"""When one place can be observed in many nights, and what may be overruled there: the same rule as for one night."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sky.directions import unit_vectors
from sky.ephemeris import SIDEREAL, TURN, altitude
from sky.healpix import Floats, Ints
from sky.interferometer import Array
from sky.intervals import CLOSE, Intervals
from sky.limits import HOURS, STEP, Limit, far_from_moon, hard_limits, within_elevations
from sky.nights import Nights
from sky.pops import best_pops_each


@dataclass(frozen=True, slots=True)
class Piece:
    """A time in which the telescopes and the delay lines reach the place."""

    start: float
    """MJD, UTC."""
    end: float
    """MJD, UTC."""
    soft: tuple[Limit, ...]
    """What speaks against it and may be overruled, in the order of `Limit`; () for nothing."""
    pops: tuple[int, ...]
    """The Pipe of Pan of each beam, by its place in `Beam.pops`."""
    lowest: float
    """Lowest altitude meanwhile, degrees."""
    highest: float
    """Highest altitude meanwhile, degrees."""
    moon: float
    """Smallest distance to the Moon meanwhile, whether or not it is up, degrees."""


@dataclass(frozen=True, eq=False, slots=True)
class Windows:
    """A place in the nights of a span, as far as they are within a range of time: a row for each night."""

    nights: Nights
    ra: float
    """CIRS, radians."""
    dec: float
    """CIRS, radians."""
    starts: Floats
    """Begin of each window, MJD in UTC."""
    angles: Intervals
    """Hour angles, hours, of each window; it begins from -12 to 12."""
    moon_lit: Floats
    """The lit part of the Moon's disk in each night."""

    def instants(self, row: Ints, hours: Floats) -> Floats:
        """The instants, MJD in UTC, of hour angles of rows."""
        return np.asarray(self.starts[row] + (hours - self.angles.start[row]) / (HOURS * SIDEREAL))


def windows_of(
    nights: Nights, twilight: str, place: tuple[float, float, float, float], bounds: tuple[float, float]
) -> Windows:
    """The nights of a span, cut to a range of time; none where they do not overlap.

    Parameters
    ----------
    twilight
        Name of the twilight, of `sky.night.TWILIGHTS`, between whose ends a night may be used.
    place
        Right ascension and declination, ICRS degrees at epoch J2000, and proper motion in both, mas/yr.
    bounds
        The range of time, MJD in UTC.
    """
    right, north = nights.ephemeris.places(*(np.array([value], np.float64) for value in place))
    start, end = (np.clip(instants, *bounds) for instants in nights.twilights[twilight])
    kept = np.flatnonzero(end > start)
    start, end = start[kept], end[kept]
    angle = (nights.ephemeris.hour_angle_origin(start) - right[0]) / TURN
    first = (np.mod(angle + 0.5, 1) - 0.5) * HOURS
    angles = Intervals(np.arange(len(kept)), first, first + (end - start) * HOURS * SIDEREAL)
    return Windows(nights, float(right[0]), float(north[0]), start, angles, nights.moon_lit[kept])


def observable_pieces(
    windows: Windows, array: Array, pops: tuple[int, ...] | None, fixed: Mapping[str, int]
) -> Iterator[Piece]:
    """Yield the times of each night in which the hard limits hold, cut where a soft one begins or ends to hold.

    Parameters
    ----------
    windows
        The place and the nights, at the site of the array.
    pops
        The Pipe of Pan of each beam, by its place in `Beam.pops`; None for the best ones of each night.
    fixed
        Pipes of Pan that are not chosen then, by station, as places in `Beam.pops`.
    """
    latitude, angles = windows.nights.ephemeris.latitude, windows.angles
    if pops is None and any(len(beam.pops) > 1 for beam in array.beams):
        chosen = best_pops_each(array, fixed, angles, windows.dec, latitude)
    else:
        chosen = np.tile(pops or (0,) * len(array.beams), (len(angles.row), 1))
    for combination in np.unique(chosen, axis=0):
        rows = np.flatnonzero((chosen == combination).all(axis=1))
        some = Intervals(angles.row[rows], angles.start[rows], angles.end[rows])
        yield from _pieces(windows, array, tuple(combination.tolist()), some)


def _pieces(windows: Windows, array: Array, pops: tuple[int, ...], angles: Intervals) -> Iterator[Piece]:
    latitude, count = windows.nights.ephemeris.latitude, len(windows.starts)
    dec = np.full(count, windows.dec)
    hard = hard_limits(angles, array, pops, dec, latitude)[Limit.HORIZON]
    if not len(hard.row):
        return
    star = unit_vectors(np.full(count, windows.ra), dec)
    safe = within_elevations(hard, dec, latitude, array.lowest, array.safe)
    distances = array.moon_distances(windows.moon_lit)
    moonless = far_from_moon(hard, windows.nights.moon, star, windows.instants, distances)
    for part, soft in _cut_apart(hard, {Limit.SAFE_ELEVATION: safe, Limit.MOON: moonless}):
        yield _piece(windows, part, soft, pops)


def _cut_apart(whole: Intervals, kept: Mapping[Limit, Intervals]) -> Iterator[tuple[Intervals, tuple[Limit, ...]]]:
    """Cut intervals where those that limits leave of them begin and end; with each part the limits that take it."""
    for row, start, end in zip(whole.row.tolist(), whole.start.tolist(), whole.end.tolist(), strict=True):
        left = {limit: _inside(intervals, row, start, end) for limit, intervals in kept.items()}
        points = sorted({start, end, *(point for pairs in left.values() for pair in pairs for point in pair)})
        for first, last in pairwise(points):
            if last - first <= CLOSE:
                continue
            middle = (first + last) / 2
            soft = tuple(
                limit for limit, pairs in left.items() if not any(begin <= middle <= stop for begin, stop in pairs)
            )
            yield Intervals(np.array([row]), np.array([first]), np.array([last])), soft


def _inside(intervals: Intervals, row: int, start: float, end: float) -> list[tuple[float, float]]:
    """The intervals of a row that lie within an interval; the sampled end of one may be beyond it by a rounding."""
    own = (intervals.row == row) & (intervals.start >= start - CLOSE) & (intervals.end <= end + CLOSE)
    first, last = np.maximum(intervals.start[own], start), np.minimum(intervals.end[own], end)
    return list(zip(first.tolist(), last.tolist(), strict=True))


def _piece(windows: Windows, part: Intervals, soft: tuple[Limit, ...], pops: tuple[int, ...]) -> Piece:
    start, end = (float(windows.instants(part.row, hours)[0]) for hours in (part.start, part.end))
    row, points = part.points(20 * STEP)
    moon = windows.nights.moon.separations(
        np.tile(unit_vectors(np.array(windows.ra), np.array(windows.dec)), (len(row), 1)), windows.instants(row, points)
    )
    culminations = np.arange(np.ceil(part.start[0] * 2 / HOURS), np.floor(part.end[0] * 2 / HOURS) + 1) * HOURS / 2
    hours = np.concatenate([part.start, part.end, culminations])
    heights = np.degrees(altitude(hours / HOURS * TURN, np.array(windows.dec), windows.nights.ephemeris.latitude))
    return Piece(start, end, soft, pops, float(heights.min()), float(heights.max()), float(np.degrees(moon.min())))
