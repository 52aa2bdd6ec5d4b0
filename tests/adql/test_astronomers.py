"""Functions that astronomers type: the same as astropy, ERFA, mocpy and numpy have it, through the hub and straight."""

from typing import Any

import astropy.units as u
import erfa
import numpy as np
import pytest
from astropy.coordinates import FK5, ICRS, Distance, Galactic, SkyCoord
from astropy.time import Time
from mocpy import MOC
from test_running import rows

from adql.checked.catalogue import DECLARED
from adql.checked.functions import LISTED
from adql.compile import compile_query
from adql.errors import AdqlError
from hub.rows import Hub
from sky import moc

pytestmark = pytest.mark.spatial

RANDOM = np.random.default_rng(20261201)
MAS = 1 / 3_600_000


async def both(hub: Hub, text: str, *, direct: bool = True) -> list[tuple[Any, ...]]:
    """The rows of a query, which the hub and the source itself have alike."""
    through = await rows(hub, text)
    compiled = compile_query(text, DECLARED, hub.databases)
    assert compiled.direct == direct
    straight = await rows(hub, text, hub.databases)
    assert straight == through
    return through


async def one(hub: Hub, call: str) -> Any:
    return (await rows(hub, f"SELECT TOP 1 {call} AS x FROM jsdc.badcal"))[0][0]


EPOCHS = {
    "125, 300, -428.8, 52.51, 2016.0, 1992.25": (7.604061404627978, 11.7932703828279),
    "125, 300, -428.8, 52.51, 2016.0, 1875.0": (7.594068213694308, 11.807251375203935),
    "125, 300, -428.8, NULL, 2016.0, 1875.0": (7.594079587029898, 11.807235464326332),
    "125, 300, NULL, NULL, 2016.0, 1875.0": (7.594080321498365, 11.790440798509207),
    "NULL, 300, -428.8, 52.51, 2016.0, 1875.0": (7.594079587020846, 11.807235464339055),
}
"""The examples of the UDF catalogue 1.2."""


@pytest.mark.parametrize("rest", EPOCHS)
async def test_places_at_other_epochs_are_those_of_the_catalogue(rest: str, direct_hub: Hub) -> None:
    place = "7.606083572, 11.79044105"
    assert await one(direct_hub, f"ivo_epoch_prop_pos({place}, {rest})") == pytest.approx(EPOCHS[rest], abs=1e-10)
    of_rows = f"ivo_epoch_prop_pos({place.replace('7.', 'x.k + 7.', 1)}, {rest})"
    text = f"SELECT {of_rows} AS p FROM (SELECT TOP 1 0 * badcal_id AS k FROM jsdc.badcal) AS x"
    assert (await rows(direct_hub, text))[0][0] == pytest.approx(EPOCHS[rest], abs=1e-10)


async def test_places_at_other_epochs_are_those_of_astropy(direct_hub: Hub) -> None:
    moved = "ivo_epoch_prop_pos(raj2000, dej2000, plx, pmra, pmdec, 21.5, 2000, 2150.5)"
    text = (
        f"SELECT raj2000, dej2000, plx, pmra, pmdec, {moved} AS p, COORD1({moved}) AS ra, COORD2({moved}) AS de, "
        f"DISTANCE({moved}, POINT(raj2000, dej2000)) AS d FROM jsdc.star ORDER BY jsdc_id"
    )
    found = await both(direct_hub, text)
    ra, dec, plx, pmra, pmdec = (np.array([row[at] for row in found], float) for at in range(5))
    assert np.isnan(pmra).any() or np.isnan(plx).any() or len(found) > 100
    known = np.isfinite(plx) & (plx > 0.1) & np.isfinite(pmra) & np.isfinite(pmdec)
    assert known.sum() > 100
    stars = SkyCoord(
        ra[known] * u.deg, dec[known] * u.deg, distance=Distance(parallax=plx[known] * u.mas),
        pm_ra_cosdec=pmra[known] * u.mas / u.yr, pm_dec=pmdec[known] * u.mas / u.yr,
        radial_velocity=np.full(known.sum(), 21.5) * u.km / u.s, obstime=Time(2000, format="jyear", scale="tdb"),
    )  # fmt: skip
    expected = stars.apply_space_motion(new_obstime=Time(2150.5, format="jyear", scale="tdb"))
    places = np.array([row[5] for row in found])[known]
    assert ((places[:, 0] >= 0) & (places[:, 0] < 360)).all()
    ours = SkyCoord(*(places.T * u.deg))
    # astropy's motions are relativistic (ERFA's pmsafe), and its light takes its time.
    assert ours.separation(SkyCoord(expected.ra, expected.dec)).to_value(u.mas).max() < 0.5
    assert [row[6:8] for row in found] == [tuple(row[5]) for row in found]
    gone = SkyCoord(ra * u.deg, dec * u.deg).separation(SkyCoord(*(np.array([row[5] for row in found]).T * u.deg)))
    assert [row[8] for row in found] == pytest.approx(gone.deg, abs=1e-9)


