"""Places and areas as values: an array in SQL as DALI 1.1 has them, with coordinates in degrees, ICRS.

Of 2 numbers it is a point, of 3 a circle, of more a polygon. In it, 0 <= ra < 360 and no zero has a sign. What is made
of columns is NULL in rows where it is nowhere: where a declination is beyond ±90°, a coordinate is not finite, a radius
is negative or none. The coordinates one by one are as they were written, for indexes on columns to be used.
"""

from collections.abc import Callable, Iterator, Sequence
from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt

from adql.checked.literals import double
from adql.checked.typed import ColumnMetadata, GeometryForm, TypedExpression
from adql.errors import AdqlError
from adql.frames import in_icrs
from adql.regions import Complement, Region, Several, Shape
from adql.template import Node, fragment, hub_call, real
from adql.tree import TextPosition
from schema.space import on_sky
from schema.types import CIRCLE, POINT, POLYGON

WIDEST = "179.99999999999997"
"""Degrees, in SQL: the largest width and height of a box, which are less than 180° (the double before)."""
WEST_OF_0 = "{0} - 360 * floor({0} / 360)"
TURNED = (
    "(CASE WHEN {0} >= 0 AND {0} < 360 THEN {0} + 0::double precision"
    f" ELSE {WEST_OF_0} - 360 * floor(({WEST_OF_0}) / 360) END)"
)
"""Right ascension as 0 <= ra < 360: twice, since 360 less a rounding error is 360. `gw.turned` (sql/hub/areas.sql)."""


def _latitude(value: TypedExpression, at: TextPosition) -> TypedExpression:
    if value.number is not None and abs(value.number) > 90:
        raise AdqlError(f"there is no declination of {value.number:g}°", at, "right ascension comes first")
    return value


def point(ra: TypedExpression, dec: TypedExpression, at: TextPosition) -> TypedExpression:
    """A point at ICRS degrees; raises `AdqlError` where it is off the sky."""
    parts = (ra, _latitude(dec, at))
    sql = known(_array(parts), parts)
    return TypedExpression(sql, POINT, ColumnMetadata(unit="deg", ucd="pos.eq"), form=GeometryForm.POINT, parts=parts)


def circle(ra: TypedExpression, dec: TypedExpression, radius: TypedExpression, at: TextPosition) -> TypedExpression:
    """A circle around a place, all in ICRS degrees; raises `AdqlError` for a negative radius or a place off the sky."""
    if radius.number is not None and radius.number < 0:
        raise AdqlError("a radius is never negative", at)
    parts = (ra, _latitude(dec, at), radius)
    sql = known(_array(parts), parts[:2], parts[2:])
    return TypedExpression(sql, CIRCLE, ColumnMetadata(unit="deg"), form=GeometryForm.CIRCLE, parts=parts)


def box(parts: Sequence[TypedExpression], at: TextPosition) -> TypedExpression:
    """A box (ADQL 2.1 section 4.2.9) of centre, width and height in ICRS degrees; raises `AdqlError` from 180° on."""
    _latitude(parts[1], at)
    for size in parts[2:]:
        if size.number is not None and not 0 <= size.number < 180:
            hint = "BETWEEN on coordinates cuts out bands of the sky"
            raise AdqlError(f"a box is less than 180° wide and high, not {size.number:g}°", at, hint)
    sql = known(hub_call("box", *(coordinate.sql for coordinate in parts)), parts[:2], parts[2:], most=WIDEST)
    return TypedExpression(sql, POLYGON, ColumnMetadata(unit="deg"), form=GeometryForm.BOX, parts=tuple(parts))


def polygon(parts: Sequence[TypedExpression], at: TextPosition) -> TypedExpression:
    """A polygon of corners (ra, dec, ra, dec … in ICRS degrees) joined by great circles; its smaller side is inside.

    Raises
    ------
    AdqlError
        A corner is off the sky, or it is as large as half the sky.
    """
    for latitude in parts[1::2]:
        _latitude(latitude, at)
    sql = known(_array(parts), parts)
    made_of = TypedExpression(sql, POLYGON, ColumnMetadata(unit="deg"), form=GeometryForm.POLYGON, parts=tuple(parts))
    places = corners(made_of)
    if places and around(places)[2] >= 90:
        raise AdqlError("a polygon is smaller than half the sky", at, "several, joined by OR, may cover more")
    return made_of


