"""Functions of places and areas (ADQL 2.1 section 4.2), called with coordinates in degrees."""

from collections.abc import Callable, Sequence

from adql import areas, maps, rotations
from adql.checked.literals import as_number, double
from adql.checked.typed import NUMBERS, ColumnMetadata, GeometryForm, TypedExpression, kind
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.frames import in_icrs
from adql.grammar.signatures import TAKES
from adql.named import POINTS
from adql.predicates import exact
from adql.regions import frame, region
from adql.shapes import box, circle, known, latitude, longitude, of_region, point, polygon
from adql.template import Node, cast, fragment, hub_call
from adql.tree import Call, StringLiteral
from schema.types import ASCII, DOUBLE, INT, POINT

ACCEPTED = (GeometryForm.POINT, GeometryForm.CIRCLE, GeometryForm.BOX, GeometryForm.POLYGON, GeometryForm.REGION)
SEPARATION = (  # of what is known: LEAST passes over NULL
    "(2 * asind(sqrt(least(1, power(sind(({3} - {1}) / 2), 2)"
    " + cosd({1}) * cosd({3}) * power(sind(({2} - {0}) / 2), 2)))))"
)


def _framed(node: Call, operands: list[TypedExpression]) -> list[TypedExpression]:
    """The coordinates of a shape in ICRS, whatever system its first argument says; raises `AdqlError`."""
    first = node.arguments[0]
    if not isinstance(first, StringLiteral):
        return _coordinates(node, operands)
    return in_icrs(frame(first.value, first.at), node.function, _coordinates(node, operands[1:]), first.at)


def _degrees(value: TypedExpression, node: Call) -> TypedExpression:
    value = as_number(value, node.at)
    if value.type not in (*NUMBERS, None):
        raise AdqlError(f"{node.function} wants {TAKES[node.function]}, not {kind(value.type)}", node.at)
    if value.number is not None:
        return double(value.number)
    sql = value.sql if value.type is DOUBLE else cast(value.sql, "double precision")
    return TypedExpression(sql, DOUBLE, origin=value.origin)


def _coordinates(node: Call, operands: Sequence[TypedExpression]) -> list[TypedExpression]:
    """Numbers one by one, points as the two numbers that they are."""
    numbers: list[TypedExpression] = []
    for operand in operands:
        numbers += operand.parts if operand.form is GeometryForm.POINT else [_degrees(operand, node)]
    return numbers


def _counted(node: Call, coordinates: list[TypedExpression], count: int) -> list[TypedExpression]:
    """The coordinates, as many as the function takes: the grammar takes a name for a point, which may be a number."""
    if len(coordinates) != count:
        raise _miscounted(node)
    return coordinates


def _miscounted(node: Call) -> AdqlError:
    return AdqlError(f"{node.function} takes {TAKES[node.function]}", node.at)


