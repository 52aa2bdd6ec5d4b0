"""What is asked of ObsCore's key is asked of the branch that it names, by the key that it has there."""

import re
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from adql.compiled import CompiledQuery
from bench.joins import plain
from hub.quoting import quoted
from sample.federation import Federation
from schema import publisher_did

KEYS = "SELECT obs_publisher_did FROM ivoa.obscore WHERE obs_publisher_did LIKE $1 ORDER BY 1 LIMIT 3"
PREFIXES = {"oidb": publisher_did.GRANULE, "obsportal": publisher_did.EXPOSURE, "spica": publisher_did.RUN}
TABLES = {"oidb": "public.oidb", "obsportal": "portal.exposure_log", "spica": "public.spica_followup"}
NONE = [
    "",
    "ivo://jmmc.fr/oidb?42",
    "ivo://jmmc.fr/oidb?99999999999999999999",
    "ivo://jmmc.fr/spica?2024-13-01T00:00:00.000000Z",
    "ivo://jmmc.fr/jsdc?HD 48329",
    r"ivo://jmmc.fr/portal?it's\ none",
]
CONDITIONS = (
    "{0} = {1}",
    "{1} = {0}",
    "{0} IN ({1}, {2})",
    "{0} IN ({1}, {2}) AND t_min > 0",
    "calib_level < 9 AND ({0} = {2})",
)


@pytest_asyncio.fixture(scope="module")
async def connection(federation: Federation) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(federation.hub, server_settings={"search_path": "", "jit": "off"})
    yield opened
    await opened.close()


def compiled(query: str) -> CompiledQuery:
    return compile_query(query, Catalogue(DECLARED.tables))  # another catalogue: nothing is kept


async def rows(connection: asyncpg.Connection, query: CompiledQuery) -> list[tuple[object, ...]]:
    return sorted(tuple(row) for row in await connection.fetch(query.text, *query.values))


async def asked_of(connection: asyncpg.Connection, query: str) -> dict[str, list[str]]:
    """What each source's branch is asked, as the plan says it."""
    found = compiled(query)
    text = re.sub(r"\$(\d+)", lambda place: quoted(str(found.values[int(place[1]) - 1])), found.text)
    lines = [line for (line,) in await connection.fetch(f"EXPLAIN (VERBOSE, COSTS OFF) {text}")]
    remote = [line.partition("Remote SQL: ")[2] for line in lines if "Remote SQL" in line]
    return {name: [sql for sql in remote if table in sql] for name, table in TABLES.items()}


@pytest.mark.parametrize("source", PREFIXES)
async def test_rows_of_keys_are_those_of_the_plain_statement(source: str, connection: asyncpg.Connection) -> None:
    found = [key for (key,) in await connection.fetch(KEYS, PREFIXES[source] + "%")]
    assert len(found) == 3
    answered = 0
    for number, other in enumerate([*found[1:], *NONE]):
        condition = CONDITIONS[number % len(CONDITIONS)].format("obs_publisher_did", quoted(found[0]), quoted(other))
        for query in (
            f"SELECT obs_publisher_did, t_min, obs_id FROM ivoa.obscore WHERE {condition}",
            f"SELECT TOP 5 obs_publisher_did, t_min, obs_id FROM ivoa.obscore WHERE {condition} ORDER BY t_min",
        ):
            with plain():
                whole = await rows(connection, compiled(query))
            assert await rows(connection, compiled(query)) == whole, query
            answered += len(whole)
    assert answered > 8


async def test_one_branch_alone_is_asked_by_its_own_key(connection: asyncpg.Connection) -> None:
    for source, own in (("oidb", "id"), ("obsportal", "exp_id"), ("spica", "tpl_start")):
        key = (await connection.fetch(KEYS, PREFIXES[source] + "%"))[0][0]
        for top, order in (("", ""), ("TOP 3 ", " ORDER BY t_min")):
            query = (
                f"SELECT {top}obs_publisher_did, t_min FROM ivoa.obscore WHERE obs_publisher_did = {quoted(key)}{order}"
            )
            asked = await asked_of(connection, query)
            rows_of = {name: [sql for sql in listed if "= ANY ($" not in sql] for name, listed in asked.items()}
            assert rows_of[source], asked
            assert all(re.search(rf"\b{own} = ", sql) for sql in rows_of.pop(source)), asked
            assert not any(rows_of.values()), asked


async def test_what_is_none_of_ours_is_asked_of_nobody(connection: asyncpg.Connection) -> None:
    query = "SELECT obs_id FROM ivoa.obscore WHERE obs_publisher_did IN ('ivo://elsewhere?1', 'ivo://jmmc.fr/oidb?1')"
    assert not any((await asked_of(connection, query)).values())
