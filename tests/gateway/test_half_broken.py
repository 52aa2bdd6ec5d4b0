"""A source that is slow, or lacks one of its tables, costs what needs that and nothing else."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from door import Apart, Door, grown
from refusal import Refusal

from hub.rows import connect

pytestmark = pytest.mark.timed

HALF = '{ star(name: "HD 48329") { name } programs(first: 1) { nodes { obsProgram } } headers(first: 1) { nodes { expHeaderId } } }'
BREAKS = {
    "missing": ("ALTER TABLE portal.header RENAME TO header_away", "ALTER TABLE portal.header_away RENAME TO header"),
    "forbidden": (
        "REVOKE SELECT ON portal.header FROM gateway_reader",
        "GRANT SELECT ON portal.header TO gateway_reader",
    ),
    "lacking a column": (
        "ALTER TABLE portal.header RENAME COLUMN exp_header_id TO away",
        "ALTER TABLE portal.header RENAME COLUMN away TO exp_header_id",
    ),
}


@pytest.fixture
async def client(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    async with door.client(limits=httpx.Limits(max_connections=60)) as made:
        yield made


async def execute(apart: Apart, statement: str) -> None:
    connection = await connect(apart.federation.sources["obsportal"])
    await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize("case", BREAKS)
async def test_a_table_that_cannot_be_read_costs_only_itself(
    apart: Apart, door: Door, client: httpx.AsyncClient, case: str
) -> None:
    logged = len(door.log.read_text())
    broken, mended = BREAKS[case]
    await execute(apart, broken)
    try:
        for _ in range(30):  # longer than the watch needs to take the source for down, if it did
            answer = await client.post("/graphql", json={"query": HALF})
            refusal = Refusal(answer)
            assert refusal.codes == ["SOURCE_UNAVAILABLE"]
            assert refusal.messages[0].startswith("Obs Portal answers, but a table")
            assert refusal.data["headers"] is None
            assert refusal.data["star"] == {"name": "HD 48329"}
            assert len(refusal.data["programs"]["nodes"]) == 1
            assert answer.json()["errors"][0]["extensions"]["source"] == "obsportal"
            await asyncio.sleep(0.1)
        assert (await client.get("/readyz")).json()["sources"]["obsportal"] == "up"
        told = (await client.get("/health")).json()["Sources"]["obsportal"]
        assert told["state"] == "up"
        assert told["version"]
    finally:
        await execute(apart, mended)
    answer = await client.post("/graphql", json={"query": HALF})
    assert "errors" not in answer.json()
    assert "Traceback" not in door.log.read_text()[logged:]


async def test_a_slow_source_leaves_connections_to_the_others(apart: Apart, client: httpx.AsyncClient) -> None:
    slow = {"query": "{ exposures(first: 1000) { nodes { expId } } }"}
    async with grown(apart.federation.sources["obsportal"], 1, pause=0.02):
        waiting = [asyncio.create_task(client.post("/graphql", json=slow)) for _ in range(30)]
        await asyncio.sleep(0.5)
        for _ in range(30):
            answer = await client.post("/graphql", json={"query": '{ star(name: "HD 48329") { name } }'})
            assert answer.json()["data"] == {"star": {"name": "HD 48329"}}
        refused = [answer for answer in await asyncio.gather(*waiting) if "errors" in answer.json()]
    codes = {answer.json()["errors"][0]["extensions"]["code"] for answer in refused}
    assert "BUSY" in codes
    assert codes <= {"BUSY", "TIMED_OUT"}
    assert all(answer.json()["errors"][0]["extensions"].get("source") in ("obsportal", None) for answer in refused)


async def test_a_search_says_whose_part_it_lacks(apart: Apart, client: httpx.AsyncClient) -> None:
    asked = {"query": '{ search(text: "Fomalhaut") { nodes { label rank star { name } } } }'}
    await execute(apart, "ALTER TABLE portal.program RENAME TO program_away")
    try:
        refusal = Refusal(await client.post("/graphql", json=asked))
        assert refusal.codes == ["SOURCE_UNAVAILABLE"]
        assert refusal.messages[0].startswith("Obs Portal answers, but a table")
        assert refusal.data["search"]["nodes"][0] == {
            "label": "HD 216956",
            "rank": "EXACT",
            "star": {"name": "HD 216956"},
        }
    finally:
        await execute(apart, "ALTER TABLE portal.program_away RENAME TO program")
    whole = (await client.post("/graphql", json=asked)).json()
    assert "errors" not in whole
    assert whole["data"] == refusal.data
