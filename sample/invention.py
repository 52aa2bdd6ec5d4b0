"""Made-up stars, marked as such, that fill the sky up to the number of stars of JSDC."""

from functools import cache

import numpy as np

from sample.records import Floats
from sample.stars import MADE_UP, Stars, real_stars

SEED = 20_260_630
FAINTEST = 13.0
"""V of the faintest made-up star."""
SLOPE = 0.45
"""Slope of log10 N(V), as in star counts around V = 10."""


def synthetic_stars(first: int, count: int, brightest: float) -> Stars:
    """Invent `count` stars from number `first` on, with V from `brightest` to FAINTEST.

    Each is near a real star, of its spectral type, fainter, and as far away as type and magnitude imply.
    """
    random = np.random.default_rng([SEED, first])
    parents = _parents()
    parent = parents.take(random.integers(len(parents), size=count))
    number = _scattered(parent, random)
    low, high = 10 ** (SLOPE * brightest), 10 ** (SLOPE * FAINTEST)
    vmag = np.log10(low + (high - low) * random.random(count)) / SLOPE
    nearness = 10 ** (0.2 * (parent.number("vmag") - vmag))
    number |= {
        "vmag": vmag.round(3), "plx": (parent.number("plx") * nearness).round(4),
        "pmra": (parent.number("pmra") * nearness).round(3), "pmdec": (parent.number("pmdec") * nearness).round(3),
        "bmag": (vmag + parent.number("bmag") - parent.number("vmag") + random.normal(0, 0.02, count)).round(3),
    }  # fmt: skip
    return Stars(MADE_UP + np.arange(first, first + count), number, {}, parent.index, parent.luminosity, synthetic=True)


@cache
def _parents() -> Stars:
    stars = real_stars()
    whole = [np.isfinite(stars.number(name)) for name in ("vmag", "bmag", "plx", "pmra", "pmdec")]
    return stars.take(np.all(whole, axis=0) & (stars.index >= 0))


def _scattered(parent: Stars, random: np.random.Generator) -> dict[str, Floats]:
    """Put stars some two degrees from those of the parents, the same in every direction."""
    ra, dec = np.radians(parent.number("ra")), np.radians(parent.number("dec"))
    unit = np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
    unit += random.normal(0, np.radians(2), unit.shape)
    unit /= np.sqrt((unit**2).sum(axis=0))
    return {
        "ra": np.degrees(np.arctan2(unit[1], unit[0])).round(7) % 360,
        "dec": np.degrees(np.arcsin(unit[2])).round(7),
    }
