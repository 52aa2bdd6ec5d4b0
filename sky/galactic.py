"""Galactic coordinates."""

from math import atan2, cos, degrees, hypot, radians, sin

AXES = (
    (-0.054875560416215368, -0.873437090234885049, -0.483835015548713227),
    (+0.494109427875583674, -0.444829629960011178, +0.746982244497218891),
    (-0.867666149019004701, -0.198076373431201528, +0.455983776175066922),
)
"""Of galactic coordinates in ICRS: the rotation of Hipparcos (ESA SP-1200, vol. 1, section 1.5.3)."""


def galactic(ra: float, dec: float) -> tuple[float, float]:
    """Galactic longitude and latitude of a place in ICRS, all in degrees.

    >>> tuple(round(angle, 4) for angle in galactic(266.40499, -28.93617))
    (0.0, 0.0)
    """
    along, up = radians(ra), radians(dec)
    place = (cos(up) * cos(along), cos(up) * sin(along), sin(up))
    x, y, z = (sum(one * other for one, other in zip(axis, place, strict=True)) for axis in AXES)
    return degrees(atan2(y, x)) % 360, degrees(atan2(z, hypot(x, y)))