async def test_what_is_not_known_of_a_row_stands_still_or_is_nowhere(direct_hub: Hub) -> None:
    unknown = "CASE WHEN badcal_id < 0 THEN 1 END"
    assert await one(
        direct_hub, f"ivo_epoch_prop_pos(10, 20, {unknown}, {unknown}, {unknown}, {unknown}, 2000, 2100)"
    ) == [pytest.approx(10), pytest.approx(20)]
    for place in (
        f"{unknown}, 20, 1, 1, 1, 1, 2000",
        "badcal_id, 200 + badcal_id, 1, 1, 1, 1, 2000",
        f"10, 20, 1, 1, 1, 1, {unknown}",
    ):
        assert await one(direct_hub, f"ivo_epoch_prop_pos({place}, 2100)") is None


FRAMES = {"ICRS": ICRS(), "FK5": FK5(), "GALACTIC": Galactic()}


@pytest.mark.parametrize("frames", [(one, other) for one in FRAMES for other in FRAMES], ids="-".join)
async def test_geometries_are_turned_as_erfa_and_astropy_do(frames: tuple[str, str], direct_hub: Hub) -> None:
    one_frame, other = frames
    turned = f"ivo_geom_transform('{one_frame}', '{other}', POINT(raj2000, dej2000))"
    text = f"SELECT raj2000, dej2000, {turned} AS p, COORD1({turned}) AS l, COORD2({turned}) AS b FROM jsdc.star ORDER BY jsdc_id"
    found = await both(direct_hub, text)
    ra, dec = np.array([row[:2] for row in found]).T
    ours = SkyCoord(*(np.array([row[2] for row in found]).T * u.deg), frame=FRAMES[other])
    expected = SkyCoord(ra * u.deg, dec * u.deg, frame=FRAMES[one_frame]).transform_to(FRAMES[other])
    # astropy has the galactic pole by way of FK5 and B1950, 25 mas from that of Hipparcos, which is ERFA's.
    tolerance = 26 if len({"GALACTIC"} & set(frames)) and one_frame != other else 1e-4
    assert ours.separation(expected).to_value(u.mas).max() < tolerance
    assert [row[3:] for row in found] == [tuple(row[2]) for row in found]
    if frames == ("ICRS", "GALACTIC"):
        along, up = erfa.icrs2g(np.radians(ra), np.radians(dec))
        assert ours.separation(SkyCoord(along * u.rad, up * u.rad, frame=Galactic())).to_value(u.mas).max() < 1e-4
    written = await one(
        direct_hub, f"ivo_geom_transform('{one_frame}', '{other}', POINT({float(ra[0])!r}, {float(dec[0])!r}))"
    )
    assert written == pytest.approx(found[0][2], abs=1e-11)


async def test_circles_and_polygons_are_turned_too(direct_hub: Hub) -> None:
    call = "ivo_geom_transform('ICRS', 'GALACTIC', CIRCLE(120, -23, 3))"
    assert await one(direct_hub, call) == pytest.approx([241.121831182, 3.62785788087, 3], abs=1e-5)
    call = "ivo_geom_transform('GALACTIC', 'FK5', POLYGON(5, 3, 4, 4, 4.5, 2))"
    text = "SELECT s_region AS r, ivo_geom_transform('ICRS', 'GALACTIC', s_region) AS g FROM ivoa.obscore WHERE s_region IS NOT NULL"
    found = np.array([(*map(float, row[0].split()[2:]), *row[1]) for row in await rows(direct_hub, text)])
    along, up = erfa.icrs2g(*np.radians(found[:, :2].T))
    assert len(found) > 10
    assert np.allclose(found[:, 3], np.degrees(along) % 360, atol=1e-9)
    assert np.allclose(found[:, 4], np.degrees(up), atol=1e-9)
    assert np.allclose(found[:, 2], found[:, 5])
    expected = [266.44721, -23.107310, 264.95088, -23.434037, 267.09936, -24.051919]
    assert await one(direct_hub, call) == pytest.approx(expected, abs=3e-5)


