"""What subscriptions are refused, how many there may be, and how they end, through a real server and a real client library."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from door import opened
from serving import Server, patient
from subscribing import CHANGED, drained, heard, say, socket, subscribe
from waiting import BUSY
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from gateway.routes import sockets
from sample.federation import Federation

pytestmark = pytest.mark.timed

WRONG = {
    "syntax": ("subscription { ", "BAD_INPUT"),
    "unknown field": ("subscription { exposureAdded { nothing } }", "BAD_INPUT"),
    "query": ("{ star(id: 1) { name } }", "BAD_INPUT"),
    "source": ('subscription { sourceVersionChanged(sources: ["vizier"]) { source } }', "BAD_INPUT"),
    "cone": ("subscription { exposureAdded(cone: {ra: 1, dec: 100, radius: 1}) { expId } }", "BAD_INPUT"),
    "name": ('subscription { exposureAdded(cone: {name: "no star", radius: 1}) { expId } }', "NOT_FOUND"),
    "skipped": ("subscription { exposureAdded @skip(if: true) { expId } }", "BAD_INPUT"),
    "two fields": ("subscription { a: exposureAdded { expId } b: exposureAdded { expId } }", "BAD_INPUT"),
    "aliases": (
        "subscription { exposureAdded { " + " ".join(f"a{n}: expId" for n in range(60)) + " } }",
        "LIMIT_EXCEEDED",
    ),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_is_wrong_is_refused_at_once(server: str, case: str) -> None:
    query, code = WRONG[case]
    async with socket(server) as client:
        await subscribe(client, "x", query)
        told = await heard(client)
        assert (told["id"], told["type"]) == ("x", "error")
        assert told["payload"][0]["extensions"]["code"] == code
        await subscribe(client, "x", CHANGED)  # the name is free again
        with pytest.raises(TimeoutError):
            await heard(client, 0.3)
    async with httpx.AsyncClient(base_url=server) as web:
        answer = await web.post("/graphql", json={"query": query}, headers={"accept": "text/event-stream"})
        assert answer.status_code in (400, 404)
        assert answer.json()["errors"][0]["extensions"]["code"] == code


async def test_a_subscription_is_refused_where_one_answer_is_wanted(server: str) -> None:
    async with httpx.AsyncClient(base_url=server) as web:
        answer = await web.post("/graphql", json={"query": CHANGED})
        assert "text/event-stream" in answer.json()["errors"][0]["message"]


MALFORMED = [
    "no JSON",
    "[]",
    "1",
    '{"type": 1}',
    '{"type": "subscribe", "id": ["x"]}',
    '{"type": "subscribe", "id": "x"}',
    '{"type": "subscribe", "id": "x", "payload": {"query": 1}}',
    '{"type": "complete", "id": {}}',
    "{}",
    '{"type": "nonsense"}',
    "[" * 10000,
    b"bytes",
]


@pytest.mark.parametrize("message", MALFORMED, ids=range(len(MALFORMED)))
async def test_what_is_no_message_closes_the_socket(server: str, message: str | bytes) -> None:
    async with socket(server) as client:
        await say(client, message)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4400


async def test_a_message_that_is_too_large_closes_the_socket(server: str) -> None:
    async with socket(server) as client:
        await say(client, json.dumps({"type": "ping", "payload": {"x": "x" * 300_000}}))
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


async def test_pages_of_other_origins_are_refused(federation: Federation, tmp_path: Path) -> None:
    with opened(federation.hub, tmp_path / "log", origins="https://aspro.jmmc.fr, https://www.jmmc.fr") as door:
        with pytest.raises(InvalidStatus):
            async with socket(door.url, origin=Origin("https://elsewhere.example")):
                pass
        async with socket(door.url, origin=Origin("https://www.jmmc.fr")), socket(door.url):
            pass


async def test_subscriptions_are_bounded_in_number(federation: Federation, tmp_path: Path) -> None:
    with opened(federation.hub, tmp_path / "log", max_subscriptions=3, max_subscriptions_each=2, share=1) as door:
        async with socket(door.url) as one, socket(door.url) as other:
            for name in ("1", "2", "3"):
                await subscribe(one, name, CHANGED)
            assert (await heard(one))["id"] == "3"
            for name in ("1", "2"):
                await subscribe(other, name, CHANGED)
            told = await heard(other)
            assert (told["id"], told["payload"][0]["extensions"]["code"]) == ("2", "SHARE_TAKEN")
            async with socket(door.url):
                with pytest.raises(InvalidStatus) as refused:
                    async with socket(door.url):
                        pass
                assert refused.value.response.status_code == 429


async def test_a_client_that_does_not_introduce_itself_is_let_go(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "INTRODUCTION", timedelta(seconds=1))
    protocol = Subprotocol("graphql-transport-ws")
    with Server(patient(federation)) as url:
        async with open_socket(url.replace("http", "ws") + "/graphql", subprotocols=[protocol]) as client:
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(client.recv(), BUSY * 3)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4408


async def test_shutdown_ends_every_subscription(federation: Federation, tmp_path: Path) -> None:
    with opened(federation.hub, tmp_path / "log") as door:
        async with socket(door.url) as client, httpx.AsyncClient(base_url=door.url) as web:
            await subscribe(client, "1", CHANGED)
            headers = {"accept": "text/event-stream"}
            async with web.stream("POST", "/graphql", json={"query": CHANGED}, headers=headers) as response:
                lines = response.aiter_lines()
                assert await anext(lines) == ":"
                door.process.terminate()
                assert [line async for line in lines if line][-2:] == ["event: complete", "data:"]
            with pytest.raises(ConnectionClosed):
                await drained(client)
            assert client.close_code == 1012
        await asyncio.to_thread(door.process.wait, 3)
    assert "Traceback" not in (tmp_path / "log").read_text()
