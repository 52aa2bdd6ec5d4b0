"""Conditions on two places or areas: one is inside the other (CONTAINS), or they touch (INTERSECTS).

What is simple is said in SQL that is shipped to the sources; the rest by `gw.contains` and `gw.intersects`
(`sql/hub/areas.sql`), behind a cone that is shipped where the area is known.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import atan, degrees, hypot, radians, tan

from sqlglot import exp

from adql import maps
from adql.checked.literals import double
from adql.checked.typed import GeometryForm, TypedExpression
from adql.cones import in_cone, near, of_circle
from adql.context import Compiler
from adql.errors import AdqlError
from adql.predicates import RegionPredicate, all_of, any_of, negation
from adql.shapes import WIDEST, around, corners, known, point
from adql.template import Node, fragment, hub_call
from adql.tree import TextPosition
from schema.space import NEAR
from schema.types import DOUBLE, REGION

COMPOUND = {GeometryForm.UNION: any_of, GeometryForm.INTERSECTION: all_of}
ROUND = (GeometryForm.POINT, GeometryForm.CIRCLE)
DEPTH = "(sind({1}) * sind({3}) + cosd({1}) * cosd({3}) * cosd({0} - {2}))"
WHOLE = 180.0
"""Radius (degrees) of a circle that is all of the sky."""
IN_BOX = (
    f"({DEPTH} > 0 AND abs(cosd({{1}}) * sind({{0}} - {{2}})) * cosd({{4}} / 2) - {DEPTH} * sind({{4}} / 2) <= 1e-12"
    " AND abs(sind({1}) * cosd({3}) - cosd({1}) * sind({3}) * cosd({0} - {2})) * cosd({5} / 2)"
    f" - {DEPTH} * sind({{5}} / 2) <= 1e-12)"
)
"""In the plane that touches the sky at the centre of the box its sides are straight: they are great circles, of which a
place is not farther out than 1e-12 rad (`schema.space.NEAR`)."""


def inside(inner: TypedExpression, outer: TypedExpression, compiler: Compiler, at: TextPosition) -> Node:
    """The condition that a place or an area is wholly inside another, edges included.

    Parameters
    ----------
    inner, outer
        With `form` set; a `GeometryForm.UNION`, INTERSECTION or NOT is taken apart.
    at
        Where a refusal points.

    Raises
    ------
    AdqlError
        The inner one is a region made of several that cannot be taken apart.
    """
    if outer.form is GeometryForm.MOC or (inner.form is GeometryForm.MOC and outer.form not in COMPOUND):
        return maps.inside(inner, outer, compiler, at)
    if outer.form in COMPOUND:
        return COMPOUND[outer.form]([inside(inner, component, compiler, at) for component in outer.parts])
    if outer.form is GeometryForm.NOT:
        return negation(touching(inner, outer.parts[0], compiler, at))
    if inner.form is GeometryForm.UNION:
        return all_of([inside(component, outer, compiler, at) for component in inner.parts])
    _plain(inner, at)
    holds = _holds if inner.form is GeometryForm.POINT else _holds_area
    return holds(inner, outer, compiler, at)


def _holds_area(inner: TypedExpression, outer: TypedExpression, compiler: Compiler, at: TextPosition) -> Node:
    if inner.form is GeometryForm.CIRCLE and outer.form is GeometryForm.CIRCLE:
        return _within(inner, outer, compiler, at)
    exact = hub_call("contains", array(outer), array(inner))
    return of_circle(inner, [*_bounded(inner, 0.0, outer, compiler, at), exact])


def touching(one: TypedExpression, other: TypedExpression, compiler: Compiler, at: TextPosition) -> Node:
    """The condition that two places or areas have a point in common, edges included.

    Raises
    ------
    AdqlError
        One is a region made of several that cannot be taken apart.
    """
    for area, opposite in ((one, other), (other, one)):
        if area.form is GeometryForm.UNION:
            return any_of([touching(component, opposite, compiler, at) for component in area.parts])
        if opposite.form is GeometryForm.POINT:
            return inside(opposite, area, compiler, at)
    if GeometryForm.MOC in (one.form, other.form):
        return maps.touching(one, other, at)
    _plain(one, at)
    _plain(other, at)
    if one.form is GeometryForm.CIRCLE and other.form is GeometryForm.CIRCLE:
        radii = (one.parts[2], other.parts[2])
        return near(_centre(one, at), _centre(other, at), _sum(*radii, "+"), compiler, at, radii)
    for area, opposite in ((one, other), (other, one)):
        if opposite.form is GeometryForm.CIRCLE:
            exact = _of_words(opposite, opposite.parts[2], area, "intersects")
            return of_circle(opposite, [*_bounded(opposite, opposite.parts[2].most, area, compiler, at), exact])
    return hub_call("intersects", array(one), array(other))


def _bounded(
    circle: TypedExpression, reach: float | None, area: TypedExpression, compiler: Compiler, at: TextPosition
) -> Iterator[Node]:
    """Of a circle of the rows and an area that is known: the cone, `reach` degrees wider, that has its centre."""
    bounds = _bounds(area)
    if circle.form is GeometryForm.CIRCLE and circle.parts[0].origin and bounds and reach is not None:
        cone = (*bounds[:2], bounds[2] + reach)
        if cone[2] < WHOLE:
            yield _in_cone(_centre(circle, at), cone, compiler, at)


def _bounds(area: TypedExpression) -> tuple[float, float, float] | None:
    """A cone around a polygon or box that is known already: right ascension, declination and radius in degrees."""
    if places := corners(area):
        return around(places)
    if area.form is not GeometryForm.BOX:
        return None
    ra, dec, width, height = (component.number for component in area.parts)
    if ra is None or dec is None or width is None or height is None:
        return None
    return ra, dec, degrees(atan(hypot(tan(radians(width / 2)), tan(radians(height / 2)))))


def _of_words(place: TypedExpression, radius: TypedExpression, area: TypedExpression, function: str) -> Node:
    """The condition on an area and a place or circle; on an area in words as a predicate that joins look for."""
    exact = hub_call(function, array(area), array(place))
    if area.form is not GeometryForm.REGION:
        return exact
    (ra, dec), region = (component.sql.copy() for component in place.parts[:2]), area.sql.copy()
    return RegionPredicate(ra=ra, dec=dec, radius=radius.sql.copy(), region=region, exact=exact)


def array(area: TypedExpression) -> Node:
    """The SQL of an area as an array of numbers, which the functions of the hub take.

    A row's STC-S is read there, and it is found out there whether a row's array is on the sky.
    """
    if area.form is GeometryForm.REGION or area.type is REGION:
        return hub_call("region", area.sql)
    return hub_call("placed", area.sql) if isinstance(area.sql, exp.Column) else area.sql


def _plain(area: TypedExpression, at: TextPosition) -> None:
    if area.form in (*COMPOUND, GeometryForm.NOT):
        raise AdqlError("a region made of several cannot be compared with this", at, "ask of each of its parts")


def _holds(place: TypedExpression, area: TypedExpression, compiler: Compiler, at: TextPosition) -> Node:
    match area.form:
        case GeometryForm.POINT:
            return near(place, area, double(0), compiler, at)
        case GeometryForm.CIRCLE:
            return near(place, _centre(area, at), area.parts[2], compiler, at, area.parts[2:])
        case GeometryForm.BOX:
            return _in_box(place, area, compiler, at)
        case _:
            bounds = _bounds(area)
            exact = _of_words(place, double(0), area, "contains")
            return all_of([_in_cone(place, bounds, compiler, at), exact]) if bounds else exact


def _in_box(place: TypedExpression, box: TypedExpression, compiler: Compiler, at: TextPosition) -> Node:
    straight = fragment(IN_BOX, *(component.sql for component in (*place.parts, *box.parts)))
    exact = known(straight, (*place.parts, *box.parts[:2]), box.parts[2:], most=WIDEST)
    bounds = _bounds(box)
    return all_of([_in_cone(place, bounds, compiler, at), exact]) if bounds else exact


def _in_cone(place: TypedExpression, cone: tuple[float, float, float], compiler: Compiler, at: TextPosition) -> Node:
    """A cone around an area, a little wider than it: rows that it leaves out are not in the area."""
    return in_cone(place, (*cone[:2], cone[2] * (1 + 1e-9) + 1e-9), compiler, at)


def _within(inner: TypedExpression, outer: TypedExpression, compiler: Compiler, at: TextPosition) -> Node:
    left = _sum(outer.parts[2], inner.parts[2], "-")
    if left.number is not None and left.number < -NEAR:
        return known(fragment("false"), (*inner.parts[:2], *outer.parts[:2]))
    if left.number is not None:
        all_sky = outer.parts[2].number is not None and outer.parts[2].number >= WHOLE
        left = replace(left, number=WHOLE if all_sky else max(0.0, left.number))
    return near(_centre(inner, at), _centre(outer, at), left, compiler, at, (inner.parts[2], outer.parts[2]))


def _centre(circle: TypedExpression, at: TextPosition) -> TypedExpression:
    return point(circle.parts[0], circle.parts[1], at)


def _sum(one: TypedExpression, other: TypedExpression, sign: str) -> TypedExpression:
    number = largest = None
    most, others = one.most, other.most
    if one.number is not None and other.number is not None:
        number = one.number + other.number if sign == "+" else one.number - other.number
    elif most is not None and (others is not None or sign == "-"):
        largest = most + (others or 0.0) if sign == "+" else most
    return TypedExpression(
        fragment(f"({{0}} {sign} {{1}})", one.sql, other.sql), DOUBLE, number=number, largest=largest
    )
