"""Observatories by their coordinates: no network is asked for them by name."""

from dataclasses import dataclass
from functools import cached_property

import erfa
import numpy as np

WGS84 = 1
"""ERFA's number of the ellipsoid."""


@dataclass(frozen=True)
class Site:
    """A place on the Earth.

    Parameters
    ----------
    name
        As people call it.
    geocentric
        Coordinates in the terrestrial frame (ITRS), m.
    """

    name: str
    geocentric: tuple[float, float, float]

    @cached_property
    def geodetic(self) -> tuple[float, float, float]:
        """Longitude (east positive) and latitude, radians, and height above the ellipsoid WGS84, m."""
        longitude, latitude, height = erfa.gc2gd(WGS84, np.array(self.geocentric))
        return float(longitude), float(latitude), float(height)

    @property
    def longitude(self) -> float:
        """East of Greenwich, radians."""
        return self.geodetic[0]

    @property
    def latitude(self) -> float:
        """Geodetic, radians."""
        return self.geodetic[1]