def _array(parts: Sequence[TypedExpression]) -> Node:
    """Places, and perhaps a radius, as numbers of one array."""
    places = len(parts) // 2 * 2
    numbers = [(latitude if at % 2 else longitude)(coordinate) for at, coordinate in enumerate(parts[:places])]
    listed = ", ".join(f"{{{number}}}" for number in range(len(parts)))
    return fragment(f"ARRAY[{listed}]", *numbers, *(radius.sql for radius in parts[places:]))


def longitude(ra: TypedExpression) -> Node:
    """A right ascension as 0 <= ra < 360, where it is finite."""
    return fragment(TURNED, ra.sql) if ra.number is None else real(ra.number % 360 % 360 + 0.0)


def latitude(dec: TypedExpression) -> Node:
    """A declination whose 0 has no sign."""
    return fragment("({0} + 0::double precision)", dec.sql) if dec.number is None else real(dec.number + 0.0)


def known(
    sql: Node,
    coordinates: Sequence[TypedExpression],
    sizes: Sequence[TypedExpression] = (),
    *,
    most: str = "'Infinity'",
) -> Node:
    """What is made of places and sizes, and is NULL where one of them is none.

    Parameters
    ----------
    coordinates
        Right ascension, declination, right ascension and so on.
    sizes
        Radii, widths and heights: from 0 to `most` degrees.
    """
    conditions = [
        condition for at in range(0, len(coordinates), 2) for condition in _on_sky(coordinates[at], coordinates[at + 1])
    ]
    conditions += are_sizes(sizes, most)
    if not conditions:
        return sql
    listed = " AND ".join(f"{{{at}}}" for at in range(1, len(conditions) + 1))
    return fragment(f"(CASE WHEN {listed} THEN {{0}} END)", sql, *conditions)


def are_sizes(sizes: Sequence[TypedExpression], most: str = "'Infinity'") -> list[Node]:
    """What must hold of radii, widths and heights that are not known yet: they are from 0 to `most` degrees."""
    condition = f"{{0}} >= 0 AND {{0}} <= {most}::double precision"
    return [fragment(condition, size.sql) for size in sizes if size.number is None]


def _on_sky(ra: TypedExpression, dec: TypedExpression) -> Iterator[Node]:
    """What must hold of coordinates that are not known yet for them to be a place."""
    if ra.number is None or dec.number is None:
        yield fragment(on_sky(ra="{0}", dec="{1}"), ra.sql, dec.sql)


def of_region(parsed: Region, at: TextPosition) -> TypedExpression:
    """What REGION has read as a geometry; raises `AdqlError` where it is off the sky or in an unknown frame."""
    if isinstance(parsed, Shape):
        numbers = [double(float(text)) for text in parsed.numbers]
        return _SHAPES[parsed.kind](in_icrs(parsed.frame, parsed.kind, numbers, at), at)
    parts = parsed.parts if isinstance(parsed, Several) else (parsed.inner,)
    form = GeometryForm.NOT if isinstance(parsed, Complement) else GeometryForm[parsed.kind]
    return TypedExpression(
        fragment("NULL"), POLYGON, form=form, parts=tuple(of_region(coordinate, at) for coordinate in parts)
    )


_SHAPES: dict[str, Callable[[Sequence[TypedExpression], TextPosition], TypedExpression]] = {
    "POSITION": lambda numbers, at: point(numbers[0], numbers[1], at),
    "CIRCLE": lambda numbers, at: circle(numbers[0], numbers[1], numbers[2], at),
    "BOX": box,
    "POLYGON": polygon,
}
Corner = tuple[float, float]


def corners(area: TypedExpression) -> tuple[Corner, ...]:
    """The corners of a polygon that is known already, else none."""
    numbers = [coordinate.number for coordinate in area.parts if coordinate.number is not None]
    whole = area.form is GeometryForm.POLYGON and len(numbers) == len(area.parts)
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
