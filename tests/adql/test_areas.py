"""Areas of the sky in SQL, against the same in numpy and astropy; cells of HEALPix against cdshealpix."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from hub.rows import Connection, Hub, connect
from planning.routing import UNKNOWN
from planning.sql import Statement
from sample.federation import Federation
from schema.space import BODIES
from sky import healpix

pytestmark = pytest.mark.spatial

RANDOM = np.random.default_rng(20261121)


@pytest_asyncio.fixture(scope="module")
async def database(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.hub)
    yield connection
    await connection.close()


def places(count: int) -> tuple[list[float], list[float]]:
    ra, z = RANDOM.uniform(0, 360, count), RANDOM.uniform(-1, 1, count)
    return ra.tolist(), np.degrees(np.arcsin(z)).tolist()


def unit(ra: Any, dec: Any) -> Any:
    alpha, delta = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(delta) * np.cos(alpha), np.cos(delta) * np.sin(alpha), np.sin(delta)], -1)


def corner_of(order: int, cells: Any, ra: Any, dec: Any) -> Any:
    """Whether places are corners of cells."""
    corners = unit(*healpix.cell_corners(order, cells))
    return np.linalg.norm(corners - unit(ra, dec)[:, None], axis=2).min(axis=1) < 1e-13


@pytest.mark.parametrize("order", [0, 1, 5, 10, 18, 29])
async def test_cells_are_those_of_cdshealpix(order: int, database: Connection) -> None:
    ra, dec = places(2000)
    ra, dec = [*ra, 0, 90, 180, 359.9999, 45, 0, 12, 77], [*dec, 0, 0, 0, 0, 90, -90, 89.9999, -89.99999]
    found = await database.fetch(
        "SELECT gw.healpix_index($1, ra, d) FROM unnest($2::float8[], $3::float8[]) AS u(ra, d)", order, ra, dec
    )
    expected = healpix.cell_of(order, np.array(ra), np.array(dec))
    ours = np.array([row[0] for row in found])
    # An edge may fall to either side by the last digit of a sine; a corner of four cells is in any of them.
    differ = (ours != expected) & ~corner_of(order, ours, ra, dec)
    assert np.mean(differ) < 0.002 if order > 20 else np.mean(differ) < 0.001
    cells = RANDOM.integers(0, 12 * 4**order, 500)
    centres = await database.fetch(
        "SELECT gw.healpix_center($1, c) FROM unnest($2::bigint[]) AS c", order, cells.tolist()
    )
    alpha, delta = healpix.cell_centres(order, cells)
    told = np.array([row[0] for row in centres])
    assert np.allclose(unit(told[:, 0], told[:, 1]), unit(alpha, delta), atol=1e-13)


@pytest.mark.parametrize("order", [0, 5, 8, 9, 29])
async def test_a_source_finds_the_cells_itself(order: int, database: Connection, federation: Federation) -> None:
    cell = f"ivo_healpix_index({order}, raj2000, dej2000)"
    known = replace(UNKNOWN, backends=frozenset({("jsdc", BODIES[federation.body])}))
    compiled = compile_query(f"SELECT {cell} AS c, COUNT(*) AS n FROM jsdc.star GROUP BY {cell}", DECLARED, known)
    assert compiled.direct
    source = await connect(federation.readers["jsdc"])
    there = await source.fetch(compiled.text)
    await source.close()
    here = await database.fetch(
        "SELECT gw.healpix_index($1, raj2000, dej2000), count(*) FROM jsdc.star GROUP BY 1", order
    )
    assert sorted(map(tuple, there)) == sorted(map(tuple, here))


@pytest.mark.parametrize("cell", ["MOD(calflag, 9), raj2000, dej2000", "5, raj2000 + pmra + pmdec + vmag, dej2000"])
def test_what_is_dear_to_repeat_goes_to_the_hub(cell: str, federation: Federation) -> None:
    known = replace(UNKNOWN, backends=frozenset({("jsdc", BODIES[federation.body])}))
    assert not compile_query(f"SELECT ivo_healpix_index({cell}) AS c FROM jsdc.star", DECLARED, known).direct


async def test_what_is_nowhere_is_in_no_cell(database: Connection) -> None:
    inf, nan = float("inf"), float("nan")
    ra, dec = [10.0, 10.0, 10.0, inf, -inf, nan, 10.0, -29.6], [inf, -inf, nan, 1.0, 1.0, 1.0, -90.1, 344.4]
    rows = await database.fetch(
        "SELECT gw.healpix_index(5, ra, d), gw.cell(ra, d) FROM unnest($1::float8[], $2::float8[]) AS u(ra, d)", ra, dec
    )
    assert {tuple(row) for row in rows} == {(None, None)}


async def inside(database: Connection, area: list[float], ra: list[float], dec: list[float]) -> Any:
    text = "SELECT gw.contains($1::float8[], ARRAY[ra, d]) FROM unnest($2::float8[], $3::float8[]) AS u(ra, d)"
    return np.array([row[0] for row in await database.fetch(text, area, ra, dec)])


def winding(area: list[float], ra: Any, dec: Any) -> Any:
    """Whether points are inside a polygon, in the plane of its middle, where great circles are straight: even-odd."""
    corners = unit(area[::2], area[1::2])
    middle = corners.sum(0) / np.linalg.norm(corners.sum(0))
    east = np.cross([0, 0, 1.0], middle)
    east /= np.linalg.norm(east)
    north = np.cross(middle, east)

    def flat(v: Any) -> tuple[Any, Any]:
        return v @ east / (v @ middle), v @ north / (v @ middle)

    points = unit(ra, dec)
    (x, y), (px, py) = flat(corners), flat(points)
    held = np.zeros(len(px), bool)
    for i in range(len(x)):
        j = (i + 1) % len(x)
        crosses = (y[i] > py) != (y[j] > py)
        held ^= crosses & (px < (x[j] - x[i]) * (py - y[i]) / (y[j] - y[i] + 1e-300) + x[i])
    return held & (points @ middle > 0)


@pytest.mark.parametrize(
    "area",
    [
        [10, 10, 30, 10, 30, 40, 10, 40],
        [350, -20, 20, -30, 5, 25],
        [0, 60, 90, 60, 180, 60, 270, 60],
        [10, 0, 50, 0, 50, 40, 30, 5, 10, 40],
        [10, 40, 30, 5, 50, 40, 50, 0, 10, 0],
    ],
)
async def test_a_point_is_in_a_polygon(area: list[float], database: Connection) -> None:
    ra, dec = places(3000)
    found = await inside(database, [float(each) for each in area], ra, dec)
    assert np.array_equal(found, winding(area, ra, dec))
    assert found.any()


async def test_area_and_centroid(database: Connection) -> None:
    ra, dec = places(40_000)
    for area in (
        [10.0, 10.0, 30.0, 10.0, 30.0, 40.0, 10.0, 40.0],
        [10.0, 0.0, 50.0, 0.0, 50.0, 40.0, 30.0, 5.0, 10.0, 40.0],
    ):
        [row] = await database.fetch("SELECT gw.area($1::float8[]), gw.centroid($1::float8[])", area)
        held = winding(area, ra, dec)
        assert row[0] == pytest.approx(held.mean() * 41252.96, rel=0.1)
        mean = unit(np.array(ra)[held], np.array(dec)[held]).sum(0)
        assert unit(*row[1]) @ mean / np.linalg.norm(mean) > np.cos(np.radians(1.5))
    [octant] = await database.fetch(
        "SELECT gw.area(ARRAY[0, 0, 90, 0, 0, 90]::float8[]), gw.area(ARRAY[1, 2, 90]::float8[])"
    )
    assert octant[0] == pytest.approx(41252.96125 / 8)
    assert octant[1] == pytest.approx(41252.96125 / 2)


async def test_a_box_is_what_its_corners_are(database: Connection) -> None:
    ra, dec = places(3000)
    for box in ((20.0, 30.0, 40.0, 20.0), (0.0, 85.0, 30.0, 50.0), (359.0, -40.0, 5.0, 100.0)):
        [row] = await database.fetch("SELECT gw.box($1, $2, $3, $4)", *box)
        found = await inside(database, row[0], ra, dec)
        centre, (w, h) = unit(box[0], box[1]), np.tan(np.radians(np.array(box[2:]) / 2))
        alpha, delta = np.radians(box[:2])
        east = np.array([-np.sin(alpha), np.cos(alpha), 0])
        north = np.array([-np.sin(delta) * np.cos(alpha), -np.sin(delta) * np.sin(alpha), np.cos(delta)])
        v = unit(ra, dec)
        depth = v @ centre
        expected = (depth > 0) & (np.abs(v @ east) <= w * depth) & (np.abs(v @ north) <= h * depth)
        assert np.array_equal(found, expected)
        assert found.any()


CIRCLE, SQUARE = "ARRAY[20, 30, 5]::float8[]", "ARRAY[10, 20, 30, 20, 30, 40, 10, 40]::float8[]"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"gw.contains({SQUARE}, {CIRCLE})", True),
        (f"gw.contains({CIRCLE}, {SQUARE})", False),
        (f"gw.contains(ARRAY[20, 30, 30]::float8[], {SQUARE})", True),
        (f"gw.contains({SQUARE}, ARRAY[11, 30, 5]::float8[])", False),
        (f"gw.intersects({SQUARE}, ARRAY[7, 30, 5]::float8[])", True),
        (f"gw.intersects({SQUARE}, ARRAY[0, 30, 5]::float8[])", False),
        (f"gw.intersects({SQUARE}, ARRAY[200, -30, 5]::float8[])", False),
        (f"gw.intersects({SQUARE} || ARRAY[10, 20]::float8[], ARRAY[7, 30, 5]::float8[])", True),
        (f"gw.contains({SQUARE}, ARRAY[NULL, 30]::float8[])", None),
        (f"gw.intersects(ARRAY[NULL, 30, 5]::float8[], {SQUARE})", None),
        (f"gw.contains({CIRCLE}, ARRAY[NULL, 30]::float8[])", None),
        (f"gw.contains({SQUARE}, ARRAY[15, 25, 20, 25, 20, 30]::float8[])", True),
        (f"gw.contains({SQUARE}, ARRAY[15, 25, 50, 25, 20, 30]::float8[])", False),
        (f"gw.intersects({SQUARE}, ARRAY[0, 30, 50, 28, 50, 32]::float8[])", True),
        (f"gw.intersects({SQUARE}, ARRAY[180, -30, 230, -28, 230, -32]::float8[])", False),
        ("gw.contains(gw.region('Circle ICRS 20 30 5'), ARRAY[21, 31]::float8[])", True),
        ("gw.contains(gw.region('POLYGON 10 20 30 20 30 40 10 40'), ARRAY[21, 31]::float8[])", True),
        ("gw.region('UNION (CIRCLE 1 2 3 CIRCLE 4 5 6)')", None),
        ("gw.region('Circle ICRS 20 30')", None),
        ("gw.contains(NULL, ARRAY[1, 2]::float8[])", None),
    ],
)
async def test_areas_and_areas(condition: str, expected: bool | None, database: Connection) -> None:
    assert await asyncio.wait_for(database.fetchval(f"SELECT {condition}"), 10) is expected


CIRCLES = (
    "1 2 3",
    "-1.5 2 .1",
    "-1.5 -2.25 0.1",
    "1 95 3",
    "1 2 -3",
    "400.0 2 3",
    "1e-5 2 3",
    "1 2",
    "1 2 3 4",
    "+1 2 3",
    "1. 2 3",
    " 1 2 3",
)


async def test_a_circle_is_read_as_any_area(database: Connection) -> None:
    words = [f"{kind} {numbers}" for kind in ("CIRCLE ICRS", "Circle ICRS", "CIRCLE  ICRS") for numbers in CIRCLES]
    words += [
        "CIRCLE FK5 1 2 3",
        "CIRCLE ICRS 1 2 3 ",
        "CIRCLE ICRS 1.2.3 2 3",
        f"CIRCLE ICRS {'1' * 10} 2 3",
        "CIRCLE",
    ]
    text = "SELECT gw.region(w) AS one, gw.described(w) AS other FROM unnest($1::text[]) AS w"
    read = await database.fetch(text, words)
    assert [row["one"] for row in read] == [row["other"] for row in read]
    assert read[0]["one"] == [1, 2, 3]
    assert len([row for row in read if row["one"] is None]) > 8
    assert await database.fetchval("SELECT gw.region(NULL)") is None


async def test_proper_motion_goes_along_a_great_circle(database: Connection) -> None:
    [row] = await database.fetch("SELECT gw.carried(10, 89.99, 0.02, 0, 1)")
    assert row[0] == pytest.approx([73.4349488, 89.97763932], abs=1e-6)


async def test_a_circle_has_no_larger_area_than_the_sky(direct_hub: Hub) -> None:
    circles = ", ".join(f"AREA(CIRCLE(1, 2, {radius})) AS a{radius}" for radius in (90, 180, 181, 400))
    found = compile_query(f"SELECT {circles} FROM jsdc.badcal", DECLARED)
    areas, *_ = await direct_hub.fetch(Statement(found.text, found.values, found.sources))
    sphere = 4 * np.pi * (180 / np.pi) ** 2
    assert np.allclose([*areas], [sphere / 2, sphere, sphere, sphere])
