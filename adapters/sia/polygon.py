"""Polygons on the sky with great circles as sides: the enclosing cone, and the planes that decide what is inside.

Seen along the axis of the enclosing cone (gnomonic projection) great circles are straight lines, so that "above a
corner" and "left of a side" are sides of planes through the centre of the sphere.
"""

import math
from collections.abc import Sequence

Place = tuple[float, float]
"""Right ascension and declination, ICRS degrees."""
Vector = tuple[float, float, float]
"""Cartesian, of length 1 unless said otherwise."""
WIDER = 1e-9
"""Margin of the cone for rounding errors, relative and in degrees."""


def enclosing_cone(corners: Sequence[Place]) -> tuple[Place, float]:
    """Return the axis and radius (degrees) of a cone that holds all corners, about their mean direction."""
    x, y, z = (sum(parts) for parts in zip(*map(_vector, corners), strict=True))
    axis = math.degrees(math.atan2(y, x)) % 360, math.degrees(math.atan2(z, math.hypot(x, y)))
    return axis, enclosing_radius(axis, corners)


def enclosing_radius(axis: Place, corners: Sequence[Place]) -> float:
    """Return the radius (degrees) of the smallest cone about an axis that holds all corners."""
    nearest = min(_dot(_vector(axis), _vector(corner)) for corner in corners)
    return math.degrees(math.acos(max(-1.0, min(1.0, nearest)))) * (1 + WIDER) + WIDER


def side_planes(axis: Place, corners: Sequence[Place]) -> tuple[float, ...]:
    """Return the planes for `planning.plan.InPolygon`: two normals for each corner, six numbers.

    The dot product of a position with the first normal is positive below (south of) the corner, with the second left of
    the side that begins there, as seen from the centre of the sphere, where east is left.
    """
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
    """Unit vectors to the east, to the north and along the axis."""
    ra, dec = map(math.radians, axis)
    north = (-math.sin(dec) * math.cos(ra), -math.sin(dec) * math.sin(ra), math.cos(dec))
    return (-math.sin(ra), math.cos(ra), 0.0), north, _vector(axis)


def _vector(place: Place) -> Vector:
    ra, dec = map(math.radians, place)
    return math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec)


def _dot(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
