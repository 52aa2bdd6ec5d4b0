"""Functions of places and areas (ADQL 2.1 section 4.2), called with coordinates in degrees."""

from collections.abc import Callable, Sequence

from adql import areas
from adql.checked.typed import NUMBERS, ColumnMetadata, GeometryForm, TypedExpression, kind
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.frames import in_icrs
from adql.regions import frame, region
from adql.shapes import box, circle, known, of_region, point, polygon
from adql.template import Node, cast, fragment, hub_call, real
from adql.tree import Call, StringLiteral
from schema.types import ASCII, DOUBLE, INT, POINT

ACCEPTED = (GeometryForm.POINT, GeometryForm.CIRCLE, GeometryForm.BOX, GeometryForm.POLYGON, GeometryForm.REGION)
SEPARATION = (  # of what is known: LEAST passes over NULL
    "(2 * asind(sqrt(least(1, power(sind(({3} - {1}) / 2), 2)"
    " + cosd({1}) * cosd({3}) * power(sind(({2} - {0}) / 2), 2)))))"
)


def _framed(node: Call, told: list[TypedExpression]) -> list[TypedExpression]:
    """The coordinates of a shape in ICRS, whatever system its first argument says; raises `AdqlError`."""
    first = node.arguments[0]
    if not isinstance(first, StringLiteral):
        return _coordinates(node, told)
    return in_icrs(frame(first.value, first.at), node.function, _coordinates(node, told[1:]), first.at)


def _degrees(value: TypedExpression, node: Call) -> TypedExpression:
    if value.type not in (*NUMBERS, None):
        raise AdqlError(f"{node.function} wants numbers, not {kind(value.type)}", node.at)
    if value.number is not None:
        return TypedExpression(real(value.number), DOUBLE, number=value.number)
    sql = value.sql if value.type is DOUBLE else cast(value.sql, "double precision")
    return TypedExpression(sql, DOUBLE, origin=value.origin)


def _coordinates(node: Call, told: Sequence[TypedExpression]) -> list[TypedExpression]:
    """Numbers one by one, points as the two numbers that they are."""
    found: list[TypedExpression] = []
    for each in told:
        found += each.parts if each.form is GeometryForm.POINT else [_degrees(each, node)]
    return found


def _point(node: Call, told: list[TypedExpression], _here: ResolveContext) -> TypedExpression:
    ra, dec = _framed(node, told)
    return point(ra, dec, node.at)


def _circle(node: Call, told: list[TypedExpression], _here: ResolveContext) -> TypedExpression:
    ra, dec, radius = _framed(node, told)
    return circle(ra, dec, radius, node.at)


def _box(node: Call, told: list[TypedExpression], _here: ResolveContext) -> TypedExpression:
    return box(_framed(node, told), node.at)


def _polygon(node: Call, told: list[TypedExpression], _here: ResolveContext) -> TypedExpression:
    return polygon(_framed(node, told), node.at)


def _region(node: Call, _told: list[TypedExpression], _here: ResolveContext) -> TypedExpression:
    [words] = node.arguments
    assert isinstance(words, StringLiteral)  # noqa: S101 - the grammar has refused all else
    return of_region(region(words.value, words.at), words.at)


def _distance(node: Call, told: list[TypedExpression], _here: ResolveContext) -> TypedExpression:
    ra, dec, other_ra, other_dec = parts = _coordinates(node, told)
    two = point(ra, dec, node.at), point(other_ra, other_dec, node.at)
    sql = known(fragment(SEPARATION, *(part.sql for part in parts)), parts)
    return TypedExpression(sql, DOUBLE, ColumnMetadata("Angular distance", "deg", "pos.angDistance"), between=two)


def _contains(node: Call, told: list[TypedExpression], here: ResolveContext) -> TypedExpression:
    return _answer(areas.inside(*_pair(node, told), here.making, node.at))


def _intersects(node: Call, told: list[TypedExpression], here: ResolveContext) -> TypedExpression:
    return _answer(areas.touching(*_pair(node, told), here.making, node.at))


def _pair(node: Call, told: list[TypedExpression]) -> tuple[TypedExpression, TypedExpression]:
    one, other = _areas(node, told)
    return one, other


def _answer(truth: Node) -> TypedExpression:
    return TypedExpression(cast(truth, "integer"), INT, truth=truth)


def _areas(node: Call, told: list[TypedExpression]) -> list[TypedExpression]:
    for each in told:
        if each.form is None:
            hint = "a character string becomes an area by REGION('…')" if each.string else ""
            raise AdqlError(f"{node.function} is of places and areas, not of {kind(each.type)}", node.at, hint)
    return told


def _area(node: Call, told: list[TypedExpression], _here: ResolveContext) -> TypedExpression:
    [each] = _single(node, told)
    meaning = ColumnMetadata("Area", "deg**2", "phys.angArea")
    if each.form is GeometryForm.CIRCLE:
        radius = "CASE WHEN {0} > 180 THEN 180 ELSE {0} END"  # which is all of the sky
        sphere = f"(4 * pi() * power(sind({radius} / 2), 2) * power(180 / pi(), 2))"
        return TypedExpression(known(fragment(sphere, each.parts[2].sql), each.parts), DOUBLE, meaning)
    return TypedExpression(hub_call("area", areas.array(each)), DOUBLE, meaning)


def _centroid(node: Call, told: list[TypedExpression], _here: ResolveContext) -> TypedExpression:
    [each] = _single(node, told)
    if each.form in (GeometryForm.POINT, GeometryForm.CIRCLE, GeometryForm.BOX):
        return point(each.parts[0], each.parts[1], node.at)
    return _read(hub_call("centroid", areas.array(each)))


def _read(sql: Node) -> TypedExpression:
    parts = tuple(TypedExpression(fragment(f"({{0}})[{at}]", sql), DOUBLE) for at in (1, 2))
    return TypedExpression(sql, POINT, ColumnMetadata(unit="deg", ucd="pos.eq"), form=GeometryForm.POINT, parts=parts)


def _single(node: Call, told: list[TypedExpression]) -> list[TypedExpression]:
    if _areas(node, told)[0].form not in ACCEPTED:
        raise AdqlError(f"{node.function} is not of a region made of several", node.at)
    return told


def _coordinate(node: Call, told: list[TypedExpression], _here: ResolveContext) -> TypedExpression:
    [each] = _areas(node, told)
    if each.form is not GeometryForm.POINT:
        raise AdqlError(f"{node.function} is of a point", node.at, "CENTROID is the middle of an area")
    first = node.function == "COORD1"
    return TypedExpression(
        each.parts[0 if first else 1].sql, DOUBLE, ColumnMetadata(unit="deg", ucd=f"pos.eq.{'ra' if first else 'dec'}")
    )


def _system(node: Call, told: list[TypedExpression], _here: ResolveContext) -> TypedExpression:
    _areas(node, told)
    return TypedExpression(fragment("CAST('ICRS' AS text)"), ASCII)


FUNCTIONS: dict[str, Callable[[Call, list[TypedExpression], ResolveContext], TypedExpression]] = {
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
