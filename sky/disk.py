"""The visibility of a star that is a uniform disk, as an interferometer sees it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAS = np.pi / 180 / 3_600_000
"""Radians of a milliarcsecond."""
FIRST_ZERO = 3.831705970207512
"""Of J₁."""
_PHASES = (np.arange(256) + 0.5) * (np.pi / 256)
"""Middles of the parts into which Bessel's integral is cut: exact to rounding for arguments up to 200."""


def squared_visibility(diameter: float, baselines: ArrayLike, wavelength: float) -> NDArray[np.float64]:
    """Squared visibility V² of a uniform disk, without a unit.

    V = 2 J₁(x) / x with x = π θ B / λ (Hanbury Brown et al. 1974, MNRAS 167, 121), J₁ by Bessel's integral, whose sum
    over equal parts of a period is exact but for rounding.

    Parameters
    ----------
    diameter
        θ of the uniform disk in the band, mas.
    baselines
        B projected on the sky, m.
    wavelength
        λ, m.

    Examples
    --------
    >>> squared_visibility(1.0, [0.0, 100.0], 2.2e-6).round(4).tolist()  # 1 mas at 100 m in K
    [1.0, 0.886]
    """
    x = np.pi * diameter * MAS * np.asarray(baselines, float) / wavelength
    bessel = np.cos(_PHASES - x[..., None] * np.sin(_PHASES)).mean(-1)
    return np.where(x == 0, 1.0, (2 * bessel / np.where(x == 0, 1.0, x)) ** 2)


def first_null(diameter: float, wavelength: float) -> float:
    """The baseline, m, at which a uniform disk of so many mas is first resolved out: 1.22 λ / θ."""
    return FIRST_ZERO / np.pi * wavelength / (diameter * MAS)
