"""Ranges of keys hold every place of an area, by the cells of places that are known to be in it."""

import math
from collections.abc import Iterator

import numpy as np
import projection
import pytest
from circles import Floats, inside, places, vectors
from numpy.typing import NDArray

from sky import ranges
from sky.healpix import cell_centres, cell_of
from sky.moc import Moc, united

CIRCLES, PLACES = 10_000, 20
RANDOM = np.random.default_rng(20261201)


def circles() -> Iterator[tuple[float, float, float]]:
    """Anywhere, at and around the poles, across RA 0, at corners of faces; from a point and 0.1″ to the whole sky."""
    ra, dec = RANDOM.uniform(0, 360, CIRCLES), np.degrees(np.arcsin(RANDOM.uniform(-1, 1, CIRCLES)))
    kind = RANDOM.integers(0, 5, CIRCLES)
    near = 10 ** RANDOM.uniform(-8, 0, CIRCLES)
    dec = np.where(kind == 1, RANDOM.choice([-1, 1], CIRCLES) * (90 - near * RANDOM.integers(0, 2, CIRCLES)), dec)
    ra = np.where(kind == 2, (near * RANDOM.integers(-1, 2, CIRCLES)) % 360, ra)
    ra = np.where(kind == 3, RANDOM.choice(np.arange(0, 360, 45.0), CIRCLES), ra)
    dec = np.where(kind == 3, RANDOM.choice([0.0, 41.810314895778596, -41.810314895778596], CIRCLES), dec)
    radius = 10 ** RANDOM.uniform(math.log10(0.1 / 3600), math.log10(180), CIRCLES)
    radius = np.where(
        RANDOM.random(CIRCLES) < 0.05, RANDOM.choice([0.0, 0.1 / 3600, 90.0, 179.9, 180.0], CIRCLES), radius
    )
    yield from zip(ra.tolist(), dec.tolist(), radius.tolist(), strict=True)


def keys_of(of: Floats) -> NDArray[np.int64]:
    return cell_of(ranges.ORDER, *places(of))


def missed(found: ranges.Ranges, keys: NDArray[np.int64]) -> int:
    """How many keys are in none of the ranges."""
    first, last = np.array(found[::2]), np.array(found[1::2])
    return int((~((keys[:, None] >= first) & (keys[:, None] <= last)).any(axis=1)).sum())


def test_no_place_of_a_circle_is_missed() -> None:
    """Half of the places are on the rim itself, where a cell may touch the circle by its last digit."""
    off, way = np.sqrt(RANDOM.uniform(0, 1, PLACES)), RANDOM.uniform(0, 2 * np.pi, PLACES)
    off[: PLACES // 2] = 1
    asked = list(circles())
    keys = keys_of(np.concatenate([inside(*circle, off, way) for circle in asked])).reshape(CIRCLES, PLACES)
    for circle, of_circle in zip(asked, keys, strict=True):
        found = ranges.of_circle(*circle)
        assert 2 <= len(found) <= 2 * ranges.MOST
        assert list(found) == sorted(found)
        assert missed(found, of_circle) == 0, circle


def test_ranges_are_little_more_than_the_circle() -> None:
    """Of a large one they are twice its area at most, or rows would be read in vain."""
    for ra, dec, radius in [(10.0, 20.0, 1.0), (359.9, -85.0, 5.0), (45.0, 0.0, 20.0), (0.0, 90.0, 3.0)]:
        found = ranges.of_circle(ra, dec, radius)
        area = sum(last - first + 1 for first, last in zip(found[::2], found[1::2], strict=True)) / (12 << 58)
        assert 1 <= area / ((1 - math.cos(math.radians(radius))) / 2) < 2.2


@pytest.mark.parametrize("number", [1, 5, 8, 9, 180])
def test_ranges_of_cells_are_these_alone_where_they_are_few(number: int) -> None:
    for order in range(3, 20):
        numbers = RANDOM.choice(12 * 4**2, number, replace=False)
        cells = {2: numbers[::2].tolist(), order: (numbers[1::2] * 4 ** (order - 2)).tolist()}
        found = ranges.of_cells(cells)
        middles = [vectors(*cell_centres(at, np.array(of))) for at, of in cells.items() if of]
        assert missed(found, keys_of(np.concatenate(middles))) == 0
        assert len(found) <= 2 * ranges.MOST
        if number <= ranges.MOST:
            maps = [Moc(at, tuple((cell, cell + 1) for cell in sorted(of))) for at, of in cells.items()]
            size = sum(last - first + 1 for first, last in zip(found[::2], found[1::2], strict=True))
            assert size == united(maps).finer(ranges.ORDER).count


def test_no_cells_are_no_ranges() -> None:
    assert ranges.of_cells({}) == ranges.of_cells({3: []}) == ()


def test_the_key_of_a_place_is_that_of_the_definition() -> None:
    found = cell_of(ranges.ORDER, np.array([10.0, 200.0]), np.array([20.0, -60.0])).tolist()
    assert found == [projection.cell_of(ranges.ORDER, 10.0, 20.0), projection.cell_of(ranges.ORDER, 200.0, -60.0)]
