"""Polygons on the sky, of great circles: the cone around one, and the planes that tell what is in it.

Along the axis of that cone its corners are seen in a plane (gnomonic projection) where great circles are straight, so
that "above" and "left of a side" are which side of a plane through the centre of the sphere a place is on.
"""

import math
from collections.abc import Sequence

Place = tuple[float, float]
"""Right ascension and declination, degrees."""
Vector = tuple[float, float, float]
WIDER = 1e-9
"""By which the cone is larger than it must be, for rounding."""


def enclosing_cone(corners: Sequence[Place]) -> tuple[Place, float]:
    """The axis and the radius, in degrees, of a cone around places."""
    x, y, z = (sum(parts) for parts in zip(*map(_vector, corners), strict=True))
    axis = math.degrees(math.atan2(y, x)) % 360, math.degrees(math.atan2(z, math.hypot(x, y)))
    return axis, enclosing_radius(axis, corners)


def enclosing_radius(axis: Place, corners: Sequence[Place]) -> float:
    """How far, in degrees, a cone around an axis must reach to hold these places."""
    nearest = min(_dot(_vector(axis), _vector(corner)) for corner in corners)
    return math.degrees(math.acos(max(-1.0, min(1.0, nearest)))) * (1 + WIDER) + WIDER


def side_planes(axis: Place, corners: Sequence[Place]) -> tuple[float, ...]:
    """The normals of two planes a corner: before one is what is below it, before the other what is left of its side."""
    east, north, front = _frame(axis)
    seen = [_seen(_vector(corner), east, north, front) for corner in corners]
    normals: list[float] = []
    for (x0, y0), (x1, y1) in zip(seen, [*seen[1:], seen[0]], strict=True):
        normals += (y0 * f - n for f, n in zip(front, north, strict=True))
        normals += (
            (y1 - y0) * (e - x0 * f) - (x1 - x0) * (n - y0 * f) for e, n, f in zip(east, north, front, strict=True)
        )
    return tuple(normals)


def _seen(place: Vector, east: Vector, north: Vector, front: Vector) -> tuple[float, float]:
    depth = _dot(place, front)
    return _dot(place, east) / depth, _dot(place, north) / depth


def _frame(axis: Place) -> tuple[Vector, Vector, Vector]:
    """East, north and front of somebody who looks along the axis."""
    ra, dec = map(math.radians, axis)
    north = (-math.sin(dec) * math.cos(ra), -math.sin(dec) * math.sin(ra), math.cos(dec))
    return (-math.sin(ra), math.cos(ra), 0.0), north, _vector(axis)


def _vector(place: Place) -> Vector:
    ra, dec = map(math.radians, place)
    return math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec)


def _dot(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
