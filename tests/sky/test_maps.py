"""Maps of circles, against places drawn by lot."""

import numpy as np
import pytest
from circles import inside, places, vectors

from sky import healpix, moc

RANDOM = np.random.default_rng(20261201)


@pytest.mark.parametrize("radius", [1.0, 60.0, 90.0, 90.1, 137.0, 150.0, 179.0, 179.999, 180.0])
@pytest.mark.parametrize("order", [0, 3, 6])
def test_a_circle_has_its_places_and_little_more(order: int, radius: float) -> None:
    for _ in range(5):
        ra, dec = RANDOM.uniform(0, 360, 20_001), np.degrees(np.arcsin(RANDOM.uniform(-1, 1, 20_001)))
        centre, *drawn = vectors(ra, dec)
        ra0, dec0 = float(ra[0]), float(dec[0])
        away = 2 * np.degrees(np.arcsin(np.minimum(np.linalg.norm(drawn - centre, axis=1) / 2, 1)))
        found = np.isin(healpix.cell_of(order, ra[1:], dec[1:]), moc.of_circle(order, ra0, dec0, radius).cells)
        assert found[away <= radius].all()
        assert not found[away > radius + 3 * np.degrees(healpix.largest_corner_distance(order))].any()


def test_a_rim_is_in_the_map_of_its_circle() -> None:
    """Also where cdshealpix 0.9 leaves a part of a circle out, as of the first."""
    circles = [(304.4, 20.75, 9.77)]
    circles += [
        (float(ra), float(np.degrees(np.arcsin(z))), float(10**size))
        for ra, z, size in zip(
            RANDOM.uniform(0, 360, 200), RANDOM.uniform(-1, 1, 200), RANDOM.uniform(-4, 2, 200), strict=True
        )
    ]
    off, way = np.full(500, 1 - 1e-12), RANDOM.uniform(0, 2 * np.pi, 500)
    for circle in circles:
        order = int(RANDOM.integers(0, 9))
        found = moc.of_circle(order, *circle)
        cells = np.unique(healpix.cell_of(order, *places(inside(*circle, off, way))))
        assert found.finer(9).holds(
            moc.united([moc.Moc(order, ((int(cell), int(cell) + 1),)) for cell in cells]).finer(9)
        ), circle
