"""Which stars of JSDC go before and after each target of a night as secondary calibrators.

The pool is what the night scheduler asks of JSDC (spica-nss `nss.py`, `query_calsec`): stars that nothing is said
against, of a fit and an error that are good enough, and so small that they are hardly resolved by the longest baseline;
without those of BadCal, of the targets and of the primary calibrators (5″). Of these a target gets the nearest on each
side by the rule of `resolvers.spica_calibrators`. There are too many to compute a night for: it is computed for those
that are chosen, and who has got one that cannot be observed chooses again.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from resolvers.spica_calibrators import FARTHEST, NONE, SAME, Stars, choose_calibrators
from sky.disk import MAS
from sky.healpix import Floats, Ints
from sky.intervals import Bools

WAVELENGTH, BASELINE = 0.75e-6, 330.0
"""m: where the scheduler looks at visibilities, and its longest baseline."""
HARDLY_RESOLVED = 1.1766
"""The z at which the squared visibility of a disk, (2 J1(z) / z)², is 0.7, the scheduler's least; z = π θ B / λ."""
LARGEST_DIAMETER = HARDLY_RESOLVED * WAVELENGTH / (np.pi * BASELINE * MAS)
"""Of a uniform disk, mas."""
LARGEST_CHI2, LARGEST_ERROR = 2.0, 0.1
"""Of the diameter's fit; and of the diameter, as a part of it."""
FAINTEST = 9.0
"""V, mag: fainter ones are too many to be looked at, and the brighter do."""
ROUNDS = 3
"""How often is chosen."""
TOGETHER = 64
"""Targets, next to each other in declination, that are compared with the stars around all of them."""
Window = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""From right ascensions and declinations (ICRS, degrees) to the first and the last instant at which each can be
observed, MJD; the last before the first for those that cannot."""


@dataclass(frozen=True, eq=False, slots=True)
class Pool:
    """Stars of JSDC as columns of one length, in the order of their declinations."""

    keys: Ints
    """`jsdc_id` of each."""
    ra: Floats
    """ICRS, degrees."""
    dec: Floats
    vmag: Floats

    def take(self, rows: Ints) -> "Pool":
        """Some of them, in their order."""
        return Pool(self.keys[rows], self.ra[rows], self.dec[rows], self.vmag[rows])

    def without(self, places: Floats) -> "Pool":
        """Those that are at none of some places: shape (any, 2), ICRS degrees."""
        ra, dec = places.reshape(-1, 2).T
        low, high = (np.searchsorted(self.dec, dec + side * SAME / 3600) for side in (-1, 1))
        counts = high - low
        other = np.repeat(np.arange(len(ra)), counts)
        own = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + low[other]
        apart = np.abs((self.ra[own] - ra[other] + 180) % 360 - 180) * np.cos(np.radians(dec[other]))
        near = np.hypot(apart, self.dec[own] - dec[other]) < SAME / 3600
        kept = np.ones(len(self.ra), np.bool_)
        kept[own[near]] = False
        return self.take(np.flatnonzero(kept))


def make_pool(rows: Floats) -> Pool:
    """The stars of rows that have a good diameter: shape (any, 6), `jsdc_id`, place, V, `UDDR` and `e_LDD` of each."""
    with np.errstate(invalid="ignore", divide="ignore"):
        fit = rows[:, 5] / rows[:, 4] < LARGEST_ERROR
    good = rows[fit]
    good = good[np.argsort(good[:, 2], kind="stable")]
    return Pool(good[:, 0].astype(np.int64), *good[:, 1:4].T)


def choose_secondaries(targets: Stars, pool: Pool, window: Window) -> tuple[Ints, Ints]:
    """For each target the stars before and after it, by `jsdc_id`; `NONE` where none is fit, or it is not observed."""
    start, end = np.full(len(pool.keys), np.nan), np.full(len(pool.keys), np.nan)
    chosen, choosing = np.full((2, len(targets.ra)), NONE), np.flatnonzero(np.isfinite(targets.start))
    if not len(pool.keys):
        return chosen[0], chosen[1]
    for _ in range(ROUNDS):
        chosen[:, choosing] = _nearest(targets.take(choosing), pool, ~(start >= end))
        new = np.unique(chosen[chosen != NONE])
        new = new[np.isnan(start[new])]
        start[new], end[new] = window(pool.ra[new], pool.dec[new])
        choosing = np.flatnonzero(((chosen != NONE) & (start >= end)[chosen]).any(axis=0))
        if not len(choosing):
            break
    fit = (chosen != NONE) & (start[chosen] < targets.end) & (end[chosen] > targets.start)
    before, after = np.where(fit, pool.keys[chosen], NONE)
    return before, after


def _nearest(targets: Stars, pool: Pool, able: Bools) -> Ints:
    """The nearest on each side of those that may be able, by their places in the pool: shape (2, targets)."""
    nearest = np.full((2, len(targets.ra)), NONE)
    order = np.argsort(targets.dec, kind="stable")
    for start in range(0, len(order), TOGETHER):
        some = order[start : start + TOGETHER]
        ends = (targets.dec[some[0]] - FARTHEST, targets.dec[some[-1]] + FARTHEST)
        low, high = np.searchsorted(pool.dec, ends)
        own = low + np.flatnonzero(able[low:high])
        ever = np.full(len(own), np.inf)
        near = Stars(pool.ra[own], pool.dec[own], pool.vmag[own], -ever, ever)
        for side, places in zip(nearest, choose_calibrators(targets.take(some), near), strict=True):
            side[some[places != NONE]] = own[places[places != NONE]]
    return nearest
