"""Places of circles, for tests: by vectors, as nothing below does it that is tested."""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def vectors(ra: Floats, dec: Floats) -> Floats:
    """Unit vectors of places, degrees."""
    alpha, delta = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(delta) * np.cos(alpha), np.cos(delta) * np.sin(alpha), np.sin(delta)], axis=-1)


def places(of: Floats) -> tuple[Floats, Floats]:
    """Places, degrees, of unit vectors."""
    ra = np.degrees(np.arctan2(of[:, 1], of[:, 0])) % 360
    return ra, np.degrees(np.arctan2(of[:, 2], np.hypot(of[:, 0], of[:, 1])))


def inside(ra: float, dec: float, radius: float, off: Floats, way: Floats) -> Floats:
    """Unit vectors of places in a circle: `off` times the radius from its centre, in the direction `way`."""
    [centre] = vectors(np.array([ra]), np.array([dec]))
    east = np.array([-math.sin(math.radians(ra)), math.cos(math.radians(ra)), 0.0])
    north = np.cross(centre, east)
    far = np.radians(radius * off)[:, None]
    found: Floats = np.cos(far) * centre + np.sin(far) * (np.cos(way)[:, None] * north + np.sin(way)[:, None] * east)
    return found
