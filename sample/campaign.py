"""Made-up observations of real stars: physically sound, seeded, marked as `sample.log` says.

They are as hard to identify as real ones: targets are named in many ways and placed some arcseconds off, as observers
do.
"""

from dataclasses import dataclass

import numpy as np

from sample.geometry import night_time
from sample.invention import SEED
from sample.log import MADE_UP
from sample.records import Floats, Ints, Texts
from sample.setups import chances, setups
from sample.stars import Stars

SPELLINGS = (b"HD ", b"HD", b"HD_", b"hd")
SOUTH, NORTH = -20.0, 20.0
"""Declinations between which a star may be observed from either hemisphere, degrees."""
PER_PROGRAM = 160
"""Consecutive targets that share their programmes, one a set-up."""
PERIOD_100 = 58_027.0
"""MJD at which ESO's period 100 began."""


@dataclass(frozen=True, eq=False)
class Targets:
    """What observers called their targets and where they put them (ICRS, degrees)."""

    ids: Ints
    names: Texts
    ra: Floats
    dec: Floats

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Observations:
    """Planned observations, as columns."""

    target: Ints
    """Row of the target."""
    setup: Ints
    """Row of `setups()`."""
    program: Texts
    start: Floats
    """MJD, UTC."""
    exposures: Ints
    """How many."""
    science: Ints
    """1, or 0 for a calibrator."""


def choose_targets(stars: Stars, count: int, first: int) -> Targets:
    """Choose stars, bright ones rather, and name and place them as observers do."""
    random = np.random.default_rng([SEED, first, count])
    weight = 10 ** (-0.15 * np.clip(np.nan_to_num(stars.number("vmag"), nan=12.0), 0, 12))
    weight[(stars.text("hd") == b"") | ~(np.abs(stars.number("dec")) < 89)] = 0
    chosen = stars.take(random.choice(len(stars), size=count, p=weight / weight.sum()))
    offset = random.normal(0, 1, (2, count)) * random.choice([0.1, 2.0, 6.0], (1, count), p=[0.7, 0.2, 0.1]) / 3600
    ra = chosen.number("ra") + offset[0] / np.cos(np.radians(chosen.number("dec")))
    return Targets(
        MADE_UP + first + np.arange(count),
        _spelt(chosen, random),
        (ra % 360).round(6),
        (chosen.number("dec") + offset[1]).round(6),
    )


def _spelt(stars: Stars, random: np.random.Generator) -> Texts:
    """Spell names: proper, Bayer or HIP for some, HD in one of several ways for the others."""
    style = random.integers(10, size=len(stars))
    spelling = np.array(SPELLINGS)[random.integers(len(SPELLINGS), size=len(stars))]
    names = np.char.add(spelling, stars.text("hd"))
    for chosen, column, prefix in ((style < 4, "hip", b"HIP"), (style < 3, "bayer", b""), (style == 0, "name", b"")):
        known = chosen & (stars.text(column) != b"")
        names = np.where(known, np.char.add(prefix, stars.text(column)), names)
    return names


def observe(targets: Targets, count: int, exposures: int) -> Observations:
    """Plan observations of targets: each at least once, when it is up at night, in a set-up that can see it."""
    random = np.random.default_rng([SEED, count, exposures])
    rest = random.integers(len(targets), size=count - len(targets))
    target = np.concatenate([np.arange(len(targets)), rest])
    dec = targets.dec[target]
    north = (dec > NORTH) | ((dec > SOUTH) & (random.random(count) < 0.2))
    setup = np.where(
        north,
        random.choice(len(setups()), count, p=chances("CHARA")),
        random.choice(len(setups()), count, p=chances("VLTI")),
    )
    group = target // PER_PROGRAM
    begin = _program_start(group, setup)
    start = _times(targets, target, setup, np.floor(2000 + (begin - 51_544) / 365.25), random)
    spread = random.multinomial(exposures - count, np.full(count, 1 / count))
    return Observations(
        target, setup, _program_names(group, setup, begin), start, 1 + spread, (random.random(count) < 0.6) * 1
    )


def _program_start(group: Ints, setup: Ints) -> Floats:
    """Date (MJD) around which a programme is observed: one for each group of targets and set-up."""
    first, last = (np.array([getattr(one, name) for one in setups()]) for name in ("first", "last"))
    table = np.random.default_rng([SEED, 1]).random((int(group.max(initial=0)) + 1, len(setups())))
    begin = first[setup] + table[group, setup] * (last - first - 366)[setup]
    return np.asarray(begin)


def _program_names(group: Ints, setup: Ints, begin: Floats) -> Texts:
    """Name programmes like ESO's, with a mark: `SAMPLE-101.C-0312(A)`."""
    period = (100 + (begin - PERIOD_100) // 182.625).astype(int).astype(np.bytes_)
    run = (group * len(setups()) + setup).astype(np.bytes_)
    return np.char.add(np.char.add(np.char.add(b"SAMPLE-", period), b".C-"), np.char.add(np.char.zfill(run, 4), b"(A)"))


def _times(targets: Targets, target: Ints, setup: Ints, year: Floats, random: np.random.Generator) -> Floats:
    start = np.empty(len(target))
    angle, season = random.uniform(-50, 20, len(target)), random.uniform(-45, 45, len(target))
    sites = np.array([one.mode.interferometer for one in setups()])[setup]
    for site in np.unique(sites):
        at_site = sites == site
        start[at_site] = night_time(
            str(site), year[at_site], targets.ra[target[at_site]], season[at_site], angle[at_site]
        )
    return start
