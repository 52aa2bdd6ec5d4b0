"""Tables that nobody may read: no door tells of them, and neither the hub nor its role at the source can read them."""

import asyncpg
import httpx
import pytest

from hub.rows import connect
from sample.federation import Federation
from schema.catalog import DECLARED, EVERY_LINK, SOURCES
from schema.foreign import READER
from schema.spica import ACCOUNT, DELEGATION
from schema.table import Table

WITHHELD = [table for source in SOURCES.values() for table in source.withheld]
EVERY = [pytest.param(table, id=table.qualified) for table in WITHHELD]
TELLING = (
    "/docs/tables", "/tap/tables", "/tap/capabilities", "/capabilities", "/vosi/tables", "/registry", "/", "/oai?verb=ListRecords&metadataPrefix=ivo_vor",
    "/tap/sync?LANG=ADQL&FORMAT=csv&QUERY=SELECT * FROM TAP_SCHEMA.tables", "/tap/sync?LANG=ADQL&FORMAT=csv&QUERY=SELECT * FROM TAP_SCHEMA.columns",
    "/tap/sync?LANG=ADQL&FORMAT=csv&QUERY=SELECT * FROM TAP_SCHEMA.keys", "/graphql?query={ _service { sdl } }",
    "/graphql?query={ __schema { types { name } queryType { fields { name } } } }",
)  # fmt: skip
LOGINS = ("pi-s01", "coi-s01", "CoI S01")
"""Of the sample."""


def names(table: Table) -> tuple[str, ...]:
    return table.qualified, table.type_name, table.singular, table.plural, table.remote


def test_accounts_and_delegations_are_withheld() -> None:
    assert WITHHELD == [ACCOUNT, DELEGATION]
    assert not {*WITHHELD} & {*DECLARED.tables.values()}
    assert not [link for link in EVERY_LINK if {link.origin, link.target} & {*WITHHELD}]


@pytest.mark.parametrize("path", TELLING)
async def test_no_document_tells_of_them(client: httpx.AsyncClient, path: str) -> None:
    text = (await client.get(path)).text.lower()
    told = [name for table in WITHHELD for name in names(table) if name.lower() in text]
    assert not told
    assert not [login for login in LOGINS if login.lower() in text]


@pytest.mark.parametrize("table", EVERY)
async def test_no_door_asks_them(client: httpx.AsyncClient, table: Table) -> None:
    for query in (
        f"SELECT * FROM {table.qualified}",
        f"SELECT * FROM {table.name}",
        f"SELECT * FROM spica.target WHERE hd IN (SELECT 1 FROM {table.qualified})",
    ):
        answer = await client.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query})
        assert (answer.status_code, "there is no table" in answer.text) == (400, True), answer.text
    for field in (table.singular, table.plural, f"{table.plural}Aggregate"):
        answer = await client.post("/graphql", json={"query": f"{{ {field} {{ __typename }} }}"})
        assert "Cannot query field" in answer.json()["errors"][0]["message"]
    entity = {"__typename": table.type_name, table.key.graphql: "1"}
    asked = {"query": "query E($r: [_Any!]!) { _entities(representations: $r) { __typename } }"}
    answer = await client.post("/graphql", json=asked | {"variables": {"r": [entity]}})
    assert answer.json()["data"] in (None, {"_entities": [None]})
    for path in (
        f"/scs/{table.qualified}?RA=1&DEC=1&SR=1",
        f"/moc/{table.qualified}",
        f"/tap/tables/{table.qualified}",
    ):
        assert (await client.get(path)).status_code in (400, 404)


@pytest.mark.parametrize("table", EVERY)
async def test_the_roles_of_the_gateway_cannot_read_them(federation: Federation, table: Table) -> None:
    hub = await connect(federation.owner)
    source = await connect(federation.sources[table.source])
    try:
        assert await hub.fetchval("SELECT to_regclass($1)", table.qualified) is None
        assert await source.fetchval("SELECT to_regclass($1) IS NOT NULL", table.remote)
        assert not await source.fetchval(f"SELECT has_table_privilege('{READER}', '{table.remote}', 'SELECT')")
    finally:
        await hub.close()
        await source.close()
    reader = await connect(federation.readers[table.source])
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.fetch(f"SELECT * FROM {table.remote}")
    finally:
        await reader.close()
