"""Cells against brute force: no place within a radius has a cell that is not among those the cone touches."""

import numpy as np
import projection
import pytest
from numpy.typing import NDArray

from sky.cells import (
    BESIDE,
    FIRST,
    LAST,
    ORDER,
    REACH,
    WIDEST,
    apply_proper_motion,
    cone_cells,
    path_cells,
    place_cells,
)

Floats = NDArray[np.float64]
COUNT = 3000
ALL = 12 * 4**ORDER


def moved(ra: Floats, dec: Floats, arcsec: Floats, angle: Floats) -> tuple[Floats, Floats]:
    """Places at a distance and position angle."""
    far = np.radians(arcsec / 3600)
    pull = np.tan(far) / np.radians(1 / 3.6e6)
    return apply_proper_motion(ra, dec, pull * np.sin(angle), pull * np.cos(angle), np.ones(len(ra)))


def separation(ra: Floats, dec: Floats, ra0: Floats, dec0: Floats) -> Floats:
    """Arcsec, by haversines."""
    a, d, a0, d0 = map(np.radians, (ra, dec, ra0, dec0))
    half = np.sin((d - d0) / 2) ** 2 + np.cos(d) * np.cos(d0) * np.sin((a - a0) / 2) ** 2
    return np.degrees(2 * np.arcsin(np.sqrt(np.minimum(half, 1)))) * 3600


def places(random: np.random.Generator) -> tuple[Floats, Floats]:
    """Anywhere; at both poles; at right ascension 0; on borders and at corners of the twelve faces; at corners of cells."""
    free = random.uniform(0, 360, COUNT), np.degrees(np.arcsin(random.uniform(-1, 1, COUNT)))
    poles = random.uniform(0, 360, COUNT), random.choice([-1, 1], COUNT) * (90 - random.uniform(0, 1 / 6, COUNT))
    zero = random.normal(0, 1 / 60, COUNT) % 360, random.uniform(-90, 90, COUNT)
    found = [free, poles, zero]
    for chosen in (on_borders(random, 512), on_borders(random, 1), corners_of_cells(random)):
        spread = np.abs(random.normal(0, 40, COUNT))
        found.append(moved(*chosen, spread, random.uniform(0, 2 * np.pi, COUNT)))
    return np.concatenate([ra for ra, _ in found]), np.concatenate([dec for _, dec in found])


def on_borders(random: np.random.Generator, steps: int) -> NDArray[np.float64]:
    """Points of the edges of the twelve faces, a whole number of steps from a corner."""
    along, side = random.integers(0, steps, COUNT) / steps, random.integers(0, 2, (2, COUNT))
    u, v = np.where(side[0], [along, side[1]], [side[1], along])
    faces = random.integers(0, 12, COUNT).tolist()
    return np.array([projection.point(0, *at) for at in zip(faces, u.tolist(), v.tolist(), strict=True)]).T


def corners_of_cells(random: np.random.Generator) -> NDArray[np.float64]:
    cells = random.integers(0, ALL, COUNT).tolist()
    return np.array([projection.point(ORDER, number, *random.integers(0, 2, 2).tolist()) for number in cells]).T


@pytest.mark.parametrize(
    ("radius", "most"), [(0.5, 4), (8.0, 4), (35.0, 4), (BESIDE, 4), (BESIDE + 0.1, 8), (WIDEST, 14)]
)
def test_a_cone_touches_every_cell_of_a_place_in_it(radius: float, most: int) -> None:
    random = np.random.default_rng(7)
    ra, dec = places(random)
    row, found = cone_cells(ra, dec, radius)
    pairs = np.sort(row * ALL + found)
    assert len(np.unique(pairs)) == len(pairs)
    for _ in range(40):
        away = radius * np.sqrt(random.uniform(0, 1, len(ra)))
        wanted = np.arange(len(ra)) * ALL + place_cells(*moved(ra, dec, away, random.uniform(0, 2 * np.pi, len(ra))))
        assert np.isin(wanted, pairs).all()
    assert len(found) / len(ra) < most


@pytest.mark.parametrize("radius", [35.0, 180.0])
def test_its_own_cell_comes_first(radius: float) -> None:
    ra, dec = places(np.random.default_rng(1))
    row, found = cone_cells(ra, dec, radius)
    first = np.flatnonzero(np.diff(row, prepend=-1))
    assert (row[first] == np.arange(len(ra))).all()
    assert (found[first] == place_cells(ra, dec)).all()


def test_a_cone_that_is_too_wide_is_refused() -> None:
    with pytest.raises(ValueError, match="cone"):
        cone_cells(np.zeros(1), np.zeros(1), WIDEST + 1)
    assert not len(cone_cells(np.zeros(0), np.zeros(0), WIDEST)[0])


def test_a_star_has_a_cell_wherever_its_motion_takes_it() -> None:
    random = np.random.default_rng(5)
    ra, dec = places(random)
    speed = np.exp(random.uniform(0, np.log(11_000), len(ra)))
    angle = random.uniform(0, 2 * np.pi, len(ra))
    pm_ra, pm_dec = speed * np.sin(angle), speed * np.cos(angle)
    row, found = path_cells(ra, dec, pm_ra, pm_dec)
    pairs = np.unique(row * ALL + found)
    for _ in range(5):
        years = random.uniform(FIRST - 2000, LAST - 2000, len(ra))
        seen = moved(
            *apply_proper_motion(ra, dec, pm_ra, pm_dec, years), np.full(len(ra), 3.0), random.uniform(0, 6.3, len(ra))
        )
        place, cells = cone_cells(*seen, 3.0 + REACH)
        met = np.isin(place * ALL + cells, pairs)
        assert np.isin(np.arange(len(ra)), place[met]).all()


def test_proper_motion_goes_along_a_great_circle() -> None:
    ra, dec = np.array([0.0, 10.0, 200.0]), np.array([0.0, 89.999, -60.0])
    there = apply_proper_motion(
        ra, dec, np.array([1000.0, 5000.0, 0.0]), np.array([0.0, 5000.0, 2000.0]), np.full(3, 20.0)
    )
    assert separation(*there, ra, dec) == pytest.approx([20.0, 100 * np.sqrt(2), 40.0], rel=1e-6)
