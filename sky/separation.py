"""Angles between places on the sky, one at a time."""

from math import asin, cos, degrees, radians, sin, sqrt


def separation(ra: float, dec: float, other_ra: float, other_dec: float) -> float:
    """Angle between two positions, all in degrees, by the haversine formula."""
    half_ra, half_dec = radians(ra - other_ra) / 2, radians(dec - other_dec) / 2
    across = cos(radians(dec)) * cos(radians(other_dec)) * sin(half_ra) ** 2
    return degrees(2 * asin(min(1.0, sqrt(sin(half_dec) ** 2 + across))))
