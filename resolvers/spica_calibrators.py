"""Which primary calibrators go before and after each target of a night.

Fit to calibrate a target is a star of `spica_calprim` within 10 degrees and 2 magnitudes in V (the scheduler's window)
that can be observed while the target can, is not itself a target of the night (5″, as the scheduler's), and is not in
BadCal. Of those that transit before the target the nearest goes before it, of the others the nearest after it.
"""

from dataclasses import dataclass

import numpy as np

from sky.directions import unit_vectors
from sky.healpix import Floats, Ints
from sky.intervals import Bools

FARTHEST = 10.0
"""Degrees between a calibrator and a target."""
MAGNITUDES = 2.0
"""Largest difference in V, mag: `vmagrangeprim` of the scheduler."""
SAME = 5.0
"""Arcsec within which two places are those of one star."""
AT_ONCE = 500
"""Targets that are compared with all calibrators together."""
NONE = -1


@dataclass(frozen=True, eq=False, slots=True)
class Stars:
    """Stars as columns of one length."""

    ra: Floats
    """ICRS, degrees."""
    dec: Floats
    vmag: Floats
    """NaN where it is not known."""
    start: Floats
    """First instant, MJD, at which each can be observed; NaN for those that cannot."""
    end: Floats

    def take(self, rows: Ints | slice) -> "Stars":
        """Some of them."""
        return Stars(self.ra[rows], self.dec[rows], self.vmag[rows], self.start[rows], self.end[rows])

    @property
    def vectors(self) -> Floats:
        """Directions, unit vectors."""
        return unit_vectors(np.radians(self.ra), np.radians(self.dec))


def same_star(stars: Stars, places: Floats) -> Bools:
    """Whether each star is at one of some places: shape (any, 2), ICRS degrees."""
    others = unit_vectors(*np.radians(places.reshape(-1, 2).T))
    return np.asarray((_angles(stars.vectors, others) < SAME / 3600).any(axis=1))


def choose_calibrators(targets: Stars, calibrators: Stars) -> tuple[Ints, Ints]:
    """For each target the calibrators before and after it, by their rows; `NONE` where none is fit."""
    chosen = [
        _chosen(targets.take(slice(start, start + AT_ONCE)), calibrators)
        for start in range(0, max(1, len(targets.ra)), AT_ONCE)
    ]
    before, after = (np.concatenate(side) for side in zip(*chosen, strict=True))
    return before, after


def _chosen(targets: Stars, calibrators: Stars) -> tuple[Ints, Ints]:
    far = _angles(targets.vectors, calibrators.vectors)
    fit = (far <= FARTHEST) & (np.abs(targets.vmag[:, None] - calibrators.vmag) <= MAGNITUDES)
    fit &= (calibrators.start < targets.end[:, None]) & (calibrators.end > targets.start[:, None])
    ahead = calibrators.ra - targets.ra[:, None]
    earlier = ((ahead > -180) & (ahead < 0)) | (ahead > 180)
    return _nearest(far, fit & earlier), _nearest(far, fit & ~earlier)


def _nearest(far: Floats, fit: Bools) -> Ints:
    if not fit.shape[1]:
        return np.full(len(fit), NONE)
    return np.where(fit.any(axis=1), np.where(fit, far, np.inf).argmin(axis=1), NONE)


def _angles(some: Floats, others: Floats) -> Floats:
    """Angles between two lists of directions, degrees: shape (some, others); good to 1e-6 of 5 arcsec."""
    halves = np.clip((1 - np.einsum("ik,jk->ij", some, others)) / 2, 0, 1)  # BLAS would have threads of its own
    return np.asarray(np.degrees(2 * np.arcsin(np.sqrt(halves))))
