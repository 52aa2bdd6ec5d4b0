"""Subscriptions, over WebSocket and as server-sent events, through a real server and a real client library."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from serving import Server, patient
from subscribing import CHANGED, heard, say, socket, subscribe
from waiting import BUSY

from gateway.app import create_app
from hub.rows import connect
from localpg.cluster import Cluster
from sample.federation import Federation, dsn
from schema.catalog import SOURCES
from schema.foreign import READER

pytestmark = pytest.mark.timed

ADDED = """subscription Night($where: ExposureFilter) {
  new: exposureAdded(where: $where) { ...Seen observation { obsType target { targetName } } }
}
fragment Seen on Exposure { expId instrumentName }"""
INSERT = """INSERT INTO portal.exposure (exp_id, exp_header_id, exp_mjd_start, obs_id, exp_date_updated)
SELECT $1::text || number, exp_header_id, exp_mjd_start, obs_id, now()
FROM (SELECT * FROM portal.exposure WHERE exp_id = $2) AS like_it, generate_series(1, $3) AS number"""
DELETE = "DELETE FROM portal.exposure WHERE exp_id LIKE 'new-%'"
TOUCH = "UPDATE public.badcal SET comment = comment WHERE badcal_id = (SELECT min(badcal_id) FROM public.badcal)"


@asynccontextmanager
async def portal(federation: Federation) -> AsyncIterator[Any]:
    """The Obs Portal, where a night can be pretended; nothing of it stays."""
    connection = await connect(federation.sources["obsportal"])
    try:
        yield connection
    finally:
        await connection.execute(DELETE)
        await connection.close()


async def exposure(connection: Any, instrument: str) -> str:
    return str(
        await connection.fetchval(
            "SELECT exp_id FROM portal.exposure_log WHERE instrument_name = $1 ORDER BY exp_id LIMIT 1", instrument
        )
    )


async def observe(connection: Any, instrument: str, name: str, number: int = 1) -> None:
    await connection.execute(INSERT, f"new-{name}-", await exposure(connection, instrument), number)


async def settle(wait: float = 1.5) -> None:
    """Until the server has surely begun to follow."""
    await asyncio.sleep(wait)


async def test_an_exposure_that_is_added_is_told_whole(server: str, federation: Federation) -> None:
    async with socket(server) as client, portal(federation) as connection:
        await subscribe(client, "1", ADDED, where={"instrumentName": {"eq": "GRAVITY"}})
        await settle()
        await observe(connection, "PIONIER", "other")
        await observe(connection, "GRAVITY", "mine")
        told = await heard(client)
        assert told["id"] == "1"
        assert told["type"] == "next"
        new = told["payload"]["data"]["new"]
        assert (new["expId"], new["instrumentName"]) == ("new-mine-1", "GRAVITY")
        assert new["observation"]["target"]["targetName"]
        assert "errors" not in told["payload"]
        # What is only changed is not new; what comes next is.
        await connection.execute(
            "UPDATE portal.exposure SET exp_seeing = 1, exp_date_updated = now() WHERE exp_id = 'new-mine-1'"
        )
        with pytest.raises(TimeoutError):
            await heard(client, 2.5)
        await observe(connection, "GRAVITY", "next")
        assert (await heard(client))["payload"]["data"]["new"]["expId"] == "new-next-1"
        await say(client, {"id": "1", "type": "complete"})
        await settle(0.2)
        await observe(connection, "GRAVITY", "late")
        with pytest.raises(TimeoutError):
            await heard(client, 2.5)


@pytest.mark.parametrize("ahead", ["now() + interval '1 hour'", "'infinity'", "'20000-01-01Z'"])
async def test_a_date_yet_to_come_hides_no_later_exposure(server: str, federation: Federation, ahead: str) -> None:
    async with socket(server) as client, portal(federation) as connection:
        row = await exposure(connection, "GRAVITY")
        await connection.execute(INSERT, "new-known-", row, 1)
        await connection.execute(f"UPDATE portal.exposure SET exp_date_updated = {ahead} WHERE exp_id = 'new-known-1'")
        await subscribe(client, "1", ADDED)
        await settle()
        await connection.execute(INSERT.replace("now()", ahead), "new-ahead-", row, 1)
        assert (await heard(client))["payload"]["data"]["new"]["expId"] == "new-ahead-1"
        await connection.execute(INSERT, "new-today-", row, 1)
        assert (await heard(client))["payload"]["data"]["new"]["expId"] == "new-today-1"


async def test_many_at_once_are_told_each_once_to_all(server: str, federation: Federation) -> None:
    async with socket(server) as one, socket(server) as other, portal(federation) as connection:
        await subscribe(one, "a", ADDED, where={})
        await subscribe(other, "b", ADDED)
        await settle()
        await observe(connection, "GRAVITY", "bulk", 250)
        for client in (one, other):
            told = [(await heard(client))["payload"]["data"]["new"]["expId"] for _ in range(250)]
            assert sorted(told) == sorted(f"new-bulk-{number}" for number in range(1, 251))


async def test_a_version_that_changes_is_told(server: str, federation: Federation) -> None:
    async with socket(server) as client:
        await subscribe(client, "v", CHANGED)
        await settle()
        connection = await connect(federation.sources["jsdc"])
        await connection.execute(TOUCH)
        await connection.close()
        told = (await heard(client))["payload"]["data"]["sourceVersionChanged"]
        assert (told["source"], told["title"]) == ("jsdc", "JSDC")
        assert told["version"]


async def test_a_version_that_is_read_in_two_ways_is_told_once(federation: Federation, cluster: Cluster) -> None:
    sources = {name: dsn(cluster, name, READER) for name in SOURCES}
    with Server(patient(federation, sources=sources)) as url:
        async with socket(url) as client:
            await subscribe(client, "v", CHANGED)
            await settle(3)
            connection = await connect(federation.sources["jsdc"])
            versions = []
            for _ in range(3):
                await connection.execute(TOUCH)
                versions.append((await heard(client))["payload"]["data"]["sourceVersionChanged"]["version"])
                with pytest.raises(TimeoutError):
                    await heard(client, 3)
            await connection.close()
            assert len(set(versions)) == 3


async def test_server_sent_events_tell_the_same(server: str, federation: Federation) -> None:
    async with httpx.AsyncClient(base_url=server, timeout=8) as client, portal(federation) as connection:
        headers = {"accept": "text/event-stream"}
        asked = {"query": ADDED, "variables": {"where": {"instrumentName": {"eq": "GRAVITY"}}}}
        async with client.stream("POST", "/graphql", json=asked, headers=headers) as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            lines = response.aiter_lines()
            assert await anext(lines) == ":"
            await settle()
            await observe(connection, "GRAVITY", "event")
            event = [line async for line in until_blank(lines)]
        assert event[0] == "event: next"
        assert json.loads(event[1].removeprefix("data: "))["data"]["new"]["expId"] == "new-event-1"


async def until_blank(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    async for line in lines:
        if line and not line.startswith((":", "id:")):
            yield line
            async for following in lines:
                if not following:
                    return
                yield following


async def test_a_client_that_takes_nothing_holds_up_nobody_and_loses_nothing(
    server: str, federation: Federation
) -> None:
    names = " ".join(f"a{number}: expHeaderId" for number in range(40))
    wide = (
        f"subscription {{ exposureAdded {{ expId observation {{ exposures(first: 20) {{ nodes {{ {names} }} }} }} }} }}"
    )
    async with socket(server, max_queue=1) as slow, socket(server) as quick, portal(federation) as connection:
        await subscribe(slow, "s", wide)
        await subscribe(quick, "q", "subscription { exposureAdded { expId } }")
        await settle()
        await observe(connection, "GRAVITY", "flood", 1200)
        told = [(await heard(quick, 30))["payload"]["data"]["exposureAdded"]["expId"] for _ in range(1200)]
        assert len(set(told)) == 1200
        assert [(await heard(slow, 30))["payload"]["data"]["exposureAdded"]["expId"] for _ in range(1200)] == told


async def test_a_source_that_tells_is_heard_at_once(federation: Federation, cluster: Cluster) -> None:
    sources = {name: dsn(cluster, name, READER) for name in SOURCES}
    app = create_app(patient(federation, sources=sources))
    async with app.router.lifespan_context(app), portal(federation) as connection:
        watch = app.state.gateway.hub.health
        await asyncio.sleep(1.5)
        changes = watch.changes()
        for number in range(5):  # one session, several times a second: PostgreSQL itself counts these ten seconds later
            before, start = watch.version("obsportal"), time.monotonic()
            await connection.execute("UPDATE portal.program SET obs_program_title = obs_program_title || $1", "")
            assert await asyncio.wait_for(anext(changes), 5) == "obsportal"
            assert watch.version("obsportal") not in (None, before)
            assert time.monotonic() - start < BUSY * 0.8, number