def _point(node: Call, operands: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    ra, dec = _counted(node, _framed(node, operands), 2)
    return point(ra, dec, node.at)


def _circle(node: Call, operands: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    ra, dec, radius = _counted(node, _framed(node, operands), 3)
    return circle(ra, dec, radius, node.at)


def _box(node: Call, operands: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    return box(_counted(node, _framed(node, operands), 4), node.at)


def _polygon(node: Call, operands: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    coordinates = _framed(node, operands)
    if len(coordinates) < 6 or len(coordinates) % 2:
        raise _miscounted(node)
    return polygon(coordinates, node.at)


def _region(node: Call, _told: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    [words] = node.arguments
    assert isinstance(words, StringLiteral)  # noqa: S101 - the grammar has refused all else
    return of_region(region(words.value, words.at), words.at)


def _distance(node: Call, operands: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    ra, dec, other_ra, other_dec = parts = _counted(node, _coordinates(node, operands), 4)
    two = point(ra, dec, node.at), point(other_ra, other_dec, node.at)
    sql = known(fragment(SEPARATION, *(coordinate.sql for coordinate in parts)), parts)
    return TypedExpression(sql, DOUBLE, ColumnMetadata("Angular distance", "deg", "pos.angDistance"), between=two)


def _contains(node: Call, operands: list[TypedExpression], context: ResolveContext) -> TypedExpression:
    return _answer(areas.inside(*_pair(node, operands), context.compiler, node.at))


def _intersects(node: Call, operands: list[TypedExpression], context: ResolveContext) -> TypedExpression:
    return _answer(areas.touching(*_pair(node, operands), context.compiler, node.at))


def _pair(node: Call, operands: list[TypedExpression]) -> tuple[TypedExpression, TypedExpression]:
    one, other = _areas(node, operands)
    return one, other


def _answer(truth: Node) -> TypedExpression:
    return TypedExpression(cast(exact(truth), "integer"), INT, truth=truth)


def _areas(node: Call, operands: list[TypedExpression]) -> list[TypedExpression]:
    for operand in operands:
        if operand.form is None:
            hint = "a character string becomes an area by REGION('…')" if operand.string else ""
            raise AdqlError(f"{node.function} is of places and areas, not of {kind(operand.type)}", node.at, hint)
    return operands


def _area(node: Call, operands: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    [operand] = _single(node, operands)
    metadata = ColumnMetadata("Area", "deg**2", "phys.angArea")
    if operand.form is GeometryForm.CIRCLE:
        radius = "CASE WHEN {0} > 180 THEN 180 ELSE {0} END"  # which is all of the sky
        sphere = f"(4 * pi() * power(sind({radius} / 2), 2) * power(180 / pi(), 2))"
        sql = known(fragment(sphere, operand.parts[2].sql), operand.parts[:2], operand.parts[2:])
        return TypedExpression(sql, DOUBLE, metadata)
    return TypedExpression(hub_call("area", areas.array(operand)), DOUBLE, metadata)


def _centroid(node: Call, operands: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    [operand] = _single(node, operands)
    if operand.form in (GeometryForm.POINT, GeometryForm.CIRCLE, GeometryForm.BOX):
        return point(operand.parts[0], operand.parts[1], node.at)
    return _read(hub_call("centroid", areas.array(operand)))


def _read(sql: Node) -> TypedExpression:
    parts = tuple(TypedExpression(fragment(f"({{0}})[{at}]", sql), DOUBLE) for at in (1, 2))
    return TypedExpression(sql, POINT, ColumnMetadata(unit="deg", ucd="pos.eq"), form=GeometryForm.POINT, parts=parts)


def _single(node: Call, operands: list[TypedExpression]) -> list[TypedExpression]:
    if _areas(node, operands)[0].form not in ACCEPTED:
        made_of = "a MOC" if operands[0].moc else "a region made of several"
        raise AdqlError(f"{node.function} is not of {made_of}", node.at)
    return operands


def _coordinate(node: Call, operands: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    [operand] = _areas(node, operands)
    if operand.form is not GeometryForm.POINT:
        raise AdqlError(f"{node.function} is of a point", node.at, "CENTROID is the middle of an area")
    (ra, dec), first = operand.parts, node.function == "COORD1"
    sql = known(longitude(ra) if first else latitude(dec), operand.parts)
    axes = ("lon", "lat") if operand.metadata.ucd == rotations.GALACTIC else ("ra", "dec")
    system = rotations.GALACTIC if axes[0] == "lon" else "pos.eq"
    return TypedExpression(sql, DOUBLE, ColumnMetadata(unit="deg", ucd=f"{system}.{axes[0 if first else 1]}"))


def _system(node: Call, operands: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    _areas(node, operands)
    return TypedExpression(fragment("CAST('ICRS' AS text)"), ASCII)


def _named(node: Call, operands: list[TypedExpression], context: ResolveContext) -> TypedExpression:
    """The place of a star by its name, which was looked up before the query was compiled (`adql.named`)."""
    if len(operands) != 1 or (name := operands[0].string) is None:
        raise AdqlError(f"{node.function} takes a name, written out as a character string", node.at)
    place = dict(context.compiler.places).get(name)
    if place is None:
        hint = "give its place instead, as POINT(ra, dec)"
        raise AdqlError(f"{node.function} takes a name of JSDC's stars: it has no {name[:60]!r}", node.at, hint)
    ra, dec = (double(angle) for angle in place)
    return point(ra, dec, node.at)


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
    **dict.fromkeys(POINTS, _named),
    "MOC": maps.made,
    "IVO_GEOM_TRANSFORM": rotations.transformed,
}
