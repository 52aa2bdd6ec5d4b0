"""What can be observed: ASPRO2's own results, a brute-force grid, and what cannot be otherwise."""

import resource
import time
from datetime import date

import erfa
import numpy as np
import pytest
from numpy.typing import NDArray

from sky.chara import CHARA, FIXED_POPS, TELESCOPES, spica_array
from sky.ephemeris import MJD, Ephemeris, altitude, azimuth
from sky.interferometer import Array, Beam
from sky.intervals import Intervals
from sky.limits import Limit, hard_limits
from sky.night import Night
from sky.observation import observe, star_windows
from sky.pops import best_pops
from sky.site import Site

Floats = NDArray[np.float64]
POPS = tuple(int(digit) - 1 for digit in "451215")
UTS = Array(
    Site("VLTI", (1946409.9709899623, -5467660.10589381, -2642728.3998888675)),
    (
        Beam("UT1", (3.38371000421, -9.92488562146, -23.9205578532), 194.3127, 101.25),
        Beam("UT2", (24.5681199729, 14.8873284322, 22.291721987), 195.5727, 101.25),
        Beam("UT3", (39.4370575429, 44.9145832917, 54.7272490998), 207.6495, 100.0),
        Beam("UT4", (30.1925424085, 103.30582608, 34.5609984934), 217.8957, 100.0),
    ),
    30, 87, 87, 1,
)  # fmt: skip
"""GRAVITY in Period 100: DL1 to DL4, IP1 to IP7 (aspro-conf, VLTI.xml)."""
ATS = Array(
    Site("VLTI", (1942042.8584924, -5455305.996911, -2654521.4011759)),
    (
        Beam("A1", (-29.56556305815709, -9.4341541647761, -64.49516771239047), 156.9095, 90.0),
        Beam("G1", (-39.79701141042026, 66.71572732949896, -86.81434276486135), 140.6375, 90.0),
        Beam("I1", (-24.91486664335827, 96.71061150089233, -54.3500050898539), 118.6633, 90.0),
    ),
    20, 86, 86, 1,
)  # fmt: skip
"""AMBER in September 2011 (aspro, VLTI.xml of 14 September 2011); its horizons are below 20° where these stars are."""


def of_date(mjd: float, star: tuple[float, ...]) -> tuple[float, float]:
    """Right ascension (hours) and declination (radians) of the date as ASPRO2 has them: precessed, and no more."""
    ra, dec, pmra, pmdec = star
    years = (mjd - 51544.5) / 365.25
    moved = np.radians([ra + pmra * years / 3.6e6 / np.cos(np.radians(dec)), dec + pmdec * years / 3.6e6])
    right, north = erfa.c2s(erfa.pmat76(MJD, mjd) @ erfa.s2c(*moved))
    return float(right) / np.pi * 12 % 24, float(north)


def asked(array: Array, mjd: float, star: tuple[float, ...], hours: float = 12) -> tuple[Floats, Floats]:
    """Hour angles and sidereal times, hours, of the two ends of what a star can be observed."""
    right, north = of_date(mjd, star)
    whole = Intervals(np.array([0]), np.array([-float(hours)]), np.array([float(hours)]))
    left = hard_limits(whole, array, (0,) * len(array.beams), np.array([north]), array.site.latitude)[Limit.HORIZON]
    ends = np.array([left.start[0], left.end[0]])
    assert len(left.row) == 1
    return ends, (ends + right) % 24


def degrees(hours: str, dec: str) -> tuple[float, float]:
    (h, m, s), (d, minute, second) = ([float(part) for part in text.split(":")] for text in (hours, dec.lstrip("+-")))
    sign = -1 if dec.startswith("-") else 1
    return (h + m / 60 + s / 3600) * 15, sign * (d + minute / 60 + second / 3600)


@pytest.mark.parametrize(
    ("ra", "dec", "motion", "angles", "times"),
    [
        ("02:44:07.34928", "-13:51:31.3130", (-8.62, -9.07), "-4.20/3.18", "22:32/05:55"),
        ("02:41:34.128", "-14:32:57.42", (-8.03, 52.93), "-4.22/3.16", "22:29/05:51"),
    ],
    ids=["HD 17081", "HD 16825"],
)
def test_two_targets_of_aspro_to_the_printed_digit(
    ra: str, dec: str, motion: tuple[float, float], angles: str, times: str
) -> None:
    ends, sidereal = asked(UTS, 58050.2, (*degrees(ra, dec), *motion))
    assert "/".join(f"{hours:.2f}" for hours in ends) == angles
    assert "/".join(f"{int(hours):02}:{int(hours % 1 * 60):02}" for hours in sidereal) == times


