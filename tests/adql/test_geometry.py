"""Places and areas in queries, through the hub and at the source itself: edges belong to them, a place off the sky is nowhere."""

from typing import Any

import numpy as np
import orjson
import pytest

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from hub.rows import Hub
from planning.sql import Statement

pytestmark = pytest.mark.spatial

SQUARE, TURNED = "POLYGON(10, 10, 11, 10, 11, 11, 10, 11)", "POLYGON(11, 11, 10, 11, 10, 10, 11, 10)"
L = "POLYGON(0, 0, 2, 0, 2, 1, 1, 1, 1, 2, 0, 2)"
POLE = "POLYGON(0, 80, 90, 80, 180, 80, 270, 80)"
ACROSS = "POLYGON(359, -1, 1, -1, 1, 1, 359, 1)"
RIGHT = {
    f"INTERSECTS({SQUARE}, {SQUARE})": 1,
    f"CONTAINS({SQUARE}, {SQUARE})": 1,
    f"CONTAINS(POINT(10, 10), {SQUARE})": 1,
    f"INTERSECTS({SQUARE}, {TURNED})": 1,
    f"CONTAINS({SQUARE}, {TURNED})": 1,
    f"CONTAINS({TURNED}, {SQUARE})": 1,
    "CONTAINS(CIRCLE(40, 20, 0), POLYGON(40, 20, 50, 20, 50, 30, 40, 30))": 1,
    f"CONTAINS(POLYGON(10, 10, 10, 10, 11, 10, 11, 11, 10, 11), {SQUARE})": 1,
    f"CONTAINS(POLYGON(10, 10, 11, 10, 11, 11), {SQUARE})": 1,
    f"CONTAINS({SQUARE}, POLYGON(10, 10, 11, 10, 11, 11))": 0,
    f"INTERSECTS({SQUARE}, POLYGON(11, 10, 12, 10, 12, 11, 11, 11))": 1,
    f"CONTAINS({SQUARE}, POLYGON(11, 10, 12, 10, 12, 11, 11, 11))": 0,
    f"INTERSECTS({SQUARE}, POLYGON(11, 11, 12, 11, 12, 12, 11, 12))": 1,
    f"INTERSECTS({SQUARE}, POLYGON(11.000001, 10, 12, 10, 12, 11, 11.000001, 11))": 0,
    f"INTERSECTS({SQUARE}, POINT(370, 10.5))": 1,
    f"CONTAINS(POINT(10.5, 11.5), {SQUARE})": 0,
    f"CONTAINS(POLYGON(2, 1, 1, 1, 1, 2), {L})": 0,
    "CONTAINS(POLYGON(2, 1, 1, 1, 1, 2), POLYGON(0, 0, 2, 0, 2, 2, 0, 2))": 1,
    f"CONTAINS(POLYGON(0, 0, 1, 0, 1, 1), {L})": 1,
    f"CONTAINS({POLE}, {POLE})": 1,
    f"CONTAINS(POINT(123, 90), {POLE})": 1,
    f"CONTAINS(POINT(450, 80), {POLE})": 1,
    f"CONTAINS({ACROSS}, {ACROSS})": 1,
    f"CONTAINS(POINT(-1, 1), {ACROSS})": 1,
    f"CONTAINS(POINT(359, 0), {ACROSS})": 1,
    f"CONTAINS(POINT(178, 0), {ACROSS})": 0,
    "CONTAINS(CIRCLE(10, 10, 1), CIRCLE(10, 10, 1))": 1,
    "CONTAINS(CIRCLE(10, 10, 0.1), CIRCLE(10, 10.2, 0.3))": 1,
    "CONTAINS(CIRCLE(10, 10, 0.3), CIRCLE(10, 10.2, 0.1))": 0,
    "CONTAINS(CIRCLE(10, 10, 100), CIRCLE(200, 10, 180))": 1,
    "CONTAINS(POINT(10, 11), CIRCLE(10, 10, 1))": 1,
    "CONTAINS(POINT(10, 11.0000001), CIRCLE(10, 10, 1))": 0,
    "CONTAINS(POINT(190, 80), CIRCLE(10, 0, 100))": 1,
    "CONTAINS(POINT(190, 79.9999999), CIRCLE(10, 0, 100))": 0,
    "CONTAINS(POINT(190, -10), CIRCLE(10, 10, 180))": 1,
    "CONTAINS(POINT(99, 0), CIRCLE(0, 0, jsdc_id * 0 + 100))": 1,
    "CONTAINS(POINT(101, 0), CIRCLE(0, 0, jsdc_id * 0 + 100))": 0,
    "CONTAINS(POINT(100, 0), CIRCLE(0, 0, jsdc_id * 0 + 100))": 1,
    "CONTAINS(POINT(180, 0), CIRCLE(0, 0, jsdc_id * 0 + 180))": 1,
    "CONTAINS(POINT(180, 0), CIRCLE(0, 0, jsdc_id * 0 + 179.9))": 0,
    "CONTAINS(POINT(179, 1), CIRCLE(0, 0, jsdc_id * 0 + 400))": 1,
    "CONTAINS(POINT(91, 0), CIRCLE(0, 0, jsdc_id * 0 + 90.5))": 0,
    "INTERSECTS(CIRCLE(110, 0, 15), CIRCLE(0, 0, jsdc_id * 0 + 96))": 1,
    "CONTAINS(CIRCLE(0, 0, jsdc_id * 0 + 95), CIRCLE(0, 0, 96))": 1,
    "CONTAINS(CIRCLE(0, 0, 10), CIRCLE(100, 0, jsdc_id * 0 + 120))": 1,
    "CONTAINS(CIRCLE(0, 0, 30), CIRCLE(100, 0, jsdc_id * 0 + 120))": 0,
    "INTERSECTS(CIRCLE(10, 10, 1), CIRCLE(10, 13, 2))": 1,
    "INTERSECTS(CIRCLE(10, 10, 1), CIRCLE(10, 13.0000001, 2))": 0,
    "INTERSECTS(POLYGON(0, 0, 10, 0, 5, 10), CIRCLE(5, -2, 2))": 1,
    "INTERSECTS(POLYGON(0, 0, 10, 0, 5, 10), CIRCLE(5, -2.0000001, 2))": 0,
    "CONTAINS(CIRCLE(5, 2, 2), POLYGON(0, 0, 10, 0, 10, 10, 0, 10))": 1,
    "CONTAINS(CIRCLE(5, 2, 2.0000001), POLYGON(0, 0, 10, 0, 10, 10, 0, 10))": 0,
    "CONTAINS(POINT(12, 10), BOX(10, 10, 4, 4))": 1,
    "CONTAINS(POINT(12.1, 10), BOX(10, 10, 4, 4))": 0,
    "CONTAINS(POINT(10, 12), BOX(10, 10, 4, 4))": 1,
    "CONTAINS(POINT(2, 0), BOX(0, 0, 4, 4))": 1,
    "CONTAINS(POINT(358, 0), BOX(0, 0, 4, 4))": 1,
    "CONTAINS(POINT(10, 10), BOX(10, 10, 0, 0))": 1,
    "CONTAINS(BOX(10, 10, 4, 4), BOX(10, 10, 4, 4))": 1,
    "CONTAINS(CENTROID(BOX(10, 10, 4, 4)), BOX(10, 10, 4, 4))": 1,
    f"INTERSECTS({SQUARE}, REGION('UNION (CIRCLE 50 50 1 POSITION 11 11)'))": 1,
    "CONTAINS(POINT(10, 10), REGION('NOT (POLYGON 10 10 11 10 11 11 10 11)'))": 0,
    "POINT(-10, 5)": [350.0, 5.0],
    "POINT(360, 5)": [0.0, 5.0],
    "POINT(-0.0, -0.0)": [0.0, 0.0],
    "POINT(-1e-20, 5)": [0.0, 5.0],
    "POINT(725, 5)": [5.0, 5.0],
    "CIRCLE(-10, 5, 1)": [350.0, 5.0, 1.0],
    "POLYGON(-1, 0, 361, 0, 360, 1)": [359.0, 0.0, 1.0, 0.0, 0.0, 1.0],
    "COORD1(POINT(-10, 5))": 350.0,
    "CASE WHEN ABS(COORD1(POINT(RAJ2000 - 360, DEJ2000)) - RAJ2000) < 1e-9 THEN 1 END": 1,
    "POINT(RAJ2000 - 10 - RAJ2000, 5 + 0 * DEJ2000)": [350.0, 5.0],
    "POINT(0 * RAJ2000, -0.0 * DEJ2000)": [0.0, 0.0],
    "POINT(RAJ2000, DEJ2000 + 100)": None,
    "COORD1(POINT(RAJ2000, DEJ2000 + 100))": None,
    "DISTANCE(POINT(RAJ2000, DEJ2000 + 100), POINT(RAJ2000, DEJ2000))": None,
    "CONTAINS(POINT(RAJ2000, DEJ2000 + 100), CIRCLE(10, 10, 1))": None,
    "CONTAINS(POINT(RAJ2000, DEJ2000 + 100), CIRCLE(10, 10, 100))": None,
    "CONTAINS(POINT(RAJ2000, DEJ2000 + 100), CIRCLE(10, 10, 180))": None,
    f"CONTAINS(POINT(RAJ2000, DEJ2000 + 100), {SQUARE})": None,
    "CONTAINS(POINT(RAJ2000, DEJ2000 + 100), BOX(10, 10, 1, 1))": None,
    "CONTAINS(POINT(10, 10), CIRCLE(RAJ2000, DEJ2000 + 100, 1))": None,
    "CONTAINS(CIRCLE(RAJ2000, DEJ2000 + 100, 2), CIRCLE(10, 10, 1))": None,
    f"INTERSECTS(CIRCLE(RAJ2000, DEJ2000 + 100, 2), {SQUARE})": None,
    "CIRCLE(RAJ2000, DEJ2000, -1 * ABS(DEJ2000))": None,
    "AREA(CIRCLE(RAJ2000, DEJ2000 + 100, 2))": None,
    "BOX(RAJ2000, DEJ2000 + 100, 1, 1)": None,
    "IVO_HEALPIX_INDEX(5, RAJ2000, DEJ2000 + 100)": None,
    "IVO_HEALPIX_INDEX(5, RAJ2000 - 720, DEJ2000) - IVO_HEALPIX_INDEX(5, RAJ2000, DEJ2000)": 0,
    "IVO_APPLY_PM(RAJ2000, DEJ2000 + 100, 0, 0, 1)": None,
}  # fmt: skip


