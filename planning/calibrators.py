"""The rows around a row that are fit to calibrate it, as conditions: what SearchCal asks of JSDC's stars."""

from collections.abc import Mapping
from typing import Any

from planning.errors import BadInput
from planning.plan import Compared, Condition, Nearby, Selected, SimilarTo
from schema.operators import Op
from schema.table import Neighbourhood


def fit(bridge: Neighbourhood, params: Mapping[str, Any]) -> Selected:
    """Conditions that compare a row with the one to calibrate.

    Parameters
    ----------
    bridge
        What is declared of the neighbourhood.
    params
        The arguments of the GraphQL field: `radius` (degrees), `maxDiameter` (mas), and `alike`, the band and the
        largest difference in magnitude. Each may be missing; that the last two are null asks for nothing.

    Raises
    ------
    BadInput
        One of them is out of its range.
    """
    radius, widest, alike = params.get("radius", bridge.radius), params.get("maxDiameter"), params.get("alike")
    _within("radius", radius, bridge.widest)
    conditions: list[Condition] = [Nearby(), Compared(bridge.flag, Op.EQ), Compared(bridge.size, Op.NOT_NULL)]
    values = [radius, 0]
    if widest is not None:
        _within("maxDiameter", widest, 1000)
        conditions.append(Compared(bridge.size, Op.LE))
        values.append(widest)
    if alike is not None:
        _within("alike.within", alike["within"], 100)
        band = str(getattr(alike["band"], "value", alike["band"]))
        conditions.append(SimilarTo(bridge.table.by_field[band]))
        values.append(alike["within"])
    return Selected(tuple(conditions), tuple(values))


def _within(name: str, value: float | None, most: float) -> None:
    if value is None or not 0 <= value <= most:
        message = f"calibrators.{name} is {value}: a number from 0 to {most:g} is wanted"
        raise BadInput(message)
