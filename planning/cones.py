"""Cones as conditions on a table's position."""

import math
import sys
from collections.abc import Mapping
from typing import Any

from planning.errors import BadInput
from planning.plan import Compared, InCone, Selected
from schema.column import Column
from schema.operators import Op
from schema.space import beyond
from schema.table import Table
from sky.ranges import Ranges, share

NARROW = 3.0
"""Degrees up to which a cone is sorted. PostgreSQL takes any cone for a thousandth of the table (3.6° of radius): for a
few rows of a narrower one, in the order of an index, it would walk through millions."""


def in_cone(table: Table, cone: Mapping[str, Any], name: str = "cone") -> Selected:
    """The condition that a row is in a cone: `ra`, `dec` and `radius`, ICRS degrees, 180 and more for the whole sky.

    Raises `BadInput`, which calls the cone by `name`, for a place or a radius that cannot be, and for a table without
    positions.
    """
    if table.position is None:
        message = f"{table.plural} have no position: cone does not apply"
        raise BadInput(message)
    ra, dec, radius = cone.get("ra"), cone.get("dec"), cone["radius"]
    if ra is None or dec is None:
        message = "cone wants either name, or ra and dec, in ICRS degrees"
        raise BadInput(message)
    within(f"{name}.ra", ra, 0, 360)
    within(f"{name}.dec", dec, -90, 90)
    if not radius >= 0:
        message = f"{name}.radius is {radius}: degrees from 0 on are wanted, 180 and more for the whole sky"
        raise BadInput(message)
    if beyond(radius) < 0:
        return _anywhere(*table.position)
    if radius > 90:
        return Selected((InCone(outside=True),), ((ra + 180) % 360, -dec, beyond(radius)))
    return Selected((InCone(narrow=radius <= NARROW),), (ra, dec, radius))


def is_narrow(area: Ranges) -> bool:
    """Whether ranges of keys are no more of the sky than a narrow cone is."""
    return share(area) <= math.sin(math.radians(NARROW) / 2) ** 2


def _anywhere(ra: Column, dec: Column) -> Selected:
    """Rows that have a place."""
    most = sys.float_info.max
    return Selected((Compared(ra, Op.BETWEEN), Compared(dec, Op.BETWEEN)), (-most, most, -90.0, 90.0))


def within(name: str, value: float, low: float, high: float) -> None:
    """Raise `BadInput` for an angle, called `name`, that is not from `low` to `high` degrees."""
    if not low <= value <= high or math.isnan(value):
        message = f"{name} is {value}: degrees from {low} to {high} are wanted"
        raise BadInput(message)
