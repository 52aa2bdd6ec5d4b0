"""What a client has not sent, or does not read, holds nothing for long: heads, bodies and answers have deadlines and sizes."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from serving import Server, patient
from waiting import within

from gateway.connection import HEAD_BYTES, HEADERS
from gateway.middleware.body_deadline import AHEAD
from sample.federation import Federation

pytestmark = pytest.mark.timed
HEAD, BODY, UNREAD = 0.5, 0.7, 0.5
"""Seconds."""
FEW = 3
"""Requests under way, at most."""
BODY_OF = b'{"query": "{ __typename }"}'


@pytest.fixture(scope="module")
def url(federation: Federation) -> Iterator[str]:
    told = {"head_seconds": HEAD, "body_seconds": BODY, "unread_seconds": UNREAD, "max_requests": FEW}
    with Server(patient(federation, **told)) as served:
        yield served


@pytest.fixture
async def client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=30) as made:
        yield made


@asynccontextmanager
async def wire(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection on which bytes are sent as they are given."""
    reader, writer = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
    try:
        yield reader, writer
    finally:
        writer.close()


def posted(length: int, path: str = "/graphql", kind: str = "application/json") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: g\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n".encode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    """Status and text of all that comes until the connection ends."""
    text = (await asyncio.wait_for(reader.read(), 20)).decode()
    return (int(text.split()[1]) if text else 0), text


@pytest.mark.parametrize(("sent", "status"), [(b"", 0), (b"GET / HTTP/1.1\r\nHos", 408), (b"\r\n", 0)])
async def test_a_head_that_does_not_come(url: str, sent: bytes, status: int) -> None:
    async with wire(url) as (reader, writer):
        writer.write(sent)
        got, text = await answer(reader)
        assert got == status
        assert "not complete within 0.5 s" in text or not status


async def test_a_head_that_comes_drop_by_drop(url: str) -> None:
    async with wire(url) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\n")
        answered = asyncio.create_task(answer(reader))
        while not answered.done():
            writer.write(b"X: 1\r\n")
            await asyncio.wait({answered}, timeout=HEAD / 10)
        assert (await answered)[0] == 408


async def test_the_second_head_of_a_connection_has_a_deadline_too(url: str) -> None:
    async with wire(url) as (reader, writer):
        writer.write(b"GET /livez HTTP/1.1\r\nHost: g\r\n\r\n")
        assert b"200" in await reader.readline()
        await asyncio.sleep(1.5 * HEAD)  # the connection is kept alive meanwhile
        writer.write(b"GET /livez HTTP/1.1\r\n")
        text = (await asyncio.wait_for(reader.read(), 20)).decode()
        assert text.count("HTTP/1.1 ") == 1
        assert "HTTP/1.1 408" in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([b"X: " + b"x" * (HEAD_BYTES - 200)], 200),
        ([b"X: " + b"x" * (HEAD_BYTES + 1)], 431),
        ([b"X-%d: %s" % (number, b"x" * (HEAD_BYTES // 40)) for number in range(41)], 431),
        ([b"X-%d: 1" % number for number in range(HEADERS - 2)], 200),
        ([b"X-%d: 1" % number for number in range(HEADERS)], 431),
    ],
)
async def test_the_size_of_a_head(url: str, headers: list[bytes], status: int) -> None:
    async with wire(url) as (reader, writer):
        writer.write(b"\r\n".join([b"GET /livez HTTP/1.1", b"Host: g", b"Connection: close", *headers, b"", b""]))
        assert (await answer(reader))[0] == status


async def test_a_header_without_end_is_not_held(url: str) -> None:
    async with wire(url) as (reader, writer):
        writer.write(b"GET /livez HTTP/1.1\r\nHost: g\r\nX: ")
        await asyncio.sleep(HEAD / 10)
        writer.write(b"x" * (HEAD_BYTES + 1))
        status, text = await answer(reader)
        assert status == 431
        assert f"larger than {HEAD_BYTES} bytes" in text


@pytest.mark.parametrize(
    ("path", "kind", "shown"),
    [
        ("/graphql", "application/json", '"REQUEST_TIMEOUT"'),
        ("/tap/sync", "application/x-www-form-urlencoded", 'name="QUERY_STATUS" value="ERROR">The body is too slow'),
        ("/tap/sync", "multipart/form-data; boundary=x", "The body is too slow"),
    ],
)
@pytest.mark.parametrize("sent", [0, 10, AHEAD + 10])
async def test_a_body_that_does_not_come(url: str, path: str, kind: str, shown: str, sent: int) -> None:
    async with wire(url) as (reader, writer):
        start = asyncio.get_running_loop().time()
        writer.write(
            posted(200_000, path, kind)
            + (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"x" * sent)[:sent]
        )
        status, text = await answer(reader)
        assert status == 408
        assert shown in text
        assert "connection: close" in text.lower()
        assert asyncio.get_running_loop().time() - start >= BODY


async def test_a_large_body_may_take_its_time(url: str) -> None:
    query = json.dumps({"query": "{ __typename }" + 60_000 * " "}).encode()
    async with wire(url) as (reader, writer):
        writer.write(posted(len(query)).replace(b"Host: g", b"Host: g\r\nConnection: close"))
        for start in range(0, len(query), 10_000):
            writer.write(query[start : start + 10_000])
            await asyncio.sleep(1.5 * BODY / 6)
        assert (await answer(reader))[0] == 200


async def test_bodies_that_do_not_come_keep_nobody_out(url: str, client: httpx.AsyncClient) -> None:
    """As many as may be under way, and more: every door stays open."""
    async with wire(url) as (_, first), wire(url) as (_, second), wire(url) as (_, third), wire(url) as (_, fourth):
        for writer in (first, second, third, fourth):
            writer.write(posted(len(BODY_OF)) + BODY_OF[:5])
        await asyncio.sleep(0.1)
        for path in ("/readyz", "/health", "/tap/availability", "/graphql?query={__typename}"):
            assert (await client.get(path)).status_code == 200, path


async def test_an_answer_that_is_not_read_is_given_up(url: str, client: httpx.AsyncClient) -> None:
    """Its statement ends with it: the connection to the hub is another's again."""
    whole = b"GET /tap/sync?LANG=ADQL&FORMAT=csv&MAXREC=9999999&QUERY=SELECT+s.*+FROM+jsdc.star+AS+s,oidb.granule+AS+g HTTP/1.1"

    async def streaming() -> int:
        pools = (await client.get("/health", headers={"Accept": "application/json"})).json()
        return int(pools["DB connections (hub, streams)"].rpartition(" ")[2])

    async def begun() -> bool:
        return await streaming() > 0

    async def ended() -> bool:
        return await streaming() == 0

    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.sendall(whole + b"\r\nHost: g\r\n\r\n")
        await within(begun, 10)
        await within(ended, 10)


