"""Where stars, Sun and Moon stand above a site, by ERFA: everything that is slow once a night, the rest by numpy.

Places are of the celestial intermediate reference system (CIRS) at the middle of the night. Through it precession,
nutation and the annual aberration change by less than 0.1″. Refraction is left out, as ASPRO2 leaves it out. Altitudes
are within 1″ of astropy's (`tests/sky/test_ephemeris.py`).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import erfa
import numpy as np

from sky.healpix import Floats
from sky.orientation import orientation_table
from sky.site import Site

MJD = 2_400_000.5
DAY = 86_400.0
"""Seconds."""
SIDEREAL = 1.002_737_811_911_354_6
"""Rotations of the Earth in a day of UT1 (IERS Conventions 2010, equation 5.15)."""
TURN = 2 * np.pi
AU = 149_597_870_700.0
"""Metres."""
LIGHT = 499.004_784
"""Seconds that light takes for an astronomical unit."""
TT_TAI = 32.184
"""Seconds."""


class Seen(NamedTuple):
    """A body as seen from a site at several instants."""

    vectors: Floats
    """Shape (instants, 3): direction in CIRS, unit vectors."""
    altitudes: Floats
    """Radians, without refraction."""
    distances: Floats
    """Astronomical units."""


@dataclass(frozen=True)
class Ephemeris:
    """The sky above a site around one instant, good for a day or so on either side.

    Parameters
    ----------
    site
        Where it is seen from.
    middle
        The instant, MJD in UTC.
    """

    site: Site
    middle: float

    @cached_property
    def _astrometry(self) -> tuple[Any, float]:
        """ERFA's parameters for places, and the equation of the origins, radians."""
        parameters, origins = erfa.apci13(MJD, self.middle + self._tt_utc / DAY)
        return parameters, float(origins)

    @cached_property
    def _tt_utc(self) -> float:
        """TT − UTC, s."""
        seconds = erfa.leap_seconds.get()
        year, month, *_ = erfa.jd2cal(MJD, self.middle)
        since = seconds["year"] * 12 + seconds["month"] <= int(year) * 12 + int(month)
        return float(seconds["tai_utc"][since][-1]) + TT_TAI

    @cached_property
    def _pole(self) -> tuple[float, float]:
        """Longitude and latitude, radians, from the pole of the day (IERS Conventions 2010, section 5.4.1)."""
        day, site = orientation_table().at(self.middle), self.site
        x, y = np.radians(day.pole_x / 3600), np.radians(day.pole_y / 3600)
        cos, sin = np.cos(site.longitude), np.sin(site.longitude)
        east = site.longitude + (x * sin + y * cos) * np.tan(site.latitude)
        return float(east), float(site.latitude + x * cos - y * sin)

    def places(self, ra: Floats, dec: Floats, pmra: Floats, pmdec: Floats) -> tuple[Floats, Floats]:
        """Right ascension and declination (CIRS, radians) of stars at the middle of the night.

        Parameters
        ----------
        ra, dec
            ICRS at epoch J2000, degrees.
        pmra, pmdec
            Proper motion, mas/yr, that in right ascension times the cosine of the declination.
        """
        motion = np.radians(np.stack([pmra / np.cos(np.radians(dec)), pmdec]) / 3.6e6)
        still = np.zeros(len(ra))
        right, north = erfa.atciq(np.radians(ra), np.radians(dec), *motion, still, still, self._astrometry[0])
        return right, north

    def hour_angle_origin(self, mjd: Floats | float) -> Any:
        """Hour angle, radians and not reduced, of what is at right ascension 0 (CIRS) at instants (MJD, UTC)."""
        ut1 = np.asarray(mjd) + orientation_table().at(self.middle).ut1 / DAY
        start = float(erfa.era00(MJD, self.middle)) + self._pole[0]
        return start + TURN * SIDEREAL * (ut1 - self.middle)

    def sidereal_time(self, mjd: Floats | float) -> Any:
        """Local apparent sidereal time at instants (MJD, UTC), radians and not reduced."""
        return self.hour_angle_origin(mjd) - self._astrometry[1]

    @property
    def latitude(self) -> float:
        """Of the site on that day, radians."""
        return self._pole[1]

    def sun(self, mjd: Floats) -> Seen:
        """The Sun's centre at instants, MJD in UTC, from the site, not from the Earth's centre."""
        parameters, _ = self._astrometry
        heliocentric, _ = erfa.epv00(MJD, mjd + self._tt_utc / DAY)
        centre, far = _unit(-heliocentric["p"])
        bent = erfa.ab(centre, parameters["v"], parameters["em"], parameters["bm1"])
        return self._seen(bent @ parameters["bpn"].T * far[:, None], mjd)

    def moon(self, mjd: Floats) -> Seen:
        """The Moon's centre at instants, MJD in UTC, from the site, not from the Earth's centre."""
        days = mjd + self._tt_utc / DAY
        far = np.linalg.norm(erfa.moon98(MJD, days)["p"], axis=-1)
        centre = erfa.moon98(MJD, days - far * LIGHT / DAY)["p"] @ self._astrometry[0]["bpn"].T
        return self._seen(centre, mjd)

    def _seen(self, geocentric: Floats, mjd: Floats) -> Seen:
        """A body at places from the Earth's centre (CIRS, astronomical units), as the site sees it."""
        vectors, distances = _unit(geocentric - self._feet(mjd) / AU)
        return Seen(vectors, self._altitudes(vectors, mjd), distances)

    def _feet(self, mjd: Floats) -> Floats:
        """Where the site is in CIRS at instants: shape (instants, 3), m."""
        x, y, z = self.site.geocentric
        angle = self.hour_angle_origin(mjd) - self._pole[0]
        cos, sin = np.cos(angle), np.sin(angle)
        return np.stack([x * cos - y * sin, x * sin + y * cos, np.full(len(angle), z)], axis=-1)

    def _altitudes(self, vectors: Floats, mjd: Floats) -> Floats:
        angle = self.hour_angle_origin(mjd)
        across = vectors[:, 0] * np.cos(angle) + vectors[:, 1] * np.sin(angle)
        sine = np.sin(self.latitude) * vectors[:, 2] + np.cos(self.latitude) * across
        return np.asarray(np.arcsin(np.clip(sine, -1, 1)))


def illumination(sun: Seen, moon: Seen) -> Floats:
    """The lit part of the Moon's disk, 0 to 1 (Meeus, Astronomical Algorithms, equations 48.1 and 48.3)."""
    cosine = np.sum(sun.vectors * moon.vectors, axis=-1)
    phase = np.arctan2(sun.distances * np.sqrt(1 - cosine**2), moon.distances - sun.distances * cosine)
    return np.asarray((1 + np.cos(phase)) / 2)


def altitude(hour_angle: Floats, declination: Floats, latitude: float) -> Floats:
    """Altitude of places, without refraction; all in radians, and broadcast against each other."""
    sine = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    return np.asarray(np.arcsin(np.clip(sine, -1, 1)))


def azimuth(hour_angle: Floats, declination: Floats, latitude: float) -> Floats:
    """Azimuth of places, north 0, east π/2, from 0 to 2π; all in radians, and broadcast against each other."""
    east = -np.cos(declination) * np.sin(hour_angle)
    north = np.cos(latitude) * np.sin(declination) - np.sin(latitude) * np.cos(declination) * np.cos(hour_angle)
    return np.asarray(np.mod(np.arctan2(east, north), TURN))


def _unit(vectors: Floats) -> tuple[Floats, Floats]:
    lengths = np.linalg.norm(vectors, axis=-1)
    return vectors / lengths[..., None], lengths
