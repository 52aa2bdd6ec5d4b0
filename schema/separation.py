"""How far a row is from the centre of the cone that it was asked by: a column that no table has.

The formula is Vincenty's for the sphere, which loses no digit anywhere (Survey Review 23, 88, 1975): differences of
small angles are never taken of cosines near 1, and antipodes are as exact.
"""

from functools import cache

from schema.catalog import DECLARED
from schema.column import Column
from schema.table import PUBLISHED, Table
from schema.types import DOUBLE

SEPARATION = Column(
    "separation", DOUBLE,
    "Distance from the centre of the cone that it was asked by, of a calibrator from its star if by no cone; else null",
    "arcsec", "pos.angDistance",
)  # fmt: skip
SQL = (
    "(3600 * atan2d(sqrt(power(cosd({dec}) * sind({ra} - {ra0}), 2) "
    "+ power(cosd({dec0}) * sind({dec}) - sind({dec0}) * cosd({dec}) * cosd({ra} - {ra0}), 2)), "
    "sind({dec0}) * sind({dec}) + cosd({dec0}) * cosd({dec}) * cosd({ra} - {ra0})))"
)
"""SQL of the separation, in arcseconds, of two places in ICRS degrees: `{ra}` and `{dec}`, `{ra0}` and `{dec0}`."""


@cache
def separation_of(table: Table) -> Column | None:
    """The column, for a table with positions; None for others.

    So, too, for one that has a column of that name itself, and for what is no table, as a night's list.
    """
    listed = table.source == PUBLISHED or table in DECLARED.tables.values()
    return SEPARATION if listed and table.position and SEPARATION.graphql not in table.by_field else None
