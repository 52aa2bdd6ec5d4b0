"""POS: CIRCLE, RANGE and POLYGON of DALI 1.1 section 3.3, ICRS degrees, as conditions on the position of a table."""

import math
from collections.abc import Callable, Mapping, Sequence

from adapters.sia.polygon import around, planes, reach
from adapters.sia.values import numbers, wrong
from planning import arguments
from planning.plan import AllOf, AnyOf, Compared, InPolygon, Selected
from schema.operators import Op
from schema.table import Table

WANTED = (
    "CIRCLE ra dec radius, RANGE ra1 ra2 dec1 dec2 or POLYGON ra1 dec1 ra2 dec2 ra3 dec3… is wanted, "
    "in ICRS degrees, a polygon within half the sky"
)
WIDEST = 90.0
"""Degrees of a cone that the spatial index is worth asking."""
LARGEST = 89.9
"""Degrees from the middle of a polygon to its corners."""


def positions(table: Table, told: Sequence[str]) -> Selected:
    """Rows in one of these areas; raises `BadInput`."""
    areas = [_area(table, one) for one in told]
    return areas[0] if len(areas) == 1 else either(areas)


def either(parts: Sequence[Selected]) -> Selected:
    """Rows that one of these chooses."""
    every = tuple(AllOf(part.conditions) for part in parts)
    return Selected((AnyOf(every),), tuple(value for part in parts for value in part.values))


def _area(table: Table, told: str) -> Selected:
    shape, _, rest = told.strip().partition(" ")
    make = SHAPES.get(shape.upper())
    if make is None:
        raise wrong("POS", told, WANTED)
    return make(table, told, numbers("POS", told, WANTED, rest))


def _circle(table: Table, told: str, values: Sequence[float]) -> Selected:
    if len(values) != 3:
        raise wrong("POS", told, WANTED)
    ra, dec, radius = values
    if not (0 <= ra <= 360 and -90 <= dec <= 90 and 0 <= radius <= 180):
        raise wrong("POS", told, WANTED)
    return _cone(table, ra, dec, radius)


def _cone(table: Table, ra: float, dec: float, radius: float) -> Selected:
    return arguments.selected(table, {"cone": {"ra": ra, "dec": dec, "radius": radius}})


def _range(table: Table, told: str, values: Sequence[float]) -> Selected:
    """Bounds of each coordinate, infinities its ends; right ascensions that go down lead through 0."""
    if len(values) != 4:
        raise wrong("POS", told, WANTED)
    west, east, south, north = map(_end, values, (0, 0, -90, -90), (360, 360, 90, 90))
    if not (0 <= west <= 360 and 0 <= east <= 360 and -90 <= south <= north <= 90):
        raise wrong("POS", told, WANTED)
    assert table.position is not None  # noqa: S101 - told to mypy: ObsCore has one
    ra, dec = table.position
    between = Selected((Compared(ra, Op.GE), Compared(ra, Op.LE)), (west, east))
    if west > east:
        between = either([Selected((Compared(ra, Op.GE),), (west,)), Selected((Compared(ra, Op.LE),), (east,))])
    return _near(table, west, east, south, north) + between + Selected((Compared(dec, Op.BETWEEN),), (south, north))


def _end(value: float, low: float, high: float) -> float:
    return value if math.isfinite(value) else low if value < 0 else high


def _near(table: Table, west: float, east: float, south: float, north: float) -> Selected:
    """A cone that holds a range, for the sake of the spatial index, where the range is not too wide for it.

    The farthest from its middle are its corners: distance grows with that in right ascension, and with that in
    declination from wherever it is least.
    """
    width = east - west if west <= east else east - west + 360
    if width > WIDEST:
        return Selected()
    middle = ((west + width / 2) % 360, (south + north) / 2)
    radius = reach(middle, [(west, south), (west, north)])
    return _cone(table, *middle, radius) if radius < WIDEST else Selected()


def _polygon(table: Table, told: str, values: Sequence[float]) -> Selected:
    if len(values) < 6 or len(values) % 2 or math.inf in map(abs, values) or any(abs(dec) > 90 for dec in values[1::2]):
        raise wrong("POS", told, WANTED)
    corners = list(zip(values[::2], values[1::2], strict=True))
    axis, radius = around(corners)
    if radius >= LARGEST:
        raise wrong("POS", told, WANTED)
    return _cone(table, *axis, radius) + Selected((InPolygon(len(corners)),), planes(axis, corners))


SHAPES: Mapping[str, Callable[[Table, str, Sequence[float]], Selected]] = {
    "CIRCLE": _circle, "RANGE": _range, "POLYGON": _polygon,
}  # fmt: skip
