"""Over HTTP: what one client holds keeps no other from anything, and pages of other origins have no jobs of their visitors."""

import asyncio
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from door import Door, opened
from refusal import Refusal
from waiting import within
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from gateway.client import client_of
from gateway.middleware.body_deadline import AHEAD
from sample.federation import Federation

ATTACKER, VISITOR = "198.51.100.1", "198.51.100.2"
STAR = {"query": '{ star(name: "HD 48329") { name } }'}
ENDLESS = "SELECT TOP 5000000 a.*, b.name AS other FROM jsdc.star AS a, jsdc.star AS b"
CHANGED = "subscription { sourceVersionChanged { source } }"


def of(address: str, **more: str) -> dict[str, str]:
    return {"X-Forwarded-For": address} | more


@contextmanager
def unread(door: Door, head: str, number: int, body: bytes = b"") -> Iterator[Sequence[socket.socket]]:
    """Connections of the attacker that have sent so much, and read nothing."""
    place = urlsplit(door.url)
    with ExitStack() as held:
        made = []
        for _ in range(number):
            one = held.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect((place.hostname, place.port))
            one.sendall(f"{head}Host: gateway\r\nX-Forwarded-For: {ATTACKER}\r\n\r\n".encode() + body)
            made.append(one)
        yield made


def test_who_a_client_is() -> None:
    told = ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "2001:db8::2:3", "fe80::1%eth0", "127.0.0.1", "unknown", ""]
    named = [client_of({"client": (host, 1)}) for host in told]
    assert named == ["192.0.2.1"] * 2 + ["2001:db8::/64"] * 2 + ["fe80::/64", "127.0.0.1", "unknown", "unknown"]
    assert client_of({"client": None}) == client_of({}) == "unknown"


async def test_requests_under_way(federation: Federation, tmp_path: Path) -> None:
    begun = f"GET /tap/sync?LANG=ADQL&MAXREC=5000000&QUERY={quote(ENDLESS)} HTTP/1.1\r\n"
    with opened(federation.hub, tmp_path / "log", max_requests=6, metrics=True) as door, unread(door, begun, 10):
        async with door.client() as client:

            async def refused() -> httpx.Response | None:
                answer = await client.post("/graphql", json=STAR, headers=of(ATTACKER))
                return answer if answer.status_code == 429 else None

            refusal = Refusal(answer := await within(refused, 10))
            assert (refusal.codes, answer.headers["retry-after"]) == (["SHARE_TAKEN"], "2")
            assert "You have 3 requests under way, which is your share" in refusal.messages[0]
            cone = await client.get("/scs/jsdc.star?RA=1&DEC=1&SR=1", headers=of(ATTACKER))
            assert Refusal(cone).kind == "application/x-votable+xml"
            for _ in range(3):
                assert (await client.post("/graphql", json=STAR, headers=of(VISITOR))).json()["data"]["star"]
            counted = (await client.get("/metrics")).text
            assert 'gateway_share_held{of="requests"} 3.0' in counted
            assert 'gateway_share_refusals_total{of="requests"} ' in counted
            assert (await client.get("/health")).json()["Refused by share"]["requests"] >= 8


@pytest.mark.timed
async def test_downloads_that_are_not_read(federation: Federation, tmp_path: Path) -> None:
    """The case of the issue: four of them made all tables of a source a 503."""
    begun = f"GET /tap/sync?LANG=ADQL&MAXREC=5000000&QUERY={quote(ENDLESS)} HTTP/1.1\r\n"
    settings = {"streams": 4, "metrics": True, **federation.readers}
    with opened(federation.hub, tmp_path / "log", **settings) as door, unread(door, begun, 8):
        async with door.client() as client:

            async def held() -> bool:
                counted = (await client.get("/metrics")).text
                return bool(re.search(r'gateway_share_held{of="connections: (hub|jsdc), streams"} 2.0', counted))

            await within(held, 20)
            for _ in range(3):
                cone = await client.get("/scs/jsdc.star?RA=344.41&DEC=-29.62&SR=1", headers=of(VISITOR))
                assert (cone.status_code, cone.elapsed.total_seconds() < 5) == (200, True)
                star = await client.post("/graphql", json=STAR, headers=of(VISITOR))
                assert star.json()["data"]["star"]


@pytest.mark.timed
async def test_uploads_that_are_not_finished(federation: Federation, tmp_path: Path) -> None:
    """Those of which more than their beginning has come: what is shorter waits outside, and holds nothing."""
    begun = "POST /tap/sync HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n"
    body = b'--x\r\nContent-Disposition: form-data; name="t"; filename="t.vot"\r\n\r\n' + b" " * AHEAD
    parts = {"QUERY": (None, "SELECT TOP 1 name FROM jsdc.star"), "LANG": (None, "ADQL")}
    with opened(federation.hub, tmp_path / "log", max_uploads=3, metrics=True) as door, ExitStack() as held:
        held.enter_context(unread(door, begun.format(1000), 5))
        async with door.client() as client:
            answer = await client.post("/tap/sync", files=parts, headers=of(ATTACKER))
            assert answer.status_code == 200, answer.text
            held.enter_context(unread(door, begun.format(2 * AHEAD), 5, body))

            async def all_held() -> bool:  # and no upload of this test among them, which would end and leave room
                return 'gateway_share_held{of="uploads"} 2.0' in (await client.get("/metrics")).text

            await within(all_held, 10)
            refusal = Refusal(await client.post("/tap/sync", files=parts, headers=of(ATTACKER)))
            assert "You have 2 uploads under way" in refusal.messages[0]
            answer = await client.post("/tap/sync", files=parts, headers=of(VISITOR))
            assert answer.status_code == 200, answer.text
    assert "Finished server process" in (tmp_path / "log").read_text().splitlines()[-1], "the log is written to its end"


