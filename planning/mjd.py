"""Instants for times that a column keeps as Modified Julian Dates in UTC: what is shown, and conditions on it.

An MJD is shown to the nearest microsecond; a double has about as many digits. Conditions are on what is shown: the
smallest number that is shown as an instant is found once, and compared with, so that an index on the column serves.
"""

from datetime import date, datetime
from functools import reduce
from operator import add
from struct import pack, unpack
from typing import Any

from planning.instants import Instant, stored_instant, zoned_instant
from planning.plan import AllOf, AnyOf, Compared, Condition, Negated, Selected
from schema.column import Column
from schema.operators import Op
from schema.sites import LONGITUDES
from sky.instants import DAY, END, FIRST

EPOCH = 51_544
"""MJD of 2000-01-01, from which PostgreSQL counts microseconds."""
ORIGIN = date(1858, 11, 17).toordinal()
"""Day 0 of the MJD."""


def shown_instant(mjd: float | None) -> Instant | None:
    """The instant of an MJD in UTC; None for NULL, NaN, and what PostgreSQL has no time for.

    Examples
    --------
    >>> shown_instant(51544.5).isoformat()
    '2000-01-01T12:00:00+00:00'
    """
    microseconds = None if mjd is None else _microseconds(mjd)
    return None if microseconds is None else zoned_instant((microseconds,))


def _microseconds(mjd: float) -> int | None:
    """Microseconds since 2000, rounded; None for what is no time."""
    elapsed = (mjd - EPOCH) * DAY
    return round(elapsed) if FIRST <= elapsed < END else None


def first_mjd(microseconds: int) -> float:
    """The smallest MJD that is shown as these microseconds since 2000, or later.

    It is looked for among all doubles around, by halving: near MJD 0 there are far more of them than microseconds.
    """
    around = 2 + abs(microseconds) * 2.0**-50  # what rounding may add up to
    low, high = (_ordinal(EPOCH + (microseconds + bound) / DAY) for bound in (-around, around))
    while low < high:
        middle = (low + high) // 2
        if round((_double(middle) - EPOCH) * DAY) < microseconds:
            low = middle + 1
        else:
            high = middle
    return _double(low)


def _ordinal(number: float) -> int:
    """The place of a double among all of them, in order: 0 of 0.0."""
    (bits,) = unpack("q", pack("d", abs(number)))
    return -int(bits) if number < 0 else int(bits)


def _double(ordinal: int) -> float:
    (number,) = unpack("d", pack("q", abs(ordinal)))
    return -float(number) if ordinal < 0 else float(number)


def instant_compared(column: Column, op: Op, operand: Any) -> Selected:
    """The condition that what is shown of a column of MJDs compares so; the operand is that of a filter, coerced."""
    match op:
        case Op.NULL | Op.NOT_NULL:
            return Selected((Compared(column, op),))
        case Op.IN:
            return _any([_bounded(column, instant, instant) for instant in operand])
        case Op.BETWEEN:
            return _bounded(column, *operand)
        case Op.EQ | Op.NE:
            equal = _bounded(column, operand, operand)
            return equal if op is Op.EQ else Selected((Negated(equal.conditions[0]),), equal.values)
        case _:
            later, bound = _BOUNDS[op]
            return Selected((Compared(column, bound),), (first_mjd(_stored(operand) + later),))


_BOUNDS = {Op.GE: (0, Op.GE), Op.LT: (0, Op.LT), Op.GT: (1, Op.GE), Op.LE: (1, Op.LT)}
"""How what is shown compares → microseconds later, and how the MJD compares with the first that is shown so."""


def in_night(column: Column, site: str, evening: date) -> Selected:
    """The condition that an MJD is of a night: from noon to noon of local mean time at a site of `LONGITUDES`."""
    noon = evening.toordinal() - ORIGIN + 0.5 - LONGITUDES[site] / 360
    return Selected((Compared(column, Op.GE), Compared(column, Op.LT)), (noon, noon + 1))


def _stored(instant: datetime | str) -> int:
    return stored_instant(instant)[0]


def _bounded(column: Column, first: datetime | str, last: datetime | str) -> Selected:
    low, high = first_mjd(_stored(first)), first_mjd(_stored(last) + 1)
    return Selected((AllOf((Compared(column, Op.GE), Compared(column, Op.LT))),), (low, high))


def _any(chosen: list[Selected]) -> Selected:
    joined = reduce(add, chosen, Selected())
    conditions: tuple[Condition, ...] = joined.conditions
    return Selected((AnyOf(conditions),), joined.values)