async def rows(hub: Hub, text: str, bodies: Any = None) -> list[list[Any]]:
    compiled = compile_query(text, DECLARED, bodies)
    limit = f" LIMIT {compiled.limit}" if compiled.limit is not None else ""
    found = await hub.fetch(Statement(compiled.text + limit, compiled.values, compiled.sources, compiled.direct))
    return [
        [orjson.loads(orjson.dumps(cell)) if isinstance(cell, orjson.Fragment) else cell for cell in row]
        for row in found
    ]


@pytest.mark.parametrize("expression", RIGHT)
async def test_what_is_right(direct_hub: Hub, expression: str) -> None:
    text = f"SELECT {expression} AS x FROM jsdc.star WHERE Name = 'HD 48329'"
    for bodies in (None, direct_hub.databases):
        [[value]] = await rows(direct_hub, text, bodies)
        assert value == RIGHT[expression]
        assert str(value) == str(RIGHT[expression])  # -0.0 is no 0


def away(ra: Any, dec: Any, ra0: float, dec0: float) -> Any:
    a, d, a0, d0 = np.radians(ra), np.radians(dec), np.radians(ra0), np.radians(dec0)
    return np.degrees(
        2 * np.arcsin(np.sqrt(np.sin((d - d0) / 2) ** 2 + np.cos(d) * np.cos(d0) * np.sin((a - a0) / 2) ** 2))
    )