@pytest.mark.parametrize(
    ("call", "expected"),
    {
        "ivo_hms_to_degrees('3:34:45.4')": 53.6891666666667,
        "ivo_hms_to_degrees('3h34m45.4s')": 53.6891666666667,
        "ivo_hms_to_degrees('3H34M45.4S')": 53.6891666666667,
        "ivo_hms_to_degrees(' 033445.4 ')": 53.6891666666667,
        "ivo_dms_to_degrees('42:9:6.768')": 42.15188,
        "ivo_dms_to_degrees('42d9m6.768s')": 42.15188,
        "ivo_dms_to_degrees('-00:15:00')": -0.25,
        "ivo_dms_to_degrees('+0d15m0s')": 0.25,
        "ivo_dms_to_degrees('-0D15M0S')": -0.25,
        "ivo_dms_to_degrees('3h34m45.4s')": None,
        "ivo_hms_to_degrees('3d34m45.4s')": None,
        "ivo_hms_to_degrees('-3:34:45.4')": None,
        "ivo_hms_to_degrees('3:60:45.4')": None,
        "ivo_hms_to_degrees('24:00:00')": 360.0,
        "ivo_hms_to_degrees('25:00:00')": None,
        "ivo_dms_to_degrees('-361d00m00s')": None,
        "ivo_dms_to_degrees('3:4:60')": None,
        "ivo_dms_to_degrees('12.5')": None,
        "ivo_dms_to_degrees('')": None,
        "ivo_dms_to_degrees(NULL)": None,
    }.items(),
)
async def test_sixtieths_are_read_from_the_query_and_from_rows(
    call: str, expected: float | None, direct_hub: Hub
) -> None:
    wanted = None if expected is None else pytest.approx(expected, abs=1e-12)
    assert await one(direct_hub, call) == wanted
    assert (
        await one(direct_hub, call.replace("('", "(LOWER(name) || '").replace("LOWER(name)", "CAST('' AS VARCHAR)"))
        == wanted
    )


def test_a_cone_around_sixtieths_is_found_by_its_index() -> None:
    cone = "CIRCLE(ivo_hms_to_degrees('22:57:39.05'), ivo_dms_to_degrees('-29:37:19.9'), 5)"
    compiled = compile_query(
        f"SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), {cone})", DECLARED
    )
    assert "gw.in_cone" in compiled.text
    assert "sixtieths" not in compiled.text


def cells_of(area: MOC) -> moc.Moc:
    return moc.read(area.to_string("ascii"))


def same(ours: moc.Moc, theirs: moc.Moc) -> bool:
    order = max(ours.order, theirs.order)
    return ours.finer(order) == theirs.finer(order)


def test_maps_of_areas_are_those_of_mocpy() -> None:
    """But for circles (findings/healpix-cones.sh), of which tests/sky/test_maps.py asks."""
    for _ in range(100):
        order, radius = int(RANDOM.integers(0, 9)), float(10 ** RANDOM.uniform(-3, 1.9))
        ra, dec = RANDOM.uniform(0, 360), float(np.degrees(np.arcsin(RANDOM.uniform(-1, 1))))
        centre = SkyCoord(ra * u.deg, float(np.clip(dec, -75, 75)) * u.deg)
        turns, away = np.sort(RANDOM.uniform(0, 360, 5)), RANDOM.uniform(0.3, 1, 5) * min(radius, 10)
        corners = centre.directional_offset_by(turns * u.deg, away * u.deg)
        polygon = MOC.from_polygon(corners.ra, corners.dec, max_depth=order)
        assert same(moc.of_polygon(order, list(zip(corners.ra.deg, corners.dec.deg, strict=True))), cells_of(polygon))


