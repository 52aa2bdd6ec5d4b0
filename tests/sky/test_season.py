"""Many nights of a place: against astropy minute by minute, and against the same rule for one night."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import combinations

import judge
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from judge import Floats
from numpy.typing import NDArray

from sky.chara import CHARA, TELESCOPES, spica_array
from sky.ephemeris import TURN
from sky.interferometer import Array
from sky.limits import Limit
from sky.night import EPOCH, TWILIGHTS, Night
from sky.nights import SPAN, Nights, nights, span_numbers
from sky.observation import observe
from sky.season import Piece, observable_pieces, windows_of
from sky.site import Site
from sky.vlti import QUADRUPLETS, VLTI, vlti_array

Bools = NDArray[np.bool_]
POPS = tuple(int(digit) - 1 for digit in "451215")
MINUTE = 1 / 1440
SIX = spica_array(tuple(TELESCOPES), 30)
ARRAYS = {"CHARA": SIX, **{name: vlti_array(name, 30) for name in QUADRUPLETS}}
JUNE, DECEMBER = (float(day.toordinal() - EPOCH) for day in (date(2027, 6, 20), date(2026, 12, 23)))
"""Short nights at CHARA, long ones at the VLTI, and the other way round with the full Moon."""


@pytest.fixture(scope="module", autouse=True)
def prepared() -> None:
    judge.prepare()


def pieces(
    array: Array, place: tuple[float, float], bounds: tuple[float, float], twilight: str = "astronomical"
) -> list[Piece]:
    def found() -> Iterator[Piece]:
        for number in span_numbers(array.site, *bounds):
            windows = windows_of(nights(array.site, number), twilight, (*place, 0, 0), bounds)
            pops = POPS if array.site is CHARA else None
            yield from observable_pieces(windows, array, pops, {})

    return sorted(found(), key=lambda piece: piece.start)


@dataclass(frozen=True, eq=False)
class Judged:
    """What astropy sees of places (a row each) at instants: degrees."""

    places: list[tuple[float, float]]
    instants: Floats
    high: Floats
    around: Floats
    sun: Floats
    moon: Floats
    apart: Floats
    lit: Floats


@cache
def sky(site: Site, start: float) -> Judged:
    """A night by the minute: places at RA 0 and 360, in the zenith, never up, and 2 degrees from the full Moon."""
    latitude = float(np.degrees(site.latitude))
    midnight = start + 1 - site.longitude / TURN
    instants = np.arange(midnight - 0.25, midnight + 0.25, MINUTE)
    frame = judge.frame(site, instants)
    moon, sun = (judge.body(name, site, instants) for name in ("moon", "sun"))
    there = moon[len(instants) // 2].icrs
    places = [(0.0, latitude + 3), (359.9999, latitude + 12), (280.0, latitude), (90.0, latitude - 20)]
    places += [(there.ra.deg + 2, there.dec.deg), (100.0, -80.0 * np.sign(latitude))]
    stars = SkyCoord(*np.transpose(places)[:, :, None], unit="deg").transform_to(frame)
    lit = (1 - np.cos(moon.separation(sun).rad)) / 2
    return Judged(
        places, instants, stars.alt.deg, stars.az.deg, sun.alt.deg, moon.alt.deg, moon.separation(stars).deg, lit
    )


def judged(array: Array, seen: Judged) -> tuple[Bools, Bools]:
    """Whether hard limits and the night allow it at each instant, and whether the soft ones do too, for each place."""
    latitude, high, around = array.site.latitude, np.radians(seen.high), np.radians(seen.around)
    dec = np.arcsin(np.sin(latitude) * np.sin(high) + np.cos(latitude) * np.cos(high) * np.cos(around))
    up = np.cos(latitude) * np.sin(high) - np.sin(latitude) * np.cos(high) * np.cos(around)
    angle = np.arctan2(-np.cos(high) * np.sin(around), up)
    good = (seen.sun < TWILIGHTS["astronomical"]) & (seen.high >= array.lowest) & (seen.high <= array.highest)
    for beam in array.beams:
        good &= seen.high >= np.interp(seen.around, *np.transpose(beam.horizon))
    pops = POPS if array.site is CHARA else (0,) * 4
    for one, other in combinations(range(len(array.beams)), 2):
        first, second = array.beams[one], array.beams[other]
        x, y, z = np.subtract(first.position, second.position)
        path = np.cos(dec) * (np.cos(angle) * x - np.sin(angle) * y) + np.sin(dec) * z
        path -= first.length + first.pops[pops[one]] - second.length - second.pops[pops[other]]
        good &= (path >= -second.throw) & (path <= first.throw)
    near = np.where(seen.lit > array.bright_moon[0], max(array.moon, array.bright_moon[1]), array.moon)
    dark = (seen.apart - 0.5 / 60 >= near) | (seen.moon < -0.83)
    return good, good & dark & (seen.high <= array.safe)


def within(pieces: list[Piece], instants: Floats) -> Bools:
    inside = [(instants >= piece.start) & (instants <= piece.end) for piece in pieces]
    return np.asarray(np.any(inside, axis=0)) if inside else np.zeros(len(instants), bool)


def apart(pieces: list[Piece], instants: Floats) -> Bools:
    """Instants more than a minute from every begin and end."""
    ends = np.array([end for piece in pieces for end in (piece.start, piece.end)] or [0.0])
    return np.asarray(np.abs(instants[:, None] - ends).min(axis=1) > MINUTE)


@pytest.mark.parametrize("name", ["CHARA", "UTs", "Extended"])
@pytest.mark.parametrize("start", [JUNE, DECEMBER], ids=["June", "December"])
def test_each_minute_is_as_astropy_has_it(name: str, start: float) -> None:
    """But for those within a minute of a begin or an end: all limits, the hard and the soft ones."""
    array = ARRAYS[name]
    seen = sky(array.site, start)
    minutes = 0
    for place, good, free in zip(seen.places, *judged(array, seen), strict=True):
        found = pieces(array, place, (float(seen.instants[0]), float(seen.instants[-1])))
        kept = apart(found, seen.instants)
        assert (within(found, seen.instants) == good)[kept].all(), place
        assert (within([piece for piece in found if not piece.soft], seen.instants) == free)[kept].all(), place
        minutes += int(good.sum())
    assert not found, "the last place is never up"
    assert minutes > 50


def test_limits_are_told_apart() -> None:
    """CHARA's telescopes should not point above 80 degrees, and the full Moon is near what is near it."""
    seen = sky(CHARA, DECEMBER)
    bounds = float(seen.instants[0]), float(seen.instants[-1])
    windows = [
        windows_of(nights(CHARA, number), "astronomical", (*place, 0, 0), bounds)
        for place in ((125.0, 34.2), seen.places[4])
        for number in span_numbers(CHARA, *bounds)
    ]
    some = Array(CHARA, SIX.beams[:2], 20, SIX.highest, SIX.safe, SIX.moon)
    found = [piece for one in windows for piece in observable_pieces(one, some, None, {"W2": 4})]
    assert {piece.soft for piece in found} == {(), (Limit.SAFE_ELEVATION,), (Limit.MOON,)}
    for piece in found:
        assert (piece.highest > SIX.safe + 1e-6) == (Limit.SAFE_ELEVATION in piece.soft)
        assert (piece.moon < SIX.moon) == (Limit.MOON in piece.soft)