PLACE, CENTRE = "POINT(pmRA, pmDEC)", (-5.0, 5.0)
CIRCLES = (
    "1 = CONTAINS({place}, CIRCLE({ra}, {dec}, {radius}))",
    "1 = INTERSECTS(CIRCLE({ra}, {dec}, {radius}), {place})",
    "1 = INTERSECTS(CIRCLE(pmRA, pmDEC, 0), CIRCLE({ra}, {dec}, {radius}))",
    "1 = CONTAINS(CIRCLE(pmRA, pmDEC, 0), CIRCLE({ra}, {dec}, {radius}))",
    "1 = CONTAINS({place}, REGION('CIRCLE {ra} {dec} {radius}'))",
    "DISTANCE({place}, POINT({ra}, {dec})) <= {radius}",
    "DISTANCE({ra}, {dec}, pmRA, pmDEC) < {radius}",
    "NOT (0 = CONTAINS({place}, CIRCLE({ra}, {dec}, {radius})))",
    "CONTAINS({place}, CIRCLE({ra}, {dec}, {radius})) > 0",
    "NOT ({place_outside})",
)
OUTSIDE = (
    "0 = CONTAINS({place}, CIRCLE({ra}, {dec}, {radius}))",
    "DISTANCE({place}, POINT({ra}, {dec})) > {radius}",
    "1 = CONTAINS({place}, REGION('NOT (CIRCLE {ra} {dec} {radius})'))",
    "NOT (1 = CONTAINS({place}, CIRCLE({ra}, {dec}, {radius})))",
    "NOT (1 = CONTAINS({place}, CIRCLE({ra}, {dec}, {radius})) OR 1 = 2)",
    "CONTAINS({place}, CIRCLE({ra}, {dec}, {radius})) < 1",
)


