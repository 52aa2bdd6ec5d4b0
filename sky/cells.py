"""Cells of HEALPix (order 10, nested): of places, of cones, of stars that move.

Two places are near each other only if a cell of one's cone is a cell of the other, so that what is near what becomes a
join on equal whole numbers. Cells are of about 206″, and 105″ wide where they are narrowest.
"""

import numpy as np

from sky import healpix
from sky.healpix import Floats, Ints

ORDER = 10
BESIDE = 60.0
"""Largest radius (arcsec) of a cone that stays within the cell of its centre and the eight around."""
WIDEST = 185.0
"""Largest radius (arcsec) of a cone: it stays within these and those around them."""
ARCSEC = np.pi / 180 / 3600
FARTHEST = healpix.largest_corner_distance(ORDER) / ARCSEC
"""From the middle of a cell to a corner of it (arcsec), at most."""
AT_ONCE = 10_000
"""Cones wider than `BESIDE` whose cells are computed together: each has 72 cells to choose from."""
FIRST, LAST = 1980.0, 2050.0
"""Epochs (Julian years) for which `path` is right."""
REACH = 5.0
"""A star has the cells of points of its path such that it is never farther than this (arcsec) from one of them."""
BENT, BENT_AT_POLE, POLAR = 0.65, 14.0, 86.0
"""How far (arcsec) an edge of a cell is from the great circle between its corners, at most; beyond POLAR (degrees)."""
SIDES = ((2, 0), (0, 1), (6, 2), (4, 3))
"""Neighbour across each edge of a cell: NW, SW, SE, NE, as `healpix` orders neighbours and as edges follow corners."""
CORNERS = (3, 1, 7, 5)
"""Neighbour beyond each corner: N, W, S, E."""


def place_cells(ra: Floats, dec: Floats) -> Ints:
    """Number of the cell (order 10, nested) of each place, in ICRS degrees."""
    return healpix.cell_of(ORDER, ra, dec)


def cone_cells(ra: Floats, dec: Floats, radius: float) -> tuple[Ints, Ints]:
    """Every cell that a cone around each place may touch.

    Parameters
    ----------
    ra, dec
        Centres, ICRS degrees.
    radius
        In arcsec, at most WIDEST.

    Returns
    -------
    tuple
        Two arrays of equal length, index of a centre and number of a cell: centre by centre, with its own cell first.

    Raises
    ------
    ValueError
        The radius is negative or larger than WIDEST.
    """
    if not 0 <= radius <= WIDEST:
        message = f"a cone of {radius}″ is not within the cells around its centre"
        raise ValueError(message)
    if radius > BESIDE:
        return _among_two_rings(ra, dec, radius)
    own = place_cells(ra, dec)
    corners, centre = _unit(*healpix.cell_corners(ORDER, own)), _unit(ra, dec)
    cells = np.full((len(own), 9), -1, np.int64)
    cells[:, 0] = own
    around = healpix.neighbours(ORDER, own)
    near = radius + np.where(np.abs(dec) > POLAR, BENT_AT_POLE, BENT)
    for neighbour, edge in SIDES:
        cells[:, 1 + neighbour] = np.where(_beyond(corners, edge, centre) <= near, around[:, neighbour], -1)
    for corner, neighbour in enumerate(CORNERS):
        # A cell beyond a corner is at least 30° away around that corner, hence twice the radius.
        away = np.linalg.norm(corners[:, corner] - centre, axis=1) / ARCSEC
        cells[:, 1 + neighbour] = np.where(away <= 2 * near, around[:, neighbour], -1)
    row, place = np.nonzero(cells >= 0)
    return row.astype(np.int64), cells[row, place]


def _among_two_rings(ra: Floats, dec: Floats, radius: float) -> tuple[Ints, Ints]:
    """The same for wide cones: the cells around a cell, and around these, whose middles are near enough."""
    rows, cells = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for start in range(0, len(ra), AT_ONCE):
        chunk = slice(start, start + AT_ONCE)
        row, cell = _near_enough(ra[chunk], dec[chunk], radius + FARTHEST)
        rows.append(row + start)
        cells.append(cell)
    return np.concatenate(rows), np.concatenate(cells)