async def test_a_slow_reader_is_no_idle_one(url: str) -> None:
    """Whoever reads on, however little faster than the least, gets the whole answer."""
    query = b"GET /tap/sync?LANG=ADQL&FORMAT=csv&MAXREC=9000&QUERY=SELECT+s.*+FROM+jsdc.star+AS+s HTTP/1.1"
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        path = query.split()[1].decode()
        right = len((await client.get(path, headers={"Accept-Encoding": "identity"})).content)
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        slow.setblocking(False)
        loop, read = asyncio.get_running_loop(), bytearray()
        await loop.sock_sendall(slow, query + b"\r\nHost: g\r\nConnection: close\r\n\r\n")
        while block := await loop.sock_recv(slow, 262_144):
            read += block
            if len(read) < right / 2:
                await asyncio.sleep(UNREAD / 4)
    assert len(read) > right


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (b"GET /tap/capabilities HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "has no header Host"),
        (b"GET /graphql HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", 400, "has 2 headers Host"),
        (b"GET /livez HTTP/1.0\r\n\r\n", 200, "alive"),
        (b"GET /livez HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400, "has 2 headers Host"),
    ],
)
async def test_one_host(url: str, sent: bytes, status: int, said: str) -> None:
    async with wire(url) as (reader, writer):
        writer.write(sent)
        got, text = await answer(reader)
        assert got == status
        assert said in text


async def test_a_socket_has_one_host_too(url: str) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    async with wire(url) as (reader, writer):
        writer.write(b"GET /graphql HTTP/1.1\r\nHost: a\r\nHost: b\r\n" + upgrade + b"\r\n")
        assert b" 400 " in await reader.readline()
