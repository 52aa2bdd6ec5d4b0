"""Nested HEALPix cells (Górski et al. 2005, ApJ 622, 759) for NumPy arrays, by CDS's cdshealpix.

The public API of cdshealpix takes positions as objects of astropy, and its package imports that: 0.3 s and 35 MB of
each server. Below it lies a compiled module of plain arrays, which is loaded by itself and is all that is used here.
"""

from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _compiled() -> Any:
    package = find_spec("cdshealpix")
    spec = package and PathFinder.find_spec("cdshealpix.cdshealpix", package.submodule_search_locations)
    if not spec or not spec.loader:
        message = "cdshealpix is not installed, or not as a package with a compiled module"
        raise ImportError(message)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LIBRARY = _compiled()
THREADS = np.uint16(1)
"""Threads of a call: the caller already has one, and a server has other requests."""
AROUND = [3, 6, 7, 8, 5, 2, 1, 0]
"""Indexes of SW, W, NW, N, NE, E, SE, S among the nine of cdshealpix, of which number 4 is the cell itself."""
CARDINAL = [2, 3, 0, 1]
"""Indexes of N, W, S, E among the corners of cdshealpix."""


def cell_of(order: int, ra: Floats, dec: Floats) -> Ints:
    """Return the cell of each position.

    Parameters
    ----------
    order
        From 0 to 29: the sphere has 12 * 4**order cells.
    ra, dec
        One dimension each, ICRS degrees; `ra` modulo 360. NaN counts as 0.

    Raises
    ------
    ValueError
        A declination is beyond the poles.
    """
    lon, lat = (np.radians(np.nan_to_num(np.asarray(axis, np.float64))) for axis in (ra, dec))
    if not (np.abs(lat) <= np.pi / 2).all():
        message = "declinations are from -90 to 90 degrees"
        raise ValueError(message)
    cells, offset_x, offset_y = np.empty(lon.shape, np.uint64), np.empty(lon.shape), np.empty(lon.shape)
    LIBRARY.lonlat_to_healpix(_orders(order, lon), lon, lat, cells, offset_x, offset_y, THREADS)
    return cells.astype(np.int64)


def cell_centres(order: int, cells: Ints) -> tuple[Floats, Floats]:
    """Return right ascension and declination (ICRS degrees) of the centre of each cell."""
    lon, lat = np.empty(cells.shape), np.empty(cells.shape)
    LIBRARY.healpix_to_lonlat(_orders(order, cells), cells.astype(np.uint64), 0.5, 0.5, lon, lat, THREADS)
    return np.degrees(lon), np.degrees(lat)


def cell_corners(order: int, cells: Ints) -> tuple[Floats, Floats]:
    """Return right ascensions and declinations (ICRS degrees) of the corners N, W, S, E of each cell: shape (n, 4)."""
    lon, lat = np.empty((len(cells), 4)), np.empty((len(cells), 4))
    LIBRARY.vertices(_orders(order, cells), cells.astype(np.uint64), 1, lon, lat, THREADS)
    return np.degrees(lon[:, CARDINAL]), np.degrees(lat[:, CARDINAL])


def neighbours(order: int, cells: Ints) -> Ints:
    """Return the neighbours SW, W, NW, N, NE, E, SE, S of each cell: shape (n, 8), -1 for a missing one.

    Where three of the twelve faces meet, a cell has seven neighbours instead of eight.
    """
    around = np.empty((len(cells), 9), np.int64)
    LIBRARY.neighbours(order, cells.astype(np.uint64), around, THREADS)
    return around[:, AROUND]


def largest_corner_distance(order: int) -> float:
    """Return the largest distance (radians) from the centre of a cell of an order to one of its corners."""
    nside = 1 << order
    height = 1 - (1 - 1 / nside) ** 2 / 3
    middle = np.array([np.cos(np.pi / 4 / nside), np.sin(np.pi / 4 / nside), 0]) * np.sqrt(5) / 3 + [0, 0, 2 / 3]
    corner = np.array([np.sqrt(1 - height**2), 0, height])
    return float(np.arctan2(np.linalg.norm(np.cross(middle, corner)), middle @ corner))


def _orders(order: int, like: NDArray[Any]) -> NDArray[np.uint8]:
    return np.full(len(like), order, np.uint8)
