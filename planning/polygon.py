"""Polygons on the sky with great circles as sides: the enclosing cone, and the planes that decide what is inside.

Seen along the axis of the enclosing cone (gnomonic projection) great circles are straight lines, so that "above a
corner" and "left of a side" are sides of planes through the centre of the sphere.

Worked example: of the square (10, 10), (11, 10), (11, 11), (10, 11), the ray west from (10.5, 10.5) meets one side, so
that it is inside; that from (12, 10.5) meets two. Of a place on a side it is for the last digit of a sine to say
whether the ray meets it. So a place is in the square too where a side is no farther than 1e-12 rad: the corner (10, 10)
has a distance of 0 from a side's great circle, and is half a side from its middle.
"""

import math
from collections.abc import Sequence

from schema import space

Place = tuple[float, float]
"""Right ascension and declination, ICRS degrees."""
Vector = tuple[float, float, float]
"""Cartesian, of length 1 unless said otherwise."""
WIDER = 1e-9
"""Margin of the cone for rounding errors, relative and in degrees."""
NEAR = math.radians(space.NEAR)


def enclosing_cone(corners: Sequence[Place]) -> tuple[Place, float]:
    """Return the axis and radius (degrees) of a cone that holds all corners, about their mean direction."""
    x, y, z = (sum(parts) for parts in zip(*map(_vector, corners), strict=True))
    axis = math.degrees(math.atan2(y, x)) % 360, math.degrees(math.atan2(z, math.hypot(x, y)))
    return axis, enclosing_radius(axis, corners)


def enclosing_radius(axis: Place, corners: Sequence[Place]) -> float:
    """Return the radius (degrees) of the smallest cone about an axis that holds all corners."""
    nearest = min(_dot(_vector(axis), _vector(corner)) for corner in corners)
    return math.degrees(math.acos(max(-1.0, min(1.0, nearest)))) * (1 + WIDER) + WIDER


def distinct(corners: Sequence[Place]) -> list[Place]:
    """Return the corners without those that repeat the one before; one at least is left."""
    vectors = [_vector(corner) for corner in corners]
    before = [vectors[-1], *vectors[:-1]]
    kept = [corner for corner, one, other in zip(corners, vectors, before, strict=True) if any(_pole(other, one))]
    return kept or [corners[0]]


def side_planes(axis: Place, corners: Sequence[Place]) -> tuple[float, ...]:
    """Return the planes for `planning.plan.InPolygon`: three normals for each corner and a length, ten numbers.

    The dot product of a position with the first normal is positive below (south of) the corner, with the second left of
    the side that begins there, as seen from the centre of the sphere, where east is left: it is the sine of the
    distance from that side's great circle. With the third it is the sine of how far along the side it is from the
    middle; the length is that of half a side.

    Parameters
    ----------
    corners
        No two that follow each other are equal (`distinct`).
    """
    north, front = _frame(axis)
    vectors = [_vector(corner) for corner in corners]
    numbers: list[float] = []
    for start, end in zip(vectors, [*vectors[1:], vectors[0]], strict=True):
        height = _dot(start, north) / _dot(start, front)
        numbers += (height * f - n for f, n in zip(front, north, strict=True))
        left = _unit(_pole(end, start))
        along = _unit(_sum(end, start, -1))
        numbers += (*left, *along, math.dist(start, end) / 2 + NEAR)
    return tuple(numbers)


def _frame(axis: Place) -> tuple[Vector, Vector]:
    """Unit vectors to the north and along the axis."""
    ra, dec = map(math.radians, axis)
    return (-math.sin(dec) * math.cos(ra), -math.sin(dec) * math.sin(ra), math.cos(dec)), _vector(axis)


def _pole(one: Vector, other: Vector) -> Vector:
    """The cross product of two places: of their difference and sum, for of close places most digits cancel."""
    (x, y, z), (u, v, w) = _sum(one, other, -1), _sum(one, other, 1)
    return (y * w - z * v) / 2, (z * u - x * w) / 2, (x * v - y * u) / 2


def _sum(one: Vector, other: Vector, times: float) -> Vector:
    (x, y, z), (u, v, w) = one, other
    return x + times * u, y + times * v, z + times * w


def _unit(vector: Vector) -> Vector:
    length = math.hypot(*vector)
    return vector[0] / length, vector[1] / length, vector[2] / length


def _vector(place: Place) -> Vector:
    ra, dec = map(math.radians, place)
    return math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec)


def _dot(one: Vector, other: Vector) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