def test_maps_are_read_and_written_as_mocpy_does() -> None:
    for _ in range(100):
        order = int(RANDOM.integers(0, 30))
        cells = RANDOM.integers(0, 12 << 2 * order, 40)
        cells = np.unique(np.concatenate([cells, cells | 1, cells | 2, cells | 3]))
        theirs = MOC.from_healpix_cells(cells.astype(np.uint64), np.full(len(cells), order, np.uint8), max_depth=order)
        ours = moc.read(theirs.to_string("ascii"))
        assert ours.finer(order).cells.tolist() == cells.tolist() or ours.order <= order
        assert sorted(ours.finer(order).cells.tolist()) == cells.tolist()
        assert same(moc.read(ours.text), ours)
        assert MOC.from_string(ours.text, "ascii") == theirs


@pytest.mark.parametrize("order", [0, 3, 6, 10, 29])
async def test_places_in_a_map_are_those_that_mocpy_has(order: int, direct_hub: Hub) -> None:
    found = await rows(direct_hub, "SELECT name, raj2000, dej2000 FROM jsdc.star ORDER BY jsdc_id")
    ra, dec = (np.array([row[at] for row in found]) for at in (1, 2))
    chosen = RANDOM.choice(len(found), 20, replace=False)
    theirs = MOC.from_lonlat(ra[chosen] * u.deg, dec[chosen] * u.deg, max_norder=order)
    inside = theirs.contains_lonlat(ra * u.deg, dec * u.deg)
    written = theirs.to_string("ascii")
    text = "SELECT name FROM jsdc.star WHERE {} ORDER BY jsdc_id"
    for condition, wanted in (
        (f"1 = CONTAINS(POINT(raj2000, dej2000), MOC('{written}'))", inside),
        (f"0 = CONTAINS(POINT(raj2000, dej2000), MOC('{written}'))", ~inside),
        (f"1 = INTERSECTS(MOC('{written}'), POINT(raj2000, dej2000))", inside),
    ):
        told = await both(direct_hub, text.format(condition))
        expected = [row[0] for row, there in zip(found, wanted, strict=True) if there]
        assert [row[0] for row in told] == expected
    assert inside.any()


async def test_a_map_of_an_area_is_a_value_and_a_condition(direct_hub: Hub) -> None:
    assert await one(direct_hub, "MOC(3, CIRCLE(10, 20, 1))") == moc.of_circle(3, 10, 20, 1).text
    assert await one(direct_hub, "MOC('3/0-3 8')") == "2/0 3/8"
    for call, expected in {
        "CONTAINS(MOC('4/0'), MOC('3/0'))": 1,
        "CONTAINS(MOC('3/0'), MOC('4/0-2'))": 0,
        "CONTAINS(MOC('3/'), MOC('4/0-2'))": 1,
        "INTERSECTS(MOC('3/0'), MOC('5/15'))": 1,
        "INTERSECTS(MOC('3/0'), MOC('5/16'))": 0,
        "CONTAINS(POINT(10, 20), MOC(5, REGION('UNION ICRS (CIRCLE 10 20 1 CIRCLE 50 20 1)')))": 1,
        "CONTAINS(POINT(30, 20), MOC(5, REGION('UNION ICRS (CIRCLE 10 20 1 CIRCLE 50 20 1)')))": 0,
        "CONTAINS(POINT(10, 200 + badcal_id), MOC('0/0-11'))": None,
    }.items():
        assert await one(direct_hub, call) == expected, call
    area = "MOC(7, POLYGON(330, -40, 360, -40, 360, -20, 330, -20))"
    told = await both(
        direct_hub, f"SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), {area}) ORDER BY 1"
    )
    exact = "POLYGON(330, -40, 360, -40, 360, -20, 330, -20)"
    less = await rows(direct_hub, f"SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), {exact})")
    assert {row[0] for row in less} <= {row[0] for row in told}
    assert less


