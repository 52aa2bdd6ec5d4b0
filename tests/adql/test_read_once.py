"""What counts all rows of ObsCore on a condition fetches those of each branch once, and counts what the plain view does."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from bench.joins import plain
from sample.federation import Federation

QUERIES = (
    "SELECT COUNT(*) FROM ivoa.obscore WHERE s_resolution < 0.001",
    "SELECT instrument_name, COUNT(*), MAX(t_min), SUM(s_fov) FROM ivoa.obscore WHERE t_min > 57000 GROUP BY instrument_name",
    "SELECT COUNT(DISTINCT target_name) FROM ivoa.obscore WHERE 1 = CONTAINS(POINT(s_ra, s_dec), CIRCLE(100, 10, 40))",
    "SELECT source, MIN(obs_publisher_did) AS did FROM ivoa.obscore WHERE calib_level = 0 GROUP BY source HAVING COUNT(*) > 1",
    "SELECT o.source, COUNT(*) FROM ivoa.obscore AS o WHERE o.s_resolution < 0.002 AND o.t_min > 58000 GROUP BY o.source",
    "SELECT COUNT(*) FROM ivoa.obscore NATURAL JOIN ivoa.obs_radio WHERE uv_distance_max > 100 AND access_url IS NOT NULL",
)


@pytest_asyncio.fixture
async def connection(federation: Federation) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(federation.hub, server_settings={"search_path": "", "jit": "off"})
    yield opened
    await opened.close()


@pytest.mark.parametrize("query", QUERIES)
async def test_counts_are_those_of_the_plain_statement(query: str, connection: asyncpg.Connection) -> None:
    compiled = [compile_query(query, Catalogue(DECLARED.tables))]
    with plain():
        compiled.append(compile_query(query, Catalogue(DECLARED.tables)))
    ours, naive = [sorted(map(tuple, await connection.fetch(one.text, *one.values))) for one in compiled]
    assert [_rounded(row) for row in ours] == [_rounded(row) for row in naive]
    assert ours[0][-1]


async def test_the_obs_portal_is_read_once(connection: asyncpg.Connection) -> None:
    found = compile_query(QUERIES[0], Catalogue(DECLARED.tables))
    lines = [line for (line,) in await connection.fetch(f"EXPLAIN (VERBOSE, COSTS OFF) {found.text}")]
    read = [line for line in lines if "Remote SQL" in line and "portal.exposure_log" in line]
    (once,) = [line for line in read if "= ANY ($" not in line]
    assert "instrument_em_min" in once


def _rounded(row: tuple[object, ...]) -> tuple[object, ...]:
    """Sums of numbers differ with their order."""
    return tuple(round(value, 6) if isinstance(value, float) else value for value in row)
