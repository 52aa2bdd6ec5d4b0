"""HEALPix from its definition, for tests: the plane of Calabretta & Roukema (2007, MNRAS 381, 865), a cell at a time.

The sphere becomes twelve squares that stand on a corner. A place is in the square whose coordinates u (to the
north-east) and v (to the north-west) of it are from 0 to 1; the number of a cell has the bits of both by turns.
"""

from math import asin, degrees, floor, pi, radians, sin, sqrt

FACES = tuple((pi / 4 + k % 4 * pi / 2 - (k // 4 == 1) * pi / 4, pi / 4 * (1 - k // 4)) for k in range(12))
"""Middle of each square."""


def plane(ra: float, dec: float) -> tuple[float, float]:
    """A place (degrees) in the plane."""
    phi, z = radians(ra % 360), sin(radians(dec))
    if abs(z) <= 2 / 3:
        return phi, 3 * pi / 8 * z
    sigma, middle = sqrt(3 * (1 - abs(z))), pi / 4 + floor(phi / (pi / 2)) * pi / 2
    return middle + (phi - middle) * sigma, (1 if z > 0 else -1) * pi / 4 * (2 - sigma)


def sphere(x: float, y: float) -> tuple[float, float]:
    """A point of the plane on the sphere (degrees)."""
    if abs(y) <= pi / 4:
        return degrees(x) % 360, degrees(asin(8 * y / (3 * pi)))
    sigma, middle = 2 - 4 * abs(y) / pi, pi / 4 + floor(x % (2 * pi) / (pi / 2)) * pi / 2
    phi = middle + (x % (2 * pi) - middle) / sigma if sigma else middle
    return degrees(phi) % 360, (1 if y > 0 else -1) * degrees(asin(1 - sigma**2 / 3))


def cell_of(order: int, ra: float, dec: float) -> int:
    """Nested number of the cell that a place is in; on a border of two squares it is that of the first."""
    x, y = plane(ra, dec)
    squares = [_inside(face, x - turn, y) for face in range(12) for turn in (0, 2 * pi)]
    face, u, v = min(squares, key=lambda square: max(abs(square[1] - 0.5), abs(square[2] - 0.5)))
    i, j = (min(max(floor(along * 2**order), 0), 2**order - 1) for along in (u, v))
    return face * 4**order + woven(i, j)


def _inside(face: int, x: float, y: float) -> tuple[int, float, float]:
    east, north = (x - FACES[face][0]) / (pi / 2), (y - FACES[face][1]) / (pi / 2)
    return face, north + east + 0.5, north - east + 0.5


def point(order: int, cell: int, u: float, v: float) -> tuple[float, float]:
    """A point of a cell on the sphere: 0, 0 is its corner in the south, 1, 1 that in the north."""
    face, number = divmod(cell, 4**order)
    i, j = ((bits(number, start, order) + along) / 2**order for start, along in ((0, u), (1, v)))
    x0, y0 = FACES[face]
    return sphere(x0 + (i - j) * pi / 4, y0 + (i + j - 1) * pi / 4)


def woven(i: int, j: int) -> int:
    """The bits of two numbers by turns, the first one's first."""
    return sum((i >> k & 1) << 2 * k | (j >> k & 1) << 2 * k + 1 for k in range(max(i, j).bit_length()))


def bits(number: int, start: int, count: int) -> int:
    """Every other bit, as a number."""
    return sum((number >> 2 * k + start & 1) << k for k in range(count))
