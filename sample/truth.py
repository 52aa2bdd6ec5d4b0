"""Records whose star is known, because each was made from one: what identification is measured by.

Every record is the observation of a star of JSDC, chosen as observers choose (bright ones rather), at some time from
2004 to 2026, when proper motion has moved it; or of no star. What makes it hard is its kind, drawn by the shares below.
Where pointing and name disagree, the star is the one that the telescope was pointed at; a place without any star is
that of no star, whatever its name. Entries of JSDC that share one place and brightness (components that Tycho lists
and Hipparcos does not place) are observed by name alone: of a nickname not even the observer could tell which it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample.geometry import J2000
from sample.invention import SEED
from sample.records import Floats, Ints
from sky.cells import apply_proper_motion, cone_cells, place_cells

SHARES = {
    "plain": 0.33,  # at its place of the time, give or take half an arcsecond, by a usual name
    "offset": 0.15,  # up to 30″ off, by one of its names
    "renamed": 0.15,  # by another of its names, in an odd spelling
    "nickname": 0.10,  # up to 2″ off, by a name that no catalogue knows
    "pair": 0.07,  # with another star within 10″, half of them by a name, half by a nickname
    "twin": 0.02,  # by the name of one of two entries of JSDC at one place
    "fast": 0.05,  # the fastest stars, half of them by a name, half by a nickname
    "contradicted": 0.04,  # by the name of another star
    "catalogue": 0.03,  # at its place of J2000, where a catalogue has it
    "elsewhere": 0.02,  # off any star, by the name of one
    "nobody": 0.02,  # off any star, by a nickname
    "placeless": 0.01,  # without a place
    "lost": 0.01,  # 3″ to 30″ off, by a nickname: only brightness can tell
}
"""Kinds of records, and the fraction of each."""
KINDS = tuple(SHARES)
STEADY = 0.5
"""How well telescopes point (arcsec, each way)."""
PAIR = 10.0
TWIN = 0.25
"""Entries nearer to each other than this (arcsec) are at one position."""
OFF = 6.0
"""A position is off any star if none is within this (arcsec)."""
NICKNAMES = ("SCI_{}", "Target-{}", "cal {}", "my star {}", "-", "OBJECT", "STD,{}")
NUMBERED = re.compile(r"^(HD|HIP) ")


@dataclass(frozen=True, eq=False)
class Sky:
    """Stars, as columns: ICRS degrees at J2000, proper motions in mas/yr with cos δ, brightness in magnitudes."""

    ids: Ints
    ra: Floats
    dec: Floats
    pm_ra: Floats
    pm_dec: Floats
    brightness: Floats
    names: Mapping[int, Sequence[str]]
    """Names of the stars that have any, the usual one first."""


@dataclass(frozen=True, eq=False)
class Truth:
    """Records as columns; `star` is 0 where there is none, positions are degrees, NaN for a record without."""

    kind: NDArray[np.str_]
    name: list[str]
    ra: Floats
    dec: Floats
    mjd: Floats
    star: Ints

    def __len__(self) -> int:
        return len(self.name)


def make_records(sky: Sky, count: int) -> Truth:
    """Make `count` records of all kinds."""
    random = np.random.default_rng([SEED, 5, count])
    kind = random.choice(KINDS, count, p=list(SHARES.values()))
    year = random.uniform(2004, 2026, count)
    row = _choose_stars(sky, kind, random)
    years = np.where(kind == "catalogue", 0.0, year - 2000)
    ra, dec = apply_proper_motion(sky.ra[row], sky.dec[row], sky.pm_ra[row], sky.pm_dec[row], years)
    ra, dec = _with_pointing_errors(ra, dec, kind, random)
    nowhere = np.isin(kind, ("elsewhere", "nobody"))
    ra[nowhere], dec[nowhere] = _empty_positions(sky, int(nowhere.sum()), random)
    ra[kind == "placeless"] = np.nan
    other = random.choice(_named(sky), count)
    name = [_observed_name(sky, *arguments, random) for arguments in zip(kind, row, other, strict=True)]
    return Truth(kind, name, ra % 360, dec, J2000 + (year - 2000) * 365.25, np.where(nowhere, 0, sky.ids[row]))


def _named(sky: Sky) -> Ints:
    return np.flatnonzero(np.isin(sky.ids, list(sky.names)))


def _choose_stars(sky: Sky, kind: NDArray[np.str_], random: np.random.Generator) -> Ints:
    """Rows of the stars observed."""
    named = _named(sky)
    twins, pairs = (_with_neighbour(sky, named, *bounds) for bounds in ((0, TWIN), (TWIN, PAIR)))
    alone = np.setdiff1d(named, twins)
    several = np.flatnonzero(np.isin(sky.ids, [star for star, names in sky.names.items() if len(names) > 1]))
    fastest = alone[np.argsort(-np.hypot(sky.pm_ra, sky.pm_dec)[alone])]
    among = {
        "renamed": np.intersect1d(alone, several), "pair": np.intersect1d(alone, pairs),
        "twin": twins, "fast": fastest[: max(50, len(alone) // 500)],
    }  # fmt: skip
    weight = 10 ** (-0.15 * np.clip(np.nan_to_num(sky.brightness, posinf=14.0), 0, 14))
    row = np.zeros(len(kind), np.int64)
    for kind_name in KINDS:
        of_kind, stars = kind == kind_name, among.get(kind_name, alone)
        row[of_kind] = random.choice(stars, int(of_kind.sum()), p=weight[stars] / weight[stars].sum())
    return row


def _with_neighbour(sky: Sky, rows: Ints, low: float, high: float) -> Ints:
    """Rows of stars that have another star between `low` and `high` arcsec away."""
    place, other = _neighbours(sky, sky.ra[rows], sky.dec[rows], high)
    row = rows[place]
    away = separation(sky.ra[row], sky.dec[row], sky.ra[other], sky.dec[other])
    return np.unique(row[(row != other) & (away >= low)])


def _neighbours(sky: Sky, ra: Floats, dec: Floats, radius: float) -> tuple[Ints, Ints]:
    """Pairs of positions and stars (rows of each) within `radius` arcsec, with the stars where they were in 2000."""
    order = np.argsort(place_cells(sky.ra, sky.dec))
    cells = place_cells(sky.ra, sky.dec)[order]
    row, cells_of = cone_cells(ra, dec, radius)
    first, last = np.searchsorted(cells, cells_of), np.searchsorted(cells, cells_of, side="right")
    count = last - first
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    star, row = order[np.repeat(first, count) + nth], np.repeat(row, count)
    near = separation(sky.ra[star], sky.dec[star], ra[row], dec[row]) <= radius
    return row[near], star[near]


def separation(ra: Floats, dec: Floats, ra0: Floats, dec0: Floats) -> Floats:
    """Angular separation in arcsec of positions in degrees, by haversines."""
    a, d, a0, d0 = map(np.radians, (ra, dec, ra0, dec0))
    half = np.sin((d - d0) / 2) ** 2 + np.cos(d) * np.cos(d0) * np.sin((a - a0) / 2) ** 2
    return np.asarray(np.degrees(2 * np.arcsin(np.sqrt(np.minimum(half, 1)))) * 3600)


def _with_pointing_errors(
    ra: Floats, dec: Floats, kind: NDArray[np.str_], random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Positions that were pointed at: off the star by what the kind says."""
    count = len(ra)
    away = np.hypot(*random.normal(0, STEADY, (2, count)))
    for name, low, high in (("offset", 0, 30), ("lost", 3, 30), ("nickname", 0, 2), ("pair", 0, 1)):
        away = np.where(kind == name, random.uniform(low, high, count), away)
    angle = random.uniform(0, 2 * np.pi, count)
    return apply_proper_motion(ra, dec, away * 1000 * np.sin(angle), away * 1000 * np.cos(angle), np.ones(count))