async def test_deviations_and_medians_are_those_of_numpy(direct_hub: Hub) -> None:
    found = await rows(direct_hub, "SELECT vmag, plx, calflag, pmra FROM jsdc.star")
    columns = [np.array([row[at] for row in found if row[at] is not None], np.float32) for at in range(4)]
    calls = ", ".join(f"STDDEV({name}), MEDIAN({name})" for name in ("vmag", "plx", "calflag", "pmra"))
    [told] = await both(direct_hub, f"SELECT {calls} FROM jsdc.star")
    expected = [value for column in columns for value in (np.std(column, ddof=1, dtype=float), np.median(column))]
    assert told == pytest.approx(expected, rel=1e-9)
    [told] = await rows(
        direct_hub, "SELECT STDDEV(vmag), MEDIAN(vmag), STDDEV(DISTINCT calflag) FROM jsdc.star WHERE vmag < -99"
    )
    assert told == (None, None, None)
    [told] = await rows(
        direct_hub, "SELECT STDDEV(x.v), MEDIAN(x.v) FROM (SELECT TOP 1 vmag AS v FROM jsdc.star WHERE vmag > 1) AS x"
    )
    assert told[0] is None
    grouped = await both(
        direct_hub,
        "SELECT calflag, MEDIAN(vmag) AS m FROM jsdc.star GROUP BY calflag HAVING STDDEV(vmag) > 0 ORDER BY calflag",
    )
    for flag, median in grouped:
        values = [row[0] for row in found if row[2] == flag and row[0] is not None]
        assert median == pytest.approx(np.median(np.array(values, np.float32)), rel=1e-7)


@pytest.mark.parametrize("direct", [False, True])
async def test_a_sample_is_about_so_many_of_the_rows(direct: bool, direct_hub: Hub) -> None:
    known = direct_hub.databases if direct else None

    async def counted(sample: str) -> tuple[int, int]:
        [row] = await rows(direct_hub, f"SELECT COUNT(*), COUNT(DISTINCT s.jsdc_id) FROM jsdc.star {sample}", known)
        return row[0], row[1]

    [(everything,)] = await rows(direct_hub, "SELECT COUNT(*) FROM jsdc.star")
    assert await counted("TABLESAMPLE(100) AS s") == await counted("AS s TABLESAMPLE(100)") == (everything, everything)
    some = [(await counted("TABLESAMPLE(50) s"))[0] for _ in range(8)]
    assert len(set(some)) > 1
    assert 0 < sum(some) / 8 < everything
    for compiled in (compile_query("SELECT name FROM jsdc.star TABLESAMPLE(0.5)", DECLARED, known),):
        assert compiled.varies
        assert ("TABLESAMPLE SYSTEM" in compiled.text) == direct
    joined = "SELECT COUNT(*) FROM jsdc.star TABLESAMPLE(50) AS s JOIN crossid.granule AS g ON g.star_id = s.jsdc_id"
    [(pairs,)] = await rows(direct_hub, joined.replace("TABLESAMPLE(50) ", ""))
    [(half,)] = await rows(direct_hub, joined.replace("50", "100"))
    assert pairs == half
    assert [await rows(direct_hub, joined, known) for _ in range(2)]


async def test_a_sample_of_a_join_is_asked_once(direct_hub: Hub) -> None:
    """Rows of a sample are joined with all that they meet: were it drawn twice, a quarter would be left of a half."""
    text = "SELECT COUNT(*) FROM jsdc.star TABLESAMPLE(50) AS s JOIN jsdc.identifier AS i ON i.star_id = s.jsdc_id"
    [(everything,)] = await rows(direct_hub, text.replace("50", "100"))
    some = [(await rows(direct_hub, text))[0][0] for _ in range(12)]
    assert sum(some) / 12 == pytest.approx(everything / 2, rel=0.25)


def test_a_name_is_a_place_that_was_looked_up() -> None:
    text = "SELECT name FROM jsdc.star WHERE DISTANCE(POINT(raj2000, dej2000), {}('HD 48329')) < 1"
    places = (("HD 48329", (100.983, 25.131)),)
    texts = {
        compile_query(text.format(name), DECLARED, places=places).text
        for name in ("ivo_simbadpoint", "GAVO_SIMBADPOINT")
    }
    plain = text.replace("{}('HD 48329')", "POINT(100.983, 25.131)")
    assert texts == {compile_query(plain, DECLARED).text}


