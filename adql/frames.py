"""Coordinate systems of places that a query writes out (deprecated since ADQL 2.1, section 4.2.6), brought to ICRS."""

from collections.abc import Sequence
from itertools import chain

from adql.checked.literals import double
from adql.checked.typed import TypedExpression
from adql.errors import AdqlError
from adql.tree import TextPosition
from sky.reference_frames import rotated, rotation

AS_ICRS = {"", "ICRS", "FK5", "J2000", "UNKNOWNFRAME"}
"""Taken for ICRS, which FK5 at J2000 is within 0.03″ of."""
GALACTIC = "GALACTIC"
OF_ONE_PLACE = {"POINT", "POSITION", "CIRCLE"}
"""Shapes whose numbers begin with one place; those of a polygon are nothing but places."""


def in_icrs(name: str, shape: str, parts: Sequence[TypedExpression], at: TextPosition) -> list[TypedExpression]:
    """The numbers of a shape in ICRS.

    Parameters
    ----------
    name
        The frame, in upper case; empty for ICRS.
    shape
        As in `OF_ONE_PLACE`, or BOX or POLYGON.
    parts
        The numbers as they are written: places in degrees, then a radius or none.

    Raises
    ------
    AdqlError
        The frame is not known, or the numbers are not until rows are.
    """
    if name in AS_ICRS:
        return list(parts)
    if name != GALACTIC:
        raise AdqlError(f"positions in {name} are not known here", at, "all tables have ICRS: convert to that")
    if shape == "BOX":
        raise AdqlError("a box has its sides along ICRS", at, "in galactic coordinates, write its corners as a POLYGON")
    places = 2 * (1 if shape in OF_ONE_PLACE else len(parts) // 2)
    known = [component.number for component in parts[:places] if component.number is not None]
    if len(known) < places:
        hint = "all tables have ICRS: leave 'GALACTIC' out where their coordinates stand"
        raise AdqlError("galactic coordinates must be written out as numbers", at, hint)
    turned = (_turned(*pair, at) for pair in zip(known[::2], known[1::2], strict=True))
    return [*map(double, chain(*turned)), *parts[places:]]


def _turned(longitude: float, latitude: float, at: TextPosition) -> tuple[float, float]:
    """Right ascension and declination of a galactic place, all in degrees."""
    if abs(latitude) > 90:
        raise AdqlError(f"there is no galactic latitude of {latitude:g}°", at, "the longitude comes first")
    return rotated(rotation(GALACTIC, "ICRS"), longitude, latitude)
