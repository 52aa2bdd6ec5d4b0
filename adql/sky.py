"""Functions of places and areas (ADQL 2.1 section 4.2), called with coordinates in degrees."""

from collections.abc import Callable, Sequence

from adql import areas
from adql.checked.typed import NUMBERS, Form, Meaning, Typed, kind
from adql.errors import AdqlError
from adql.frames import in_icrs
from adql.making import Here
from adql.regions import frame, region
from adql.shapes import box, circle, known, of_region, point, polygon
from adql.tree import Call, Text
from adql.written import Node, cast, made, real
from schema.types import ASCII, DOUBLE, INT, POINT

ACCEPTED = (Form.POINT, Form.CIRCLE, Form.BOX, Form.POLYGON, Form.REGION)
SEPARATION = (  # of what is known: LEAST passes over NULL
    "(2 * asind(sqrt(least(1, power(sind(({3} - {1}) / 2), 2)"
    " + cosd({1}) * cosd({3}) * power(sind(({2} - {0}) / 2), 2)))))"
)


def _framed(node: Call, told: list[Typed]) -> list[Typed]:
    """The coordinates of a shape in ICRS, whatever system its first argument says; raises `AdqlError`."""
    first = node.arguments[0]
    if not isinstance(first, Text):
        return _coordinates(node, told)
    return in_icrs(frame(first.value, first.at), node.function, _coordinates(node, told[1:]), first.at)


def _degrees(value: Typed, node: Call) -> Typed:
    if value.type not in (*NUMBERS, None):
        raise AdqlError(f"{node.function} wants numbers, not {kind(value.type)}", node.at)
    if value.number is not None:
        return Typed(real(value.number), DOUBLE, number=value.number)
    sql = value.sql if value.type is DOUBLE else cast(value.sql, "double precision")
    return Typed(sql, DOUBLE, origin=value.origin)


def _coordinates(node: Call, told: Sequence[Typed]) -> list[Typed]:
    """Numbers one by one, points as the two numbers that they are."""
    found: list[Typed] = []
    for each in told:
        found += each.parts if each.form is Form.POINT else [_degrees(each, node)]
    return found


def _point(node: Call, told: list[Typed], _here: Here) -> Typed:
    ra, dec = _framed(node, told)
    return point(ra, dec, node.at)


def _circle(node: Call, told: list[Typed], _here: Here) -> Typed:
    ra, dec, radius = _framed(node, told)
    return circle(ra, dec, radius, node.at)


def _box(node: Call, told: list[Typed], _here: Here) -> Typed:
    return box(_framed(node, told), node.at)


def _polygon(node: Call, told: list[Typed], _here: Here) -> Typed:
    return polygon(_framed(node, told), node.at)


def _region(node: Call, _told: list[Typed], _here: Here) -> Typed:
    [words] = node.arguments
    assert isinstance(words, Text)  # noqa: S101 - the grammar has refused all else
    return of_region(region(words.value, words.at), words.at)


def _distance(node: Call, told: list[Typed], _here: Here) -> Typed:
    ra, dec, other_ra, other_dec = parts = _coordinates(node, told)
    two = point(ra, dec, node.at), point(other_ra, other_dec, node.at)
    sql = known(made(SEPARATION, *(part.sql for part in parts)), parts)
    return Typed(sql, DOUBLE, Meaning("Angular distance", "deg", "pos.angDistance"), between=two)


def _contains(node: Call, told: list[Typed], here: Here) -> Typed:
    return _answer(areas.inside(*_pair(node, told), here.making, node.at))


def _intersects(node: Call, told: list[Typed], here: Here) -> Typed:
    return _answer(areas.touching(*_pair(node, told), here.making, node.at))


def _pair(node: Call, told: list[Typed]) -> tuple[Typed, Typed]:
    one, other = _areas(node, told)
    return one, other


def _answer(truth: Node) -> Typed:
    return Typed(cast(truth, "integer"), INT, truth=truth)


def _areas(node: Call, told: list[Typed]) -> list[Typed]:
    for each in told:
        if each.form is None:
            hint = "a character string becomes an area by REGION('…')" if each.string else ""
            raise AdqlError(f"{node.function} is of places and areas, not of {kind(each.type)}", node.at, hint)
    return told


def _area(node: Call, told: list[Typed], _here: Here) -> Typed:
    [each] = _single(node, told)
    meaning = Meaning("Area", "deg**2", "phys.angArea")
    if each.form is Form.CIRCLE:
        radius = "CASE WHEN {0} > 180 THEN 180 ELSE {0} END"  # which is all of the sky
        sphere = f"(4 * pi() * power(sind({radius} / 2), 2) * power(180 / pi(), 2))"
        return Typed(known(made(sphere, each.parts[2].sql), each.parts), DOUBLE, meaning)
    return Typed(made("gw.area({0})", areas.array(each)), DOUBLE, meaning)


def _centroid(node: Call, told: list[Typed], _here: Here) -> Typed:
    [each] = _single(node, told)
    if each.form in (Form.POINT, Form.CIRCLE, Form.BOX):
        return point(each.parts[0], each.parts[1], node.at)
    return _read(made("gw.centroid({0})", areas.array(each)))


def _read(sql: Node) -> Typed:
    parts = tuple(Typed(made(f"({{0}})[{at}]", sql), DOUBLE) for at in (1, 2))
    return Typed(sql, POINT, Meaning(unit="deg", ucd="pos.eq"), form=Form.POINT, parts=parts)


def _single(node: Call, told: list[Typed]) -> list[Typed]:
    if _areas(node, told)[0].form not in ACCEPTED:
        raise AdqlError(f"{node.function} is not of a region made of several", node.at)
    return told


def _coordinate(node: Call, told: list[Typed], _here: Here) -> Typed:
    [each] = _areas(node, told)
    if each.form is not Form.POINT:
        raise AdqlError(f"{node.function} is of a point", node.at, "CENTROID is the middle of an area")
    first = node.function == "COORD1"
    return Typed(
        each.parts[0 if first else 1].sql, DOUBLE, Meaning(unit="deg", ucd=f"pos.eq.{'ra' if first else 'dec'}")
    )


def _system(node: Call, told: list[Typed], _here: Here) -> Typed:
    _areas(node, told)
    return Typed(made("CAST('ICRS' AS text)"), ASCII)


FUNCTIONS: dict[str, Callable[[Call, list[Typed], Here], Typed]] = {
    "POINT": _point,
    "CIRCLE": _circle,
    "BOX": _box,
    "POLYGON": _polygon,
    "REGION": _region,
    "DISTANCE": _distance,
    "CONTAINS": _contains,
    "INTERSECTS": _intersects,
    "AREA": _area,
    "CENTROID": _centroid,
    "COORD1": _coordinate,
    "COORD2": _coordinate,
    "COORDSYS": _system,
}
