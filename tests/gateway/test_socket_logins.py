"""Who asks over a WebSocket: by its headers, or by the payload of connection_init, as a page has to say it."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from people import basic, bearer, knowing
from serving import Server
from subscribing import CHANGED
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from gateway.commands.provider import Provider
from gateway.login import lasting, logins
from planning.asker import asker
from resolvers.request import OperationResult
from resolvers.streams import Stream, Subscriptions
from sample.federation import Federation

PROTOCOL = Subprotocol("graphql-transport-ws")
QUERY = {"id": "1", "type": "subscribe", "payload": {"query": '{ star(name: "HD 48329") { name } }'}}
OURS = "https://aspro.jmmc.fr"


@pytest.fixture(scope="module")
def known(provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    spool = str(tmp_path_factory.mktemp("spool"))
    with Server(knowing(provider, federation, spool=spool, figures=False, origins=OURS)) as url:
        yield f"{url.replace('http', 'ws', 1)}/graphql"


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The logins that operations were asked by."""
    logins: list[str] = []
    opened = Subscriptions.open

    async def remembering(self: Subscriptions, *told: Any) -> OperationResult | Stream:
        logins.append(asker().login)
        return await opened(self, *told)

    monkeypatch.setattr(Subscriptions, "open", remembering)
    return logins


async def star(url: str, payload: Any = None, **told: Any) -> Any:
    """The data of the query, by a socket of one's own."""
    async with connect(url, subprotocols=[PROTOCOL], **told) as socket:
        await socket.send(json.dumps({"type": "connection_init"} | ({"payload": payload} if payload else {})))
        assert json.loads(await socket.recv())["type"] == "connection_ack"
        await socket.send(json.dumps(QUERY))
        return json.loads(await socket.recv())["payload"]["data"]


async def test_each_way(known: str, provider: Provider, seen: list[str]) -> None:
    by_token, by_password = bearer(provider.token("pi-s01")), basic("coi-s01", provider.passwords["coi-s01"])
    for told in (
        {},
        {"additional_headers": by_token},
        {"additional_headers": by_password},
        {"payload": by_token},
        {"payload": {"authorization": by_token["Authorization"]}},
        {"payload": by_token, "additional_headers": by_password},
        {"payload": {"Authorization": 7}},
        {"payload": by_token, "origin": Origin(OURS)},
    ):
        assert await star(known, **told) == {"star": {"name": "HD 48329"}}
    assert seen == ["", "pi-s01", "coi-s01", "pi-s01", "pi-s01", "pi-s01", "", "pi-s01"]


async def test_wrong_credentials_open_nothing(known: str, provider: Provider, seen: list[str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await star(known, additional_headers=bearer("none"))
    assert refused.value.response.status_code == 401
    assert len(refused.value.response.headers.get_all("WWW-Authenticate")) == 3
    with pytest.raises(ConnectionClosed) as closed:
        await star(known, bearer("none"))
    assert (closed.value.rcvd and closed.value.rcvd.code) == 4403
    with pytest.raises(ConnectionClosed):
        await star(known, bearer(provider.token("pi-s01", exp=1)))
    assert seen == []


async def test_a_browser_s_login_is_not_for_any_page(known: str, provider: Provider, seen: list[str]) -> None:
    ambient = basic("pi-s01", provider.passwords["pi-s01"])
    for origin in ("https://elsewhere.test", "https://other.jmmc.fr"):
        with pytest.raises(InvalidStatus) as refused:
            await star(known, additional_headers=ambient, origin=Origin(origin))
        assert refused.value.response.status_code == 403
    await star(known, additional_headers=ambient, origin=Origin(OURS))
    assert seen == ["pi-s01"]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logins are looked at all the time."""
    monkeypatch.setattr(lasting, "SHORTEST", 0.1)
    monkeypatch.setattr(logins, "BELIEVED", 0.1)


@pytest.mark.usefixtures("hasty")
async def test_a_socket_ends_with_its_login(known: str, provider: Provider) -> None:
    async with httpx.AsyncClient(base_url=known.replace("ws", "http", 1).removesuffix("/graphql")) as browser:
        await browser.get("/login", headers=basic("pi-s01", provider.passwords["pi-s01"]))
        session = {"Cookie": f"jmmc-session={browser.cookies['jmmc-session']}"}
        for way in ("session", "header", "payload"):
            soon = bearer(provider.token("pi-s01", exp=int(time.time()) - 28))
            told = {"additional_headers": session if way == "session" else soon} if way != "payload" else {}
            payload = soon if way == "payload" else None
            async with connect(known, subprotocols=[PROTOCOL], **told) as socket:
                await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
                await socket.recv()
                await socket.send(json.dumps(QUERY | {"payload": {"query": CHANGED}}))
                await asyncio.sleep(0.3)
                if way == "session":
                    assert (await browser.post("/logout")).status_code == 204
                with pytest.raises(ConnectionClosed) as closed:
                    await asyncio.wait_for(socket.recv(), 10)
                assert closed.value.rcvd
                assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4403, "Your login has ended")


@pytest.mark.usefixtures("hasty")
async def test_an_event_stream_ends_with_its_login(known: str, provider: Provider) -> None:
    place = known.replace("ws", "http", 1)
    soon = bearer(provider.token("pi-s01", exp=int(time.time()) - 28)) | {"Accept": "text/event-stream"}
    async with httpx.AsyncClient(timeout=10) as client:
        async with client.stream("POST", place, json={"query": CHANGED}, headers=soon) as answer:
            assert answer.status_code == 200
            told = b"".join([block async for block in answer.aiter_bytes()])
        assert b"event: complete" not in told
        assert (await client.post(place, json={"query": CHANGED}, headers=soon)).status_code == 401