@pytest.mark.parametrize(
    ("ra", "dec", "motion", "limit", "times"),
    [
        ("00:15:21.549", "+28:35:13.809", (55.98, -85.69), 12, ("22:26", "03:23")),
        ("00:16:27.660", "-36:47:46.641", (-14.75, -17.22), 4, ("21:37", "04:16")),
        ("00:38:33.346", "+29:18:42.310", (-229.5, -253.58), 12, ("22:48", "03:43")),
    ],
    ids=["HIP 1234", "HD 1234", "HD 3546"],
)
def test_three_blocks_of_2011_within_two_minutes(
    ra: str, dec: str, motion: tuple[float, float], limit: int, times: tuple[str, str]
) -> None:
    _, sidereal = asked(ATS, 55849.2, (*degrees(ra, dec), *motion), limit)
    for ours, theirs in zip(sidereal, times, strict=True):
        hour, minute = theirs.split(":")
        assert ours * 60 == pytest.approx(int(hour) * 60 + int(minute), abs=2)


def places(count: int) -> tuple[Floats, Floats]:
    random = np.random.default_rng(3)
    return random.uniform(0, 360, count), np.degrees(np.arcsin(random.uniform(-0.5, 0.999, count)))


def naive(array: Array, pops: tuple[int, ...], night: Night, ra: float, dec: float) -> NDArray[np.bool_]:
    """Minute by minute of a night, for one star (CIRS): whether the sun, the telescopes and delay lines allow it."""
    instants = np.arange(night.dark[0], night.dark[1], 1 / 1440)
    angle, latitude = night.ephemeris.hour_angle_origin(instants) - ra, night.ephemeris.latitude
    high = np.degrees(altitude(angle, np.full(len(angle), dec), latitude))
    around = np.degrees(azimuth(angle, np.full(len(angle), dec), latitude))
    good = (high >= array.lowest) & (high <= min(array.highest, array.safe))
    for beam in array.beams:
        good &= high >= np.interp(around, *np.transpose(beam.horizon))
    moon = night.ephemeris.moon(instants)
    star = np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
    good &= (np.degrees(np.arccos(moon.vectors @ star)) > array.moon + 0.5 / 60) | (np.degrees(moon.altitudes) < -0.83)
    for place, first in enumerate(array.beams):
        for other, second in enumerate(array.beams[place + 1 :], place + 1):
            x, y, z = np.subtract(first.position, second.position)
            path = np.cos(dec) * (np.cos(angle) * x - np.sin(angle) * y) + np.sin(dec) * z
            path -= first.length + first.pops[pops[place]] - second.length - second.pops[pops[other]]
            good &= (path >= -second.throw) & (path <= first.throw)
    return np.asarray(good)


@pytest.mark.parametrize("stations", [("E1", "W2", "W1", "S2", "S1", "E2"), ("W2", "W1", "S1", "E2")], ids=["6T", "4T"])
@pytest.mark.parametrize("evening", [date(2026, 12, 1), date(2027, 6, 21)], ids=str)
def test_closed_form_is_the_grid_to_a_minute(stations: tuple[str, ...], evening: date) -> None:
    night, array = Night(CHARA, evening), spica_array(stations, 20)
    pops = POPS if len(stations) == 6 else (4, 0, 0, 4)
    ra, dec = night.ephemeris.places(*places(150), np.zeros(150), np.zeros(150))
    hours = observe(night, array, pops, (ra, dec)).intervals.lengths(150) * 60 / 1.0027379
    minutes = np.array([naive(array, pops, night, *star).sum() for star in zip(ra, dec, strict=True)])
    assert (minutes > 0).sum() > 20
    assert np.abs(hours - minutes).max() <= 3  # each end of a piece is off by half a minute of the grid, or 30 s


def test_interval_of_six_telescopes_is_the_one_that_was_measured() -> None:
    whole = Intervals(np.array([0]), np.array([-12.0]), np.array([12.0]))
    left = hard_limits(whole, spica_array(tuple(TELESCOPES), 30), POPS, np.radians([38.78]), CHARA.latitude)
    assert left[Limit.HORIZON].start == pytest.approx([-4.843], abs=0.001)
    assert left[Limit.HORIZON].end == pytest.approx([-1.069], abs=0.001)


def test_more_telescopes_or_a_higher_horizon_or_a_shorter_throw_never_gain() -> None:
    night = Night(CHARA, date(2026, 3, 1))
    ra, dec = night.ephemeris.places(*places(400), np.zeros(400), np.zeros(400))

    def hours(array: Array, pops: tuple[int, ...]) -> Floats:
        return observe(night, array, pops, (ra, dec)).intervals.lengths(400)

    six = spica_array(tuple(TELESCOPES), 25)
    sampling = 2 / 60  # the horizon is looked at every 30 s, beginning where the other limits let it
    whole = hours(six, POPS)
    assert whole.sum() > 50
    five = Array(six.site, six.beams[:5], six.lowest, six.highest, six.safe, six.moon)
    assert (hours(five, POPS[:5]) >= whole - sampling).all()
    assert (hours(spica_array(tuple(TELESCOPES), 40), POPS) <= whole + sampling).all()
    short = tuple(Beam(b.station, b.position, b.length, b.throw - 10, b.pops, b.horizon) for b in six.beams)
    assert (hours(Array(six.site, short, six.lowest, six.highest, six.safe, six.moon), POPS) <= whole + sampling).all()


