"""Geometry of an observation: hour angle, projected baselines, and the time when a star is well placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from sample.records import Floats, rows
from schema.sites import LONGITUDES

SIDEREAL = 1.00273790935
J2000 = 51544.5
EQUINOX = 79.0
"""Day of the year 2000 at whose midnight the Sun is at right ascension 0."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Baselines seen from a star: length and angle for each exposure (rows) and pair of stations (columns)."""

    pairs: tuple[str, ...]
    length: Floats
    """In metres."""
    angle: Floats
    """Position angle, degrees east of north, 0 to 360."""


@cache
def _places() -> dict[tuple[str, str], Floats]:
    """Stations by interferometer: metres towards the meridian, east and the pole, in the frame of the equator."""
    return {
        (row["interferometer"], row["station"]): np.array([float(row[axis]) for axis in ("x_m", "y_m", "z_m")])
        for row in rows("stations")
    }


def hour_angle(interferometer: str, mjd: Floats, ra: Floats) -> Floats:
    """Hour angle in degrees, -180 to 180, good to an arcminute.

    Parameters
    ----------
    interferometer : str
        "VLTI" or "CHARA".
    mjd : Floats
        UTC.
    ra : Floats
        ICRS degrees.
    """
    sidereal = 280.46061837 + 360.98564736629 * (mjd - J2000) + LONGITUDES[interferometer]
    return (sidereal - ra + 180) % 360 - 180


def project(interferometer: str, stations: Sequence[str], mjd: Floats, ra: Floats, dec: Floats) -> Projection:
    """Project the baselines between stations at given times.

    Parameters
    ----------
    interferometer, stations : str, Sequence[str]
        As in `stations.csv`.
    mjd : Floats
        UTC, one for each exposure.
    ra, dec : Floats
        ICRS degrees, one for each exposure.
    """
    pairs = tuple(combinations(stations, 2))
    places = _places()
    base = np.array([places[interferometer, second] - places[interferometer, first] for first, second in pairs])
    angle, height = np.radians(hour_angle(interferometer, mjd, ra))[:, None], np.radians(dec)[:, None]
    east = np.sin(angle) * base[:, 0] + np.cos(angle) * base[:, 1]
    away = np.cos(angle) * base[:, 0] - np.sin(angle) * base[:, 1]
    north = np.cos(height) * base[:, 2] - np.sin(height) * away
    return Projection(
        tuple("-".join(pair) for pair in pairs), np.hypot(east, north), np.degrees(np.arctan2(east, north)) % 360
    )


def night_time(interferometer: str, year: Floats, ra: Floats, season: Floats, angle: Floats) -> Floats:
    """Time (MJD, UTC) in a given year at which a star has an hour angle in the middle part of a night.

    Parameters
    ----------
    interferometer : str
        "VLTI" or "CHARA".
    year : Floats
        Whole years.
    ra : Floats
        ICRS degrees.
    season : Floats
        Days before (negative) or after the night in which the star is opposite to the Sun.
    angle : Floats
        Hour angle, degrees.
    """
    opposite = (EQUINOX + (ra / 360 + 0.5) % 1 * 365.25 + season) % 365.25
    midnight = np.floor(51544 + (year - 2000) * 365.25 + opposite) - LONGITUDES[interferometer] / 360
    away = angle - hour_angle(interferometer, midnight, ra)
    return midnight + ((away + 180) % 360 - 180) / 360 / SIDEREAL
