"""HEALPix cells (order 10, nested) of positions, of cones and of stars that move.

Two positions are near each other only if a cell of one's cone is the cell of the other, so that a cross-match becomes a
join on equal integers. Cells are about 206″ wide, 105″ where they are narrowest.

Worked example: a cone of 3″ around a position 1″ west of a border touches two cells, so `cone_cells` gives rows [0, 0]
and cells [its own, the one beyond the border]; for a position in the middle of a cell it gives that cell alone.
"""

import numpy as np

from sky import healpix
from sky.directions import unit_vectors
from sky.healpix import Floats, Ints

ORDER = 10
BESIDE = 60.0
"""Largest radius (arcsec) of a cone that stays within the cell of its centre and the eight around."""
WIDEST = 185.0
"""Largest radius (arcsec) of a cone: it stays within these and those around them."""
ARCSEC = np.pi / 180 / 3600
"""In radians."""
FARTHEST = healpix.largest_corner_distance(ORDER) / ARCSEC
"""Largest distance (arcsec) from the centre of a cell to one of its corners."""
AT_ONCE = 10_000
"""Cones wider than `BESIDE` whose cells are computed together: each has 72 candidates."""
FIRST, LAST = 1980.0, 2050.0
"""Epochs (Julian years) for which the cells of a star's path are kept."""
REACH = 5.0
"""A star has the cells of points on its path, so spaced that it is always within this (arcsec) of one of them."""
BENT, BENT_AT_POLE, POLAR = 0.65, 14.0, 86.0
"""Largest distance (arcsec) of a cell's edge from the great circle of its corners; that beyond POLAR (degrees)."""
SIDES = ((2, 0), (0, 1), (6, 2), (4, 3))
"""Neighbour across each edge of a cell: NW, SW, SE, NE, as `healpix` orders neighbours and as edges follow corners."""
CORNERS = (3, 1, 7, 5)
"""Neighbour beyond each corner: N, W, S, E."""


def place_cells(ra: Floats, dec: Floats) -> Ints:
    """Return the cell of each position; `ra` and `dec` have one dimension, ICRS degrees."""
    return healpix.cell_of(ORDER, ra, dec)


def cone_cells(ra: Floats, dec: Floats, radius: float) -> tuple[Ints, Ints]:
    """Return every cell that a cone around each position may touch; some may be touched by none.

    Parameters
    ----------
    ra, dec
        Centres, ICRS degrees.
    radius
        In arcsec, at most WIDEST.

    Returns
    -------
    tuple
        Two arrays of equal length: index of the position, and cell; ordered by position, its own cell first.

    Raises
    ------
    ValueError
        The radius is out of bounds.
    """
    if not 0 <= radius <= WIDEST:
        message = f"a cone of {radius}″ is not within the cells around its centre"
        raise ValueError(message)
    if radius > BESIDE:
        return _among_two_rings(ra, dec, radius)
    own = place_cells(ra, dec)
    corners, centre = unit_vectors(*np.radians(healpix.cell_corners(ORDER, own))), unit_vectors(*np.radians((ra, dec)))
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
    """The same for wide cones: of the neighbours of a cell and theirs, those whose centres are near enough."""
    rows, cells = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for start in range(0, len(ra), AT_ONCE):
        chunk = slice(start, start + AT_ONCE)
        row, cell = _near_enough(ra[chunk], dec[chunk], radius + FARTHEST)
        rows.append(row + start)
        cells.append(cell)
    return np.concatenate(rows), np.concatenate(cells)


def _near_enough(ra: Floats, dec: Floats, away: float) -> tuple[Ints, Ints]:
    own, centre = place_cells(ra, dec), unit_vectors(*np.radians((ra, dec)))
    around = _neighbours(own)
    others = np.sort(np.hstack([around, _neighbours(around.ravel()).reshape(len(own), 64)]), axis=1)
    fresh = others != own[:, None]
    fresh[:, 1:] &= others[:, 1:] != others[:, :-1]
    row, place = np.nonzero(fresh)
    cells = others[row, place]
    middle = unit_vectors(*np.radians(healpix.cell_centres(ORDER, cells)))
    near = np.linalg.norm(middle - centre[row], axis=1) <= away * ARCSEC
    rows = np.concatenate([np.arange(len(own)), row[near]])
    order = np.argsort(rows, kind="stable")
    return rows[order], np.concatenate([own, cells[near]])[order]


def _neighbours(cells: Ints) -> Ints:
    """The eight neighbours of each cell; the cell itself for the one missing where three faces meet."""
    around = healpix.neighbours(ORDER, cells)
    return np.where(around < 0, cells[:, None], around)


def path_cells(ra: Floats, dec: Floats, pm_ra: Floats, pm_dec: Floats) -> tuple[Ints, Ints]:
    """Return the cells along the paths of moving stars from epoch FIRST to LAST.

    If a position is within a radius of a star at some epoch between these, one of the star's cells is touched by the
    cone of the radius plus REACH around the position.

    Parameters
    ----------
    ra, dec
        Positions at epoch 2000, ICRS degrees.
    pm_ra, pm_dec
        Proper motions in mas/yr, that in right ascension times cos δ.

    Returns
    -------
    tuple
        Two arrays of equal length: index of the star, and cell; ordered by star.
    """
    length = np.hypot(pm_ra, pm_dec) * (LAST - FIRST) / 1000
    count = np.maximum(1, np.ceil(length / (2 * REACH))).astype(np.int64)
    row = np.repeat(np.arange(len(ra)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    years = FIRST - 2000 + (LAST - FIRST) * (nth + 0.5) / count[row]
    cells = place_cells(*apply_proper_motion(ra[row], dec[row], pm_ra[row], pm_dec[row], years))
    first = np.ones(len(row), bool)
    # A path may come back to a cell that it has left, which is then repeated: that does no harm.
    first[1:] = (row[1:] != row[:-1]) | (cells[1:] != cells[:-1])
    return row[first], cells[first]


def apply_proper_motion(ra: Floats, dec: Floats, pm_ra: Floats, pm_dec: Floats, years: Floats) -> tuple[Floats, Floats]:
    """Move stars along great circles, exactly as `crossid.separation` does in SQL.

    Parameters
    ----------
    ra, dec
        ICRS degrees.
    pm_ra, pm_dec
        Proper motions in mas/yr, that in right ascension times cos δ.
    years
        Julian years to move each star by, negative for the past.

    Returns
    -------
    tuple
        Right ascensions (0 to 360) and declinations, degrees.
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


def _beyond(corners: Floats, edge: int, centre: Floats) -> Floats:
    """Distance (arcsec) from each centre to the great circle of an edge of its cell."""
    pole = np.cross(corners[:, edge], corners[:, (edge + 1) % 4])
    pole /= np.linalg.norm(pole, axis=1, keepdims=True)
    away: Floats = np.einsum("ij,ij->i", pole, centre) / ARCSEC
    return away
