"""`MOC`: maps of the sky that a query writes out or makes of an area, and conditions on places with them.

A map is known before any row is: a place is in it if the number of its cell is between two that are written in the
statement. So every source answers that itself, and by its spatial index, for the map has cones around it.
"""

from adql.checked.typed import INTEGERS, ColumnMetadata, GeometryForm, TypedExpression, kind
from adql.cones import in_cone, indexed
from adql.context import Compiler, ResolveContext
from adql.errors import AdqlError
from adql.healpix import at_source
from adql.predicates import all_of, any_of
from adql.shapes import around, corners
from adql.template import HubCall, Node, fragment, literal
from adql.tree import Call, TextPosition
from planning.cones import is_narrow
from schema.sky_keys import array, in_ranges
from schema.types import ASCII, Scalar, worded
from sky import moc
from sky.ranges import of_ranges

TYPE: Scalar = worded(ASCII, "*", "moc")
"""A map as ASCII (DALI 1.2's xtype)."""
MOST_CELLS = 1_000_000
"""Of a map that is made of an area."""
MOST_CONES = 12
"""Around a map, for an index to find what may be in it."""
WIDE = 0.25
"""Share of the sky that these cones may have together: for more, no index helps."""
SKY = 41_252.96
"""Square degrees."""
TAKES = "a map written out as '4/13 17-18 8/3002', or an order from 0 to 29 and an area that is known"


def made(node: Call, operands: list[TypedExpression], context: ResolveContext) -> TypedExpression:
    """A map, as the query writes it out, or of an order and a geometry; raises `AdqlError` for what is none."""
    if len(operands) == 1 and operands[0].string is not None:
        try:
            return _typed(moc.read(operands[0].string), context, node.at)
        except ValueError as error:
            raise AdqlError(f"no map: {error}", node.at) from None
    if len(operands) != 2 or operands[1].form is None:
        raise AdqlError(f"{node.function} takes {TAKES}", node.at)
    order, area = operands
    if order.number is None or order.type not in INTEGERS or order.number not in moc.ORDERS:
        raise AdqlError(f"{node.function} takes an order from 0 to {moc.ORDERS.stop - 1}, written out", node.at)
    return _typed(_covering(int(order.number), area, node.at), context, node.at)


def _typed(known_map: moc.Moc, context: ResolveContext, at: TextPosition) -> TypedExpression:
    sql = context.compiler.bind(known_map.text, at)
    metadata = ColumnMetadata("Map of the sky", "", "pos.outline")
    return TypedExpression(sql, TYPE, metadata, form=GeometryForm.MOC, moc=known_map)


def _covering(order: int, area: TypedExpression, at: TextPosition) -> moc.Moc:
    """The cells that an area touches."""
    if area.moc is not None:
        return area.moc.coarser(order) if order < area.moc.order else area.moc.finer(order)
    if area.form is GeometryForm.UNION:
        return moc.united([_covering(order, part, at) for part in area.parts])
    numbers = [part.number for part in area.parts if part.number is not None]
    if area.form is GeometryForm.CIRCLE and len(numbers) == 3:
        _require_few(order, numbers[2], at)
        return moc.of_circle(order, numbers[0], numbers[1], numbers[2])
    if area.form is GeometryForm.POINT and len(numbers) == 2:
        return moc.of_place(order, numbers[0], numbers[1])
    if places := corners(area):
        _require_few(order, around(places)[2], at)
        return moc.of_polygon(order, places)
    shapes = "a POINT, CIRCLE or POLYGON whose numbers are written out, or a UNION of such"
    raise AdqlError(f"MOC takes {shapes}", at, "a BOX is a POLYGON of its corners")


def _require_few(order: int, radius: float, at: TextPosition) -> None:
    """Refuse a map of so many cells that it is nobody's; `radius` (degrees) is how far the area reaches."""
    share = min(1.0, (min(radius, 180.0) / 180) ** 2 * 2.5)
    if share * (12 << 2 * order) > MOST_CELLS:
        raise AdqlError(f"MOC takes an area of {MOST_CELLS} cells at most: this one has more of order {order}", at)


def holds(place: TypedExpression, area: TypedExpression, compiler: Compiler, at: TextPosition) -> Node:
    """The condition that a place is in a map."""
    assert area.moc is not None  # noqa: S101 - for mypy: its form says so
    bounds = ",".join(str(bound) for ends in area.moc.ranges for bound in ends)
    listed = literal(f"CAST('{{{bounds}}}' AS bigint[])")
    exact = fragment(f"(width_bucket({{0}}, {listed}) % 2 = 1)", _cell(area.moc.order, place, compiler))
    return all_of([*_cones(place, area.moc, compiler, at), exact])


def _cell(order: int, place: TypedExpression, compiler: Compiler) -> Node:
    nodes = [fragment(str(order)), *(coordinate.sql for coordinate in place.parts)]
    there = at_source(float(order), nodes, compiler) if compiler.backend else None
    return there or HubCall(this="gw.healpix_index({0}, {1}, {2})", expressions=nodes)


def _cones(place: TypedExpression, known_map: moc.Moc, compiler: Compiler, at: TextPosition) -> list[Node]:
    """Cones around a map, one of which has each place in it; none where they are much of the sky."""
    keys = _keys(place, known_map, compiler)
    if keys:
        return keys
    cones = moc.cones(known_map, MOST_CONES)
    if not cones or sum(radius**2 * 3.15 for *_, radius in cones) > WIDE * SKY:
        return []
    wider = ((ra, dec, radius * (1 + 1e-6) + 1e-9) for ra, dec, radius in cones)
    return [any_of([in_cone(place, cone, compiler, at) for cone in wider])]


def _keys(place: TypedExpression, known_map: moc.Moc, compiler: Compiler) -> list[Node]:
    """Ranges of keys of a map that is little of the sky, where the source of an indexed place has keys."""
    if not (compiler.backend and compiler.backend.keyed and indexed(place)):
        return []
    held = of_ranges(known_map.order, known_map.ranges)
    if not is_narrow(held):
        return []
    ra, dec = (coordinate.sql for coordinate in place.parts)
    return [fragment(in_ranges(literal(array(held)), ra="{0}", dec="{1}"), ra, dec)]


def inside(inner: TypedExpression, outer: TypedExpression, compiler: Compiler, at: TextPosition) -> Node:
    """The condition that a place or a map is in a map; raises `AdqlError` where one is another area."""
    if outer.moc is not None and inner.form is GeometryForm.POINT:
        return holds(inner, outer, compiler, at)
    one, other = _two(inner, outer, at)
    return fragment("true" if other.holds(one) else "false")


def touching(one: TypedExpression, other: TypedExpression, at: TextPosition) -> Node:
    """The condition that two maps have a cell in common; raises `AdqlError` where one is another area."""
    both = _two(one, other, at)
    return fragment("true" if both[0].touches(both[1]) else "false")


def _two(one: TypedExpression, other: TypedExpression, at: TextPosition) -> tuple[moc.Moc, moc.Moc]:
    if one.moc is None or other.moc is None:
        area = kind((other if one.moc is not None else one).type)
        raise AdqlError(f"a map wants a point or another map beside it, not {area}", at, "MOC(order, area) makes one")
    return one.moc, other.moc
