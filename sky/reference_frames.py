"""Rotations between reference frames: ICRS, FK5 at J2000 and galactic coordinates (UDF catalogue 1.2, 3.2.2)."""

from collections.abc import Mapping, Sequence
from math import atan2, cos, degrees, hypot, radians, sin

Matrix = tuple[tuple[float, float, float], ...]
MAS = radians(1 / 3_600_000)
GALACTIC: Matrix = (
    (-0.054875560416215368, -0.873437090234885049, -0.483835015548713227),
    (+0.494109427875583674, -0.444829629960011178, +0.746982244497218891),
    (-0.867666149019004701, -0.198076373431201528, +0.455983776175066922),
)
"""Axes of galactic coordinates in ICRS: the rotation of Hipparcos (ESA SP-1200, vol. 1, section 1.5.3)."""
FK5_ANGLES = (-19.9 * MAS, 9.1 * MAS, -22.9 * MAS)
"""How FK5 at J2000 lies in ICRS (IERS Technical Note 29, section 2.1.2): two offsets of its pole, and of its origin."""


def _product(one: Matrix, other: Matrix) -> Matrix:
    columns = tuple(zip(*other, strict=True))
    return tuple(tuple(_dot(row, column) for column in columns) for row in one)  # type: ignore[misc]


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(one, other, strict=True))


def _fk5() -> Matrix:
    about_x, about_y, about_z = FK5_ANGLES
    turned_x = ((1.0, 0.0, 0.0), (0.0, cos(about_x), -sin(about_x)), (0.0, sin(about_x), cos(about_x)))
    turned_y = ((cos(about_y), 0.0, -sin(about_y)), (0.0, 1.0, 0.0), (sin(about_y), 0.0, cos(about_y)))
    turned_z = ((cos(about_z), sin(about_z), 0.0), (-sin(about_z), cos(about_z), 0.0), (0.0, 0.0, 1.0))
    return _product(turned_x, _product(turned_y, turned_z))


FROM_ICRS: Mapping[str, Matrix] = {
    "ICRS": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "FK5": _fk5(),
    "GALACTIC": GALACTIC,
}
"""By the name that the IVOA's vocabulary `refframe` has: the axes of each frame in ICRS."""


def rotation(from_frame: str, to_frame: str) -> Matrix:
    """The matrix that takes unit vectors of one frame to another, both of `FROM_ICRS`."""
    to_icrs: Matrix = tuple(zip(*FROM_ICRS[from_frame], strict=True))
    return _product(FROM_ICRS[to_frame], to_icrs)


def rotated(matrix: Matrix, longitude: float, latitude: float) -> tuple[float, float]:
    """Longitude, 0 to 360, and latitude of a place in another frame, all in degrees.

    >>> tuple(round(angle, 6) for angle in rotated(rotation("ICRS", "GALACTIC"), 120, -23))
    (241.121825, 3.627857)
    """
    along, up = radians(longitude), radians(latitude)
    place = (cos(up) * cos(along), cos(up) * sin(along), sin(up))
    x, y, z = (_dot(row, place) for row in matrix)
    return degrees(atan2(y, x)) % 360, degrees(atan2(z, hypot(x, y)))


def galactic(ra: float, dec: float) -> tuple[float, float]:
    """Galactic longitude and latitude of a place in ICRS, all in degrees.

    >>> tuple(round(angle, 4) for angle in galactic(266.40499, -28.93617))
    (0.0, 0.0)
    """
    return rotated(GALACTIC, ra, dec)
