"""`ivo_geom_transform`: a geometry in another reference frame (UDF catalogue 1.2), as SQL that every source has."""

from collections.abc import Iterator, Sequence

from adql.checked.literals import double
from adql.checked.typed import ColumnMetadata, GeometryForm, TypedExpression, kind
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.shapes import circle, known, point, polygon
from adql.template import Node, fragment
from adql.tree import Call
from schema.types import DOUBLE, POINT
from sky.reference_frames import FROM_ICRS, Matrix, rotated, rotation

AXIS = "({0!r} * cosd({{1}}) * cosd({{0}}) + {1!r} * cosd({{1}}) * sind({{0}}) + {2!r} * sind({{1}}))"
PLACED = (
    "ARRAY[CASE WHEN {0} >= 0 THEN {0} + 0::double precision WHEN {0} + 360 < 360 THEN {0} + 360 ELSE 0 END,"
    " {1} + 0::double precision]"
)
"""A point of longitude and latitude: 0 <= longitude < 360, and no zero has a sign."""
GALACTIC = "pos.galactic"
"""UCD of places in galactic coordinates."""
TAKES = "two reference frames, written out as character strings, and a POINT, CIRCLE or POLYGON"


def transformed(node: Call, operands: list[TypedExpression], _context: ResolveContext) -> TypedExpression:
    """A place or an area, turned from one frame to another.

    Raises
    ------
    AdqlError
        A frame is not written out or not known, or the area is not made of places that are known one by one.
    """
    if len(operands) != 3 or operands[0].string is None or operands[1].string is None:
        raise AdqlError(f"{node.function} takes {TAKES}", node.at)
    frames = (operands[0].string, operands[1].string)
    for frame in frames:
        if frame not in FROM_ICRS:
            hint = f"{', '.join(FROM_ICRS)} are, spelled so"
            raise AdqlError(f"{node.function} wants reference frames that are known, not {frame[:40]!r}", node.at, hint)
    geometry, matrix = operands[2], rotation(*frames)
    numbers = [*_turned(geometry, matrix)] if geometry.form in _PLACES else []
    match geometry.form:
        case GeometryForm.POINT if numbers[0].number is None:
            computed = direction([AXIS.format(*row) for row in matrix], geometry.parts)
            turned = placed(computed, geometry.parts)
        case GeometryForm.POINT:
            turned = point(numbers[0], numbers[1], node.at)
        case GeometryForm.CIRCLE:
            turned = circle(numbers[0], numbers[1], geometry.parts[2], node.at)
        case GeometryForm.POLYGON if numbers:
            turned = polygon(numbers, node.at)
        case None:
            raise AdqlError(f"{node.function} takes {TAKES}, not {kind(geometry.type)}", node.at)
        case _:
            hint = "a BOX as a POLYGON of its corners"
            raise AdqlError(f"{node.function} takes {TAKES} whose places are told one by one", node.at, hint)
    ucd = GALACTIC if frames[1] == "GALACTIC" else turned.metadata.ucd
    return _with_metadata(turned, ColumnMetadata(unit="deg", ucd=ucd))


_PLACES = (GeometryForm.POINT, GeometryForm.CIRCLE, GeometryForm.POLYGON)


def _with_metadata(value: TypedExpression, metadata: ColumnMetadata) -> TypedExpression:
    return TypedExpression(value.sql, value.type, metadata, form=value.form, parts=value.parts)


def _turned(geometry: TypedExpression, matrix: Matrix) -> Iterator[TypedExpression]:
    """Longitudes and latitudes of the places of a geometry, by turns."""
    places = len(geometry.parts) // 2 * 2
    for at in range(0, places, 2):
        yield from _turned_place(geometry.parts[at], geometry.parts[at + 1], matrix)


def _turned_place(
    longitude: TypedExpression, latitude: TypedExpression, matrix: Matrix
) -> tuple[TypedExpression, TypedExpression]:
    if longitude.number is not None and latitude.number is not None:
        along, up = rotated(matrix, longitude.number, latitude.number)
        return double(along), double(up)
    axes = tuple(AXIS.format(*row) for row in matrix)
    return guarded(direction(axes, (longitude, latitude)), (longitude, latitude))


Axes = Sequence[str]
"""SQL of the components of a direction."""
Pair = tuple[Node, Node]


def direction(axes: Axes, parts: Sequence[TypedExpression]) -> Pair:
    """Longitude, -180 to 180, and latitude (degrees) of a direction, whose components are SQL over `parts`."""
    nodes, (x, y, z) = [part.sql for part in parts], axes
    return fragment(f"atan2d({y}, {x})", *nodes), fragment(f"atan2d({z}, sqrt(power({x}, 2) + power({y}, 2)))", *nodes)


def guarded(
    computed: Pair, coordinates: Sequence[TypedExpression], also: Node | None = None
) -> tuple[TypedExpression, TypedExpression]:
    """A longitude and a latitude that are NULL where what they are made of is no place: PostgreSQL has no sine of ∞.

    Parameters
    ----------
    coordinates
        The place that they are made of.
    also
        Another condition that must be true.
    """
    one, other = (known(_where(node, also), coordinates) for node in computed)
    return TypedExpression(one, DOUBLE), TypedExpression(other, DOUBLE)


def placed(computed: Pair, coordinates: Sequence[TypedExpression], also: Node | None = None) -> TypedExpression:
    """The point of such a longitude and latitude."""
    sql = known(_where(fragment(PLACED, *computed), also), coordinates)
    parts = guarded(computed, coordinates, also)
    return TypedExpression(sql, POINT, ColumnMetadata(unit="deg", ucd="pos.eq"), form=GeometryForm.POINT, parts=parts)


def _where(node: Node, also: Node | None) -> Node:
    return node if also is None else fragment("(CASE WHEN {1} THEN {0} END)", node, also)
