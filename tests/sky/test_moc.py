"""Maps of circles, against places drawn by lot."""

import numpy as np
import pytest

from sky import healpix, moc

RANDOM = np.random.default_rng(20261201)


@pytest.mark.parametrize("radius", [1.0, 60.0, 90.0, 90.1, 137.0, 150.0, 179.0, 179.999, 180.0])
@pytest.mark.parametrize("order", [0, 3, 6])
def test_a_circle_has_its_places_and_little_more(order: int, radius: float) -> None:
    for _ in range(5):
        z, z0 = RANDOM.uniform(-1, 1, 20_000), float(RANDOM.uniform(-1, 1))
        ra, dec = RANDOM.uniform(0, 360, 20_000), np.degrees(np.arcsin(z))
        ra0, dec0 = float(RANDOM.uniform(0, 360)), float(np.degrees(np.arcsin(z0)))
        turned = np.cos(np.radians(ra - ra0))
        away = np.degrees(np.arccos(np.clip(z * z0 + np.sqrt(1 - z**2) * np.sqrt(1 - z0**2) * turned, -1, 1)))
        found = np.isin(healpix.cell_of(order, ra, dec), moc.of_circle(order, ra0, dec0, radius).cells)
        assert found[away <= radius].all()
        assert not found[away > radius + 3 * np.degrees(healpix.largest_corner_distance(order))].any()