def test_pieces_are_those_of_one_night() -> None:
    """What `observe` finds for a night of CHARA, within 2 s, and 30 s where the horizon or the Moon cuts."""
    evening = date(2026, 12, 1)
    night, place = Night(CHARA, evening), (83.0, 35.0)
    seen = observe(night, SIX, POPS, night.ephemeris.places(*np.array([[*place, 0, 0]]).T))
    starts, ends = (night.instants(hours, seen.beginnings[0]) for hours in (seen.intervals.start, seen.intervals.end))
    found = [piece for piece in pieces(SIX, place, night.dark) if not piece.soft]
    assert len(found) == len(starts) > 0
    assert [piece.start for piece in found] == pytest.approx(starts.tolist(), abs=30 / 86400)
    assert [piece.end for piece in found] == pytest.approx(ends.tolist(), abs=30 / 86400)
    assert max(piece.highest for piece in found) == pytest.approx(seen.highest[0], abs=0.1)
    assert min(piece.moon for piece in found) == pytest.approx(seen.moon[0], abs=0.2)


@pytest.mark.parametrize("site", [CHARA, VLTI], ids=["CHARA", "VLTI"])
def test_twilights_of_a_span_are_those_of_its_nights(site: Site) -> None:
    span = Nights(site, int(DECEMBER) // SPAN)
    for place in (0, SPAN - 1):
        night = Night(site, date.fromordinal(span.number * SPAN + place + EPOCH))
        assert night.noon == pytest.approx(span.noons[place], abs=1e-9)
        for name, both in night.twilights.items():
            assert [one[place] for one in span.twilights[name]] == pytest.approx(both, abs=0.2 / 86400)


def test_best_pops_of_a_night_lose_no_time_to_others() -> None:
    """Of 300 other combinations none has more of the weight that the criterion gives, grid of 15 minutes apart."""
    span, place = nights(CHARA, int(DECEMBER) // SPAN), (83.0, 35.0, 0.0, 0.0)
    windows = windows_of(span, "astronomical", place, (DECEMBER, DECEMBER + 1))

    def weight(pops: tuple[int, ...] | None) -> float:
        total = 0.0
        for piece in observable_pieces(windows, SIX, pops, {"W2": 4}):
            instants = np.arange(piece.start, piece.end, 5 * MINUTE)
            turns = (span.ephemeris.hour_angle_origin(instants) - windows.ra) / TURN
            hours = (np.mod(turns + 0.5, 1) - 0.5) * 24
            total += float(np.exp(-((hours / 2) ** 2) / 2).sum()) / 12
        return total

    random = np.random.default_rng(5)
    others = [tuple(pops) for pops in np.column_stack([random.integers(0, 5, (60, 6))]).tolist()]
    assert weight(None) > 0.5
    assert weight(None) >= max(weight((first, 4, *rest)) for first, _, *rest in others) - 0.25


def test_a_sample_of_aspro2_in_its_night() -> None:
    """HD 17081 with GRAVITY and the UTs in Period 100, whose UT1 had another delay line: hour angles -4.20 to 3.18."""
    now = ARRAYS["UTs"]
    then = tuple(replace(beam, horizon=()) for beam in now.beams)
    array = replace(now, beams=(replace(then[0], length=194.3127, throw=101.25), *then[1:]))
    place = ((2 + 44 / 60 + 7.34928 / 3600) * 15, -(13 + 51 / 60 + 31.313 / 3600), -8.62, -9.07)
    windows = windows_of(nights(VLTI, 58050 // SPAN), "astronomical", place, (58050.5, 58051.5))
    (found,) = observable_pieces(windows, array, None, {})
    ends = (windows.nights.ephemeris.hour_angle_origin(np.array([found.start, found.end])) - windows.ra) / TURN
    assert (np.mod(ends + 0.5, 1) - 0.5) * 24 == pytest.approx([-4.20, 3.18], abs=0.006)


def test_no_piece_is_lost_to_a_rounding() -> None:
    """Far from the Moon and below 80 degrees nothing is soft, whatever the place."""
    random = np.random.default_rng(1)
    for ra, dec in zip(random.uniform(60, 130, 60), random.uniform(-60, 15, 60), strict=True):
        windows = windows_of(nights(VLTI, 61375 // SPAN), "astronomical", (ra, dec, 0, 0), (61375.0, 61380.0))
        found = list(observable_pieces(windows, replace(ARRAYS["UTs"], moon=0.0, bright_moon=(1.0, 0.0)), None, {}))
        assert {piece.soft for piece in found} <= {()}
