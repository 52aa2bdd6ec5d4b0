"""The rules of `identity.match` once more, plainly: every star against every record in numpy, then one record at a time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.rows import Connection
from identity.match import BRIGHT, CLEAR, NEAR, OUTSHINES, WIDE
from identity.names import Bearers
from identity.records import RecordKind
from schema.designation import folded
from schema.name_match import Bearer, name_steps
from sky.cells import apply_proper_motion

Floats = NDArray[np.float64]
COLUMNS = "star_id, method, confidence, n_mates, separation, separation_2nd, named_star_id, named_separation"


@dataclass(frozen=True)
class Catalogue:
    """JSDC, as columns."""

    ids: NDArray[np.int64]
    ra: Floats
    dec: Floats
    pm_ra: Floats
    pm_dec: Floats
    brightness: Floats
    names: Sequence[Bearer]
    """Every name of every star."""

    @cached_property
    def row(self) -> Mapping[int, int]:
        """Row of each star."""
        return {int(star): row for row, star in enumerate(self.ids)}

    @cached_property
    def named(self) -> Bearers:
        """The names, to be searched."""
        bearers = Bearers()
        for name in self.names:
            for key in {name.designation, folded(name.designation)}:
                bearers.by_key.setdefault(key, {})[name.star] = name
        return bearers


@dataclass(frozen=True)
class Verdict:
    """As the columns of an answer."""

    star: int | None
    method: int
    confidence: int
    mates: int | None
    separation: float | None
    second: float | None
    named: int | None
    named_separation: float | None


def separation(ra: Floats, dec: Floats, ra0: Floats, dec0: Floats) -> Floats:
    """Arcsec, by haversines."""
    a, d, a0, d0 = map(np.radians, (ra, dec, ra0, dec0))
    half = np.sin((d - d0) / 2) ** 2 + np.cos(d) * np.cos(d0) * np.sin((a - a0) / 2) ** 2
    return np.degrees(2 * np.arcsin(np.sqrt(np.minimum(half, 1)))) * 3600


def to_all(stars: Catalogue, ra: float, dec: float, epoch: float) -> Floats:
    years = np.full(len(stars.ids), epoch - 2000)
    return separation(
        *apply_proper_motion(stars.ra, stars.dec, stars.pm_ra, stars.pm_dec, years), np.float64(ra), np.float64(dec)
    )


def judge(stars: Catalogue, name: str | None, ra: float | None, dec: float | None, epoch: float) -> Verdict:
    steps = name_steps(name or "")
    bearers = [stars.row[bearer.star] for bearer in stars.named.ordered(steps)]
    if ra is None or dec is None:
        if not bearers:
            return Verdict(None, 0, 0, None, None, None, None, None)
        star = int(stars.ids[bearers[0]])
        return Verdict(star, 3 if stars.named.sure(steps) else 5, 1, None, None, None, None, None)
    now, then = to_all(stars, ra, dec, epoch), to_all(stars, ra, dec, 2000)
    best = np.minimum(now, then)
    within = [row for row in bearers if best[row] <= WIDE]
    bearer = min(within, key=lambda row: best[row]) if within else next(iter(bearers), None)
    for star in stars.named.barred(name or "", steps):
        now[slice(None) if star is None else stars.row[star]] = np.inf
    return _placed(stars, now, bearer, None if bearer is None else float(best[bearer]))


def _placed(stars: Catalogue, now: Floats, bearer: int | None, away: float | None) -> Verdict:
    radius = NEAR if now.min() <= NEAR else WIDE
    near = radius == NEAR
    around = sorted(np.flatnonzero(now <= radius), key=lambda row: (now[row], stars.ids[row]))
    lights = sorted(around, key=lambda row: (stars.brightness[row], stars.ids[row]))
    alone = len(around) == 1 or (
        len(around) > 1 and stars.brightness[lights[1]] - stars.brightness[lights[0]] >= OUTSHINES
    )
    clear = len(around) > 1 and near and now[around[1]] - now[around[0]] >= CLEAR
    best = None if not around else lights[0] if alone or not near else around[0]

    def verdict(chosen: Any, method: int, confidence: int, apart: float | None) -> Verdict:
        others = [now[row] for row in around if row != chosen]
        other = bearer is not None and bearer != chosen
        return Verdict(
            None if chosen is None else int(stars.ids[chosen]), method, confidence,
            max(len(around), int(chosen is not None)), apart, min(others, default=None),
            int(stars.ids[bearer]) if other else None, away if other else None,
        )  # fmt: skip

    if away is not None and away <= NEAR:
        return verdict(bearer, *((3, 2) if near and bearer != around[0] else (2, 3)), away)
    if near:
        apart = float(now[best])
        if not alone and not clear:
            return verdict(best, 5, 1, apart)
        sure = len(around) == 1 and apart <= CLEAR
        return verdict(best, *((1, 3 if sure else 2) if bearer is None else (4, 2 if sure else 1)), apart)
    if away is not None:
        return verdict(bearer, 3, 2, away) if away <= WIDE else verdict(None, 6, 0, None)
    if not around or stars.brightness[lights[0]] > BRIGHT:
        return verdict(None, 0, 0, None)
    return verdict(best, 1 if alone else 5, 1, float(now[best]))


async def differing(
    hub: Connection, stars: Catalogue, kind: RecordKind, condition: str, count: int
) -> list[tuple[Any, Any, Verdict]]:
    """Records, of some taken at random, whose answers are not the verdict."""
    answers = await hub.fetch(
        f'SELECT key, name, ra, "dec", l.epoch, {COLUMNS} FROM ({kind.listing}) l '
        f'JOIN {kind.table.qualified} i ON i."{kind.table.key.sql}" = key WHERE {condition} ORDER BY random() LIMIT {count}'
    )
    judged = [(tuple(row[:5]), tuple(row[5:]), judge(stars, *row[1:5])) for row in answers]
    return [found for found in judged if not _same(found[1], tuple(vars(found[2]).values()))]


def _same(answer: Sequence[Any], verdict: Sequence[Any]) -> bool:
    return all(
        ours == theirs if ours is None or theirs is None else math.isclose(ours, theirs, rel_tol=2e-6, abs_tol=1e-6)
        for ours, theirs in zip(answer, verdict, strict=True)
    )
