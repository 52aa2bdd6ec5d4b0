"""SQL of the number of the bin that a value is in, such that postgres_fdw ships it.

Of a time it is made of its day (MJD UTC). PostgreSQL's functions of times take the part that is wanted as a text, and
postgres_fdw ships no function of a text that is not of a column: so times are cast and subtracted only.

A night is from 18 h UTC to 18 h UTC, when it is day at Cerro Paranal (14 h) and on Mount Wilson (10 h).
"""

import sqlalchemy as sa

from planning.elements import CellElement, Expression
from planning.plan import Bin, BinKind, CellBin
from planning.scope import StatementScope
from planning.shown import finite
from schema.column import Column
from schema.types import FLOAT

DAY_ZERO = "1858-11-17"
ROUNDING = "1e-15::float8"
"""Part of a value by which it may be below the bin that it begins, as numbers are stored: 4.3, of a width of 0.1."""
NIGHT_BEGINS = 18
"""Hour (UTC)."""


def number_of_bin(bin_: Bin | CellBin, scope: StatementScope) -> Expression:
    """The number of the bin of a value, by the next values of the scope; NULL for NULL, NaN and infinities."""
    if isinstance(bin_, CellBin):
        ra, dec = map(scope.column, bin_.columns)
        return CellElement(bin_.order, ra, dec, direct=scope.to.direct)
    column, expression = bin_.column, scope.column(bin_.column)
    shown = finite(expression, column) if column.type.unbounded else expression.is_not(None)
    if column.type.temporal:
        day = _day(expression, NIGHT_BEGINS if bin_.kind is BinKind.NIGHT else 0, zoneless=column.type.zoneless)
        return sa.case((shown, day if bin_.kind is BinKind.NIGHT else _placed(bin_.kind, day, scope)))
    number = _number(expression, column)
    if bin_.kind is BinKind.NIGHT:
        return sa.case((shown, sa.func.floor(number - sa.literal_column(repr(NIGHT_BEGINS / 24)))))
    return sa.case((shown, _placed(bin_.kind, number, scope)))


def _placed(kind: BinKind, number: Expression, scope: StatementScope) -> Expression:
    if kind is BinKind.EDGES:
        return sa.func.width_bucket(number, scope.value("double precision[]"))
    start, width = scope.value("double precision"), scope.value("double precision")
    reach = number - start
    if kind is BinKind.WIDTH:
        reach += (sa.func.abs(number) + sa.func.abs(start)) * sa.literal_column(ROUNDING)
    # SQLAlchemy's own division would make a numeric of the width.
    place = sa.func.floor(sa.cast(reach, sa.Double()).op("/")(width))
    return (
        place
        if kind is BinKind.WIDTH
        else sa.func.least(place, scope.value("double precision") - sa.literal_column("1"))
    )


def _number(expression: Expression, column: Column) -> Expression:
    """A number, of a real the one that it is shown as (to six digits): 5.45, which begins a bin, is stored below it."""
    shown = sa.cast(expression, sa.Numeric()) if column.type is FLOAT else expression
    return sa.cast(shown, sa.Double())


def _day(expression: Expression, hours: int, *, zoneless: bool) -> Expression:
    """The day (MJD UTC) of a time some hours before."""
    utc = expression if zoneless else sa.func.timezone(sa.literal_column("interval '0'"), expression)
    day = sa.cast(utc.op("-")(sa.literal_column(f"interval '{hours} hours'")), sa.Date())
    return sa.cast(day.op("-")(sa.literal_column(f"date '{DAY_ZERO}'")), sa.Double())
