"""The sides of a polygon on the sky, in SQL that every PostgreSQL has and postgres_fdw ships."""

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any, TypeAlias

import sqlalchemy as sa

Expression: TypeAlias = sa.ColumnElement[Any]


def before(ra: Expression, dec: Expression, x: Expression, y: Expression, z: Expression) -> Expression:
    """1 where a place is on the side of a plane that its normal points to, else 0.

    `ra` and `dec` are in degrees; the plane goes through the centre of the sphere, with the normal (x, y, z) in ICRS.
    """
    cos, sin = sa.func.pg_catalog.cosd, sa.func.pg_catalog.sind
    height = x * cos(dec) * cos(ra) + y * cos(dec) * sin(ra) + z * sin(dec)
    return sa.cast(height > sa.literal_column("0"), sa.Integer)


def crossed_oddly(above: Sequence[Expression], left: Sequence[Expression]) -> Expression:
    """Whether a ray from the place crosses an odd number of sides, which is so within the polygon.

    Parameters
    ----------
    above
        For each corner, `before` of the plane that says whether the corner is above the place.
    left
        For each corner, `before` of the plane of the side that begins there: whether the place is on its left.

    Notes
    -----
    A side is crossed if one of its ends is above the place and the other is not, and the side is to the right of it.
    """
    ends = zip(above, [*above[1:], above[0]], left, strict=True)
    crossings = [sa.cast(sa.and_(start != end, beside == start), sa.Integer) for start, end, beside in ends]
    return sa.func.pg_catalog.mod(reduce(add, crossings), sa.literal_column("2")) == sa.literal_column("1")