def _near_enough(ra: Floats, dec: Floats, away: float) -> tuple[Ints, Ints]:
    own, centre = place_cells(ra, dec), _unit(ra, dec)
    around = _neighbours(own)
    others = np.sort(np.hstack([around, _neighbours(around.ravel()).reshape(len(own), 64)]), axis=1)
    fresh = others != own[:, None]
    fresh[:, 1:] &= others[:, 1:] != others[:, :-1]
    row, place = np.nonzero(fresh)
    cells = others[row, place]
    middle = _unit(*healpix.cell_centres(ORDER, cells))
    near = np.linalg.norm(middle - centre[row], axis=1) <= away * ARCSEC
    rows = np.concatenate([np.arange(len(own)), row[near]])
    order = np.argsort(rows, kind="stable")
    return rows[order], np.concatenate([own, cells[near]])[order]


def _neighbours(cells: Ints) -> Ints:
    """The eight around each cell; itself for one that is not there, at a corner of three faces."""
    around = healpix.neighbours(ORDER, cells)
    return np.where(around < 0, cells[:, None], around)


def path_cells(ra: Floats, dec: Floats, pm_ra: Floats, pm_dec: Floats) -> tuple[Ints, Ints]:
    """Cells of stars that move: enough of them that none is missed at any epoch from FIRST to LAST.

    A place within a radius of a star at such an epoch has one of the star's cells among those that `touched` gives for
    a cone of the radius plus REACH around it.

    Parameters
    ----------
    ra, dec
        Places at J2000, ICRS degrees.
    pm_ra, pm_dec
        Proper motions in mas/yr, that in right ascension times cos δ.

    Returns
    -------
    tuple
        Two arrays of equal length, index of a star and number of a cell: star by star.
    """
    length = np.hypot(pm_ra, pm_dec) * (LAST - FIRST) / 1000
    count = np.maximum(1, np.ceil(length / (2 * REACH))).astype(np.int64)
    row = np.repeat(np.arange(len(ra)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    years = FIRST - 2000 + (LAST - FIRST) * (nth + 0.5) / count[row]
    cells = place_cells(*apply_proper_motion(ra[row], dec[row], pm_ra[row], pm_dec[row], years))
    first = np.ones(len(row), bool)
    # Beyond the first, a point has a cell of its own: a path may come back to a cell it has left, which does no harm.
    first[1:] = (row[1:] != row[:-1]) | (cells[1:] != cells[:-1])
    return row[first], cells[first]


def apply_proper_motion(ra: Floats, dec: Floats, pm_ra: Floats, pm_dec: Floats, years: Floats) -> tuple[Floats, Floats]:
    """Places (ICRS degrees) of stars after so many Julian years: along a great circle, as `crossid.separation` in SQL.

    `ra` and `dec` are in degrees, proper motions in mas/yr, that in right ascension times cos δ.
    """
    alpha, delta = np.radians(ra), np.radians(dec)
    east, north = pm_ra / 1000 * ARCSEC * years, pm_dec / 1000 * ARCSEC * years
    out = np.cos(delta) - north * np.sin(delta)
    place = np.array(
        [out * np.cos(alpha) - east * np.sin(alpha), out * np.sin(alpha) + east * np.cos(alpha),
         np.sin(delta) + north * np.cos(delta)]
    )  # fmt: skip
    flat = np.hypot(place[0], place[1])
    return np.degrees(np.arctan2(place[1], place[0])) % 360, np.degrees(np.arctan2(place[2], flat))


def _unit(ra: Floats, dec: Floats) -> Floats:
    alpha, delta = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(delta) * np.cos(alpha), np.cos(delta) * np.sin(alpha), np.sin(delta)], axis=-1)


def _beyond(corners: Floats, edge: int, centre: Floats) -> Floats:
    """Distance (arcsec) from each centre to the great circle of an edge of its cell."""
    pole = np.cross(corners[:, edge], corners[:, (edge + 1) % 4])
    pole /= np.linalg.norm(pole, axis=1, keepdims=True)
    away: Floats = np.einsum("ij,ij->i", pole, centre) / ARCSEC
    return away
