"""`ivo_epoch_prop_pos`: where a star is at another epoch (UDF catalogue 1.2), by ESA SP-1200, vol. 1, section 1.5.5.

The star moves along a straight line in space. Its direction at another epoch needs no more than its place, what it goes
across the sky and what it goes along the line of sight, in units of its distance: `u (1 + ζ t) + μ t`. As SQL that
every source has, so that rows are moved where they are.
"""

from collections.abc import Sequence
from math import atan2, cos, degrees, hypot, radians, sin

from adql.checked.literals import double
from adql.checked.typed import TypedExpression
from adql.errors import AdqlError
from adql.rotations import direction, placed
from adql.shapes import point
from adql.template import fragment
from adql.tree import Call
from schema.types import DOUBLE

MAS = radians(1 / 3_600_000)
A = 4.740470446
"""km/s of an astronomical unit a year (ESA SP-1200)."""
NAMES = ("ra", "dec", "parallax", "pmra", "pmdec", "radial_velocity", "ref_epoch", "out_epoch")
NEEDED = ("ra", "dec", "ref_epoch", "out_epoch")
"""Arguments of which NULL is an error; others are 0 where they are not known."""
ALONG, EAST, NORTH = f"(1 + {MAS / A!r} * {{2}} * {{5}} * {{6}})", *(f"({MAS!r} * {{{at}}} * {{6}})" for at in (3, 4))
"""Over the arguments, the last of which is the years between the epochs."""
X = f"({ALONG} * cosd({{1}}) * cosd({{0}}) - {EAST} * sind({{0}}) - {NORTH} * sind({{1}}) * cosd({{0}}))"
Y = f"({ALONG} * cosd({{1}}) * sind({{0}}) + {EAST} * cosd({{0}}) - {NORTH} * sind({{1}}) * sind({{0}}))"
Z = f"({ALONG} * sind({{1}}) + {NORTH} * cosd({{1}}))"


def carried(node: Call, *operands: TypedExpression) -> TypedExpression:
    """The place (degrees) of a star at another epoch.

    Parameters
    ----------
    operands
        Place (degrees), parallax (mas), proper motions (mas a year, that of right ascension times cos δ), radial
        velocity (km/s), the epoch of all these, and the other epoch, both in Julian years; all in double precision.

    Raises
    ------
    AdqlError
        A place or an epoch is NULL, as the query has it; one that is so in a row makes that row's place NULL.
    """
    for name, operand in zip(NAMES, operands, strict=True):
        if operand.type is None and name in NEEDED:
            raise AdqlError(f"{node.function} wants a number as {name}, not NULL", node.at)
    given = tuple(
        operand if name in NEEDED else _zero_if_unknown(operand) for name, operand in zip(NAMES, operands, strict=True)
    )
    numbers = [operand.number for operand in given if operand.number is not None]
    if len(numbers) == len(given):
        ra, dec = (double(angle) for angle in _moved(numbers))
        return point(ra, dec, node.at)
    point(given[0], given[1], node.at)  # which refuses a declination that is none
    years = _years(given[6], given[7])
    known_years = None if years.number is not None else fragment(FINITE, years.sql)
    return placed(direction((X, Y, Z), (*given[:6], years)), given[:2], known_years)


FINITE = "{0} > '-Infinity'::float8 AND {0} < 'Infinity'::float8"


def _years(epoch: TypedExpression, other: TypedExpression) -> TypedExpression:
    if epoch.number is None or other.number is None:
        return TypedExpression(fragment("({1} - {0})", epoch.sql, other.sql), DOUBLE)
    return double(other.number - epoch.number)


def _zero_if_unknown(value: TypedExpression) -> TypedExpression:
    if value.type is None:
        return double(0.0)
    if value.number is not None:
        return value
    # No COALESCE, which postgres_fdw does not ship.
    return TypedExpression(fragment("(CASE WHEN {0} IS NOT NULL THEN {0} ELSE 0 END)", value.sql), DOUBLE)


def _moved(numbers: Sequence[float]) -> tuple[float, float]:
    """The same for numbers."""
    ra, dec, parallax, pm_ra, pm_dec, velocity, epoch, other = numbers
    years, (alpha, delta) = other - epoch, (radians(ra), radians(dec))
    along, east, north = 1 + MAS / A * parallax * velocity * years, MAS * pm_ra * years, MAS * pm_dec * years
    x = along * cos(delta) * cos(alpha) - east * sin(alpha) - north * sin(delta) * cos(alpha)
    y = along * cos(delta) * sin(alpha) + east * cos(alpha) - north * sin(delta) * sin(alpha)
    z = along * sin(delta) + north * cos(delta)
    return degrees(atan2(y, x)) % 360, degrees(atan2(z, hypot(x, y)))