@pytest.mark.parametrize("wanted", [(-2.0, 1.5), (-12.0, -3.0), (-1.0, 12.0), (-12.0, 12.0)])
def test_hour_angles_that_are_wanted_are_cut_out_of_what_can_be_observed(wanted: tuple[float, float]) -> None:
    night = Night(CHARA, date(2026, 10, 1))
    stars = night.ephemeris.places(*places(200), np.zeros(200), np.zeros(200))
    limited = observe(night, spica_array(tuple(TELESCOPES), 30, wanted), POPS, stars)
    left, whole = limited.intervals, observe(night, spica_array(tuple(TELESCOPES), 30), POPS, stars).intervals
    angles = np.mod(left.points(1 / 60)[1] + 12, 24) - 12
    assert ((angles >= wanted[0] - 1e-6) & (angles <= wanted[1] + 1e-6)).all()
    row, points = whole.points(1 / 60)
    inside = np.mod(points + 12, 24) - 12
    minutes = np.bincount(row[(inside >= wanted[0]) & (inside <= wanted[1])], minlength=200)
    assert np.abs(left.lengths(200) * 60 - minutes).max() <= 4  # ends of some pieces are off by a minute of the grid
    assert bool(limited.lost[Limit.HOUR_ANGLE].sum() > 1) is (wanted != (-12.0, 12.0))


def test_hours_lost_and_left_make_up_the_night() -> None:
    night = Night(CHARA, date(2026, 12, 24))  # the Moon is full
    place = night.ephemeris.places(*places(500), np.zeros(500), np.zeros(500))
    seen = observe(night, spica_array(tuple(TELESCOPES), 20), POPS, place)
    total = seen.intervals.lengths(500) + sum(seen.lost.values())
    assert total == pytest.approx(np.full(500, night.dark_hours))
    assert all((hours >= -1e-9).all() for hours in seen.lost.values())
    able = seen.intervals.lengths(500) > 0
    assert np.isnan(seen.highest).tolist() == (~able).tolist()
    assert (seen.highest[able] >= 20 - 1e-6).all()
    assert (seen.highest[able] <= 80 + 1e-6).all()
    assert (seen.moon[able] >= 5).all()
    assert np.abs(seen.transits - sum(night.dark) / 2).max() <= 0.5


def test_limits_say_whether_they_are_hard() -> None:
    assert [limit.name for limit in Limit if limit.hard] == ["ELEVATION", "DELAY_LINES", "HORIZON"]


def test_star_near_the_moon_is_lost_to_it_while_it_is_up() -> None:
    night = Night(CHARA, date(2026, 12, 24))
    middle = len(night.moon.instants) // 2
    x, y, z = night.moon.vectors[middle]
    place = (np.array([np.arctan2(y, x)]), np.array([np.arcsin(z)]))
    array = Array(CHARA, spica_array(("E1", "W2", "W1", "S2"), 20).beams[:2], 20, 85, 85, 5)
    assert observe(night, array, (3, 4), place).lost[Limit.MOON][0] > 0


def test_pops_that_are_chosen_lose_fewer_stars_than_others() -> None:
    night, array = Night(CHARA, date(2026, 9, 1)), spica_array(tuple(TELESCOPES), 30)
    fixed = {station: pop - 1 for station, pop in FIXED_POPS.items()}
    place = night.ephemeris.places(*places(300), np.zeros(300), np.zeros(300))
    chosen = best_pops(array, fixed, star_windows(night, place[0]), place[1], CHARA.latitude)

    def able(pops: tuple[int, ...]) -> int:
        return int((observe(night, array, pops, place).intervals.lengths(300) > 0).sum())

    random = np.random.default_rng(5)
    others = [tuple(pops) for pops in np.column_stack([random.integers(0, 5, (40, 6))]).tolist()]
    assert chosen[1] == 4
    assert able(chosen) >= max(able((first, 4, *rest)) for first, _, *rest in others) - 2  # of the grid of 15 minutes


@pytest.mark.timed
def test_three_thousand_stars_and_a_night_take_half_a_second_and_100_mb() -> None:
    star, still = places(3000), np.zeros(3000)
    before, tries = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, []
    for _ in range(3):
        began = time.process_time()
        night, array = Night(CHARA, date(2026, 10, 7)), spica_array(tuple(TELESCOPES), 30)
        place = night.ephemeris.places(*star, still, still)
        pops = best_pops(array, {"W2": 4}, star_windows(night, place[0]), place[1], CHARA.latitude)
        seen = observe(night, array, pops, place)
        tries.append(time.process_time() - began)
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert len(seen.transits) == 3000
    assert min(tries) <= 0.5
    assert kilobytes <= 100_000


def test_places_of_aspro_and_ours_give_the_same_declination_to_half_an_arcminute() -> None:
    star = (41.0306, -13.8587, -8.62, -9.07)
    _, theirs = of_date(58050.2, star)
    _, ours = Ephemeris(UTS.site, 58050.2).places(*(np.array([value]) for value in star))
    assert ours[0] == pytest.approx(theirs, abs=np.radians(30 / 3600))
