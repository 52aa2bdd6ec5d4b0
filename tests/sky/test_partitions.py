"""Partitions and their margins, against cells one by one and against circles around rows."""

import numpy as np
from numpy.typing import NDArray

from sky import healpix
from sky.partitions import DEEPEST, LAST, MARGIN, Ints, Partitions, margin, partitions

CHANCE = np.random.default_rng(29)


def counted(cells: Ints) -> NDArray[np.uint32]:
    return np.bincount(cells >> 2 * (LAST - DEEPEST), minlength=12 << 2 * DEEPEST).astype(np.uint32)


def crowded(number: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places, half of them within a degree, so that partitions are of many orders; the poles and RA 0 among them."""
    ra, dec = CHANCE.uniform(0, 360, number), np.degrees(np.arcsin(CHANCE.uniform(-1, 1, number)))
    ra[::2], dec[::2] = 45 + CHANCE.normal(0, 0.3, len(ra[::2])), CHANCE.normal(0, 0.3, len(ra[::2]))
    ra[:6], dec[:6] = [0, 0, 0, 360, 45, 90], [90, -90, 0, 41.8103148957, 0, 0]
    return ra, dec


def test_no_partition_has_more_rows_and_none_is_smaller_than_it_must_be() -> None:
    cells = healpix.cell_of(LAST, *crowded(20_000))
    found = partitions(counted(cells), 100)
    assert (np.diff(found.firsts) > 0).all()
    assert (found.ends[:-1] <= found.firsts[1:]).all()
    rows = [
        int((cells >> 2 * (LAST - order) == cell).sum()) for order, cell in zip(found.orders, found.cells, strict=True)
    ]
    assert rows == found.rows.tolist()
    assert sum(rows) == len(cells)
    assert min(rows) > 0
    assert max(rows) <= 100
    for order, cell in zip(found.orders.tolist(), found.cells.tolist(), strict=True):
        assert order == 0 or (cells >> 2 * (LAST - order + 1) == cell >> 2).sum() > 100
    assert set(found.orders.tolist()) >= {2, 5, 7}


def test_what_is_too_crowded_stays_in_the_smallest() -> None:
    found = partitions(counted(np.full(1000, 5 << 2 * (LAST - DEEPEST))), 10)
    assert (found.orders.tolist(), found.cells.tolist(), found.rows.tolist()) == ([DEEPEST], [5], [1000])


def test_of_no_rows_there_is_no_partition() -> None:
    found = partitions(counted(np.empty(0, np.int64)), 10)
    assert (len(found.cells), found.of(np.array([7])).tolist(), found.number(0, 0)) == (0, [-1], None)


def test_the_margin_has_all_that_is_near() -> None:
    """What has a point of a partition within 10 arcsec: looked for on circles of several radii around each row."""
    ra, dec = at_borders(partitions(counted(healpix.cell_of(LAST, *crowded(20_000))), 100), 3000)
    cells = healpix.cell_of(LAST, ra, dec)
    found = partitions(counted(cells), 100)
    numbers, rows = margin(found, cells)
    pairs = set(zip(numbers.tolist(), rows.tolist(), strict=True))
    assert len(pairs) == len(numbers)
    own = found.of(cells)
    assert all(own[row] != number for number, row in pairs)
    near = set()
    for angle in np.arange(0, 2 * np.pi, np.pi / 8):
        for radius in (2.0, 6.0, MARGIN):
            places = offset(ra, dec, radius, angle)
            there = found.of(healpix.cell_of(LAST, *places))
            near |= {(int(there[row]), row) for row in np.flatnonzero((there != own) & (there >= 0)).tolist()}
    assert len(near) > 1000
    assert near <= pairs


def at_borders(found: Partitions, number: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places within 20 arcsec of corners of partitions."""
    some = CHANCE.integers(0, len(found.cells), number)
    corners = [healpix.cell_corners(int(found.orders[one]), found.cells[one : one + 1]) for one in some]
    ra, dec = (np.array([corner[axis][0, at % 4] for at, corner in enumerate(corners)]) for axis in (0, 1))
    return offset(ra, dec, CHANCE.uniform(0, 20, number), CHANCE.uniform(0, 2 * np.pi, number))


def offset(
    ra: NDArray[np.float64],
    dec: NDArray[np.float64],
    radius: NDArray[np.float64] | float,
    angle: NDArray[np.float64] | float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places that are so many arcseconds away, in a direction from the north (radians)."""
    distance, latitude = np.radians(np.asarray(radius) / 3600), np.radians(dec)
    sine = np.sin(latitude) * np.cos(distance) + np.cos(latitude) * np.sin(distance) * np.cos(angle)
    east = np.arctan2(np.sin(angle) * np.sin(distance) * np.cos(latitude), np.cos(distance) - np.sin(latitude) * sine)
    return (ra + np.degrees(east)) % 360, np.degrees(np.arcsin(np.clip(sine, -1, 1)))