async def test_sockets_and_subscriptions(federation: Federation, tmp_path: Path) -> None:
    with opened(federation.hub, tmp_path / "log", max_subscriptions=3) as door:

        def socket_of(address: str) -> connect:
            protocol = Subprotocol("graphql-transport-ws")
            place = door.url.replace("http", "ws") + "/graphql"
            return connect(place, subprotocols=[protocol], additional_headers=of(address))

        async with socket_of(ATTACKER), socket_of(ATTACKER):
            with pytest.raises(InvalidStatus) as refused:
                async with socket_of(ATTACKER):
                    pass
            assert refused.value.response.status_code == 429
            assert b"You have 2 WebSockets open" in refused.value.response.body
            async with socket_of(VISITOR):
                pass
        async with door.client() as client:
            events = {"Accept": "text/event-stream"}
            asked = [
                client.stream("POST", "/graphql", json={"query": CHANGED}, headers=of(address, **events))
                for address in (ATTACKER, ATTACKER, VISITOR)
            ]
            async with asked[0] as one, asked[1] as two, asked[2] as other:
                assert [answer.status_code for answer in (one, two, other)] == [200] * 3
                more = await client.post("/graphql", json={"query": CHANGED}, headers=of(ATTACKER, **events))
                assert "You have 2 subscriptions open" in more.text


async def test_pages_have_no_jobs_but_those_that_they_make(federation: Federation, tmp_path: Path) -> None:
    with opened(federation.hub, tmp_path / "log", hub_jobs=federation.jobs, spool=tmp_path / "spool") as door:
        async with door.client() as client:

            async def made(**headers: str) -> str:
                answer = await client.post("/tap/async", data={"QUERY": "SELECT 1"}, headers=of(VISITOR, **headers))
                return answer.headers["location"].rpartition("/")[2]

            async def listed(**headers: str) -> str:
                return (await client.get("/tap/async", headers=of(VISITOR, **headers))).text

            tool, page = await made(), await made(Origin="https://elsewhere.example")
            assert len(tool) == len(page) == 32, "128 bits"
            for shown in (await listed(), await listed(**{"Sec-Fetch-Site": "none"})):
                assert (tool in shown, page in shown) == (True, False)
            for headers in (
                {"Origin": "https://elsewhere.example"},
                {"Sec-Fetch-Site": "cross-site"},
                {"Origin": "null"},
            ):
                assert not {tool, page}.intersection((await listed(**headers)).split('"'))
            assert (await client.get(f"/tap/async/{page}/phase")).text == "PENDING"


async def test_pages_of_other_origins_make_no_jobs(federation: Federation, tmp_path: Path) -> None:
    settings = {"hub_jobs": federation.jobs, "spool": tmp_path / "spool", "origins": "https://aspro.jmmc.fr"}
    with opened(federation.hub, tmp_path / "log", **settings) as door:
        async with door.client() as client:

            async def status(**headers: str) -> int:
                return (await client.post("/tap/async", data={"QUERY": "SELECT 1"}, headers=headers)).status_code

            assert await status() == 303
            assert await status(Origin="https://aspro.jmmc.fr", **{"Sec-Fetch-Site": "same-site"}) == 303
            assert await status(Origin=door.url, **{"Sec-Fetch-Site": "same-origin"}) == 303
            form = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
            assert await status(**form) == await status(Origin="null") == 403
            job = (await client.post("/tap/async", data={"QUERY": "SELECT 1"})).headers["location"]
            assert (await client.delete(job, headers=form)).status_code == 403
            assert "GATEWAY_ORIGINS" in Refusal(await client.post(f"{job}/phase", headers=form)).messages[0]


async def test_a_client_alone_is_not_kept_from_its_work(federation: Federation, tmp_path: Path) -> None:
    """As TOPCAT and STILTS ask, eight cones at once, and a page that asks twenty questions."""
    with opened(federation.hub, tmp_path / "log", **federation.readers) as door:
        async with door.client() as client:
            cones = [client.get(f"/scs/jsdc.star?RA={ra}&DEC=10&SR=5") for ra in range(0, 360, 12)]
            gate = asyncio.Semaphore(8)

            async def asked(cone: object) -> int:
                async with gate:
                    return (await cone).status_code  # type: ignore[misc]

            assert set(await asyncio.gather(*map(asked, cones))) == {200}
            page = await asyncio.gather(*(client.post("/graphql", json=STAR) for _ in range(20)))
            assert all(answer.json()["data"]["star"] for answer in page)
