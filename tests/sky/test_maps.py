"""Maps of circles, against places drawn by lot."""

import numpy as np
import pytest

from sky import healpix, moc
from sky.healpix import Floats

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


def rim(ra: float, dec: float, radius: float) -> tuple[Floats, Floats]:
    """Places on a circle, ICRS degrees, by the cosine rule: a hair within."""
    way, far = RANDOM.uniform(0, 2 * np.pi, 500), np.radians(radius * (1 - 1e-12))
    up, over = np.sin(np.radians(dec)), np.cos(np.radians(dec))
    height = up * np.cos(far) + over * np.sin(far) * np.cos(way)
    east = np.arctan2(np.sin(way) * np.sin(far), np.cos(far) * over - np.sin(far) * np.cos(way) * up)
    return (ra + np.degrees(east)) % 360, np.degrees(np.arcsin(np.clip(height, -1, 1)))


def test_a_rim_is_in_the_map_of_its_circle() -> None:
    """Also where cdshealpix 0.9 leaves a part of a circle out, as of the first."""
    circles = [(304.4, 20.75, 9.77)]
    circles += [
        (float(ra), float(np.degrees(np.arcsin(z))), float(10**size))
        for ra, z, size in zip(
            RANDOM.uniform(0, 360, 200), RANDOM.uniform(-1, 1, 200), RANDOM.uniform(-4, 2, 200), strict=True
        )
    ]
    for circle in circles:
        order = int(RANDOM.integers(0, 9))
        found = moc.of_circle(order, *circle)
        cells = np.unique(healpix.cell_of(order, *rim(*circle)))
        assert found.finer(9).holds(
            moc.united([moc.Moc(order, ((int(cell), int(cell) + 1),)) for cell in cells]).finer(9)
        ), circle
