"""The sides of a polygon on the sky, in SQL that every PostgreSQL has and postgres_fdw ships."""

from collections.abc import Sequence
from functools import reduce
from math import radians
from operator import add
from typing import Any, TypeAlias

import sqlalchemy as sa

from schema import space

Expression: TypeAlias = sa.ColumnElement[Any]
NEAR = radians(space.NEAR)


def height(ra: Expression, dec: Expression, x: Expression, y: Expression, z: Expression) -> Expression:
    """How far a place is from a plane, on the side that its normal points to; negative on the other.

    `ra` and `dec` are in degrees; the plane goes through the centre of the sphere, with the normal (x, y, z) in ICRS.
    """
    cos, sin = sa.func.pg_catalog.cosd, sa.func.pg_catalog.sind
    return x * cos(dec) * cos(ra) + y * cos(dec) * sin(ra) + z * sin(dec)


def on_side(off: Expression, along: Expression, half: Expression) -> Expression:
    """Whether a place is on a side, by 1e-12 rad.

    Parameters
    ----------
    off, along
        Sines of its distances from the side's great circle, and along it from the side's middle.
    half
        How long half a side is, as a sine, and 1e-12.
    """
    distance = sa.func.pg_catalog.abs
    return sa.and_(distance(off) <= sa.literal_column(repr(NEAR)), distance(along) <= half)


def _before(height: Expression) -> Expression:
    """1 where a place is before a plane, else 0."""
    return sa.cast(height > sa.literal_column("0"), sa.Integer)


def crossed_oddly(above: Sequence[Expression], left: Sequence[Expression]) -> Expression:
    """Whether a ray from the place crosses an odd number of sides, which is so within the polygon.

    Parameters
    ----------
    above
        For each corner, how high it is above the place.
    left
        For each corner, how far the place is left of the side that begins there.

    Notes
    -----
    A side is crossed if one of its ends is above the place and the other is not, and the side is to the right of it.
    """
    higher = [_before(height) for height in above]
    ends = zip(higher, [*higher[1:], higher[0]], map(_before, left), strict=True)
    crossings = [sa.cast(sa.and_(start != end, beside == start), sa.Integer) for start, end, beside in ends]
    return sa.func.pg_catalog.mod(reduce(add, crossings), sa.literal_column("2")) == sa.literal_column("1")