REFUSED = {
    "SELECT MEDIAN(DISTINCT vmag) FROM jsdc.star": "no DISTINCT",
    "SELECT STDDEV(name) FROM jsdc.star": "STDDEV is not of a character string",
    "SELECT name FROM jsdc.star WHERE MEDIAN(vmag) > 1": "may not be in WHERE",
    "SELECT STDDEV(vmag, 1) FROM jsdc.star": "one value",
    "SELECT MOC('4/13 17-18 8/3072000') FROM jsdc.star": "cells of order 8 are 0 to 786431",
    "SELECT MOC('13') FROM jsdc.star": "no order from 0 to 29",
    "SELECT MOC('t30/1') FROM jsdc.star": "is no cell",
    "SELECT MOC('') FROM jsdc.star": "nothing in it",
    "SELECT MOC(30, CIRCLE(1, 2, 3)) FROM jsdc.star": "an order from 0 to 29",
    "SELECT MOC(20, CIRCLE(1, 2, 30)) FROM jsdc.star": "1000000 cells at most",
    "SELECT MOC(2, CIRCLE(raj2000, 2, 30)) FROM jsdc.star": "written out",
    "SELECT MOC(2, BOX(1, 2, 3, 4)) FROM jsdc.star": "POLYGON of its corners",
    "SELECT MOC(name) FROM jsdc.star": "a map written out",
    "SELECT AREA(MOC('1/1')) FROM jsdc.star": "not of a MOC",
    "SELECT name FROM jsdc.star WHERE 1 = CONTAINS(CIRCLE(raj2000, dej2000, 1), MOC('1/1'))": "a point or another map",
    "SELECT obs_id FROM ivoa.obscore WHERE 1 = INTERSECTS(s_region, MOC('1/1'))": "a point or another map",
    "SELECT ivo_geom_transform('ICRS', 'galactic', POINT(1, 2)) FROM jsdc.star": "ICRS, FK5, GALACTIC are",
    "SELECT ivo_geom_transform('FK4', 'ICRS', POINT(1, 2)) FROM jsdc.star": "that are known, not 'FK4'",
    "SELECT ivo_geom_transform(name, 'ICRS', POINT(1, 2)) FROM jsdc.star": "written out",
    "SELECT ivo_geom_transform('ICRS', 'FK5', BOX(1, 2, 1, 1)) FROM jsdc.star": "told one by one",
    "SELECT ivo_geom_transform('ICRS', 'FK5', 12) FROM ivoa.obscore": "not a number",
    "SELECT ivo_epoch_prop_pos(NULL, 11.8, 125, 300, NULL, NULL, 2016.0, 1875.0) FROM jsdc.star": "a number as ra, not NULL",
    "SELECT ivo_epoch_prop_pos(7.6, 11.8, 125, 300, -428.8, 52.51, NULL, 1875.0) FROM jsdc.star": "as ref_epoch",
    "SELECT ivo_epoch_prop_pos(7.6, 91.8, 125, 300, -428.8, plx, 2000, 1875.0) FROM jsdc.star": "no declination of 91.8",
    "SELECT ivo_epoch_prop_pos(7.6, 11.8, 300, -428.8, 2000, 1875.0) FROM jsdc.star": "radial_velocity",
    "SELECT ivo_simbadpoint('nobody') FROM jsdc.star": "it has no 'nobody'",
    "SELECT ivo_simbadpoint(name) FROM jsdc.star": "written out",
    "SELECT name FROM jsdc.star TABLESAMPLE(0)": "more than 0",
    "SELECT name FROM jsdc.star TABLESAMPLE(101)": "100 at most",
    "SELECT name FROM jsdc.star TABLESAMPLE(vmag)": "a percentage",
    "SELECT obs_id FROM ivoa.obscore TABLESAMPLE(1)": "it is a view",
    "WITH x AS (SELECT name FROM jsdc.star) SELECT name FROM x TABLESAMPLE(1)": "tables have samples",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused_says_what_is_right(text: str) -> None:
    with pytest.raises(AdqlError) as refused:
        compile_query(text, DECLARED)
    assert REFUSED[text] in str(refused.value)
    assert "line 1, column " in str(refused.value)


def test_a_word_is_a_name_still() -> None:
    compile_query("SELECT tablesample.name AS moc FROM jsdc.star tablesample", DECLARED)
    compile_query("SELECT s.median FROM (SELECT vmag AS median, 1 AS stddev FROM jsdc.star) AS s", DECLARED)


def test_each_is_listed() -> None:
    forms = {function.form.partition("(")[0] for function in LISTED}
    added = "ivo_epoch_prop_pos ivo_geom_transform ivo_hms_to_degrees ivo_dms_to_degrees ivo_simbadpoint gavo_simbadpoint stddev median"
    assert set(added.split()) <= forms
