"""Pairs of places that are close to each other, found by zones: those of the plain join, at the poles and at 0° too."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace

import asyncpg
import numpy as np
import pytest
import pytest_asyncio

from adql import selects
from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from adql.compiled import CompiledQuery
from planning.routing import UNKNOWN
from sample.federation import Federation
from schema.space import BODIES
from schema.table import Table

pytestmark = pytest.mark.spatial

STAR = DECLARED.tables["jsdc.star"]
RANDOM = np.random.default_rng(20261130)
RADII = (0.0, 1e-4, 10 / 3600, 0.011, 0.0199)
PAIRS = (
    "SELECT a.jsdc_id AS i, b.jsdc_id AS j FROM jsdc.star AS a JOIN jsdc.star AS b "
    "ON DISTANCE(POINT(a.raj2000, a.dej2000), POINT(b.raj2000, b.dej2000)) <= {radius} AND a.jsdc_id {than} b.jsdc_id"
)


@contextmanager
def plain() -> Iterator[None]:
    kept = selects.join_close
    selects.join_close = lambda *_arguments: None
    try:
        yield
    finally:
        selects.join_close = kept


def compiled(query: str, federation: Federation, table: Table = STAR) -> CompiledQuery:
    known = replace(UNKNOWN, backends=frozenset({(table.source, BODIES[federation.body])}))
    return compile_query(query, Catalogue({**DECLARED.tables, "jsdc.star": table}), known)


@pytest_asyncio.fixture(scope="module")
async def crowd(federation: Federation) -> AsyncIterator[tuple[asyncpg.Connection, Table]]:
    """A table of places in clusters, on edges of zones, around the poles and around 0°, in place of the stars."""
    connection = await asyncpg.connect(federation.sources["jsdc"], server_settings={"search_path": "", "jit": "off"})
    centres = [(ra, dec) for ra in (0, 359.99999, 45) for dec in (90, -90, 89, -88.99, 60, 1 / 60)]
    ra, dec = np.repeat(np.array(centres, float), 6, axis=0).T
    spread = RANDOM.choice([1e-5, 2e-3, 0.02], ra.size)
    dec = np.clip(dec + RANDOM.normal(0, spread), -90, 90)
    ra = ra + RANDOM.normal(0, spread) / np.maximum(np.cos(np.radians(dec)), 1e-4)
    rows = [(at, float(a), float(d)) for at, (a, d) in enumerate(zip(ra, dec, strict=True))]
    rows += [(len(rows), None, 1.0), (len(rows) + 1, 10.0, float("nan")), (len(rows) + 2, float("inf"), 0.0)]
    await connection.execute("CREATE TEMP TABLE crowd (jsdc_id bigint PRIMARY KEY, raj2000 float8, dej2000 float8)")
    await connection.copy_records_to_table("crowd", records=rows)
    yield connection, replace(STAR, remote="pg_temp.crowd")
    await connection.close()


@pytest.mark.parametrize("radius", RADII)
async def test_pairs_are_those_of_the_plain_join(
    radius: float, crowd: tuple[asyncpg.Connection, Table], federation: Federation
) -> None:
    connection, table = crowd
    for than in ("<", "<>"):
        query = PAIRS.format(radius=radius, than=than)
        with plain():
            alone = compiled(query, federation, table)
        ours = compiled(query, federation, table)
        assert "AS own" in ours.text
        assert "AS own" not in alone.text
        found, expected = [
            sorted(tuple(row) for row in await connection.fetch(one.text, *one.values)) for one in (ours, alone)
        ]
        assert found == expected
        assert radius == 0 or len(found) > 100


@pytest.mark.parametrize(
    "query",
    [
        PAIRS.format(radius=0.03, than="<"),
        PAIRS.format(radius=0.001, than="="),
        PAIRS.format(radius=0.001, than="<").replace("JOIN", "LEFT JOIN"),
        PAIRS.format(radius=0.001, than="<") + " WHERE a.vmag < 3",
        PAIRS.format(radius=0.001, than="<") + " AND a.spType = b.spType",
        PAIRS.format(radius=0.001, than="<") + " WHERE EXISTS (SELECT 1 FROM jsdc.badcal AS c WHERE c.badcal_id = a.jsdc_id)",
        PAIRS.format(radius=0.001, than="<").split(" AND a.jsdc_id")[0],
        PAIRS.format(radius=0.001, than="<").replace("jsdc.star AS b", "jsdc.badcal AS b").replace("b.raj2000, b.dej2000", "b.ra, b.dec").replace("b.jsdc_id", "b.badcal_id"),
    ],
)  # fmt: skip
def test_other_joins_stay(query: str, federation: Federation) -> None:
    assert "AS own" not in compiled(query, federation).text


def test_a_pair_has_more_conditions(federation: Federation) -> None:
    query = PAIRS.format(radius=0.001, than="<") + " WHERE ABS(a.kmag - b.kmag) < 1"
    assert "AS own" in compiled(query, federation).text
