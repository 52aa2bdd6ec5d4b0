"""Visibilities of uniform disks are the Fourier transform of a disk, summed point by point."""

import numpy as np
import pytest

from sky.disk import MAS, first_null, squared_visibility


def summed(diameter: float, baseline: float, wavelength: float) -> float:
    """The transform of a disk along one direction: chords of a circle, each with its phase."""
    radius = diameter * MAS / 2
    across = (np.arange(200_000) + 0.5) / 100_000 - 1
    chords = np.sqrt(1 - across**2)
    phases = np.cos(2 * np.pi * baseline / wavelength * radius * across)
    return float((chords * phases).sum() / chords.sum()) ** 2


@pytest.mark.parametrize("diameter", [0.05, 0.6, 4.7, 20.0])
def test_the_transform_of_a_disk(diameter: float) -> None:
    baselines = np.array([1.0, 34.0, 107.9, 156.3, 248.1, 331.0])
    for micron in (0.7, 1.65, 2.2, 10.5):
        found = squared_visibility(diameter, baselines, micron * 1e-6)
        wanted = [summed(diameter, baseline, micron * 1e-6) for baseline in baselines]
        assert np.abs(found - wanted).max() < 1e-6


def test_without_a_baseline_it_is_one() -> None:
    assert squared_visibility(3.0, 0.0, 2e-6) == 1


def test_the_first_null_is_one_and_the_first() -> None:
    null = first_null(4.7, 2.2e-6)
    found = squared_visibility(4.7, np.linspace(0, null, 1000), 2.2e-6)
    assert found[-1] < 1e-20
    assert (found[:-1] > found[1:]).all()
