"""Altitudes through a night, as plots of it show them: at whole minutes from before sunset until after sunrise."""

import numpy as np

from sky.ephemeris import altitude
from sky.healpix import Floats
from sky.night import Night

DAY = 1440
"""Minutes."""


def grid(night: Night, every: int) -> Floats:
    """Instants, MJD in UTC, at whole multiples of so many minutes, from before sunset until after sunrise."""
    sunset, sunrise = night.twilights["sun"]
    step = every / DAY
    return np.arange(np.floor(sunset / step), np.ceil(sunrise / step) + 1) * step


def altitudes(night: Night, place: tuple[float, float], every: int) -> Floats:
    """Altitudes of a star, degrees without refraction, at the instants of `grid`.

    Parameters
    ----------
    night
        The night.
    place
        Right ascension and declination (CIRS of the night, radians).
    every
        Minutes from one instant to the next.
    """
    ra, dec = place
    hours = night.ephemeris.hour_angle_origin(grid(night, every)) - ra
    return np.degrees(altitude(hours, np.asarray(dec), night.ephemeris.latitude))
