"""A night at a site: from the Sun's noon of a date to the next, with the instants of its twilights."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from sky.ephemeris import SIDEREAL, TURN, Ephemeris
from sky.healpix import Floats
from sky.site import Site

TWILIGHTS: Mapping[str, float] = {"sun": -50 / 60, "civil": -6.0, "nautical": -12.0, "astronomical": -18.0}
"""Altitude of the Sun's centre, degrees, at which each ends in the evening and begins in the morning.

The Sun sets and rises where its upper limb is seen at the horizon (Explanatory Supplement, section 9.3.1).
"""
DARK = "astronomical"
"""The twilight between whose ends ASPRO2 lets a night be used unless told otherwise."""
FIRST, LAST = date(1980, 1, 1), date(2049, 12, 31)
"""Dates for which ERFA's ephemerides and the precession hold well within 1″."""
EPOCH = date(1858, 11, 17).toordinal()
"""Day 0 of the MJD."""
STEPS = 40
"""Halvings of half a day to find an instant: far less than a millisecond is left."""
STEP = 5 / 1440
"""Days between the places of the Moon that are computed; those between are interpolated, within 0.1″."""


@dataclass(frozen=True)
class Night:
    """The night that begins in the evening of a date at a site whose Sun rises and sets all year.

    Parameters
    ----------
    site
        The observatory, at most 48° from the equator: nearer to a pole some nights have no end of twilight.
    evening
        The date of the evening by the Sun's own time at the site.
    """

    site: Site
    evening: date

    @cached_property
    def noon(self) -> float:
        """The mean Sun's noon before it, MJD in UTC."""
        return float(self.evening.toordinal() - EPOCH + 0.5 - self.site.longitude / TURN)

    @cached_property
    def ephemeris(self) -> Ephemeris:
        """The sky at its middle."""
        return Ephemeris(self.site, self.noon + 0.5)

    @cached_property
    def twilights(self) -> Mapping[str, tuple[float, float]]:
        """Instants, MJD in UTC, at which the Sun is at each altitude of `TWILIGHTS`: in the evening, in the morning."""
        wanted = np.radians(np.repeat([*TWILIGHTS.values()], 2))
        below = np.full(2 * len(TWILIGHTS), self.noon + 0.5)
        above = np.tile([self.noon, self.noon + 1], len(TWILIGHTS))
        for _ in range(STEPS):
            middle = (below + above) / 2
            high = self.ephemeris.sun(middle).altitudes > wanted
            below, above = np.where(high, below, middle), np.where(high, middle, above)
        return dict(zip(TWILIGHTS, zip(below[::2].tolist(), below[1::2].tolist(), strict=True), strict=True))

    @property
    def dark(self) -> tuple[float, float]:
        """Its beginning and end, MJD in UTC: the ends of the twilights that `DARK` names."""
        return self.twilights[DARK]

    @cached_property
    def moon(self) -> "MoonPath":
        """The Moon between its twilights."""
        start, end = self.dark
        instants = np.linspace(start, end, int((end - start) / STEP) + 2)
        seen = self.ephemeris.moon(instants)
        return MoonPath(instants, seen.vectors, seen.altitudes)

    def hour_angles(self, ra: Floats, mjd: float) -> Floats:
        """Hour angles, hours from -12 to 12, of right ascensions (CIRS, radians) at an instant, MJD in UTC."""
        angle = self.ephemeris.hour_angle_origin(mjd) - ra
        return np.asarray((np.mod(angle / TURN + 0.5, 1) - 0.5) * 24)

    def instants(self, hour_angle: Floats, beginning: Floats) -> Floats:
        """Instants, MJD in UTC, of hour angles, counted on in hours from those at the beginning of the dark."""
        return np.asarray(self.dark[0] + (hour_angle - beginning) / (24 * SIDEREAL))

    @property
    def dark_hours(self) -> float:
        """Sidereal hours from its beginning to its end."""
        return (self.dark[1] - self.dark[0]) * 24 * SIDEREAL


@dataclass(frozen=True, eq=False, slots=True)
class MoonPath:
    """The Moon of a night, from the site."""

    instants: Floats
    """MJD, UTC."""
    vectors: Floats
    """Shape (instants, 3): directions in CIRS."""
    altitudes: Floats
    """Radians."""

    def separations(self, stars: Floats, mjd: Floats) -> Floats:
        """Angles, radians, between stars (shape (n, 3), unit vectors in CIRS) and the Moon, each at its instant."""
        there = np.stack([np.interp(mjd, self.instants, axis) for axis in self.vectors.T], axis=-1)
        return np.asarray(2 * np.arcsin(np.clip(np.linalg.norm(stars - there, axis=-1) / 2, 0, 1)))

    def altitudes_at(self, mjd: Floats) -> Floats:
        """Its altitude, radians, at instants."""
        return np.asarray(np.interp(mjd, self.instants, self.altitudes))
