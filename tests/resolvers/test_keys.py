"""Sources with keys of HEALPix find narrow areas by ranges of them: the same rows as the hub, by the index on keys."""

from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from hub.rows import Connection, Hub, connect
from planning import arguments, sql
from planning.plan import Cell, Plan, StatementShape
from planning.routing import UNKNOWN, Databases
from sample.federation import Federation
from schema.jsdc import STAR
from schema.space import HEALPIX, body_of
from sky import ranges
from sky.healpix import cell_of

pytestmark = pytest.mark.spatial

RA, DEC = 101.3, -16.7
CELL = int(cell_of(5, np.array([RA]), np.array([DEC]))[0])
AREAS: dict[str, dict[str, Any]] = {
    "cone": {"cone": {"ra": RA, "dec": DEC, "radius": 2.0}},
    "circle": {"region": {"circle": {"ra": RA, "dec": DEC, "radius": 3.0}}},
    "box": {"region": {"box": {"ra": RA, "dec": DEC, "width": 4.0, "height": 2.0}}},
    "polygon": {"region": {"polygon": [[RA, DEC], [RA + 2, DEC], [RA, DEC + 3]]}},
    "cells far apart": {"region": {"healpix": {"order": 5, "cells": [CELL, 3, 40, 7000, 12287]}}},
    "map": {"region": {"moc": f"5/{CELL} 6/0-5"}},
}
QUERIES = {
    "cone": f"SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), CIRCLE({RA}, {DEC}, 2.5))",
    "distance": f"SELECT name FROM jsdc.star WHERE DISTANCE(raj2000, dej2000, {RA}, {DEC}) < 1.5 AND vmag < 9",
    "map": f"SELECT name FROM jsdc.star WHERE 1 = CONTAINS(POINT(raj2000, dej2000), MOC('5/{CELL} 6/0-9'))",
    "outside": f"SELECT name FROM jsdc.star WHERE 0 = CONTAINS(POINT(raj2000, dej2000), CIRCLE({RA}, {DEC}, 2.5)) AND vmag < 1",
}


@pytest.fixture
def known(federation: Federation) -> Databases:
    body = body_of(federation.body, keyed=True)
    assert body
    return UNKNOWN.with_backend("jsdc", body)


@pytest_asyncio.fixture
async def jsdc(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.readers["jsdc"])
    await connection.execute(
        "SET plan_cache_mode = force_custom_plan; SET enable_seqscan = off; SET enable_indexscan = off"
    )
    yield connection
    await connection.close()


async def test_keys_are_those_of_cdshealpix(jsdc: Connection) -> None:
    around = np.random.default_rng(29)
    ra, dec = around.uniform(-360, 720, 2000), np.degrees(np.arcsin(around.uniform(-1, 1, 2000)))
    dec[:200] = around.choice([-1, 1], 200) * (90 - 10 ** around.uniform(-6, 0, 200))
    rows = await jsdc.fetch(
        "SELECT gw.healpix_29(ra, d) FROM unnest($1::float8[], $2::float8[]) AS u(ra, d)", ra.tolist(), dec.tolist()
    )
    off = np.array([row[0] for row in rows]) ^ cell_of(ranges.ORDER, ra, dec)
    # Cells of order 29 are 0.0004″ wide: on their edges the last digit of a sine decides.
    assert np.mean(off != 0) < 0.01
    assert not (off >> 2 * 6).any()


@pytest.mark.parametrize("place", ["'NaN', 1", "1, 'NaN'", "1, 90.1", "344.4, -129.6", "'Infinity', 1", "NULL, 1"])
async def test_what_is_nowhere_has_no_key(jsdc: Connection, place: str) -> None:
    assert await jsdc.fetchval(f"SELECT gw.healpix_29({place})") is None


@pytest.mark.parametrize("area", AREAS)
async def test_rows_of_an_area_are_those_of_the_hub(hub: Hub, jsdc: Connection, known: Databases, area: str) -> None:
    chosen = arguments.selected(STAR, AREAS[area])
    plan = Plan(StatementShape(STAR, (Cell(STAR.key, STAR.key.sql),), chosen.conditions), chosen.values)
    direct = sql.statement(plan, known)
    assert direct.direct
    assert "gw.healpix_29" in direct.text
    found = {row[0] for row in await jsdc.fetch(direct.text, *direct.values)}
    assert found == {row[0] for row in await hub.fetch(sql.statement(plan))}
    assert found


async def test_ranges_that_there_are_not_are_not_looked_for(jsdc: Connection, known: Databases) -> None:
    """One text for all cones: of the eight ranges that it has room for, the plan has as many as there are."""
    texts = set()
    for radius in (0.0, 0.001, 0.02, 0.5, 2.9):
        chosen = arguments.selected(STAR, {"cone": {"ra": RA, "dec": DEC, "radius": radius}})
        plan = Plan(StatementShape(STAR, (Cell(STAR.key, STAR.key.sql),), chosen.conditions), chosen.values)
        statement = sql.statement(plan, known)
        lines = await jsdc.fetch(f"EXPLAIN {statement.text}", *statement.values)
        searches = [row[0] for row in lines if "Bitmap Index Scan on jsdc_healpix_29" in row[0]]
        assert len(searches) == len(ranges.of_circle(RA, DEC, radius)) // 2
        texts.add(statement.text)
    assert len(texts) == 1


@pytest.mark.parametrize("query", QUERIES)
async def test_adql_has_the_same_rows_by_keys(hub: Hub, jsdc: Connection, known: Databases, query: str) -> None:
    direct, through = (compile_query(QUERIES[query], DECLARED, of) for of in (known, UNKNOWN))
    assert direct.direct
    assert "gw.healpix_29" in direct.text
    found = {row[0] for row in await jsdc.fetch(direct.text, *direct.values)}
    assert found
    assert found == {row[0] for row in await hub.fetch(sql.Statement(through.text, through.values, through.sources))}


async def test_a_source_without_an_extension_finds_them_too(jsdc: Connection, known: Databases) -> None:
    chosen = arguments.selected(STAR, AREAS["cone"])
    plan = Plan(StatementShape(STAR, (Cell(STAR.key, STAR.key.sql),), chosen.conditions), chosen.values)
    alone, beside = (sql.statement(plan, of) for of in (UNKNOWN.with_backend("jsdc", HEALPIX), known))
    assert await jsdc.fetch(alone.text, *alone.values) == await jsdc.fetch(beside.text, *beside.values)
    assert body_of(None, keyed=True) is HEALPIX
    assert body_of(None, keyed=False) is None
