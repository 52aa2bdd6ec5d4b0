"""Places, twilights and the Moon, against astropy and against figures that astroplan gave."""

from datetime import date

import judge
import numpy as np
import pytest
from judge import ARCSEC, Floats

from sky.chara import CHARA
from sky.directions import unit_vectors
from sky.ephemeris import altitude, azimuth, illumination
from sky.night import Night
from sky.orientation import orientation_table
from sky.site import Site

PARANAL = Site("VLTI", (1946409.9709899623, -5467660.10589381, -2642728.3998888675))
COUNT = 40


@pytest.fixture(scope="module", autouse=True)
def prepared() -> None:
    judge.prepare()


def some_stars() -> tuple[Floats, Floats, Floats, Floats]:
    random = np.random.default_rng(7)
    dec = np.degrees(np.arcsin(random.uniform(-0.5, 1, COUNT)))
    return random.uniform(0, 360, COUNT), dec, random.normal(0, 300, COUNT), random.normal(0, 300, COUNT)


def clock(mjd: float) -> str:
    second = round(mjd % 1 * 86400)
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def off_by(ours: float, theirs: str) -> int:
    hours, minutes, seconds = map(int, theirs.split(":"))
    return abs(round(ours % 1 * 86400) - hours * 3600 - minutes * 60 - seconds)


def test_twilights_are_those_of_astroplan() -> None:
    twilights = Night(CHARA, date(2026, 12, 1)).twilights
    assert off_by(twilights["sun"][0], "00:42:22") <= 1, clock(twilights["sun"][0])
    assert off_by(twilights["civil"][0], "01:09:48") <= 1
    assert off_by(twilights["nautical"][0], "01:40:48") <= 1
    assert off_by(twilights["nautical"][1], "13:42:30") <= 1
    assert off_by(twilights["astronomical"][0], "02:11:06") <= 1
    assert off_by(twilights["astronomical"][1], "13:12:10") <= 1


@pytest.mark.parametrize("site", [CHARA, PARANAL], ids=["CHARA", "VLTI"])
@pytest.mark.parametrize("evening", [date(2015, 7, 3), date(2026, 12, 1), date(2027, 6, 21)], ids=str)
def test_places_are_those_of_astropy(site: Site, evening: date) -> None:
    night = Night(site, evening)
    ra, dec, pmra, pmdec = some_stars()
    right, north = night.ephemeris.places(ra, dec, pmra, pmdec)
    instants = np.linspace(*night.dark, 9)
    hours = night.ephemeris.hour_angle_origin(instants)[:, None] - right
    high = np.degrees(altitude(hours, north, night.ephemeris.latitude))
    around = np.degrees(azimuth(hours, north, night.ephemeris.latitude))
    years = (night.ephemeris.middle - 51544.5) / 365.25
    theirs = judge.stars(ra, dec, pmra, pmdec, years)[None, :].transform_to(judge.frame(site, instants[:, None]))
    assert np.abs(high - theirs.alt.deg).max() < ARCSEC
    across = (around - theirs.az.deg + 180) % 360 - 180
    assert np.abs(across * np.cos(np.radians(high))).max() < ARCSEC
    separations = [night.moon.separations(unit_vectors(right, north), np.full(COUNT, moment)) for moment in instants]
    moon = judge.body("moon", site, instants)
    assert np.abs(np.degrees(separations) - moon[:, None].separation(theirs).deg).max() < 2 * ARCSEC


@pytest.mark.parametrize("site", [CHARA, PARANAL], ids=["CHARA", "VLTI"])
def test_sun_and_moon_are_those_of_astropy(site: Site) -> None:
    night = Night(site, date(2027, 3, 14))
    instants = np.linspace(night.noon, night.noon + 1, 25)
    sun, moon = night.ephemeris.sun(instants), night.ephemeris.moon(instants)
    assert np.abs(np.degrees(sun.altitudes) - judge.body("sun", site, instants).alt.deg).max() < ARCSEC
    assert np.abs(np.degrees(moon.altitudes) - judge.body("moon", site, instants).alt.deg).max() < ARCSEC
    lit = illumination(sun, moon)
    elongation = judge.body("sun", site, instants).separation(
        judge.body("moon", site, instants), origin_mismatch="ignore"
    )
    assert lit == pytest.approx((1 - np.cos(elongation.rad)) / 2, abs=0.005)


def test_sidereal_time_is_that_of_astropy() -> None:
    night = Night(CHARA, date(2026, 12, 1))
    at = judge.frame(CHARA, np.array([night.dark[0]]))
    theirs = at.obstime.sidereal_time("apparent", at.location).deg[0]
    ours = np.degrees(night.ephemeris.sidereal_time(night.dark[0])) % 360
    assert ours == pytest.approx(theirs, abs=ARCSEC)


def test_night_begins_in_the_evening_of_its_date() -> None:
    for day in range(1, 29):
        night = Night(CHARA, date(2026, 2, day))
        start, end = night.twilights["sun"]
        local = start - 8 / 24 - 40587 + date(1970, 1, 1).toordinal()  # Pacific Standard Time
        assert date.fromordinal(int(local)) == night.evening
        assert start < night.dark[0] < night.ephemeris.middle < night.dark[1] < end


def test_orientation_table_is_that_of_astropy_to_a_day() -> None:
    table = orientation_table()
    days = np.array([45000.3, 51544.5, 57204.9, table.last_observed + 0.1, table.last - 0.2])
    theirs = judge.iers.earth_orientation_table.get()
    for day in days:
        ours = table.at(day)
        assert ours.ut1 == pytest.approx(theirs.ut1_utc(2_400_000.5, day).value, abs=0.004)
        x, y = theirs.pm_xy(2_400_000.5, day)
        assert (ours.pole_x, ours.pole_y) == pytest.approx((x.value, y.value), abs=0.01)


def test_days_beyond_the_orientation_table_have_the_values_of_its_ends() -> None:
    table = orientation_table()
    assert table.at(table.last + 5000) == table.at(table.last)
    assert table.at(10_000) == table.at(float(table.mjd[0]))
    assert table.last_observed < table.last
