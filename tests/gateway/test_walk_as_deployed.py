"""A federation as it is deployed: every row once in every order, from both ends, through the hub and straight; and what
is known of its data while it is so."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from itertools import cycle, permutations
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from deployed import Deployed, deployed
from filled import FILLED
from serving import Server, patient
from standby import done
from subscribing import CHANGED, heard, socket, subscribe
from test_subscriptions import ADDED, DELETE, observe
from waiting import within

from gateway.app import create_app
from gateway.state import State
from hub.rows import connect
from resolvers.request import Request
from schema.column import Column
from schema.table import Table

pytestmark = [pytest.mark.pgbouncer, pytest.mark.timed]

ROWS = 12
"""Rows of each table that are walked over, from all over it."""
SIZE = 5
LARGE = 1000
ROUTES = ("hub", "straight")
WAYS = {"first": ("after", "endCursor", "hasNextPage"), "last": ("before", "startCursor", "hasPreviousPage")}
ORDERS = ("ASC", "DESC", "ASC_NULLS_FIRST", "DESC_NULLS_LAST")
TABLES = [pytest.param(table, id=name) for name, table in FILLED.items()]
Rows = list[tuple[Any, Any]]


@pytest.fixture(scope="module")
def world(originals: Path) -> Iterator[Deployed]:
    with deployed(originals) as made:
        yield made


@pytest_asyncio.fixture(scope="module")
async def gateways(world: Deployed) -> AsyncIterator[dict[str, State]]:
    """One that asks everything of the hub, and one that asks sources directly where it can."""
    async with AsyncExitStack() as stack:
        made = {}
        for route in ROUTES:
            app = create_app(patient(world.federation, sources=world.direct if route == "straight" else {}))
            await stack.enter_async_context(app.router.lifespan_context(app))
            await app.state.gateway.hub.settled()
            made[route] = app.state.gateway
        yield made


async def asked(gateway: State, query: str, variables: dict[str, Any]) -> Any:
    answer = (await gateway.operations.answer(Request(query, None, variables))).payload
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def page(table: Table, fields: str) -> str:
    variables = f"$first: Int, $after: String, $last: Int, $before: String, $where: {table.type_name}Filter"
    names = "first: $first, after: $after, last: $last, before: $before, where: $where, orderBy: $by"
    info = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
    return f"query({variables}, $by: [{table.type_name}Order!]) {{ {table.plural}({names}) {{ nodes {{ {fields} }} {info} }} }}"


def in_json(value: Any) -> Any:
    return f"{value:%Y-%m-%dT%H:%M:%S.%f}Z" if isinstance(value, datetime) else value


async def sample(gateway: State, table: Table) -> list[Any]:
    """Keys of some rows, in their order: the first and the last of a thousand, and some between."""
    key = table.key.graphql
    told = await asked(gateway, page(table, key), {"first": LARGE, "by": [{key: "ASC"}]})
    keys = [in_json(node[key]) for node in told[table.plural]["nodes"]]
    return keys[:: len(keys) // ROWS + 1]


async def walk(routes: Iterable[State], table: Table, by: tuple[Column, str], way: str, keys: list[Any]) -> Rows:
    """Values and keys on all pages, in the order asked for, each page by the next of the routes."""
    (column, order), (mark, end, more) = by, WAYS[way]
    value = column.graphql if column.type.sql == "text" else table.key.graphql
    query = page(table, f"key: {table.key.graphql} value: {value}")
    where = {table.key.graphql: {"in": keys}}
    variables: dict[str, Any] = {way: SIZE, "by": [{column.graphql: order}], "where": where}
    found: Rows = []
    for gateway, _ in zip(routes, range(len(keys) // SIZE + 1), strict=False):
        told = (await asked(gateway, query, variables))[table.plural]
        nodes = [(node["value"], in_json(node["key"])) for node in told["nodes"]]
        found = found + nodes if way == "first" else nodes + found
        if not told["pageInfo"][more]:
            return found
        variables[mark] = told["pageInfo"][end]
    return pytest.fail(f"pages without end: {column.name} {order} {way}")


@pytest.mark.parametrize("table", TABLES)
async def test_every_order_gives_every_row_once(table: Table, gateways: dict[str, State]) -> None:
    keys = await sample(gateways["hub"], table)
    assert keys
    orders = cycle(ORDERS)
    for column in (column for column in table.columns if column.type.orderable):
        by = (column, next(orders))
        walks = await asyncio.gather(
            *(
                walk(cycle(routes), table, by, way, keys)
                for routes, way in zip(permutations(gateways.values()), WAYS, strict=True)
            )
        )
        assert walks[0] == walks[1], by
        assert sorted(key for _, key in walks[0]) == sorted(keys), by
        if column.type.sql == "text":
            values = [value for value, _ in walks[0] if value is not None]
            assert values == sorted(values, reverse=by[1].startswith("DESC")), by


@pytest.fixture(scope="module")
def served(world: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    spool = str(tmp_path_factory.mktemp("spool"))
    with Server(patient(world.federation, sources=world.direct, hub_jobs=world.federation.jobs, spool=spool)) as url:
        yield url


@pytest_asyncio.fixture
async def http(served: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served, timeout=60) as made:
        yield made


LISTED = {
    "jsdc": "{ badCalibrators(first: 100) { nodes { badcalId comment } } }",
    "oidb": "{ granules(first: 5, orderBy: [{ targetName: DESC }]) { nodes { granuleId targetName } } }",
    "spica": "{ spicaPrograms(first: 5) { nodes { progname } } }",
    "obsportal": "{ programs(first: 5) { nodes { obsProgram } } }",
}
WRITE = {
    "oidb": "UPDATE public.collection SET title = title",
    "spica": "UPDATE public.spica_followup SET run_status = run_status",
    "obsportal": "UPDATE portal.program SET obs_program_title = obs_program_title",
}
BADCAL = "INSERT INTO public.badcal VALUES (-1, 'deployed', 10, 10, 'deployed', true)"


async def tagged(http: httpx.AsyncClient, query: str) -> httpx.Response:
    """The answer, once it has a tag."""

    async def answered() -> httpx.Response | None:
        answer = await http.get("/graphql", params={"query": query})
        assert answer.status_code == 200, answer.text
        return answer if "etag" in answer.headers else None

    return await within(answered, 5)


@pytest.mark.parametrize("source", LISTED)
async def test_a_tag_is_valid_until_something_is_written(source: str, world: Deployed, http: httpx.AsyncClient) -> None:
    asking = {"query": LISTED[source]}

    async def status(held: httpx.Response) -> int:
        return (await http.get("/graphql", params=asking, headers={"if-none-match": held.headers["etag"]})).status_code

    held = await tagged(http, LISTED[source])
    assert await status(held) == 304
    if source == "jsdc":
        await world.write(BADCAL)
    else:
        await done(world.federation.sources[source], WRITE[source])

    async def over() -> bool:
        return await status(held) == 200

    try:
        await within(over, 2)
        assert ("deployed" in (await http.get("/graphql", params=asking)).text) is (source == "jsdc")
    finally:
        await world.write("DELETE FROM public.badcal WHERE badcal_id < 0")


async def test_subscribers_are_told_of_either(world: Deployed, served: str, http: httpx.AsyncClient) -> None:
    portal = await connect(world.federation.sources["obsportal"])
    await tagged(http, LISTED["jsdc"])
    try:
        async with socket(served) as changes, socket(served) as added:
            await subscribe(changes, "1", CHANGED)
            await subscribe(added, "2", ADDED)
            await asyncio.sleep(1.5)  # until both surely follow
            await world.write(BADCAL)
            assert (await heard(changes))["payload"]["data"]["sourceVersionChanged"]["source"] == "jsdc"
            await observe(portal, "GRAVITY", "deployed", 2)
            told = [(await heard(added))["payload"]["data"]["new"]["expId"] for _ in range(2)]
            assert sorted(told) == ["new-deployed-1", "new-deployed-2"]
    finally:
        await portal.execute(DELETE)
        await portal.close()
        await world.write("DELETE FROM public.badcal WHERE badcal_id < 0")


async def test_a_job_joins_all_of_them(http: httpx.AsyncClient) -> None:
    query = (
        "SELECT TOP 20 g.target_name, s.name FROM oidb.granule AS g JOIN crossid.granule AS i ON i.id = g.id "
        "JOIN jsdc.star AS s ON s.jsdc_id = i.star_id ORDER BY g.target_name, s.name, g.id"
    )
    asked_for = {"LANG": "ADQL", "FORMAT": "csv", "QUERY": query}
    made = await http.post("/tap/async", data=asked_for | {"PHASE": "RUN"})
    assert made.status_code == 303, made.text
    job = made.headers["location"]

    async def ended() -> str | None:
        phase = (await http.get(f"{job}/phase")).text
        return phase if phase in ("COMPLETED", "ERROR", "ABORTED") else None

    assert await within(ended, 20) == "COMPLETED", (await http.get(f"{job}/error")).text
    result = await http.get(f"{job}/results/result", follow_redirects=True)
    assert result.text == (await http.post("/tap/sync", data=asked_for)).text
    names = [line.partition(",")[0] for line in result.text.splitlines()[1:]]
    assert names == sorted(names)
    assert len(names) == 20
