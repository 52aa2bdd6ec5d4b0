"""What is long and not packed already is sent in the coding that its client accepts; decoded, it is the same to the byte."""

import asyncio
import gzip
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pyarrow.ipc
import pytest
from backports import zstd
from breaking_off import break_off
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from waiting import within

from gateway import codings
from gateway.app import create_app
from gateway.codings import GZIP, ZSTD, AcceptedCoding, Coding, accepted_coding, codable
from gateway.middleware.compression import AT_ONCE, Compression
from gateway.settings import Settings

DECODE: Mapping[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "zstd": zstd.decompress, "identity": bytes}
CODED = ("gzip", "zstd")
CONE = {"RA": "344.4127", "DEC": "-29.6222", "SR": "180", "VERB": "3", "MAXREC": "80"}
QUERY = "{ stars(first: 300) { nodes { name ra dec } } }"
ADQL = {"LANG": "ADQL", "QUERY": "SELECT TOP 80 * FROM jsdc.star ORDER BY jsdc_id"}
ANSWERS: dict[str, tuple[str, dict[str, str], str]] = {
    "cone": ("/scs/jsdc.star", CONE, "*/*"),
    "BINARY2": ("/scs/jsdc.star", CONE | {"RESPONSEFORMAT": "votable/b2"}, "*/*"),
    "CSV": ("/scs/jsdc.star", CONE | {"RESPONSEFORMAT": "csv"}, "*/*"),
    "TSV": ("/scs/jsdc.star", CONE | {"RESPONSEFORMAT": "tsv"}, "*/*"),
    "JSON": ("/scs/jsdc.star", CONE | {"RESPONSEFORMAT": "json"}, "*/*"),
    "Arrow": ("/scs/jsdc.star", CONE | {"RESPONSEFORMAT": "arrow"}, "*/*"),
    "ADQL": ("/tap/sync", ADQL, "*/*"),
    "GraphQL": ("/graphql", {"query": QUERY}, "application/json"),
    "GraphQL's table": ("/graphql", {"query": QUERY}, "application/x-votable+xml"),
    "Obs Portal": ("/search.votable", {"maxrec": "50", "all_fields": "true"}, "*/*"),
    "tables": ("/tap/tables", {}, "*/*"),
    "schema": ("/graphql", {"query": "{ __schema { types { name fields { name description } } } }"}, "*/*"),
}
AS_THEY_ARE: dict[str, tuple[str, dict[str, str], str]] = {
    "FITS": ("/scs/jsdc.star", CONE | {"RESPONSEFORMAT": "fits"}, "*/*"),
    "Parquet": ("/scs/jsdc.star", CONE | {"RESPONSEFORMAT": "parquet"}, "*/*"),
    "short": ("/graphql", {"query": '{ star(name: "HD 48329") { name } }'}, "*/*"),
}
TEXT = "0123456789abcdef" * 1000


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are whole however slow the machine: they have their length, and a tag without a number of its own."""
    monkeypatch.setattr("gateway.first_block.AT_ONCE", 20.0)


async def ask(
    client: httpx.AsyncClient, answer: str, coding: str, method: str = "GET", **headers: str
) -> httpx.Response:
    path, params, accept = (ANSWERS | AS_THEY_ARE)[answer]
    told = {"accept": accept, "accept-encoding": coding} | {
        name.replace("_", "-"): text for name, text in headers.items()
    }
    return await client.request(method, path, params=params, headers=told)


async def raw(client: httpx.AsyncClient, path: str, **told: Any) -> tuple[httpx.Headers, bytes]:
    """Headers, and the bytes as they are sent."""
    async with client.stream("GET", path, **told) as response:
        assert response.status_code == 200
        return response.headers, b"".join([block async for block in response.aiter_raw()])


async def tag(client: httpx.AsyncClient, answer: str, coding: str) -> str:
    """The ETag, waited for while the versions of the sources are being found out."""

    async def now() -> str:
        return (await ask(client, answer, coding)).headers.get("etag", "")

    return await within(now, 5)


def preferred(accept_encoding: str | None) -> AcceptedCoding:
    return accepted_coding(Headers({} if accept_encoding is None else {"accept-encoding": accept_encoding}).raw)


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        (None, None),
        ("", None),
        ("gzip", GZIP),
        ("x-gzip", GZIP),
        ("GZip", GZIP),
        ("gzip, deflate, br, zstd", ZSTD),
        ("gzip, deflate, br", GZIP),
        ("br", None),
        ("br, identity;q=0", None),
        ("deflate", None),
        ("identity", None),
        ("identity;q=0", None),
        ("*", GZIP),
        ("*;q=0", None),
        ("gzip, *;q=0", GZIP),
        ("gzip;q=0, *", None),
        ("gzip;q=0", None),
        ("gzip;q=0.000", None),
        ("gzip; q=0.5 , zstd; Q=0.4", GZIP),
        ("gzip;q=0.8, zstd;q=0.8", ZSTD),
        ("zstd;q=0, gzip;q=0.001", GZIP),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", GZIP),
        ("identity, gzip", GZIP),
        ("gzip;q=nonsense", None),
        ("gzip;q=2", None),
        (",,;q=1,gzip", GZIP),
    ],
)
def test_the_coding_is_the_one_that_the_client_prefers(accept_encoding: str | None, coding: Coding | None) -> None:
    assert preferred(accept_encoding).coding is coding


@pytest.mark.parametrize(
    ("accept_encoding", "identity"),
    [
        ("gzip", True),
        ("gzip, identity;q=0", False),
        ("gzip, *;q=0", False),
        ("gzip, identity, *;q=0", True),
        ("*", True),
    ],
)
def test_the_content_as_it_is_may_be_forbidden(accept_encoding: str, identity: bool) -> None:
    assert preferred(accept_encoding).identity is identity


def test_ranges_are_of_the_content_as_it_is() -> None:
    assert accepted_coding(Headers({"range": "bytes=0-1", "accept-encoding": "gzip"}).raw).coding is None


@pytest.mark.parametrize(
    ("status", "headers", "length", "right"),
    [
        (200, {"content-type": "text/xml"}, 1400, True),
        (200, {"content-type": "text/xml"}, 1399, False),
        (200, {"content-type": "text/xml"}, None, True),
        (294, {"content-type": "application/graphql-response+json; charset=utf-8"}, None, True),
        (206, {"content-type": "text/xml"}, None, False),
        (304, {"content-type": "text/xml"}, None, False),
        (200, {"content-type": "text/csv", "content-encoding": "br"}, None, False),
        (200, {"content-type": "text/event-stream"}, None, False),
        (200, {"content-type": "text/xml", "cache-control": "no-store"}, None, False),
        (200, {"content-type": "image/svg+xml"}, None, True),
        (200, {"content-type": "image/png"}, None, False),
        (200, {"content-type": "font/woff2"}, None, False),
        (200, {}, None, False),
    ],
)
def test_what_is_worth_a_coding(status: int, headers: dict[str, str], length: int | None, right: bool) -> None:
    assert codable(status, Headers(headers), length) is right


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("answer", ANSWERS)
async def test_decoded_it_is_the_same(client: httpx.AsyncClient, answer: str, coding: str) -> None:
    path, params, accept = ANSWERS[answer]
    told = {"params": params, "headers": {"accept": accept, "accept-encoding": "identity"}}
    plain_headers, plain = await raw(client, path, **told)
    headers, packed = await raw(client, path, params=params, headers={"accept": accept, "accept-encoding": coding})
    assert headers["content-encoding"] == coding
    assert "content-encoding" not in plain_headers
    _, again = await raw(client, path, **told)
    decoded = DECODE[coding](packed)
    assert _rows(decoded) == _rows(plain) if answer == "Arrow" else decoded in (plain, again), "or as it has become"
    assert len(packed) < len(plain) / 2
    for each in (headers, plain_headers):
        assert "Accept-Encoding" in each["vary"]
        assert each["content-type"] == plain_headers["content-type"]
    assert headers.get("content-length", str(len(packed))) == str(len(packed))
    assert f'desc="{coding}"' in headers.get("server-timing", "")


def _rows(content: bytes) -> Any:
    """Of Arrow, which leaves undefined what fills its buffers up."""
    return pyarrow.ipc.open_stream(content).read_all().to_pylist()


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("answer", AS_THEY_ARE)
async def test_what_is_short_or_packed_stays_as_it_is(client: httpx.AsyncClient, answer: str) -> None:
    plain, asked = await ask(client, answer, "identity"), await ask(client, answer, "gzip, zstd")
    assert asked.headers.get("content-encoding") is None
    assert asked.content == plain.content
    assert "encoding" not in asked.headers.get("vary", "").lower()
    assert asked.headers.get("etag") == plain.headers.get("etag")


async def test_where_the_content_as_it_is_is_forbidden_all_is_coded(client: httpx.AsyncClient) -> None:
    plain, asked = await ask(client, "short", "identity"), await ask(client, "short", "gzip, identity;q=0")
    assert asked.headers["content-encoding"] == "gzip"
    assert asked.content == plain.content, "httpx decodes it"
    assert "Accept-Encoding" in asked.headers["vary"]


async def test_a_mistake_is_not_406(client: httpx.AsyncClient) -> None:
    for accepted in ("br, identity;q=0", "*;q=0", "compress"):
        answer = await ask(client, "cone", accepted)
        assert (answer.status_code, answer.headers.get("content-encoding")) == (200, None)


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("answer", ["cone", "CSV", "GraphQL", "tables", "ADQL"])
async def test_each_coding_has_an_etag_of_its_own(client: httpx.AsyncClient, answer: str) -> None:
    tags = {coding: await tag(client, answer, coding) for coding in ("identity", *CODED)}
    assert len(set(tags.values())) == 3
    for held, text in tags.items():
        for coding, own in tags.items():
            response = await ask(client, answer, coding, if_none_match=text)
            assert response.status_code == (304 if held == coding else 200), (held, coding)
            assert response.headers["etag"] == own
            assert {"Accept", "Accept-Encoding"} <= set(response.headers["vary"].split(", "))
    for several in (f'"other", W/{tags["gzip"]}', ", ".join(tags.values()), "*"):
        response = await ask(client, answer, "gzip", if_none_match=several)
        assert (response.status_code, response.headers["etag"], response.content) == (304, tags["gzip"], b"")


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("answer", sorted({*ANSWERS, *AS_THEY_ARE} - {"Arrow"}))  # of which no two are the same bytes
async def test_head_says_what_get_does(client: httpx.AsyncClient, answer: str) -> None:
    await tag(client, answer, "gzip")
    got, head = await ask(client, answer, "gzip"), await ask(client, answer, "gzip", "HEAD")
    told = ("content-encoding", "content-length", "content-type", "etag", "vary", "cache-control", "accept-ranges")
    assert [head.headers.get(name) for name in told] == [got.headers.get(name) for name in told]
    assert head.content == b""


async def test_head_of_a_stream_says_its_coding(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.first_block.LARGEST", 1)
    got, head = await ask(client, "cone", "gzip"), await ask(client, "cone", "gzip", "HEAD")
    for response in (got, head):
        assert response.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in response.headers["vary"]
        assert "content-length" not in response.headers


@pytest.mark.parametrize("coding", CODED)
async def test_an_error_half_way_can_be_read(
    client: httpx.AsyncClient, coding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.first_block.LARGEST", 1)
    break_off(monkeypatch)
    params = CONE | {"SR": "5", "MAXREC": "1000"}
    headers, packed = await raw(client, "/scs/jsdc.star", params=params, headers={"accept-encoding": coding})
    assert headers["content-encoding"] == coding
    text = DECODE[coding](packed)
    assert b'value="ERROR"' in text
    assert b"It took too long" in text


async def test_settings_may_leave_it_to_a_proxy() -> None:
    kinds = [
        {middleware.cls for middleware in create_app(Settings("", compression=on)).user_middleware}
        for on in (True, False)
    ]
    assert [Compression in kind for kind in kinds] == [True, False]


def served(handler: Any) -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/", handler)], middleware=[Middleware(Compression)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")


@pytest.mark.parametrize("coding", CODED)
async def test_what_is_sent_can_be_read_when_it_comes(coding: str) -> None:
    """Each block is whole for who decodes it: rows do not wait for those that follow them."""
    sent: list[bytes] = []

    async def blocks() -> AsyncIterator[bytes]:
        for number in range(3):
            yield f"<TR>{number}</TR>".encode()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await StreamingResponse(blocks(), media_type="text/xml")(scope, receive, send)

    async def receive() -> dict[str, Any]:
        return await asyncio.Event().wait() and {}  # type: ignore[return-value]

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    scope = {"type": "http", "method": "GET", "headers": [(b"accept-encoding", coding.encode())]}
    await Compression(app)(scope, receive, send)
    reading = zlib.decompressobj(wbits=31) if coding == "gzip" else zstd.ZstdDecompressor()
    read = [reading.decompress(block) for block in sent if block]
    assert read[:3] == [b"<TR>0</TR>", b"<TR>1</TR>", b"<TR>2</TR>"]


async def test_large_blocks_are_compressed_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the loop does not wait for them; small ones are not worth the way there."""
    threads: list[int] = []

    def begin() -> codings.Encode:
        encode = GZIP.encoder()

        def noting(block: bytes, last: bool) -> bytes:
            threads.append(threading.get_ident())
            return encode(block, last)

        return noting

    monkeypatch.setattr("gateway.codings.GZIP", noted := Coding("gzip", begin))
    codings._preferred.cache_clear()  # noqa: SLF001 - it keeps what it has found
    try:
        for size in (AT_ONCE, AT_ONCE + 1):
            async with served(lambda _request, size=size: PlainTextResponse("x" * size)) as client:
                assert (await client.get("/", headers={"accept-encoding": noted.name})).text == "x" * size
    finally:
        codings._preferred.cache_clear()  # noqa: SLF001
    assert threads[0] == threading.get_ident() != threads[1]