def _empty_positions(sky: Sky, count: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Positions that are off any star, at any time."""
    ra, dec = random.uniform(0, 360, 2 * count + 9), np.degrees(np.arcsin(random.uniform(-1, 1, 2 * count + 9)))
    taken, _ = _neighbours(sky, ra, dec, OFF)
    free = np.setdiff1d(np.arange(len(ra)), taken)[:count]
    return ra[free], dec[free]


def _observed_name(sky: Sky, kind: str, row: int, other: int, random: np.random.Generator) -> str:
    """The name that an observer gave."""
    known = sky.names[int(sky.ids[row])]
    match kind:
        case "nickname" | "nobody" | "lost":
            return _nickname(random)
        case "pair" | "fast" if random.random() < 0.5:
            return _nickname(random)
        case "plain" | "catalogue" | "twin":
            return _spelt(known[0], random)
        case "contradicted" | "elsewhere":
            return _spelt(sky.names[int(sky.ids[other])][0], random)
        case "renamed":
            return _spelt(known[int(random.integers(1, len(known)))], random)
        case _:
            return _spelt(known[int(random.integers(len(known)))], random)


def _nickname(random: np.random.Generator) -> str:
    return NICKNAMES[int(random.integers(len(NICKNAMES)))].format(random.integers(10**6))


def _spelt(name: str, random: np.random.Generator) -> str:
    """A name as observers spell it: without SIMBAD's prefix, with blanks, underscores, zeros and case at random."""
    bare = name.removeprefix("NAME ").removeprefix("* ").removeprefix("V* ")
    numbered = NUMBERED.match(name)
    filled = f"{numbered[1]} {name.removeprefix(numbered[0]).zfill(6)}" if numbered else bare
    blanks = [bare.replace(" ", instead) for instead in ("_", "  ", "")]
    spellings = (name, bare.lower(), bare.upper(), filled, *blanks)
    return spellings[int(random.integers(len(spellings)))]
