"""Where a baseline is in the uv plane."""

import math
from typing import NamedTuple


class UvCoordinates(NamedTuple):
    """A point of the uv plane: in cycles per radian where a wavelength was given, else in metres."""

    u: float
    v: float


def uv(length: float, angle: float, wavelength: float = 1) -> UvCoordinates:
    """Return where a baseline is, as the field `uv` of the gateway has it.

    Parameters
    ----------
    length
        Projected length in metres.
    angle
        Position angle in degrees, north through east.
    wavelength
        In metres; without one the result is in metres.
    """
    radians = math.radians(angle)
    return UvCoordinates(length * math.sin(radians) / wavelength, length * math.cos(radians) / wavelength)