class Files:
    """A file that has an ETag and ranges, as results of jobs and pages do."""

    def __init__(self, folder: Path, media_type: str = "text/csv") -> None:
        self.path = folder / "result"
        self.path.write_text(TEXT)
        self._media_type = media_type

    async def __call__(self, request: Request) -> Response:
        if '"1.1"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": '"1.1"'})
        return FileResponse(self.path, headers={"ETag": '"1.1"', "Content-Type": self._media_type})


async def test_a_file_is_compressed_and_its_ranges_are_not(tmp_path: Path) -> None:
    async with served(Files(tmp_path).__call__) as client:

        async def get(coding: str, **headers: str) -> httpx.Response:
            told = {name.replace("_", "-"): text for name, text in headers.items()}
            return await client.get("/", headers={"accept-encoding": coding} | told)

        whole = await get("gzip")
        assert (whole.headers["content-encoding"], whole.text) == ("gzip", TEXT)
        assert whole.headers["etag"] == '"1.1-gzip"'
        assert not {"content-length", "accept-ranges"} & {*whole.headers} - {"content-length"}
        assert (await client.head("/", headers={"accept-encoding": "gzip"})).headers["content-encoding"] == "gzip"
        part = await get("gzip", range="bytes=10-19")
        assert (part.status_code, part.text, part.headers["etag"]) == (206, TEXT[10:20], '"1.1"')
        assert "content-encoding" not in part.headers
        same = await get("gzip", range="bytes=10-19", if_range='"1.1"')
        assert (same.status_code, same.text) == (206, TEXT[10:20])
        other = await get("gzip", range="bytes=10-19", if_range='"1.1-gzip"')
        assert (other.status_code, other.text, other.headers["etag"]) == (200, TEXT, '"1.1"')
        plain = await get("identity")
        assert (plain.headers["etag"], plain.headers["accept-ranges"]) == ('"1.1"', "bytes")
        for coding, held, status, named in (
            ("gzip", '"1.1-gzip"', 304, '"1.1-gzip"'),
            ("zstd", '"1.1-zstd"', 304, '"1.1-zstd"'),
            ("gzip", '"1.1-zstd"', 200, '"1.1-gzip"'),
            ("identity", '"1.1-gzip"', 200, '"1.1"'),
            ("identity", '"1.1"', 304, '"1.1"'),
        ):
            held_still = await get(coding, if_none_match=held)
            assert (held_still.status_code, held_still.headers["etag"]) == (status, named)


async def test_a_file_in_fits_is_left_alone(tmp_path: Path) -> None:
    async with served(Files(tmp_path, "application/fits").__call__) as client:
        whole = await client.get("/", headers={"accept-encoding": "gzip"})
        assert (whole.headers["content-length"], whole.headers["etag"]) == (str(len(TEXT)), '"1.1"')
        assert whole.headers["accept-ranges"] == "bytes"
        assert not {"content-encoding", "vary"} & {*whole.headers}


async def test_a_list_of_jobs_is_not_compressed(client: httpx.AsyncClient) -> None:
    """Identifiers of jobs are their keys: beside a RUNID of another's choice they would show in the length."""
    made = [await client.post("/tap/async", data=ADQL | {"RUNID": f"run{number}"}) for number in range(8)]
    listed = await client.get("/tap/async", headers={"accept-encoding": "gzip"})
    for job in made:
        await client.delete(job.headers["location"])
    assert len(listed.content) > codings.LEAST
    assert "content-encoding" not in listed.headers
