"""ObsCore's collections have the names that people know them by, and are found by them as by what OiDB calls them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from asyncpg import Connection

from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from hub.rows import connect
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation

ADDED = 46_000_000
COLLECTIONS = [  # identifier, title, article, name in ObsCore
    ("left-1", "Young suns", "2024A&A...682A.101S", "Young suns"),
    ("left-2", "Young suns", None, "Young suns"),
    ("left-3", "", "2025A&A...695L..20D", "2025A&A...695L..20D"),
    ("left-4", None, None, "left-4"),
    ("left-5", "left-4", None, "left-4"),
    ("left-6", None, None, "left-6"),
]
NOT_LISTED = "left-7"
"""A collection that granules name and OiDB has no document of."""
NAME_OF = {identifier: name for identifier, _, _, name in COLLECTIONS} | {NOT_LISTED: NOT_LISTED}
ASKED = ["Young suns", "2025A&A...695L..20D", "2024A&A...682A.101S", "left-4", "left-1", NOT_LISTED, "it's none"]


@pytest_asyncio.fixture(scope="module", autouse=True)
async def collections(federation: Federation) -> AsyncIterator[None]:
    """Two granules in each collection."""
    oidb = await connect(federation.sources["oidb"])
    granule = """INSERT INTO public.oidb (id, calib_level, target_name, obs_collection, access_url, nb_channels, t_min)
        VALUES ($1, 2, 'x', $2, 'https://sample.invalid/x.fits', 1, 60310)"""
    try:
        for identifier, title, article, _ in COLLECTIONS:
            document = "INSERT INTO public.collection (id, title, article) VALUES ($1, $2, $3)"
            await oidb.execute(document, identifier, title, article)
        for number, identifier in enumerate(2 * list(NAME_OF)):
            await oidb.execute(granule, ADDED + number, identifier)
        yield
    finally:
        await oidb.execute("DELETE FROM public.oidb WHERE id >= $1 AND obs_collection LIKE 'left-%'", ADDED)
        await oidb.execute("DELETE FROM public.collection WHERE id LIKE 'left-%'")
        await oidb.close()


@pytest_asyncio.fixture
async def reader(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.hub)
    yield connection
    await connection.close()


def named(*names: str) -> list[str]:
    """Identifiers of the collections that these are the names of, each as often as it has granules."""
    return sorted(2 * [identifier for identifier, name in NAME_OF.items() if name in names])


async def graphql(operations: Operations, where: str) -> list[dict[str, Any]]:
    query = f"{{ obscore(where: {where}, first: 100) {{ nodes {{ obsCollection collectionId }} }} }}"
    payload = (await operations.answer(Request(query))).payload
    assert "errors" not in payload, payload
    nodes: list[dict[str, Any]] = payload["data"]["obscore"]["nodes"]
    assert all(node["obsCollection"] == NAME_OF[node["collectionId"]] for node in nodes)
    return nodes


async def adql(connection: Connection, condition: str, first: str = "", order: str = "") -> list[str]:
    query = f"SELECT {first} obs_collection, collection_id FROM ivoa.obscore WHERE {condition}{order}"
    found = compile_query(query, Catalogue(DECLARED.tables))
    rows = await connection.fetch(found.text, *found.values)
    assert all(name == NAME_OF[identifier] for name, identifier in rows)
    return sorted(identifier for _, identifier in rows)


@pytest.mark.parametrize("name", ASKED)
async def test_a_name_finds_all_that_bear_it(name: str, operations: Operations, reader: Connection) -> None:
    spelled = name.replace("'", "''")
    assert sorted(node["collectionId"] for node in await graphql(operations, f'{{obsCollection: {{eq: "{name}"}}}}')) == named(name)  # fmt: skip
    assert await adql(reader, f"obs_collection = '{spelled}'") == named(name)
    first = await adql(reader, f"obs_collection = '{spelled}'", "TOP 50", " ORDER BY t_min")
    assert first == named(name)


async def test_several_names_patterns_and_opposites(operations: Operations, reader: Connection) -> None:
    both = named("Young suns", NOT_LISTED)
    assert await adql(reader, f"obs_collection IN ('Young suns', '{NOT_LISTED}')") == both
    ours = 'collectionId: {like: "left-%"}'
    for where, wanted in (
        (f'{{obsCollection: {{in: ["Young suns", "{NOT_LISTED}"]}}}}', both),
        ('{obsCollection: {like: "Young%"}}', named("Young suns")),
        (f'{{{ours}, not: {{obsCollection: {{eq: "Young suns"}}}}}}', named(*(set(NAME_OF.values()) - {"Young suns"}))),
    ):
        assert sorted(node["collectionId"] for node in await graphql(operations, where)) == wanted, where


async def test_the_index_of_identifiers_is_asked(reader: Connection) -> None:
    """Names are looked up once; the granules of a name are then found by what OiDB has an index on."""
    found = compile_query(
        "SELECT obs_id FROM ivoa.obscore WHERE obs_collection = 'Young suns'", Catalogue(DECLARED.tables)
    )
    text = found.text.replace("$1", "'Young suns'")
    lines = [line for (line,) in await reader.fetch(f"EXPLAIN (VERBOSE, COSTS OFF) {text}")]
    [granules] = [line for line in lines if "Remote SQL" in line and "array_remove" in line and "public.oidb" in line]
    assert "((obs_collection = ANY ($" in granules
    text = "EXPLAIN (ANALYZE, VERBOSE, COSTS OFF) SELECT obs_id FROM ivoa.obscore WHERE t_min > 60000"
    lines = [line for (line,) in await reader.fetch(text)]
    places = [place for place, line in enumerate(lines) if "Aggregate on (oidb.collection" in line]
    assert all("never executed" in lines[place - 2] for place in places), lines