@pytest.mark.parametrize("radius", [0.5, 5, 89, 120, 180])
async def test_declinations_beyond_the_poles_are_nowhere_in_every_phrasing(direct_hub: Hub, radius: float) -> None:
    motions = await rows(direct_hub, "SELECT pmRA, pmDEC FROM jsdc.star WHERE pmRA IS NOT NULL AND pmDEC IS NOT NULL")
    ra, dec = np.array(motions).T
    on_sky = np.abs(dec) <= 90
    assert (~on_sky).sum() > 100
    inside = on_sky & (away(ra, dec, *CENTRE) <= radius)
    words = {"place": PLACE, "ra": CENTRE[0], "dec": CENTRE[1], "radius": radius}
    words["place_outside"] = OUTSIDE[0].format(**words)
    for conditions, expected in ((CIRCLES, inside), (OUTSIDE, on_sky & ~inside)):
        for condition in conditions:
            text = f"SELECT COUNT(*) AS n FROM jsdc.star WHERE {condition.format(**words)}"
            for bodies in (None, direct_hub.databases):
                assert await rows(direct_hub, text, bodies) == [[expected.sum()]], text


@pytest.mark.parametrize(
    "area",
    [
        "POLYGON(-5, -5, 5, -5, 5, 5, -5, 5)",
        "BOX(0, 0, 10, 10)",
        "POLYGON(0, 60, 120, 60, 240, 60)",
        "BOX(0, 85, 100, 100)",
    ],
)
async def test_polygons_and_boxes_have_no_place_beyond_the_poles(direct_hub: Hub, area: str) -> None:
    beyond = "(pmDEC > 90 OR pmDEC < -90)"
    for condition in (
        f"1 = CONTAINS({PLACE}, {area})",
        f"0 = CONTAINS({PLACE}, {area})",
        f"1 = INTERSECTS({area}, {PLACE})",
    ):
        for bodies in (None, direct_hub.databases):
            text = f"SELECT COUNT(*) AS n FROM jsdc.star WHERE {condition} AND {beyond}"
            assert await rows(direct_hub, text, bodies) == [[0]], text
            [[counted]] = await rows(direct_hub, f"SELECT COUNT(*) AS n FROM jsdc.star WHERE {condition}", bodies)
            assert counted > 0
