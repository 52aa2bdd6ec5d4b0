"""Cells of HEALPix against its definition, and against those of hpgeom and healpy."""

import numpy as np
import projection
import pytest
from circles import vectors
from numpy.typing import NDArray

from sky.healpix import cell_centres, cell_corners, cell_of, largest_corner_distance, neighbours

RANDOM = np.random.default_rng(20261130)
SHARED = ({"S", "W"}, {"W"}, {"W", "N"}, {"N"}, {"N", "E"}, {"E"}, {"E", "S"}, {"S"})
"""Corners that a cell has in common with each of its neighbours, SW first."""


def places(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Anywhere, and near both poles."""
    ra, dec = RANDOM.uniform(0, 360, 2 * count), np.degrees(np.arcsin(RANDOM.uniform(-1, 1, 2 * count)))
    dec[count:] = RANDOM.choice([-1, 1], count) * (90 - RANDOM.uniform(0, 0.1, count))
    return ra, dec


@pytest.mark.parametrize("order", [0, 1, 5, 10, 20, 29])
def test_a_place_is_in_the_cell_of_the_definition(order: int) -> None:
    ra, dec = places(2000)
    expected = [projection.cell_of(order, *place) for place in zip(ra, dec, strict=True)]
    # A border may fall to either side by the last digit of a sine: at order 29 a cell is two of these wide near a pole.
    assert np.mean(cell_of(order, ra, dec) != expected) <= (0 if order < 20 else 0.002)


@pytest.mark.parametrize(
    ("order", "place", "cell"),
    [
        (0, (45.0, 41.8), 0), (0, (0.1, 0.0), 4), (0, (359.9, 0.0), 4), (0, (315.0, -60.0), 11),
        (10, (0.0, 90.0), 4**10 - 1), (10, (0.0, -90.0), 8 * 4**10), (3, (-1.0, 0.0), 293), (3, (719.0, 0.0), 293),
    ],
)  # fmt: skip
def test_known_cells(order: int, place: tuple[float, float], cell: int) -> None:
    assert cell_of(order, *(np.array([axis]) for axis in place)).tolist() == [cell]


def test_a_declination_beyond_the_poles_is_refused_and_what_is_no_number_is_zero() -> None:
    with pytest.raises(ValueError, match="declinations"):
        cell_of(10, np.zeros(2), np.array([0.0, 90.001]))
    assert cell_of(10, np.array([np.nan]), np.array([np.nan])) == cell_of(10, np.zeros(1), np.zeros(1))
    assert len(cell_of(10, np.empty(0), np.empty(0))) == 0


@pytest.mark.parametrize("order", [0, 3, 10, 18])
def test_middles_and_corners_are_those_of_the_definition(order: int) -> None:
    cells = RANDOM.integers(0, 12 * 4**order, 1000)
    found = [cell_centres(order, cells), *zip(*(axis.T for axis in cell_corners(order, cells)), strict=True)]
    for (u, v), (ra, dec) in zip([(0.5, 0.5), (1, 1), (0, 1), (0, 0), (1, 0)], found, strict=True):
        expected = np.array([projection.point(order, cell, u, v) for cell in cells.tolist()])
        assert np.allclose(vectors(ra, dec), vectors(*expected.T), atol=1e-14)


@pytest.mark.parametrize("order", [1, 3, 4])
def test_neighbours_share_corners(order: int) -> None:
    cells = np.arange(12 * 4**order)
    around, corner = neighbours(order, cells), vectors(*cell_corners(order, cells))
    assert (around < 0).sum() == 24  # three faces meet at eight points: each of the three cells there misses one
    for number in cells:
        for neighbour, shared in zip(around[number], SHARED, strict=True):
            if neighbour >= 0:
                same = np.linalg.norm(corner[number][:, None] - corner[neighbour], axis=2).min(axis=1) < 1e-9
                assert {name for name, is_same in zip("NWSE", same, strict=True) if is_same} == shared


@pytest.mark.parametrize("order", [0, 2, 6])
def test_no_corner_is_farther_from_the_middle(order: int) -> None:
    cells = np.arange(12 * 4**order)
    middle, corner = vectors(*cell_centres(order, cells)), vectors(*cell_corners(order, cells))
    widest = 2 * np.arcsin(np.linalg.norm(corner - middle[:, None], axis=2) / 2).max()
    assert largest_corner_distance(order) == pytest.approx(widest, rel=1e-12)


def test_the_farthest_corner_at_order_ten() -> None:
    assert np.degrees(largest_corner_distance(10)) * 3600 == pytest.approx(
        215.28297344, abs=1e-8
    )  # as healpy's max_pixrad has it
