"""Pairs of polygons that share corners, edges and halves, in SQL: against long doubles, pg_sphere's operators and mocpy.

`GATEWAY_PAIRS` says how many; 10 000 take some minutes.
"""

import os
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import astropy.units as u
import numpy as np
import polygons
import pytest
import pytest_asyncio
from mocpy import MOC

from hub.rows import Connection, connect
from sample.federation import Federation

pytestmark = pytest.mark.spatial

PAIRS = int(os.environ.get("GATEWAY_PAIRS", "400"))
ANSWERS = "SELECT gw.contains($1, $2), gw.contains($2, $1), gw.intersects($1, $2), gw.intersects($2, $1)"
QUESTIONS = ((polygons.contains, 1), (polygons.contains, -1), (polygons.intersects, 1), (polygons.intersects, -1))
OPERATORS = "SELECT $1::spoly @> $2::spoly, $2::spoly @> $1::spoly, $1::spoly && $2::spoly"


@pytest_asyncio.fixture(scope="module")
async def database(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.hub)
    yield connection
    await connection.close()


async def test_each_pair_is_as_it_is_in_long_doubles(database: Connection) -> None:
    random, unsure = Random(20261130), 0  # noqa: S311
    for _ in range(PAIRS):
        pair = polygons.pair(random)
        found = await database.fetchrow(ANSWERS, pair.one, pair.other)
        assert found
        for (question, way), answer in zip(QUESTIONS, found, strict=True):
            right = polygons.right(question, *(pair.one, pair.other)[::way])
            unsure += right is None
            assert right in (answer, None), (question.__name__, pair)
        if pair.kind in ("itself", "turned", "begun elsewhere", "repeated"):
            assert tuple(found) == (True, True, True, True), pair
    assert unsure <= PAIRS / 100


async def test_each_corner_and_place_on_an_edge_is_in_it(database: Connection) -> None:
    random = Random(3)  # noqa: S311
    for _ in range(PAIRS // 4):
        area = polygons.pair(random).one
        text = "SELECT gw.contains($1, p), gw.intersects(p, $1) FROM unnest($2::float8[], $3::float8[]) AS u(ra, d), LATERAL (SELECT ARRAY[ra, d]) AS v(p)"
        places = polygons.sampled(area).astype(float)
        ra = np.degrees(np.arctan2(places[:, 1], places[:, 0]))
        dec = np.degrees(np.arctan2(places[:, 2], np.hypot(places[:, 0], places[:, 1])))
        found = await database.fetch(text, area, [*area[::2], *ra.tolist()], [*area[1::2], *dec.tolist()])
        assert {tuple(row) for row in found} == {(True, True)}, area


def spoly(area: list[float]) -> str:
    return "{" + ", ".join(f"({ra!r}d, {dec!r}d)" for ra, dec in zip(area[::2], area[1::2], strict=True)) + "}"


async def test_pg_sphere_says_the_same_where_edges_are_not_shared(database: Connection, federation: Federation) -> None:
    """Its own operators take 1e-9 rad for nothing and want no corner twice, and no polygon that is shared in part."""
    if federation.body != "pg_sphere":
        assert federation.body == "cube"
        return
    random, compared = Random(7), 0  # noqa: S311
    for _ in range(PAIRS):
        pair = polygons.pair(random)
        if (
            pair.kind not in ("itself", "within", "crossed", "apart")
            or size(pair.one) < 1e-4
            or size(pair.other) < 1e-4
        ):
            continue
        ours = await database.fetchrow(ANSWERS, pair.one, pair.other)
        theirs = await database.fetchrow(
            OPERATORS.replace("$1", f"'{spoly(pair.one)}'").replace("$2", f"'{spoly(pair.other)}'")
        )
        assert ours
        assert theirs
        assert tuple(ours)[:3] == tuple(theirs), pair
        compared += 1
    assert compared > PAIRS / 8


def size(area: list[float]) -> float:
    v = polygons.vectors(area).astype(float)
    return float(np.linalg.norm(v - np.roll(v, -1, 0), axis=1).min())


def covered(area: list[float]) -> Any:
    """All cells that a polygon touches, of an order that has some tens of them across it."""
    return MOC.from_polygon(area[::2] * u.deg, area[1::2] * u.deg, max_depth=10)


async def test_coverages_of_mocpy_meet_where_polygons_do(database: Connection) -> None:
    """The cells of a polygon hold it: what two polygons share is in cells of both. Both maps are of one order."""
    random, compared = Random(11), 0  # noqa: S311
    for _ in range(PAIRS // 2):
        pair = polygons.pair(random)
        if pair.kind == "repeated" or max(size(pair.one), size(pair.other)) < 0.01:
            continue
        one, other = covered(pair.one), covered(pair.other)
        found = await database.fetchrow(ANSWERS, pair.one, pair.other)
        assert found
        if found[2]:
            assert not one.intersection(other).empty(), pair
        if found[0]:
            assert other.difference(one).empty(), pair
        compared += 1
    assert compared > PAIRS / 16
