"""No table is published under a name that something else is asked by, and one that is there all the same breaks nothing."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from test_publish import SMALL, put
from waiting import within

from adapters.publishing.draft import draft_table
from adapters.publishing.naming import graphql_names, table_name
from adapters.votable.reader import read_votable
from gateway.published import fitting
from hub.writer import Writers, open_writers
from planning.errors import BadInput
from publishing.declaration import as_json
from publishing.draft import Facts, settled
from publishing.publish import remove
from resolvers.query import assemble
from sample.federation import Federation
from schema.catalog import DECLARED
from schema.crossid import OBJECT
from schema.published import CATALOGUE, DECLARATIONS
from schema.table import Table
from schema.taken import BESIDE, clash, root_fields

pytestmark = pytest.mark.spatial
TAKEN = (
    "tables", "schemas", "columns", "keys", "star", "stars", "granule", "granules", "obscore", "target", "oidb", "spica", "object",
    "statistics", "crossmatch", "distinct_values", "data_models", "stars_aggregate", "granules_aggregate", "starsaggregate",
    "datamodels", "exposure", "exposures", "spica_runs", "spica_run", "node", "nodes",
)  # fmt: skip
NO_NAMES = ("__x", "_x", "select", "Bright", "table", "x" * 42, "cells_x", "new_x", "1x", "catalogue", "declaration")


async def drafted(name: str) -> Table:
    async def blocks() -> AsyncIterator[bytes]:
        yield SMALL.encode()

    source = await read_votable(blocks())
    return settled(draft_table(source.heading, name), Facts(frozenset(), frozenset(), frozenset(), frozenset()))


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_that_is_taken_is_refused_before_anything_is_read(name: str) -> None:
    with pytest.raises(BadInput, match="choose another"):
        graphql_names(table_name(name))


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="is no name for a table"):
        table_name(name)


async def test_the_names_are_those_of_the_schema() -> None:
    table = await drafted("mine")
    catalog = DECLARED.with_published([table])
    schema = assemble(catalog)._schema  # noqa: SLF001
    assert schema.query_type
    every = {field for one in catalog.tables.values() for field in root_fields(one.type_name, one.plural)}
    assert set(schema.query_type.fields) == {*every, *BESIDE, OBJECT.singular}
    before = set(assemble(DECLARED)._schema.type_map)  # noqa: SLF001
    assert not [name for name in before if name.startswith("MineRow")]
    assert "MineRow" in schema.type_map


@pytest.fixture
async def writers(federation: Federation) -> AsyncIterator[Writers]:
    opened = await open_writers(federation.jobs, 2, 60)
    yield opened
    await opened.close()


async def test_published_tables_keep_clear_of_each_other(writers: Writers) -> None:
    await put(writers, "taken_1")
    try:
        for name in ("taken1", "taken_1_row", "taken_1_aggregate"):
            with pytest.raises(BadInput, match="is another table's"):
                await put(writers, name)
        await put(writers, "taken_1", replace=True)
        async with writers.held() as writer:
            listed = await writer.fetch("SELECT table_name FROM tap_schema.tables WHERE table_name LIKE '%taken%'")
            made = await writer.fetch("SELECT relname FROM pg_catalog.pg_class WHERE relname LIKE '%taken1%'")
        assert ([tuple(row) for row in listed], made) == ([("published.taken_1",)], [])
    finally:
        await remove(writers, "taken_1")


async def test_a_table_that_is_there_all_the_same_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    good, twin = await drafted("good_1"), await drafted("good1")
    told = as_json(good)
    reserved = told | {"name": "tables", "type": "TablesRow", "plural": "tables"}
    star = told | {"name": "other", "type": "Star", "plural": "others"}
    bad = {"tables": reserved, "good1": as_json(twin), "other": star, "broken": {"name": "broken"}}
    texts = {"good_1": json.dumps(told)} | {name: json.dumps(one) for name, one in bad.items()} | {"cut": "no JSON"}
    tables, left_out = fitting(texts)
    assert [table.name for table in tables] == ["good_1"]
    assert left_out == (*bad, "cut")
    assert sum("left out" in record.message for record in caplog.records) == len(left_out)
    assert clash(good.type_name, good.plural, DECLARED.with_published(tables)) == "Good1Row"
    fields = assemble(DECLARED.with_published(tables))._schema.query_type.fields  # type: ignore[union-attr]  # noqa: SLF001
    assert {"tables", "stars", "good1"} <= set(fields)
    assert not [field for field in fields if field.startswith("tablesRow")]


async def test_one_that_is_there_breaks_nothing_and_health_says_so(client: httpx.AsyncClient, writers: Writers) -> None:
    table = as_json(await drafted("good_2")) | {"name": "tables", "type": "TablesRow", "plural": "tables"}
    async with writers.held() as writer:
        await writer.run(
            f"INSERT INTO {CATALOGUE.qualified} VALUES ('published.tables', NULL, 0, now());"
            f"INSERT INTO {DECLARATIONS} VALUES ('published.tables', '{json.dumps(table)}')"
        )
    try:

        async def told() -> bool:
            return "published.tables" in (await client.get("/health")).text

        await within(told, 20)
        answer = await client.post("/graphql", json={"query": '{ tables(source: "jsdc") { name } }'})
        assert {"name": "jsdc.star"} in answer.json()["data"]["tables"]
    finally:
        await remove(writers, "tables")
    await within(lambda: _gone(client), 20)


async def _gone(client: httpx.AsyncClient) -> bool:
    return "published.tables" not in (await client.get("/health")).text
