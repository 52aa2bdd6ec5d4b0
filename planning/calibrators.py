"""What makes a star fit to calibrate another: SearchCal's question, as conditions."""

from collections.abc import Mapping
from typing import Any

from planning.errors import BadInput
from planning.plan import Compared, Condition, Nearby, Selected, SimilarTo
from schema.input_types import DEFAULT_RADIUS, WIDEST
from schema.jsdc import STAR
from schema.operators import Op

CALFLAG, LDD = STAR.by_field["calFlag"], STAR.by_field["ldd"]


def fit(told: Mapping[str, Any]) -> Selected:
    """Conditions of the arguments of `calibrators`, which compare with the star to calibrate; raises `BadInput`."""
    radius, widest, alike = told.get("radius", DEFAULT_RADIUS), told.get("maxDiameter"), told.get("alike")
    _within("radius", radius, WIDEST)
    conditions: list[Condition] = [Nearby(), Compared(CALFLAG, Op.EQ), Compared(LDD, Op.NOT_NULL)]
    values = [radius, 0]
    if widest is not None:
        _within("maxDiameter", widest, 1000)
        conditions.append(Compared(LDD, Op.LE))
        values.append(widest)
    if alike is not None:
        _within("alike.within", alike["within"], 100)
        conditions.append(SimilarTo(STAR.by_field[str(getattr(alike["band"], "value", alike["band"]))]))
        values.append(alike["within"])
    return Selected(tuple(conditions), tuple(values))


def _within(name: str, value: float | None, most: float) -> None:
    if value is None or not 0 <= value <= most:
        message = f"calibrators.{name} is {value}: a number from 0 to {most:g} is wanted"
        raise BadInput(message)
