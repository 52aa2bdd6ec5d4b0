"""Translate POS (CIRCLE, RANGE, POLYGON of DALI 1.1 section 3.3, ICRS degrees) to conditions on a table."""

import math
from collections.abc import Callable, Mapping, Sequence

from adapters.sia.values import invalid_value, parse_numbers
from planning.cones import in_cone
from planning.errors import TooMuch
from planning.plan import AllOf, AnyOf, Compared, Selected
from planning.polygon import enclosing_radius
from planning.regions import MOST_CORNERS, in_polygon
from schema.column import Column
from schema.operators import Op
from schema.table import Table

EXPECTED = (
    "CIRCLE ra dec radius, RANGE ra1 ra2 dec1 dec2 or POLYGON ra1 dec1 ra2 dec2 ra3 dec3… is wanted, "
    "in ICRS degrees, a polygon within half the sky"
)
WIDEST = 90.0
"""Largest radius (degrees) of a cone for which the spatial index is worth using."""
TURN = 360.0
MOST_AREAS = 50
"""Values of POS in one request."""


def position_conditions(table: Table, values: Sequence[str]) -> Selected:
    """Return conditions on rows that lie in at least one of the areas; raises `BadInput`, `TooMuch`.

    Parameters
    ----------
    table
        Must have a position.
    values
        One or more values of POS.
    """
    if len(values) > MOST_AREAS:
        message = f"POS is given {len(values)} times: at most {MOST_AREAS} areas are searched at once"
        raise TooMuch(message)
    areas = [_area(table, value) for value in values]
    return areas[0] if len(areas) == 1 else or_conditions(areas)


def or_conditions(alternatives: Sequence[Selected]) -> Selected:
    """Combine conditions with OR."""
    conditions = tuple(AllOf(selected.conditions) for selected in alternatives)
    return Selected((AnyOf(conditions),), tuple(value for selected in alternatives for value in selected.values))


def _area(table: Table, value: str) -> Selected:
    shape, _, rest = value.strip().partition(" ")
    make = SHAPES.get(shape.upper())
    if make is None:
        raise invalid_value("POS", value, EXPECTED)
    return make(table, value, parse_numbers("POS", value, EXPECTED, rest))


def _circle(table: Table, value: str, values: Sequence[float]) -> Selected:
    if len(values) != 3:
        raise invalid_value("POS", value, EXPECTED)
    ra, dec, radius = values
    if not (0 <= ra <= 360 and -90 <= dec <= 90 and radius >= 0):
        raise invalid_value("POS", value, EXPECTED)
    return _cone(table, ra, dec, radius)


def _cone(table: Table, ra: float, dec: float, radius: float) -> Selected:
    return in_cone(table, {"ra": ra, "dec": dec, "radius": radius})


def _range(table: Table, value: str, values: Sequence[float]) -> Selected:
    """Bounds of each coordinate, infinities for none; a first right ascension above the second leads through 0."""
    if len(values) != 4:
        raise invalid_value("POS", value, EXPECTED)
    west, east, south, north = map(_end, values, (0, 0, -90, -90), (360, 360, 90, 90))
    if not (0 <= west <= 360 and 0 <= east <= 360 and -90 <= south <= north <= 90):
        raise invalid_value("POS", value, EXPECTED)
    assert table.position is not None  # noqa: S101 - ObsCore has one
    ra, dec = table.position
    between = _turns(ra, west, east if west <= east else east + TURN)
    return _near(table, west, east, south, north) + between + Selected((Compared(dec, Op.BETWEEN),), (south, north))


def _turns(ra: Column, west: float, east: float) -> Selected:
    """Right ascensions from west to east, wherever they are told a turn off: some sources have -10 for 350."""
    if east - west >= TURN:
        return Selected((Compared(ra, Op.NOT_NULL),), ())
    turns = ((west + turn, east + turn) for turn in (-2 * TURN, -TURN, 0, TURN))
    return or_conditions([Selected((Compared(ra, Op.BETWEEN),), bounds) for bounds in turns])


def _end(value: float, low: float, high: float) -> float:
    return value if math.isfinite(value) else low if value < 0 else high


def _near(table: Table, west: float, east: float, south: float, north: float) -> Selected:
    """A cone that holds a range, so that the spatial index is used; no condition if the range is too wide.

    The corners of a range are farthest from its middle: distance grows with the difference in right ascension, and
    with that in declination from wherever it is least.
    """
    width = east - west if west <= east else east - west + 360
    if width > WIDEST:
        return Selected()
    middle = ((west + width / 2) % 360, (south + north) / 2)
    radius = enclosing_radius(middle, [(west, south), (west, north)])
    return _cone(table, *middle, radius) if radius < WIDEST else Selected()


def _polygon(table: Table, value: str, values: Sequence[float]) -> Selected:
    if len(values) < 6 or len(values) % 2 or math.inf in map(abs, values) or any(abs(dec) > 90 for dec in values[1::2]):
        raise invalid_value("POS", value, EXPECTED)
    if len(values) > 2 * MOST_CORNERS:
        message = f"The polygon has {len(values) // 2} corners: at most {MOST_CORNERS} are taken"
        raise TooMuch(message)
    found = in_polygon(table, list(zip(values[::2], values[1::2], strict=True)))
    if found is None:
        raise invalid_value("POS", value, EXPECTED)
    return found


SHAPES: Mapping[str, Callable[[Table, str, Sequence[float]], Selected]] = {
    "CIRCLE": _circle, "RANGE": _range, "POLYGON": _polygon,
}  # fmt: skip
