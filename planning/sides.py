"""The sides of a polygon on the sky, in SQL that every PostgreSQL has and postgres_fdw ships."""

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any, TypeAlias

import sqlalchemy as sa

Expression: TypeAlias = sa.ColumnElement[Any]


def before(ra: Expression, dec: Expression, x: Expression, y: Expression, z: Expression) -> Expression:
    """1 where a place, in degrees, is on the side of a plane that its normal points to, else 0."""
    cos, sin = sa.func.pg_catalog.cosd, sa.func.pg_catalog.sind
    height = x * cos(dec) * cos(ra) + y * cos(dec) * sin(ra) + z * sin(dec)
    return sa.cast(height > sa.literal_column("0"), sa.Integer)


def crossed_oddly(above: Sequence[Expression], left: Sequence[Expression]) -> Expression:
    """Whether a ray crosses an odd number of sides: it does where their ends are above and below, and one is left."""
    ends = zip(above, [*above[1:], above[0]], left, strict=True)
    crossings = [sa.cast(sa.and_(start != end, beside == start), sa.Integer) for start, end, beside in ends]
    return sa.func.pg_catalog.mod(reduce(add, crossings), sa.literal_column("2")) == sa.literal_column("1")
