"""Who asks over a WebSocket: by its headers, or by the payload of connection_init, as a page has to say it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from people import basic, bearer, knowing
from serving import Server
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from gateway.commands.provider import Provider
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
