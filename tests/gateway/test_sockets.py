"""What subscriptions are refused, how many there may be, and how they end, through a real server and a real client library."""

import asyncio
import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

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
    "query": ("{ star(id: 1) { nothing } }", "BAD_INPUT"),
    "event": ('subscription { exposureAdded(after: "yesterday") { expId } }', "BAD_INPUT"),
    "event of elsewhere": ('subscription { exposureAdded(after: "00000000-1") { expId } }', "EVENT_GONE"),
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


EVENTS = {"accept": "text/event-stream"}
STAR = '{ star(name: "HD 48329") { name } }'
FOUND = {"star": {"name": "HD 48329"}}
HASH = sha256(STAR.encode()).hexdigest()
PERSISTED = {"persistedQuery": {"version": 1, "sha256Hash": HASH}}
MISSED = {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}


def events(answer: httpx.Response) -> list[Any]:
    """The payloads of an event stream that is complete."""
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/event-stream")
    *messages, last, rest = answer.text.split("\n\n")
    assert (last, rest) == ("event: complete\ndata:", "")
    assert all(message.startswith("event: next\ndata: ") for message in messages)
    return [json.loads(message.removeprefix("event: next\ndata: ")) for message in messages]


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
        answer = await web.post("/graphql", json={"query": query}, headers=EVENTS)
        [refused] = events(answer)
        assert refused["errors"][0]["extensions"]["code"] == code


async def test_a_mutation_is_posted(server: str) -> None:
    """A page of any origin can open a WebSocket, with the visitor's cookies: nothing is changed over one."""
    async with socket(server) as client:
        await subscribe(
            client,
            "x",
            'mutation { setRunStatus(input: { tplStart: "2020-01-01", runStatus: "planned" }) { alreadyDone } }',
        )
        told = await heard(client)
        assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", "METHOD_NOT_ALLOWED")


async def test_a_subscription_is_refused_where_one_answer_is_wanted(server: str) -> None:
    async with httpx.AsyncClient(base_url=server) as web:
        answer = await web.post("/graphql", json={"query": CHANGED})
        assert "text/event-stream" in answer.json()["errors"][0]["message"]


async def test_a_query_has_one_result_and_is_complete(server: str) -> None:
    async with socket(server) as client, httpx.AsyncClient(base_url=server) as web:
        for name, query, data in (("1", STAR, FOUND), ("1", "{ __typename }", {"__typename": "Query"})):
            await subscribe(client, name, query)
            told = [await heard(client), await heard(client)]
            assert [(one["id"], one["type"]) for one in told] == [(name, "next"), (name, "complete")]
            plain = (await web.post("/graphql", json={"query": query})).json()
            assert told[0]["payload"] == plain
            assert plain["data"] == data
            assert events(await web.post("/graphql", json={"query": query}, headers=EVENTS)) == [plain]
            assert events(await web.get("/graphql", params={"query": query}, headers=EVENTS)) == [plain]


async def test_what_cannot_be_read_is_refused_as_events(server: str) -> None:
    async with httpx.AsyncClient(base_url=server) as web:
        for told in ({"content": b"{"}, {"json": {}}, {"json": {"query": STAR, "variables": 5}}):
            [refused] = events(await web.post("/graphql", headers=EVENTS, **told))
            assert refused["errors"][0]["extensions"]["code"] in ("BAD_INPUT", "UNSUPPORTED_MEDIA_TYPE")
        missing = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
        assert events(await web.post("/graphql", json=missing, headers=EVENTS)) == [{"errors": [MISSED]}]


@pytest.mark.parametrize(
    "accept",
    [
        "text/event-stream, application/json",
        "application/json, text/event-stream",
        "application/graphql-response+json, application/json, text/event-stream;q=0.5",
    ],
)
async def test_a_subscription_is_given_as_events_where_these_are_accepted(server: str, accept: str) -> None:
    async with httpx.AsyncClient(base_url=server) as web:
        headers = {"accept": accept}
        async with web.stream("POST", "/graphql", json={"query": CHANGED}, headers=headers) as answer:
            assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/event-stream")
        plain = await web.post("/graphql", json={"query": STAR}, headers={"accept": accept})
        events_first = accept.startswith("text/event-stream")
        assert plain.headers["content-type"].startswith("text/event-stream") == events_first
        never = {"accept": "application/json, text/event-stream;q=0"}
        assert (await web.post("/graphql", json={"query": CHANGED}, headers=never)).json()["errors"]


