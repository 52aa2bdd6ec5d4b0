"""Places near each other: the condition that the spatial index of a table answers (`schema.space`)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isfinite

from adql.checked.literals import double
from adql.checked.typed import NUMBERS, TypedExpression, kind
from adql.context import Compiler
from adql.errors import AdqlError
from adql.predicates import ConePredicate, Conjunction, Disjunction, RadiusConjunction, all_of, any_of, negation
from adql.shapes import are_sizes, known, point
from adql.template import Node, RealLiteral, fragment, real
from adql.tree import TextPosition
from planning.cones import NARROW
from schema.sky_keys import array
from schema.space import NEAR, beyond
from schema.types import DOUBLE
from sky import ranges


def near(  # noqa: PLR0913, PLR0917 - two places, how far apart, and what a query's condition has around it
    one: TypedExpression,
    other: TypedExpression,
    radius: TypedExpression,
    compiler: Compiler,
    at: TextPosition,
    sizes: Sequence[TypedExpression] = (),
) -> Node:
    """The condition that two points are no farther than a radius from each other, its edge included.

    Parameters
    ----------
    one, other
        Points, as `adql.shapes.point` gives them.
    radius
        Degrees. Where an index finds the places, a radius of the rows is taken for 90° if it is more.
    at
        Where a refusal points.
    sizes
        The radii of circles (degrees) of which the radius is made: where one is negative or none, there is no circle.

    Raises
    ------
    AdqlError
        The radius is no number, or is negative.
    """
    if radius.type not in (*NUMBERS, None):
        raise AdqlError(f"a distance cannot be compared with {kind(radius.type)}", at)
    if not indexed(one) and indexed(other):
        one, other = other, one
    if radius.number is None:
        least = fragment("least(greatest({0}, 0), 90)", radius.sql)
        some = fragment(f"({{0}} >= -{NEAR!r} AND {{0}} <= 'Infinity'::float8)", radius.sql)  # NaN is none
        exact = _cones(one, other, least, compiler)
        radii = all_of(are_sizes(sizes)) if sizes else fragment("({0} IS NOT NULL)", radius.sql)
        narrow = [*_widest(one, other, radius, compiler), exact, some]
        if not indexed(one):
            narrow = [any_of([Conjunction(expressions=narrow), _wide(one, other, radius, compiler)])]
        if len(sizes) > 1:
            narrow.append(radii.copy())
        return RadiusConjunction(expressions=narrow, known=radii)
    if radius.number < 0:
        raise AdqlError("a distance is never negative", at)
    if beyond(radius.number) < 0:
        return known(fragment("true"), (*one.parts, *other.parts))
    if radius.number > 90:
        return negation(_cones(one, _antipode(other), real(beyond(radius.number)), compiler))
    return _cones(one, other, real(radius.number), compiler)


def of_circle(circle: TypedExpression, conditions: Sequence[Node]) -> Node:
    """All of some conditions on a circle, of which it is not known whether they hold where it has no radius."""
    radius = circle.parts[2:]
    if len(conditions) == 1 or not radius or radius[0].number is not None:
        return all_of(conditions)
    return RadiusConjunction(expressions=list(conditions), known=all_of(are_sizes(radius)))


def in_cone(place: TypedExpression, cone: tuple[float, float, float], compiler: Compiler, at: TextPosition) -> Node:
    """The condition that a place is in a cone that is known: right ascension, declination and radius in degrees."""
    ra, dec, radius = map(double, cone)
    return near(place, point(ra, dec, at), radius, compiler, at)


def _widest(
    one: TypedExpression, other: TypedExpression, radius: TypedExpression, compiler: Compiler
) -> Iterator[Node]:
    """The cone of the largest radius that the rows may have, which an index answers where theirs are not known."""
    if radius.largest is not None and radius.largest <= 90:
        yield _cones(one, other, real(radius.largest), compiler)


def _wide(one: TypedExpression, other: TypedExpression, radius: TypedExpression, compiler: Compiler) -> Node:
    """The same for a radius of the rows that is more than 90°: no index answers it, so it is for places without one."""
    outside = fragment(f"greatest(180 - least({{0}}, 180) - 2 * {NEAR!r}, 0)", radius.sql)
    inside = negation(_cone(one, _antipode(other), outside, compiler))
    whole = known(fragment("({0} >= 180)", radius.sql), (*one.parts, *other.parts))
    wide = fragment("({0} > 90 AND {0} <= 'Infinity'::float8)", radius.sql)
    return Conjunction(expressions=[wide, Disjunction(expressions=[inside, whole])])


def indexed(place: TypedExpression) -> bool:
    """Whether a point is the position of its table, which has an index on it."""
    ra, dec = (coordinate.origin for coordinate in place.parts)
    if not (ra and dec and ra.table is dec.table and ra.table.position):
        return False
    return [column.sql for column in ra.table.position] == [ra.column.sql, dec.column.sql]


def _antipode(place: TypedExpression) -> TypedExpression:
    ra, dec = place.parts
    if ra.number is not None and dec.number is not None:
        turned = ((ra.number + 180) % 360, -dec.number)
        return replace(place, parts=tuple(double(number) for number in turned))
    return replace(
        place,
        parts=(
            TypedExpression(fragment("({0} + 180)", ra.sql), DOUBLE),
            TypedExpression(fragment("(- {0})", dec.sql), DOUBLE),
        ),
    )


def _cones(one: TypedExpression, other: TypedExpression, radius: Node, compiler: Compiler) -> Node:
    """One cone, or one around each place where both are indexed in one database: PostgreSQL chooses an index."""
    cone = _cone(one, other, radius, compiler)
    if not (indexed(one) and indexed(other)) or _databases(one) != _databases(other):
        return cone
    return Conjunction(expressions=[cone, _cone(other, one, radius, compiler)])


def _databases(place: TypedExpression) -> tuple[str, ...]:
    origin = place.parts[0].origin
    return origin.table.databases if origin else ()


def _cone(one: TypedExpression, other: TypedExpression, radius: Node, compiler: Compiler) -> Node:
    (ra, dec), (ra0, dec0) = ((coordinate.sql for coordinate in place.parts) for place in (one, other))
    body = compiler.backend
    known = _ranges(one, other, radius) if body and body.keyed else None
    return ConePredicate(ra=ra, dec=dec, ra0=ra0, dec0=dec0, radius=radius, backend=body, ranges=known)


def _ranges(one: TypedExpression, other: TypedExpression, radius: Node) -> str | None:
    """Ranges of keys of a narrow cone that is known, around which an index finds places; None of any other."""
    ra, dec = (coordinate.number for coordinate in other.parts)
    if ra is None or dec is None or not isinstance(radius, RealLiteral) or radius.value > NARROW or not indexed(one):
        return None
    return array(ranges.of_circle(ra, dec, radius.value)) if -90 <= dec <= 90 and isfinite(ra) else None
