"""graphql-ws and graphql-sse, unmodified, in node: queries, refusals, and streams that are resumed where they broke off."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hub.rows import connect
from sample.federation import Federation

CLIENTS = ("graphql-ws", "graphql-sse")
STAR = '{ star(name: "HD 48329") { name } }'
ADDED = "subscription Added($after: String) { exposureAdded(after: $after) { expId } }"
INSERT = """INSERT INTO portal.exposure (exp_id, exp_header_id, exp_mjd_start, obs_id)
SELECT 'node-' || $1::text, exp_header_id, exp_mjd_start, obs_id FROM portal.exposure ORDER BY exp_id LIMIT 1"""


@asynccontextmanager
async def operating(
    packages: Path, client: str, url: str, request: dict[str, Any], count: int = 0, *, last: str = ""
) -> AsyncIterator[asyncio.StreamReader]:
    """The lines that a client prints; "connected" has been read."""
    running = await asyncio.create_subprocess_exec(
        "node", "operate.mjs", client, f"{url}/graphql", json.dumps(request), str(count), last,
        cwd=packages, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert running.stdout
    try:
        assert await line(running.stdout) == "connected"
        yield running.stdout
        await asyncio.wait_for(running.wait(), 60)
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()


async def line(lines: asyncio.StreamReader) -> str:
    return (await asyncio.wait_for(lines.readline(), 60)).decode().strip()


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_query_has_one_result(server: str, packages: Path, client: str) -> None:
    async with operating(packages, client, server, {"query": STAR}) as lines:
        assert json.loads(await line(lines))["data"] == {"star": {"name": "HD 48329"}}
        assert await line(lines) == "ended"


async def test_a_refusal_is_a_result_of_graphql_sse(server: str, packages: Path) -> None:
    async with operating(packages, "graphql-sse", server, {"query": "subscription { nothing }"}) as lines:
        assert json.loads(await line(lines))["errors"][0]["extensions"]["code"] == "BAD_INPUT"
        assert await line(lines) == "ended"


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_stream_is_resumed(server: str, packages: Path, federation: Federation, client: str) -> None:
    connection = await connect(federation.sources["obsportal"])

    async def told(lines: asyncio.StreamReader) -> tuple[str, str]:
        answer = json.loads(await line(lines))
        return answer["data"]["exposureAdded"]["expId"], answer["extensions"]["eventId"]

    try:
        async with operating(packages, client, server, {"query": ADDED}, 1) as lines:
            await asyncio.sleep(2)
            await connection.execute(INSERT, "1")
            first, event = await told(lines)
        assert first == "node-1"
        await connection.execute(INSERT, "2")
        variables = {"variables": {"after": event}} if client == "graphql-ws" else {}
        last = event if client == "graphql-sse" else ""
        async with operating(packages, client, server, {"query": ADDED, **variables}, 2, last=last) as lines:
            assert (await told(lines))[0] == "node-2"
            await connection.execute(INSERT, "3")
            assert (await told(lines))[0] == "node-3"
    finally:
        await connection.execute("DELETE FROM portal.exposure WHERE exp_id LIKE 'node-%'")
        await connection.close()
