"""Many nights of a site, in spans of some: their twilights and the Moon, computed once for whatever star is asked for.

The places of a span are those of its middle (CIRS): eight days from it precession, nutation and above all the annual
aberration move a star by 3″, which it takes 0.2 s to rise or set by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from sky.ephemeris import TURN, Ephemeris, altitude, illumination
from sky.healpix import Floats
from sky.night import STEPS, TWILIGHTS, MoonPath
from sky.site import Site

SPAN = 16
"""Nights."""
SUN_STEP, MOON_STEP = 1 / 12, 10 / 1440
"""Days between the places of the Sun and of the Moon that are computed; those between are interpolated, within 0.5″."""


@dataclass(frozen=True)
class Nights:
    """`SPAN` nights at a site whose Sun rises and sets all year.

    Parameters
    ----------
    site
        The observatory, at most 48° from the equator.
    number
        Of the span: day 0 of the MJD is the first evening of number 0.
    """

    site: Site
    number: int

    @cached_property
    def noons(self) -> Floats:
        """The mean Sun's noon before each, MJD in UTC."""
        return np.arange(SPAN, dtype=np.float64) + self.number * SPAN + 0.5 - self.site.longitude / TURN

    @cached_property
    def ephemeris(self) -> Ephemeris:
        """The sky at its middle."""
        return Ephemeris(self.site, float(self.noons[0]) + SPAN / 2)

    @cached_property
    def twilights(self) -> Mapping[str, tuple[Floats, Floats]]:
        """By each name of `TWILIGHTS` the instants, MJD in UTC, at which nights begin and end."""
        bounds = np.radians([*TWILIGHTS.values()])[:, None, None]
        below = np.broadcast_to(self.noons + 0.5, (len(TWILIGHTS), 2, SPAN)).copy()
        above = np.broadcast_to(np.stack([self.noons, self.noons + 1]), below.shape).copy()
        for _ in range(STEPS):
            middle = (below + above) / 2
            high = self._sun_altitudes(middle) > bounds
            below, above = np.where(high, below, middle), np.where(high, middle, above)
        return {name: (evening, morning) for name, (evening, morning) in zip(TWILIGHTS, below, strict=True)}

    @cached_property
    def _sun(self) -> tuple[Floats, Floats]:
        """Instants, and the direction of the Sun's centre at each (CIRS, shape (instants, 3))."""
        instants = self._grid(SUN_STEP)
        return instants, self.ephemeris.sun(instants).vectors

    def _sun_altitudes(self, mjd: Floats) -> Floats:
        instants, vectors = self._sun
        x, y, z = (np.interp(mjd, instants, axis) for axis in vectors.T)
        hour_angle = self.ephemeris.hour_angle_origin(mjd) - np.arctan2(y, x)
        return altitude(hour_angle, np.arctan2(z, np.hypot(x, y)), self.ephemeris.latitude)

    @cached_property
    def moon(self) -> MoonPath:
        """The Moon from its first noon to its last."""
        instants = self._grid(MOON_STEP)
        seen = self.ephemeris.moon(instants)
        return MoonPath(instants, seen.vectors, seen.altitudes)

    @cached_property
    def moon_lit(self) -> Floats:
        """The lit part of the Moon's disk in the middle of each night, 0 to 1."""
        middles = self.noons + 0.5
        return illumination(self.ephemeris.sun(middles), self.ephemeris.moon(middles))

    def _grid(self, step: float) -> Floats:
        return np.linspace(self.noons[0], self.noons[0] + SPAN, round(SPAN / step) + 1)


@lru_cache(maxsize=128)
def nights(site: Site, number: int) -> Nights:
    """A span of nights; those of two sites and more than two years are kept, 0.1 MB each."""
    return Nights(site, number)


def span_numbers(site: Site, start: float, end: float) -> range:
    """The numbers of the spans that have nights between two instants, MJD in UTC."""
    offset = 0.5 - site.longitude / TURN
    return range(int((start - offset) // SPAN), int((end - offset) // SPAN) + 1)
