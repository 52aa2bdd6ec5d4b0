"""Angular diameters by JSDC's own formula, on whole columns of stars at once.

For the colour V-X, X one of J, H, K (2MASS), and i the spectral index, the diameter in mas is
``10 ** (sum(a_n * i ** n) + 0.2 * (r * V - X) / (1 - r))`` with ``r = A_X / A_V``;
the three are averaged in logarithm under their covariance. Polynomials, covariances and extinction ratios are those of
JMMC's SearchCal, `sample/CREDITS.md`.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sample.colours import extinction
from sample.records import Floats, Ints, columns, numbers

FIRST, LAST = 42, 272
"""Spectral indexes, B0.5 to M8, that the polynomials were fitted on."""
BANDS = "BVRIJHKLMN"
FLOOR_V = 0.01
"""Smallest error of V (mag) that JSDC uses."""
SYSTEMATIC = 0.02
"""Relative error added in quadrature to that of the mean."""
LN10 = np.log(10)


@dataclass(frozen=True, slots=True)
class Diameters:
    """Diameters in mas of n stars; NaN where magnitudes or spectral type do not allow any."""

    single: Floats
    """From V-J, V-H and V-K, shape (n, 3)."""
    e_single: Floats
    """Their errors."""
    ldd: Floats
    """Limb-darkened diameter, the mean of the three."""
    e_ldd: Floats
    """Its error, with 2 % in quadrature."""
    chi2: Floats
    """Reduced chi-square of the mean, as SearchCal 6.0 has it (`alxAngularDiameter.c`): of absolute residuals."""


@cache
def _ratios() -> Floats:
    table = extinction()
    return np.array([table[band] / table["v"] for band in "jhk"])


@cache
def _polynomials() -> tuple[Floats, Floats]:
    """Polynomials and their covariances at every index up to LAST: shapes (index, 3) and (index, 3, 3)."""
    table = columns("diameter_polynomials")
    coefficients = np.array([numbers(table[f"a{power}"]) for power in range(5)])
    covariance = np.array([numbers(column) for column in columns("diameter_covariance").values()]).T.reshape(3, 5, 3, 5)
    powers = np.arange(LAST + 1)[:, None] ** np.arange(5.0)
    return powers @ coefficients, np.einsum("na,iajb,nb->nij", powers, covariance, powers)


def _covariance(index: Ints, e_v: Floats, e_infrared: Floats) -> Floats:
    """Covariance of the three logarithms; every infrared band is given the worst error of the three, as JSDC does."""
    by_v = 0.2 * _ratios() / (1 - _ratios())
    by_x = 0.2 / (1 - _ratios())
    worst = np.max(e_infrared, axis=1)
    shared = np.outer(by_v, by_v) * (np.maximum(e_v, FLOOR_V) ** 2)[:, None, None]
    own = np.diag(by_x**2) * (worst**2)[:, None, None]
    return np.asarray(_polynomials()[1][index] + shared + own)


def diameters(index: Ints, v: Floats, e_v: Floats, infrared: Floats, e_infrared: Floats) -> Diameters:
    """Diameters of n stars, with JSDC's error model.

    Parameters
    ----------
    index : Ints
        Spectral index; outside FIRST to LAST there is no diameter.
    v, e_v : Floats
        V and its error, mag; at least FLOOR_V is taken as error, also for NaN.
    infrared, e_infrared : Floats
        J, H, K (2MASS) and their errors, mag, shape (n, 3); an unknown error (NaN) is taken as 0.1 mag.

    Returns
    -------
    Diameters
        In mas; NaN where a magnitude or the spectral type is missing.
    """
    sound = (index >= FIRST) & (index <= LAST) & np.isfinite(v) & np.isfinite(infrared).all(axis=1)
    place = np.where(sound, index, FIRST)
    ratio = _ratios()
    logs = _polynomials()[0][place] + 0.2 * (ratio * v[:, None] - infrared) / (1 - ratio)
    covariance = _covariance(place, np.nan_to_num(e_v), np.nan_to_num(e_infrared, nan=0.1))
    weights = np.linalg.inv(covariance)
    total = weights.sum(axis=(1, 2))
    mean = (weights.sum(axis=1) * logs).sum(axis=1) / total
    apart = np.abs(logs - mean[:, None])
    ldd = np.where(sound, 10**mean, np.nan)
    single = np.where(sound[:, None], 10**logs, np.nan)
    return Diameters(
        single,
        single * LN10 * np.sqrt(np.diagonal(covariance, axis1=1, axis2=2)),
        ldd,
        ldd * np.sqrt(LN10**2 / total + SYSTEMATIC**2),
        np.where(sound, np.einsum("ni,nij,nj->n", apart, weights, apart) / 2, np.nan),
    )


@cache
def _darkening() -> Floats:
    """Uniform-disk over limb-darkened diameter by luminosity class 0…5, spectral index and band; NaN if unknown."""
    table = columns("limb_darkening")
    light, index = (numbers(table[name]).astype(int) for name in ("luminosity_class", "spectral_index"))
    u = np.array([numbers(table[f"u_{band.lower()}"]) for band in BANDS]).T
    ratio = np.full((6, LAST + 1, len(BANDS)), np.nan)
    for luminosity in range(6):
        own = light == (5 if luminosity >= 4 else 3)
        ratio[luminosity, index[own]] = np.sqrt((1 - 7 * u[own] / 15) / (1 - u[own] / 3))
    return ratio


def uniform_disks(index: Ints, luminosity: Ints, ldd: Floats) -> NDArray[np.float64]:
    """Uniform-disk diameters in BANDS, mas, shape (n, 10), from limb-darkened ones under a linear law of darkening."""
    return np.asarray(_darkening()[luminosity, np.clip(index, 0, LAST)] * ldd[:, None])
