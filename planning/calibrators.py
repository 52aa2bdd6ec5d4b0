"""The rows around a row that are fit to calibrate it, as conditions: what SearchCal asks of JSDC's stars."""

import math
from collections.abc import Mapping
from typing import Any

from planning.errors import BadInput
from planning.operands import operand
from planning.plan import AnyOf, Compared, Condition, Nearby, Selected, SimilarTo
from schema.operators import Op
from schema.relations import numbers_of
from schema.table import Neighbourhood

AT_RANDOM = 30
"""Rows that are read one after the other while one is read of a cone, which are all over the table."""


def part_of_sky(radius: float) -> float:
    """The part of the sky that a cone has: (1 - cos r) / 2, of a radius in degrees up to 180."""
    return (1 - math.cos(math.radians(radius))) / 2


def reached(bridge: Neighbourhood, params: Mapping[str, Any], parents: int) -> float:
    """About how many rows the cones of so many rows have, wherever on the sky they are.

    The parameters are those of `fit`.
    """
    radius = params.get("radius", bridge.radius)
    part = part_of_sky(radius) if radius is not None and 0 <= radius <= bridge.widest else 0.0
    return parents * part * bridge.table.rows


def fit(bridge: Neighbourhood, params: Mapping[str, Any], parents: int = 1) -> Selected:
    """Conditions that compare a row with the one to calibrate.

    Parameters
    ----------
    bridge
        What is declared of the neighbourhood.
    params
        The arguments of the GraphQL field: `radius` (degrees), `maxDiameter` (mas), `maxChi2`, `irFlag`, `alike`, the
        band and the largest difference in magnitude, and `includeUnexamined`, whether stars without a flag are fit.
        Each may be missing; that one other than `radius` is null asks for nothing.
    parents
        How many rows are to be calibrated at once.

    Raises
    ------
    BadInput
        One of them is out of its range.
    """
    _sorted(bridge, params.get("orderBy"))
    radius, alike = params.get("radius", bridge.radius), params.get("alike")
    _within("radius", radius, bridge.widest)
    many = reached(bridge, params, parents) * AT_RANDOM > bridge.table.rows
    flag = _suitable(bridge, unexamined=bool(params.get("includeUnexamined")))
    conditions: list[Condition] = [Nearby(many), flag, Compared(bridge.size, Op.NOT_NULL)]
    values = [radius, 0]
    for name, limited, most in (
        ("maxDiameter", Compared(bridge.size, Op.LE), 1000), ("maxChi2", Compared(bridge.chi2, Op.LE), 1e6),
        ("irFlag", Compared(bridge.infrared, Op.EQ), 7),
    ):  # fmt: skip
        if params.get(name) is not None:
            _within(name, params[name], most)
            conditions.append(limited)
            values.append(operand(limited.column, params[name]))
    if alike is not None:
        _within("alike.within", alike["within"], 100)
        band = str(getattr(alike["band"], "value", alike["band"]))
        conditions.append(SimilarTo(bridge.table.by_field[band]))
        values.append(alike["within"])
    return Selected(tuple(conditions), tuple(values))


def _suitable(bridge: Neighbourhood, *, unexamined: bool) -> Condition:
    """The flag is 0 or, of stars that were not examined, unknown."""
    sound = Compared(bridge.flag, Op.EQ)
    return AnyOf((sound, Compared(bridge.flag, Op.NULL))) if unexamined else sound


def _sorted(bridge: Neighbourhood, order: Any) -> None:
    for term in order if isinstance(order, list) else ():
        for field in numbers_of(bridge.table).keys() & term.keys():
            message = f"calibrators.orderBy.{field}: neighbours are sorted by their columns and separations only"
            raise BadInput(message)


def _within(name: str, value: float | None, most: float) -> None:
    if value is None or not 0 <= value <= most:
        message = f"calibrators.{name} is {value}: a number from 0 to {most:g} is wanted"
        raise BadInput(message)
