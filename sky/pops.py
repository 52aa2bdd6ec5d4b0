"""The Pipes of Pan that suit many stars of a night best: ASPRO2's criterion, on a grid.

ASPRO2 takes the combination with which most targets can be observed at all and, among those, the one with the largest
0.8 · mean + 0.2 · minimum of an estimate for each target: the integral, over the hour angles at which it can be
observed, of a Gaussian around the meridian, or around the middle of the hour angles that are wanted. ASPRO2 integrates
over the longest piece, here all pieces count; they are found on a grid of 15 minutes and, for declinations, of 1
degree, and the horizon is left out.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sky.ephemeris import TURN
from sky.healpix import Floats, Ints
from sky.interferometer import Array, Reach
from sky.intervals import Intervals
from sky.limits import HOURS, within_elevations, within_hour_angles

GRID = (np.arange(64) + 0.5) / 4 - 8
"""Hour angles, hours: as many as a word has bits, around the meridian, where the weights are."""
SIGMA = 2.0
"""Hours: ASPRO2's `MEDIUM`."""
DECIMALS = 1
"""Of the declinations, degrees, for which what combinations reach is kept: it takes 10 ms to find."""
MEAN_PART = 0.8
"""Part of the mean in the estimate; the rest is the minimum's."""


def best_pops(
    array: Array, fixed: Mapping[str, int], windows: Intervals, dec: Floats, latitude: float
) -> tuple[int, ...]:
    """The Pipe of Pan of each beam, by its place in `Beam.pops`.

    Parameters
    ----------
    fixed
        Pipes of Pan that are not to be chosen, by station, as places in `Beam.pops`.
    windows
        Hour angles, hours, at which the star of each row is up at night.
    dec, latitude
        Declination of the star of each row, and latitude of the site, radians.
    """
    combinations = _combinations(array, fixed)
    high = within_elevations(windows, dec, latitude, array.lowest, array.highest)
    up = _on_grid(within_hour_angles(high, array.hour_angles), _middles(array, dec, latitude))
    degrees = np.rint(np.degrees(dec))
    some = np.unique(degrees[up.any(axis=1)])
    count, total = np.zeros(len(combinations)), np.zeros(len(combinations))
    least = np.full(len(combinations), np.inf)
    for degree, words in zip(some, _reached(array, combinations, np.radians(some)), strict=True):
        able = np.flatnonzero(words)
        estimates = up[degrees == degree] @ _bits(words[able]).T
        seen = estimates > 0
        count[able] += seen.sum(axis=0)
        total[able] += estimates.sum(axis=0)
        least[able] = np.minimum(least[able], np.where(seen, estimates, np.inf).min(axis=0))
    estimate = MEAN_PART * total / np.maximum(count, 1) + (1 - MEAN_PART) * np.where(count > 0, least, 0)
    best = combinations[np.lexsort((estimate, count))[-1]]
    return tuple(best.tolist())


def best_pops_each(array: Array, fixed: Mapping[str, int], windows: Intervals, dec: float, latitude: float) -> Ints:
    """The Pipe of Pan of each beam for each window, one row a window, by its place in `Beam.pops`.

    Those of the largest estimate count, as if there were no other star and no other night.

    Parameters
    ----------
    fixed
        As for `best_pops`.
    windows
        Hour angles, hours, at which one star is up in each night: one interval a row.
    dec, latitude
        Declination of the star, and latitude of the site, radians.
    """
    decs = np.full(len(windows.row), dec)
    high = within_elevations(windows, decs, latitude, array.lowest, array.highest)
    up = _on_grid(within_hour_angles(high, array.hour_angles), _middles(array, decs, latitude))
    stations = tuple(sorted(fixed.items()))
    combinations, bits = _reached_bits(array, stations, round(float(np.degrees(dec)), DECIMALS))
    return np.asarray(combinations[(up @ bits.T).argmax(axis=1)])


@lru_cache(maxsize=64)
def _reached_bits(array: Array, fixed: tuple[tuple[str, int], ...], degrees: float) -> tuple[Ints, NDArray[np.float32]]:
    """Combinations, the first of those that reach the same, and 1 or 0 for each place of the grid."""
    combinations = _combinations(array, dict(fixed))
    words, firsts = np.unique(_reached(array, combinations, np.radians([degrees]))[0], return_index=True)
    return combinations[firsts], _bits(words)


def _combinations(array: Array, fixed: Mapping[str, int]) -> Ints:
    """Every combination, shape (combinations, beams)."""
    choices = [[fixed[beam.station]] if beam.station in fixed else range(len(beam.pops)) for beam in array.beams]
    return np.array(list(product(*choices)))


def _middles(array: Array, dec: Floats, latitude: float) -> Floats:
    """Middle of the hour angles, hours, that are wanted while the star of each row is high enough; 0 for all."""
    if array.hour_angles is None:
        return np.zeros(len(dec))
    cosine = (np.sin(np.radians(array.lowest)) - np.sin(latitude) * np.sin(dec)) / (np.cos(latitude) * np.cos(dec))
    setting = np.arccos(np.clip(cosine, -1, 1)) / TURN * HOURS
    first, last = (np.clip(hours, -setting, setting) for hours in array.hour_angles)
    return np.asarray((first + last) / 2)


def _on_grid(intervals: Intervals, middles: Floats) -> NDArray[np.float32]:
    """The weight of each hour angle of the grid at which the star of each row is up, 0 where it is not."""
    start, end = intervals.start[:, None], intervals.end[:, None]
    inside = ((start <= GRID) & (end >= GRID)) | ((start <= GRID + HOURS) & (end >= GRID + HOURS))
    weight = np.exp(-(((GRID - middles[intervals.row, None]) / SIGMA) ** 2) / 2)
    up = np.zeros((len(middles), len(GRID)), np.float32)
    np.maximum.at(up, intervals.row, (inside * weight).astype(np.float32))
    return up


def _reached(array: Array, combinations: Ints, dec: Floats) -> NDArray[np.uint64]:
    """Where on the grid the delay lines of all pairs reach, a word each: shape (declinations, combinations)."""
    reached = np.full((len(dec), len(combinations)), -1, np.int64).view(np.uint64)
    for pair in array.pairs:
        kinds, kind = np.unique(combinations[:, pair], axis=0, return_inverse=True)
        words = [_words(array.reach(pair, (one, other)), dec) for one, other in kinds.tolist()]
        reached &= np.stack(words, axis=1)[:, kind.reshape(-1)]
    return reached


def _words(reach: Reach, dec: Floats) -> NDArray[np.uint64]:
    """Where on the grid a pair of delay lines reaches: a word for each declination."""
    return np.packbits(reach.holds(GRID / HOURS * TURN, dec[:, None]), axis=1).view(np.uint64)[:, 0]


def _bits(words: NDArray[np.uint64]) -> NDArray[np.float32]:
    """1 and 0 for each word and place of the grid."""
    return np.unpackbits(words.view(np.uint8).reshape(-1, 8), axis=1).astype(np.float32)
