"""`ivo_hms_to_degrees`, `ivo_dms_to_degrees` (UDF catalogue 1.2): angles written in sixtieths as degrees.

What the query writes out is read here, so that an index answers conditions on it; what is of rows, in the hub
(`gw.sixtieths`, sql/hub/areas.sql), by the same pattern.
"""

import re
from collections.abc import Callable

from adql.checked.typed import ColumnMetadata, TypedExpression
from adql.template import cast, fragment, hub_call, real
from adql.tree import Call
from schema.types import DOUBLE

_PATTERN = re.compile(
    r"([+-]?)(?:(\d{1,3}):(\d{1,2}):(\d{1,2}(?:\.\d*)?)|(\d{1,3})[dh](\d{1,2})m(\d{1,2}(?:\.\d*)?)s"
    r"|(\d\d)(\d\d)(\d\d(?:\.\d*)?))",
    re.IGNORECASE | re.ASCII,
)
"""What is written: `3:34:45.4`, `3h34m45.4s` or `033445.4`."""
TURN = 360.0
"""Degrees that no angle is beyond."""
DEGREES = ColumnMetadata(unit="deg")


def reader(unit: str, degrees: float) -> Callable[[Call, TypedExpression], TypedExpression]:
    """What makes degrees of a text, whose first number has this letter as its unit, of so many degrees each.

    NULL of what cannot be read, or is more than a turn, as `25:00:00`.
    """

    def read(_node: Call, text: TypedExpression) -> TypedExpression:
        if text.string is None:
            return TypedExpression(
                hub_call("sixtieths", text.sql, fragment(f"'{unit}'"), real(degrees)), DOUBLE, DEGREES
            )
        number = sixtieths(text.string, unit, degrees)
        if number is None:
            return TypedExpression(cast(fragment("NULL"), "double precision"), DOUBLE, DEGREES)
        return TypedExpression(real(number), DOUBLE, DEGREES, number=number)

    return read


def sixtieths(text: str, unit: str, degrees: float) -> float | None:
    """Degrees of an angle in units of so many degrees, minutes and seconds; None for none, or more than a turn."""
    parts = _PATTERN.fullmatch(text.strip())
    if parts is None:
        return None
    sign, *numbers = parts.groups()
    whole, minutes, seconds = (float(number) for number in numbers if number is not None)
    lettered = numbers[3] is not None
    if minutes >= 60 or seconds >= 60 or (lettered and unit not in text.lower()) or (sign and unit == "h"):
        return None
    angle = (whole * 3600 + minutes * 60 + seconds) * degrees / 3600
    if angle > TURN:
        return None
    return -angle if sign == "-" else angle
