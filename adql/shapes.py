"""Places and areas as values: an array in SQL as DALI 1.1 has them, with coordinates in degrees, ICRS.

Of 2 numbers it is a point, of 3 a circle, of more a polygon.
"""

from collections.abc import Callable, Sequence
from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt

from adql.checked.typed import Form, Meaning, Typed
from adql.errors import AdqlError
from adql.frames import in_icrs
from adql.regions import Complement, Region, Several, Shape
from adql.tree import Place
from adql.written import Node, made, real
from schema.types import CIRCLE, DOUBLE, POINT, POLYGON


def _latitude(value: Typed, at: Place) -> Typed:
    if value.number is not None and abs(value.number) > 90:
        raise AdqlError(f"there is no declination of {value.number:g}°", at, "right ascension comes first")
    return value


def point(ra: Typed, dec: Typed, at: Place) -> Typed:
    """A place; raises `AdqlError` where it is off the sky."""
    parts = (ra, _latitude(dec, at))
    return Typed(_array(parts), POINT, Meaning(unit="deg", ucd="pos.eq"), form=Form.POINT, parts=parts)


def circle(ra: Typed, dec: Typed, radius: Typed, at: Place) -> Typed:
    """A cone; raises `AdqlError`."""
    if radius.number is not None and radius.number < 0:
        raise AdqlError("a radius is never negative", at)
    parts = (ra, _latitude(dec, at), radius)
    return Typed(_array(parts), CIRCLE, Meaning(unit="deg"), form=Form.CIRCLE, parts=parts)


def box(parts: Sequence[Typed], at: Place) -> Typed:
    """Sides perpendicular to a cross around its centre (ADQL 2.1 section 4.2.9); raises `AdqlError`."""
    _latitude(parts[1], at)
    for size in parts[2:]:
        if size.number is not None and not 0 <= size.number < 180:
            hint = "BETWEEN on coordinates cuts out bands of the sky"
            raise AdqlError(f"a box is less than 180° wide and high, not {size.number:g}°", at, hint)
    sql = made("gw.box({0}, {1}, {2}, {3})", *(part.sql for part in parts))
    return Typed(sql, POLYGON, Meaning(unit="deg"), form=Form.BOX, parts=tuple(parts))


def polygon(parts: Sequence[Typed], at: Place) -> Typed:
    """Corners joined by great circles, the smaller side being the inside; raises `AdqlError`."""
    for latitude in parts[1::2]:
        _latitude(latitude, at)
    made_of = Typed(_array(parts), POLYGON, Meaning(unit="deg"), form=Form.POLYGON, parts=tuple(parts))
    places = corners(made_of)
    if places and around(places)[2] >= 90:
        raise AdqlError("a polygon is smaller than half the sky", at, "several, joined by OR, may cover more")
    return made_of


def _array(parts: Sequence[Typed]) -> Node:
    listed = ", ".join(f"{{{number}}}" for number in range(len(parts)))
    nodes = [part.sql for part in parts]
    return known(made(f"ARRAY[{listed}]", *nodes), parts)


def known(sql: Node, parts: Sequence[Typed]) -> Node:
    """What is made of coordinates, and is NULL where one of them is."""
    rows = [part.sql for part in parts if part.number is None]
    if not rows:
        return sql
    all_known = " AND ".join(f"{{{at}}} IS NOT NULL" for at in range(1, len(rows) + 1))
    return made(f"(CASE WHEN {all_known} THEN {{0}} END)", sql, *rows)


def of_region(found: Region, at: Place) -> Typed:
    """What the words of REGION say; raises `AdqlError`."""
    if isinstance(found, Shape):
        numbers = [Typed(real(float(text)), DOUBLE, number=float(text)) for text in found.numbers]
        return _SHAPES[found.kind](in_icrs(found.frame, found.kind, numbers, at), at)
    parts = found.parts if isinstance(found, Several) else (found.part,)
    form = Form.NOT if isinstance(found, Complement) else Form[found.kind]
    return Typed(made("NULL"), POLYGON, form=form, parts=tuple(of_region(part, at) for part in parts))


_SHAPES: dict[str, Callable[[Sequence[Typed], Place], Typed]] = {
    "POSITION": lambda numbers, at: point(numbers[0], numbers[1], at),
    "CIRCLE": lambda numbers, at: circle(numbers[0], numbers[1], numbers[2], at),
    "BOX": box,
    "POLYGON": polygon,
}
Corner = tuple[float, float]


def corners(area: Typed) -> tuple[Corner, ...]:
    """The corners of a polygon that is known already, else none."""
    numbers = [part.number for part in area.parts if part.number is not None]
    whole = area.form is Form.POLYGON and len(numbers) == len(area.parts)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True)) if whole else ()


def around(places: Sequence[Corner]) -> tuple[float, float, float]:
    """A cone around places: right ascension and declination of its axis, and its radius, all in degrees."""
    vectors = [_vector(*place) for place in places]
    middle = [sum(vector[axis] for vector in vectors) for axis in range(3)]
    ra = degrees(atan2(middle[1], middle[0])) % 360
    dec = degrees(atan2(middle[2], hypot(middle[0], middle[1])))
    return ra, dec, max(separation((ra, dec), place) for place in places)


def separation(one: Corner, other: Corner) -> float:
    """Degrees between two places."""
    (ra, dec), (ra0, dec0) = (tuple(map(radians, place)) for place in (one, other))
    half = sin((dec - dec0) / 2) ** 2 + cos(dec) * cos(dec0) * sin((ra - ra0) / 2) ** 2
    return degrees(2 * asin(min(1.0, sqrt(half))))


def _vector(ra: float, dec: float) -> tuple[float, float, float]:
    alpha, delta = radians(ra), radians(dec)
    return cos(delta) * cos(alpha), cos(delta) * sin(alpha), sin(delta)
