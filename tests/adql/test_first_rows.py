"""The first rows of ObsCore, of branches that were cut: they are those of the whole union, sorted."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random

import asyncpg
import pytest
import pytest_asyncio

from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from adql.compiled import CompiledQuery
from adql.joins import first
from bench.joins import plain
from sample.federation import Federation

KEY = "obs_publisher_did"
ORDERS = (
    "t_min",
    "t_min DESC",
    "3, t_exptime DESC",
    "s_fov DESC",
    "t_max - t_min",
    "target_name",
    "obs_id DESC, calib_level",
    f"{KEY} DESC",
    "em_min, LOWER(instrument_name) DESC",
    "COALESCE(t_resolution, em_res_power), c",
)
CONDITIONS = (
    "",
    "",
    "WHERE instrument_name = 'GRAVITY'",
    "WHERE s_dec < 0 AND t_min > 57000",
    "WHERE t_exptime IS NULL OR calib_level = 2",
    "WHERE 1 = CONTAINS(POINT(s_ra, s_dec), CIRCLE(100, 10, 40))",
    "WHERE instrument_name IN (SELECT instrument_name FROM oidb.granule WHERE calib_level = 1)",
)
ASKED = 60


@pytest_asyncio.fixture(scope="module")
async def connection(federation: Federation) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(federation.hub, server_settings={"search_path": "", "jit": "off"})
    yield opened
    await opened.close()


def compiled(query: str, most: int | None) -> CompiledQuery:
    return compile_query(query, Catalogue(DECLARED.tables), None, most)  # another catalogue: nothing is kept


async def rows(connection: asyncpg.Connection, query: CompiledQuery, most: int | None) -> list[tuple[object, ...]]:
    limits = [limit for limit in (query.limit, most) if limit is not None]
    return [tuple(row) for row in await connection.fetch(f"{query.text} LIMIT {min(limits)}", *query.values)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("times", "spare"), [(1, 1), (3, 40)])
async def test_first_rows_are_those_of_the_whole(
    seed: int, times: int, spare: int, connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first, "TIMES", times)
    monkeypatch.setattr(first, "SPARE", spare)
    random, asked = Random(f"{seed} {times}"), set()  # noqa: S311
    for _ in range(ASKED // 6):
        order, condition = random.choice(ORDERS), random.choice(CONDITIONS)
        most = random.choice([None, random.randint(1, 60)])
        top = f"TOP {random.randint(1, 60)}" if most is None or random.random() < 0.3 else ""
        skipped = random.choice(["", f" OFFSET {random.randint(0, 30)}"])
        query = f"SELECT {top} {KEY}, t_min AS c, obs_id FROM ivoa.obscore {condition} ORDER BY {order}, {KEY}{skipped}"
        with plain():
            whole = compiled(query, None)
        cut = compiled(query, most)
        assert ("AS place" in cut.text) == ("IN (SELECT" not in condition), query
        asked.add("AS place" in cut.text)
        assert await rows(connection, cut, most) == await rows(connection, whole, most), query
    assert True in asked


async def test_where_too_few_are_read_the_whole_is(
    connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exposures come before granules here, so that no duplicate has its granule among the first rows."""
    monkeypatch.setattr(first, "TIMES", 1)
    monkeypatch.setattr(first, "SPARE", 0)
    missing = 0
    for count in (1, 5, 20, 60):
        order = f"CASE WHEN source = 'oidb' THEN 1 ELSE 0 END, obs_id, {KEY}"
        query = f"SELECT TOP {count} obs_id, source FROM ivoa.obscore ORDER BY {order}"
        with plain():
            whole = await rows(connection, compiled(query, None), None)
        cut = compiled(query, None)
        assert await rows(connection, cut, None) == whole
        alone = replace(cut, text=re.sub(r"WHERE EXISTS \(SELECT FROM e\d+\)", "WHERE false", cut.text))
        assert alone.text != cut.text
        missing += await rows(connection, alone, None) != whole
    assert missing


@pytest.mark.parametrize(
    "query",
    [
        "SELECT DISTINCT TOP 5 t_min FROM ivoa.obscore ORDER BY t_min",
        "SELECT TOP 5 COUNT(*) AS n FROM ivoa.obscore GROUP BY source ORDER BY n",
        "SELECT TOP 5 obs_id FROM ivoa.obscore ORDER BY RAND()",
        "SELECT TOP 5 obs_id FROM ivoa.obscore WHERE RAND() < 0.5 ORDER BY t_min",
        "SELECT TOP 5001 obs_id FROM ivoa.obscore ORDER BY t_min",
        "SELECT TOP 5 o.obs_id FROM ivoa.obscore AS o JOIN jsdc.star AS s ON s.name = o.target_name ORDER BY o.t_min",
        "SELECT TOP 5 obs_id FROM ivoa.obscore",
    ],
)
def test_other_queries_are_not_cut(query: str) -> None:
    assert "AS place" not in compiled(query, None).text


def test_only_the_statement_itself_is_cut_by_maxrec() -> None:
    inner = "SELECT obs_id FROM ivoa.obscore ORDER BY t_min"
    assert "AS place" in compiled(inner, 5).text
    assert "AS place" not in compiled(f"SELECT COUNT(*) AS n FROM ({inner}) AS s", 5).text
    assert (
        "AS place" in compiled(f"SELECT COUNT(*) AS n FROM ({inner.replace('SELECT', 'SELECT TOP 5', 1)}) AS s", 5).text
    )