async def test_null_is_no_payload(server: str) -> None:
    async with open_socket(
        server.replace("http", "ws") + "/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]
    ) as client:
        await say(client, {"type": "connection_init", "payload": None})
        assert await heard(client) == {"type": "connection_ack"}
        await say(client, {"type": "ping", "payload": None})
        assert await heard(client) == {"type": "pong"}
        await say(client, {"type": "pong", "payload": None})
        asked = {"query": STAR, "variables": None, "extensions": None, "operationName": None}
        await say(client, {"type": "subscribe", "id": "1", "payload": asked})
        assert (await heard(client))["payload"]["data"] == FOUND
        assert await heard(client) == {"id": "1", "type": "complete"}


async def test_a_hash_that_is_not_known_costs_its_own_operation_alone(federation: Federation) -> None:
    with Server(patient(federation)) as url:
        async with socket(url) as client:
            await subscribe(client, "v", CHANGED)
            for extensions, text in ((PERSISTED, {}), (PERSISTED, {"query": STAR}), (PERSISTED, {"query": None})):
                await say(client, {"type": "subscribe", "id": "1", "payload": {"extensions": extensions, **text}})
                told = await heard(client)
                if told["type"] == "error":
                    assert (told["id"], told["payload"], text) == ("1", [MISSED], {})
                else:
                    assert (told["payload"]["data"], text) != (FOUND, {})
                    assert await heard(client) == {"id": "1", "type": "complete"}
            broken = {"extensions": {"persistedQuery": {"version": 7}}}
            await say(client, {"type": "subscribe", "id": "1", "payload": broken})
            assert (await heard(client))["payload"][0]["extensions"]["code"] == "BAD_INPUT"
            await say(client, {"type": "ping"})
            assert await heard(client) == {"type": "pong"}


MALFORMED = [
    "no JSON",
    "[]",
    "1",
    '{"type": 1}',
    '{"type": "subscribe", "id": ["x"]}',
    '{"type": "subscribe", "id": "x"}',
    '{"type": "subscribe", "id": "x", "payload": {"query": 1}}',
    '{"type": "subscribe", "id": "x", "payload": null}',
    '{"type": "subscribe", "id": "x", "payload": {}}',
    '{"type": "subscribe", "id": "x", "payload": {"query": "{ __typename }", "variables": []}}',
    '{"type": "subscribe", "id": "x", "payload": {"query": "{ __typename }", "extensions": "x"}}',
    '{"type": "complete", "id": {}}',
    '{"type": "complete"}',
    '{"type": "ping", "payload": 1}',
    "{}",
    '{"type": "nonsense"}',
    "[" * 10000,
    b"bytes",
]


WITHOUT_PAYLOAD = (MALFORMED[5], *MALFORMED[7:9])


@pytest.mark.parametrize("message", MALFORMED, ids=range(len(MALFORMED)))
async def test_what_is_no_message_closes_the_socket(server: str, message: str | bytes) -> None:
    async with socket(server) as client:
        await say(client, message)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4400
        assert ("valid JSON" in closed.value.rcvd.reason) == (message in ("no JSON", "[" * 10000))
        assert ("subscribe wants a payload" in closed.value.rcvd.reason) == (message in WITHOUT_PAYLOAD)


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
            told = await heard(one)
            assert (told["id"], told["payload"][0]["extensions"]) == ("3", {"code": "LIMIT_EXCEEDED"})
            assert "has 2 operations at once at most" in told["payload"][0]["message"]
            for name in ("1", "2"):
                await subscribe(other, name, CHANGED)
            told = await heard(other)
            assert (told["id"], told["payload"][0]["extensions"]["code"]) == ("2", "BUSY")
            async with socket(door.url):
                with pytest.raises(InvalidStatus) as refused:
                    async with socket(door.url):
                        pass
                assert refused.value.response.status_code == 503


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
