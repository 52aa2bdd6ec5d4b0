"""What nobody waits for is not computed: a client that leaves takes its SQL along, in the hub and at the source."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from door import Apart, Door, grown, opened
from refusal import Refusal
from waiting import BUSY, within

from hub.rows import Connection, connect

pytestmark = pytest.mark.timed

LIST = {"query": "{ exposures(first: 1000, orderBy: [{ expSeeing: ASC }]) { nodes { expId } } }"}
TABLE = {"query": "{ exposures { nodes { expId expProjectedBaselines obsProgramTitle targetName } } }"}
TOOL = {"name": "search", "arguments": {"text": "al"}}
SEARCHES: dict[str, dict[str, Any]] = {
    "/graphql": {"query": '{ search(text: "al") { nodes { label } } }'},
    "/mcp": {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": TOOL},
}
"""The same search at two doors."""
WAYS = {
    "json": (LIST, "application/json"),
    "votable, before its first row": (LIST, "application/x-votable+xml"),
    "csv, under way": (TABLE, "text/csv"),
}
IN_HUB = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jmmc-gateway' AND state = 'active'"
AT_SOURCE = """SELECT count(*) FROM pg_stat_activity WHERE usename = 'gateway_reader' AND state = 'active'
AND application_name <> 'jmmc-gateway-watch'"""
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jmmc-gateway'"


class Ends:
    """A look at the hub and at the source."""

    def __init__(self, hub: Connection, source: Connection) -> None:
        self._hub = hub
        self._source = source

    async def busy(self) -> tuple[int, int]:
        return await self._hub.fetchval(IN_HUB), await self._source.fetchval(AT_SOURCE)

    async def opened(self) -> int:
        return int(await self._hub.fetchval(OPEN))

    async def until(self, right: Callable[[tuple[int, int]], bool], seconds: float) -> None:
        async def so() -> bool:
            return right(await self.busy())

        await within(so, seconds)


@pytest.fixture
async def ends(apart: Apart) -> AsyncIterator[Ends]:
    hub, source = await connect(apart.federation.owner), await connect(apart.federation.sources["obsportal"])
    yield Ends(hub, source)
    await hub.close()
    await source.close()


@pytest.fixture
async def slow(apart: Apart) -> AsyncIterator[None]:
    """An exposure takes ten milliseconds, and there are very many."""
    async with grown(apart.federation.sources["obsportal"], 1000, 0.01):
        yield


@asynccontextmanager
async def asking(
    door: Door, told: dict[str, Any], accept: str, coding: str = "identity", path: str = "/graphql"
) -> AsyncIterator[asyncio.Task[None]]:
    """A client that waits for its answer, and leaves at the end if it has none."""
    headers = {"accept": accept, "accept-encoding": coding}

    async def ask() -> None:
        async with door.client() as client, client.stream("POST", path, json=told, headers=headers) as answer:
            async for _ in answer.aiter_raw():
                pass

    task = asyncio.create_task(ask())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
@pytest.mark.parametrize("way", WAYS)
async def test_sql_ends_with_its_client(door: Door, ends: Ends, way: str, coding: str) -> None:
    async with asking(door, *WAYS[way], coding) as task:
        await ends.until(all, 3)
        await asyncio.sleep(0.2)
        assert all(await ends.busy()), "it must be slow to be cut off"
        assert not task.done()
    await ends.until(lambda seen: not any(seen), 1)


@pytest.mark.parametrize("door_of", SEARCHES)
async def test_a_search_ends_with_the_letter_that_it_was_for(
    door: Door, apart: Apart, ends: Ends, door_of: str
) -> None:
    """What it waits for in the hub is locked, so that it would never end by itself."""
    locking = await connect(apart.federation.owner)
    async with locking.transaction():
        await locking.execute("LOCK TABLE crossid.star_name IN ACCESS EXCLUSIVE MODE")
        async with asking(door, SEARCHES[door_of], "application/json, text/event-stream", path=door_of) as task:
            await ends.until(lambda seen: bool(seen[0]), 10)
            await asyncio.sleep(0.2)
            assert (await ends.busy())[0], "it waits"
            assert not task.done()
        await ends.until(lambda seen: not seen[0], 1)
    await locking.close()


@pytest.mark.usefixtures("slow")
async def test_the_time_limit_reaches_the_source(apart: Apart, ends: Ends, tmp_path: Path) -> None:
    with opened(apart.federation.hub, tmp_path / "log", statement_seconds=1, stream_seconds=1) as door:
        async with door.client() as client:
            for accept in ("application/json", "application/x-votable+xml"):
                asking = asyncio.create_task(client.post("/graphql", json=LIST, headers={"accept": accept}))
                await ends.until(all, 3)
                await asyncio.wait([asking], timeout=4)
                assert asking.done(), "it goes on"
                await ends.until(lambda seen: not any(seen), 1)
                assert "took too long" in Refusal(await asking).messages[0]


@pytest.mark.usefixtures("slow")
async def test_fifty_departures_leave_the_pools_whole(door: Door, ends: Ends) -> None:
    for batch in range(10):  # as many at once as there may be streams
        told, accept = list(WAYS.values())[batch % len(WAYS)]
        async with AsyncExitStack() as stack:
            for _ in range(5):
                await stack.enter_async_context(asking(door, told, accept))
            # A cancel that reaches the source between two statements is lost, and PostgreSQL before 18 sends no other
            # for 30 s: leave when all are under way.
            await ends.until(lambda seen: min(seen) >= 5, 3)
            await asyncio.sleep(0.1)
        await ends.until(lambda seen: not any(seen), 1)
    assert await ends.opened() <= 16 + 8 + 4
    async with door.client(limits=httpx.Limits(max_connections=30)) as client:
        ask = {"query": '{ star(name: "HD 48329") { name } }'}
        answers = await asyncio.gather(*(client.post("/graphql", json=ask) for _ in range(30)))
        assert all(answer.text.startswith('{"data":{"star":{"name":"HD 48329"}}') for answer in answers)
        rows = [client.get("/scs/jsdc.star", params={"RA": "1", "DEC": "1", "SR": "2"}) for _ in range(8)]
        assert {answer.status_code for answer in await asyncio.gather(*rows)} == {200}


@pytest.mark.usefixtures("slow")
async def test_a_busy_pool_says_so(apart: Apart, ends: Ends, tmp_path: Path) -> None:
    few = {"connections": 2, "streams": 2, "max_requests": 3, "share": 1}
    with opened(apart.federation.hub, tmp_path / "log", **few) as door:
        async with AsyncExitStack() as stack:
            for told, accept in ((LIST, "application/json"), (TABLE, "text/csv")):
                await stack.enter_async_context(asking(door, told, accept))
            client = await stack.enter_async_context(door.client())
            await ends.until(lambda seen: seen[0] >= 2, 5)  # of each pool, all that one source may have
            start = time.monotonic()
            exposure = await client.post("/graphql", json={"query": "{ exposures(first: 1) { nodes { expId } } }"})
            assert exposure.status_code == 200, exposure.text
            assert Refusal(exposure).codes == ["BUSY"]
            cone = await client.get("/scs/obsportal.exposure", params={"RA": "1", "DEC": "1", "SR": "2"})
            assert (cone.status_code, cone.headers["retry-after"]) == (503, "2")
            assert "try again" in Refusal(cone).messages[0]
            assert time.monotonic() - start < BUSY * 6
            star = await client.post("/graphql", json={"query": '{ star(name: "HD 48329") { name } }'})
            assert star.json()["data"] == {"star": {"name": "HD 48329"}}, "another source has a connection left"
            async with asking(door, LIST, "application/json"):  # the third request: there may be no more
                await asyncio.sleep(0.2)
                for path in ("/graphql", "/scs/jsdc.star", "/search.votable"):
                    over = await client.post(path)
                    assert (over.status_code, over.headers["retry-after"]) == (503, "2")
                    assert "as many requests under way as it can serve" in Refusal(over).messages[0]
                assert (await client.get("/livez")).status_code == 200
        await ends.until(lambda seen: not any(seen), 1)


async def test_a_slow_reader_takes_no_memory(apart: Apart, ends: Ends, tmp_path: Path) -> None:
    """The table is some 150 MB: where it went when a client reads a kilobyte a second would be seen."""
    with opened(apart.federation.hub, tmp_path / "log") as door:
        async with grown(apart.federation.sources["obsportal"], 1000):
            host, port = urlsplit(door.url).netloc.split(":")
            body = b'{"query": "{ exposures { nodes { expId expProjectedBaselines obsProgramTitle targetName } } }"}'
            head = "POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nContent-Type: application/json\r\n"
            head += f"Content-Length: {len(body)}\r\n\r\n"
            readers = []
            try:
                for _ in range(4):
                    reader = socket.create_connection((host, int(port)), timeout=BUSY * 10)
                    readers.append(reader)
                    reader.sendall(head.encode() + body)
                    assert reader.recv(1024).startswith(b"HTTP/1.1 200 ")
                await asyncio.sleep(1)
                before = door.resident()
                for _ in range(4):
                    await asyncio.sleep(1)
                    for reader in readers:
                        assert len(reader.recv(1024)) > 0
                assert door.resident() - before < 4_000_000
                assert door.resident() < 250_000_000
            finally:
                for reader in readers:
                    reader.close()
            await ends.until(lambda seen: not any(seen), 1)
