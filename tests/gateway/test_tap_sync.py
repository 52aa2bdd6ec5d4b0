"""`/tap/sync` over HTTP: its parameters, its refusals, its stream, and what happens when a database or a client goes."""

import asyncio
import gzip
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from door import Apart, Door, grown, opened
from refusal import Refusal
from starlette.applications import Starlette
from waiting import BUSY, within

from adapters.tap.parameters import RowLimits, UploadParameter, parse_uploads, tap_request
from adql.compile import compile_query
from adql.compiled import CompiledQuery
from gateway.remote_uploads import fetcher
from hub.rows import connect
from planning.errors import BadInput

STARS = "SELECT TOP 3 Name, Vmag FROM jsdc.star ORDER BY Vmag"
EXPOSURES = "SELECT * FROM obsportal.exposure"
LIMITS = RowLimits(100, 1000)
VOTABLE = "application/x-votable+xml"


# Parameters


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_names_in_any_case(client: httpx.AsyncClient, method: str) -> None:
    told = {"Request": "DOQUERY", "lAnG": "adql-2.1", "QuErY": STARS, "responseformat": "CSV"}
    sent = {"params": told} if method == "GET" else {"data": told}
    answer = await client.request(method, "/tap/sync", **sent)  # type: ignore[arg-type]
    assert (answer.status_code, len(answer.text.splitlines())) == (200, 4), answer.text
    assert answer.headers["content-type"] == "text/csv;header=present"


@pytest.mark.usefixtures("awake")
async def test_a_form_in_parts(client: httpx.AsyncClient) -> None:
    parts = {name: (None, value) for name, value in {"QUERY": STARS, "LANG": "ADQL", "FORMAT": "csv"}.items()}
    answer = await client.post("/tap/sync", files=parts)
    assert (answer.status_code, len(answer.text.splitlines())) == (200, 4), answer.text


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({}, "QUERY is missing"),
        ({"QUERY": STARS, "LANG": "SQL"}, "LANG is 'SQL': ADQL or"),
        ({"QUERY": STARS, "REQUEST": "getCapabilities"}, "doQuery is wanted"),
        ({"QUERY": STARS, "MAXREC": "many"}, "MAXREC is 'many'"),
        ({"QUERY": STARS, "MAXREC": "-2"}, "MAXREC is '-2'"),
        ({"QUERY": STARS, "RESPONSEFORMAT": "docx"}, "RESPONSEFORMAT=docx"),
        ({"QUERY": STARS, "UPLOAD": "mine"}, "is no upload"),
        ({"QUERY": STARS, "UPLOAD": "mine,http://example.org/x"}, "send it along"),
        ({"QUERY": STARS, "UPLOAD": "mine,param:there"}, "does not have"),
        ({"QUERY": "SELECT Nme FROM jsdc.star"}, "perhaps you meant"),
        ({"QUERY": "SELECT 1; DROP TABLE jsdc.star"}, "line 1, column 9"),
    ],
    ids=str,
)
async def test_refusals_are_votables(client: httpx.AsyncClient, told: dict[str, str], wrong: str) -> None:
    answer = await client.post("/tap/sync", data=told)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith(VOTABLE)
    assert wrong in unescape(answer.text)
    assert answer.text.count('name="QUERY_STATUS" value="ERROR"') == 1


@pytest.mark.usefixtures("awake")
async def test_what_cannot_be_read_is_refused(client: httpx.AsyncClient) -> None:
    odd = await client.post("/tap/sync", content=b"QUERY=x", headers={"Content-Type": "application/json"})
    assert odd.status_code == 415
    broken = await client.post(
        "/tap/sync", content=b"--x\r\nnothing", headers={"Content-Type": "multipart/form-data; boundary=y"}
    )
    assert broken.status_code == 400
    large = await client.post("/tap/sync", data={"QUERY": "SELECT 1" + " " * 300_000})
    assert large.status_code == 413


def test_a_request_is_read() -> None:
    asked = tap_request({"query": STARS, "maxrec": "5000", "upload": "TAP_UPLOAD.a,param:x; b,param:y"}, LIMITS)
    assert (asked.limit, asked.uploads) == (1000, (UploadParameter("a", "param:x"), UploadParameter("b", "param:y")))
    assert tap_request({"query": STARS}, LIMITS).limit == 100
    assert tap_request({"query": STARS, "maxrec": "-1"}, LIMITS).limit == 1000, "what OiDB sends for no limit"
    assert tap_request({"query": STARS, "responseformat": "csv", "format": "tsv"}, LIMITS).format.format.name == "CSV"
    for wrong in ("a,param:x;A,param:y", "a b,param:x", ",param:x", "select*,x"):
        with pytest.raises(BadInput):
            parse_uploads(wrong)


# Answers


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize(
    ("maxrec", "rows", "overflow"), [("3", 3, False), ("2", 2, True), ("0", 0, True), ("4", 3, False)]
)
async def test_only_what_was_really_cut_says_so(
    client: httpx.AsyncClient, maxrec: str, rows: int, overflow: bool
) -> None:
    answer = await client.get("/tap/sync", params={"QUERY": STARS, "LANG": "ADQL", "MAXREC": maxrec})
    assert answer.text.count("<TR>") == rows
    assert ('value="OVERFLOW"' in answer.text) == overflow
    assert answer.text.count("<FIELD") == 2
    if overflow:
        assert answer.text.index("</TABLE>") < answer.text.index('value="OVERFLOW"')


@pytest.mark.usefixtures("awake")
async def test_others_are_answered_while_a_long_query_is_compiled(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiling, others = threading.Event(), threading.Event()

    def slowly(*asked: Any) -> CompiledQuery:
        compiling.set()
        assert others.wait(30), "nobody was answered meanwhile"
        return compile_query(*asked)

    monkeypatch.setattr("adql.compile.compile_query", slowly)
    query = f"SELECT name FROM jsdc.star WHERE jsdc_id IN ({', '.join(map(str, range(2_000)))})"
    asked = asyncio.ensure_future(client.post("/tap/sync", data={"QUERY": query, "LANG": "ADQL"}))
    assert await asyncio.to_thread(compiling.wait, 30)

    async def available() -> bool:
        return (await client.get("/tap/availability")).status_code == 200

    assert await within(available, 5)
    others.set()
    assert (await asked).status_code == 200


@pytest.mark.usefixtures("awake")
async def test_stages_are_told(client: httpx.AsyncClient) -> None:
    answer = await client.get("/tap/sync", params={"QUERY": STARS, "LANG": "ADQL"})
    assert [part.partition(";")[0] for part in answer.headers["server-timing"].split(", ")] == [
        "parse",
        "plan",
        "run",
        "write",
        "compress",
    ]
    assert answer.headers["content-encoding"] in {"gzip", "zstd"}
    assert answer.headers["vary"]


async def test_head_has_the_head_alone(door: Door) -> None:
    async with door.client() as client:
        answer = await client.head("/tap/sync", params={"QUERY": EXPOSURES, "LANG": "ADQL", "FORMAT": "csv"})
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-type"] == "text/csv;header=present"
        assert answer.headers["server"].startswith("JMMC-Gateway/")
        for path in ("/tap/sync", "/tap/capabilities", "/tap/tables"):
            told = await client.options(path)
            assert (told.status_code, "GET" in told.headers["allow"]) == (204, True), path
        asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
        assert (await client.options("/tap/sync", headers=asked)).headers["access-control-allow-origin"] == "*"


@pytest.mark.timed
async def test_the_first_byte_comes_before_the_last_row(apart: Apart, door: Door) -> None:
    async with grown(apart.federation.sources["obsportal"], 60), door.client() as client:
        await client.post(
            "/tap/sync", data={"QUERY": "SELECT TOP 1 exp_id FROM obsportal.exposure", "LANG": "ADQL"}
        )  # reads modules
        start = time.monotonic()
        async with client.stream("POST", "/tap/sync", data={"QUERY": EXPOSURES, "LANG": "ADQL"}) as answer:
            assert answer.status_code == 200
            blocks = answer.aiter_raw()
            await anext(blocks)
            first = time.monotonic() - start
            async for _ in blocks:
                pass
        assert first < (time.monotonic() - start) / 3


# What goes wrong


@pytest.fixture
async def slow(apart: Apart) -> AsyncIterator[None]:
    """An exposure takes ten milliseconds, and there are very many."""
    async with grown(apart.federation.sources["obsportal"], 1000, 0.01):
        yield


IN_HUB = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jmmc-gateway' AND state = 'active'"
AT_SOURCE = """SELECT count(*) FROM pg_stat_activity WHERE usename = 'gateway_reader' AND state = 'active'
AND application_name <> 'jmmc-gateway-watch'"""


@pytest.mark.timed
@pytest.mark.usefixtures("slow")
async def test_a_client_that_leaves_takes_its_query_along(apart: Apart, door: Door) -> None:
    hub, source = await connect(apart.federation.owner), await connect(apart.federation.sources["obsportal"])

    async def busy() -> bool:
        return bool(await hub.fetchval(IN_HUB) and await source.fetchval(AT_SOURCE))

    async def idle() -> bool:
        return not (await hub.fetchval(IN_HUB) or await source.fetchval(AT_SOURCE))

    try:
        for query in (EXPOSURES, f"{EXPOSURES} ORDER BY exp_seeing"):
            async with door.client() as client:
                asking = asyncio.create_task(client.post("/tap/sync", data={"QUERY": query, "LANG": "ADQL"}))
                await within(busy, 5)
                # PostgreSQL before 18 may lose a cancel that comes between two statements: leave when all is under way.
                await asyncio.sleep(0.3)
                assert not asking.done()
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
            await within(idle, 3)
    finally:
        await hub.close()
        await source.close()


@pytest.mark.timed
async def test_a_query_without_rows_in_time_is_told_of_jobs(apart: Apart, tmp_path: Path) -> None:
    with opened(apart.federation.hub, tmp_path / "log", sync_seconds=1, figures=False) as door:
        async with grown(apart.federation.sources["obsportal"], 1000, 0.01), door.client() as client:
            start = time.monotonic()
            answer = await client.post("/tap/sync", data={"QUERY": f"{EXPOSURES} ORDER BY exp_seeing", "LANG": "ADQL"})
            assert (answer.status_code, time.monotonic() - start < BUSY * 3) == (504, True)
            assert "job" in Refusal(answer).messages[0]


async def test_a_source_that_is_down_costs_its_own_tables(apart: Apart, door: Door) -> None:
    async with door.client() as client:
        apart.portal.crash()
        try:
            away = await client.post("/tap/sync", data={"QUERY": EXPOSURES, "LANG": "ADQL"})
            assert (away.status_code, away.headers["retry-after"]) == (503, "2")
            assert "Obs Portal does not answer" in Refusal(away).messages[0]
            assert (await client.post("/tap/sync", data={"QUERY": STARS, "LANG": "ADQL"})).status_code == 200
            alone = await client.post("/tap/sync", data={"QUERY": EXPOSURES, "LANG": "ADQL", "MAXREC": "0"})
            assert (alone.status_code, alone.text.count("<TR>")) == (200, 0)

            async def down() -> str:
                told = (await client.get("/tap/availability")).text
                return told if "Obs Portal does not answer since" in told else ""

            assert "<available>true" in await within(down, 5)
        finally:
            apart.portal.start()
            await within(lambda: _well(client), 10)


async def _well(client: httpx.AsyncClient) -> bool:
    answer = await client.post("/tap/sync", data={"QUERY": f"{EXPOSURES} WHERE exp_id = 'x'", "LANG": "ADQL"})
    return answer.status_code == 200


# Tables that come along

MINE = b"""<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
<FIELD name="ra" datatype="double"/><FIELD name="dec" datatype="double"/><DATA><TABLEDATA>
<TR><TD>344.4127</TD><TD>-29.6222</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""
JOINED = """SELECT s.Name FROM TAP_UPLOAD.mine AS m JOIN jsdc.star AS s
ON 1 = CONTAINS(POINT(s.RAJ2000, s.DEJ2000), CIRCLE(m.ra, m.dec, 0.01))"""


@pytest.mark.usefixtures("awake")
async def test_a_table_comes_along(client: httpx.AsyncClient) -> None:
    told = {"QUERY": JOINED, "LANG": "ADQL", "UPLOAD": "mine,param:Table_1", "FORMAT": "csv"}
    for parts in ({"Table_1": ("mine.vot", MINE)}, {"Table_1": (None, MINE)}):
        answer = await client.post("/tap/sync", data=told, files=parts)
        assert (answer.status_code, answer.text.split()) == (200, ["Name", "HD", "216956"]), answer.text
    broken = await client.post("/tap/sync", data=told, files={"Table_1": ("mine.vot", MINE[:200])})
    assert (broken.status_code, "TAP_UPLOAD.mine" in broken.text) == (400, True)


META_FIRST = b"""<VOTABLE version="1.4"><RESOURCE type="meta"><TABLE name="notes"><FIELD name="note" datatype="char" arraysize="*"/>
<DATA><TABLEDATA><TR><TD>not this one</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE>
<RESOURCE type="results"><TABLE name="t"><FIELD name="x" datatype="int"/><DATA><TABLEDATA><TR><TD>7</TD></TR></TABLEDATA></DATA></TABLE>
</RESOURCE></VOTABLE>"""
TWO = "SELECT b.x FROM TAP_UPLOAD.a AS a JOIN TAP_UPLOAD.b AS b ON a.x = b.x"
PACKED = gzip.compress(META_FIRST)


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("text", [META_FIRST, PACKED], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("query", "uploads"),
    [
        ("SELECT x FROM TAP_UPLOAD.t", [("UPLOAD", "t,param:f")]),
        (TWO, [("UPLOAD", "a,param:f;b,param:f")]),
        (TWO, [("UPLOAD", "a,param:f"), ("upload", "b,param:f")]),
    ],
)
@pytest.mark.parametrize("way", ["sync", "async"])
async def test_one_part_several_tables(
    client: httpx.AsyncClient, way: str, query: str, uploads: list[tuple[str, str]], text: bytes
) -> None:
    fields = [("QUERY", query), ("LANG", "ADQL"), ("FORMAT", "csv"), *uploads]
    parts = [(name, (None, value.encode())) for name, value in fields]
    answer = await client.post(f"/tap/{way}", files=[*parts, ("f", ("f.vot", text))])
    if way == "async":
        job = answer.headers["location"]
        await client.post(f"{job}/phase", data={"PHASE": "RUN"})
        await client.get(job, params={"WAIT": "20", "PHASE": "QUEUED"})
        await client.get(job, params={"WAIT": "20", "PHASE": "EXECUTING"})
        answer = await client.get(f"{job}/results/result")
    assert (answer.status_code, answer.text.split()) == (200, ["x", "7"]), answer.text


@pytest.mark.parametrize(
    ("packed", "status", "message"),
    [
        (lambda: PACKED[:-9], 400, "cut short"),
        (lambda: PACKED[:20] + b"\0\0\0\0" + PACKED[24:], 400, "cannot be uncompressed"),
        (lambda: gzip.compress(b"<VOTABLE>" + b" " * 400_000_000), 400, "expands more than 100 times"),
        (lambda: gzip.compress(b"<VOTABLE></VOTABLE>"), 400, "no TABLE"),
    ],
    ids=["short", "spoilt", "bomb", "empty"],
)
async def test_gzip_that_is_none(
    client: httpx.AsyncClient, packed: Callable[[], bytes], status: int, message: str
) -> None:
    text = packed()  # not when tests are collected: each worker does that
    told = {"QUERY": "SELECT * FROM TAP_UPLOAD.t", "LANG": "ADQL", "UPLOAD": "t,param:f"}
    start = perf_counter()
    answer = await client.post("/tap/sync", data=told, files={"f": ("f.vot.gz", text)})
    assert (answer.status_code, "TAP_UPLOAD.t" in answer.text, message in answer.text) == (status, True, True), (
        answer.text
    )
    assert perf_counter() - start < 2, "a bomb costs no more than eight megabytes"


SHAPED = b"""<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
<FIELD name="n" datatype="int"/><FIELD name="t" datatype="char" arraysize="*" xtype="timestamp"/>
<FIELD name="u" datatype="unicodeChar" arraysize="30*" xtype="adql:TIMESTAMP"/>
<FIELD name="p" datatype="double" arraysize="2" xtype="point"/><FIELD name="c" datatype="double" arraysize="3" xtype="circle"/>
<FIELD name="g" datatype="double" arraysize="8" xtype="polygon"/>
<FIELD name="r" datatype="char" arraysize="*" xtype="adql:REGION"/><DATA><TABLEDATA>
<TR><TD>1</TD><TD>2015-01-02</TD><TD>2020-01-01 00:00:00</TD><TD>10 20</TD><TD>10 20 1</TD><TD>9 19 11 19 11 21 9 21</TD>
<TD>Circle ICRS 10 20 1</TD></TR>
<TR><TD>2</TD><TD>2020-01-01T00:00:00.123456Z</TD><TD/><TD>344.4127 -29.6222</TD><TD>0 0 1</TD><TD/><TD/></TR>
<TR><TD>3</TD><TD/><TD/><TD/><TD/><TD/><TD/></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT n FROM tap_upload.mine WHERE t > '2014-12-31T12:00:00Z' AND t <= u", "n\n1\n"),
        ("SELECT t, u FROM tap_upload.mine WHERE n < 3", "t,u\n2015-01-02T00:00:00,2020-01-01T00:00:00\n2020-01-01T00:00:00.123456,\n"),
        ("SELECT n, ivo_to_mjd(t) AS mjd FROM tap_upload.mine WHERE n <> 2 ORDER BY n", "n,mjd\n1,57024\n3,\n"),
        ("SELECT COUNT(*) AS k FROM oidb.granule WHERE subdate IN (SELECT t FROM tap_upload.mine)", "k\n0\n"),
        ("SELECT n FROM tap_upload.mine WHERE t IN (SELECT x.t FROM tap_upload.mine AS x) ORDER BY n", "n\n1\n2\n"),
        ("SELECT COALESCE(t, CAST('2001-02-03' AS TIMESTAMP)) AS z FROM tap_upload.mine WHERE n = 3", "z\n2001-02-03T00:00:00.000Z\n"),
        ("SELECT n, CONTAINS(p, c) AS c, CONTAINS(p, g) AS g, CONTAINS(p, r) AS r FROM tap_upload.mine ORDER BY n", "n,c,g,r\n1,1,1,1\n2,0,,\n3,,,\n"),
        ("SELECT m.n, b.badcal_id AS k FROM tap_upload.mine AS m JOIN jsdc.badcal AS b ON b.badcal_id = m.n WHERE m.n = 2", "n,k\n2,2\n"),
        ("SELECT m.n, b.badcal_id AS k FROM jsdc.badcal AS b JOIN tap_upload.mine AS m ON b.badcal_id = m.n ORDER BY m.n", "n,k\n1,1\n2,2\n3,3\n"),
        ("SELECT n, DISTANCE(p, POINT(10, 21)) AS d FROM tap_upload.mine WHERE n <> 2 ORDER BY n", "n,d\n1,1\n3,\n"),
        ("SELECT s.Name FROM tap_upload.mine AS m JOIN jsdc.star AS s ON 1 = CONTAINS(POINT(s.RAJ2000, s.DEJ2000), CIRCLE(m.p, 0.01))", "Name\nHD 216956\n"),
        ("SELECT p FROM tap_upload.mine WHERE n = 1 UNION SELECT POINT(1, 2) FROM tap_upload.mine WHERE n = 3 ORDER BY 1", "p\n1 2\n10 20\n"),
    ],
)  # fmt: skip
async def test_times_and_places_that_come_along_are_such(client: httpx.AsyncClient, query: str, expected: str) -> None:
    told = {"QUERY": query, "LANG": "ADQL", "UPLOAD": "mine,param:part", "FORMAT": "csv"}
    answer = await client.post("/tap/sync", data=told, files={"part": ("mine.vot", SHAPED)})
    assert (answer.status_code, answer.text) == (200, expected), answer.text


SWAPPED = b"""<VOTABLE version="1.4"><RESOURCE type="results"><TABLE name="t"><FIELD name="ra" datatype="double" unit="deg"/>
<FIELD name="dec" datatype="double" unit="deg"/><FIELD name="p" datatype="double" arraysize="2" xtype="point"/><DATA><TABLEDATA>
<TR><TD>10</TD><TD>170</TD><TD>10 170</TD></TR><TR><TD>-29.62</TD><TD>344.41</TD><TD>-29.62 344.41</TD></TR>
<TR><TD>NaN</TD><TD>1</TD><TD>NaN 1</TD></TR><TR><TD>1</TD><TD>Inf</TD><TD>1 Inf</TD></TR><TR><TD>-Inf</TD><TD>1</TD><TD>-Inf 1</TD></TR>
</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""
AMONG_STARS = (
    "1 = CONTAINS(POINT(m.ra, m.dec), CIRCLE(s.RAJ2000, s.DEJ2000, {0}))",
    "1 = CONTAINS(POINT(s.RAJ2000, s.DEJ2000), CIRCLE(m.ra, m.dec, {0}))",
    "1 = CONTAINS(POINT(s.RAJ2000, s.DEJ2000), CIRCLE(m.p, {0}))",
    "1 = CONTAINS(m.p, CIRCLE(s.RAJ2000, s.DEJ2000, {0}))",
    "DISTANCE(POINT(m.ra, m.dec), POINT(s.RAJ2000, s.DEJ2000)) < {0}",
    "DISTANCE(m.p, POINT(s.RAJ2000, s.DEJ2000)) <= {0}",
    "1 = CONTAINS(POINT(s.RAJ2000, s.DEJ2000), BOX(m.ra, m.dec, {0}, {0}))",
    "1 = INTERSECTS(CIRCLE(m.ra, m.dec, {0}), CIRCLE(s.RAJ2000, s.DEJ2000, 0))",
    "0 = CONTAINS(POINT(m.ra, m.dec), CIRCLE(s.RAJ2000, s.DEJ2000, {0}))",
    "DISTANCE(m.p, POINT(s.RAJ2000, s.DEJ2000)) > {0}",
)


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("condition", AMONG_STARS)
@pytest.mark.parametrize("radius", [0.5, 5, 100])
async def test_places_off_the_sky_are_near_nothing(client: httpx.AsyncClient, condition: str, radius: float) -> None:
    on = condition.format(radius)
    query = f"SELECT COUNT(*) AS n FROM TAP_UPLOAD.t AS m JOIN jsdc.star AS s ON {on} WHERE s.Vmag < 4"
    told = {"QUERY": query, "LANG": "ADQL", "UPLOAD": "t,param:part", "FORMAT": "csv"}
    answer = await client.post("/tap/sync", data=told, files={"part": ("t.vot", SWAPPED)})
    assert (answer.status_code, answer.text) == (200, "n\n0\n"), answer.text


@pytest.mark.usefixtures("awake")
async def test_places_of_an_upload_that_are_none_are_null(client: httpx.AsyncClient) -> None:
    query = (
        "SELECT COUNT(COORD2(POINT(ra, dec))) AS a, COUNT(COORD1(p)) AS b, COUNT(DISTANCE(p, POINT(1, 2))) AS c,"
        " COUNT(CONTAINS(p, POLYGON(0, 0, 9, 0, 0, 9))) AS d, COUNT(AREA(CIRCLE(p, 1))) AS e FROM TAP_UPLOAD.t"
    )
    told = {"QUERY": query, "LANG": "ADQL", "UPLOAD": "t,param:part", "FORMAT": "csv"}
    answer = await client.post("/tap/sync", data=told, files={"part": ("t.vot", SWAPPED)})
    assert (answer.status_code, answer.text) == (200, "a,b,c,d,e\n0,0,0,0,0\n"), answer.text


TURNED = b"""<VOTABLE version="1.4"><RESOURCE type="results"><TABLE name="t"><FIELD name="ra" datatype="double" unit="deg"/>
<FIELD name="dec" datatype="double" unit="deg"/><DATA><TABLEDATA><TR><TD>344.4127</TD><TD>-29.6222</TD></TR>
<TR><TD>-15.5873</TD><TD>-29.6222</TD></TR><TR><TD>1424.4127</TD><TD>-29.6222</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("condition", [one for one in AMONG_STARS if "m.p" not in one and "0 = " not in one])
async def test_right_ascensions_are_the_same_a_turn_on(client: httpx.AsyncClient, condition: str) -> None:
    query = f"SELECT m.ra, s.Name FROM TAP_UPLOAD.t AS m JOIN jsdc.star AS s ON {condition.format(0.01)} ORDER BY ra"
    told = {"QUERY": query, "LANG": "ADQL", "UPLOAD": "t,param:part", "FORMAT": "csv"}
    answer = await client.post("/tap/sync", data=told, files={"part": ("t.vot", TURNED)})
    names = ["-15.5873,HD 216956", "344.4127,HD 216956", "1424.4127,HD 216956"]
    assert (answer.status_code, answer.text.split("\n")[1:-1]) == (200, names), answer.text


async def test_who_leaves_in_the_middle_of_an_upload_is_no_mistake_of_ours(door: Door) -> None:
    host, port = urlsplit(door.url).netloc.split(":")
    head = "POST /tap/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"
    with socket.create_connection((host, int(port))) as sending:
        sending.sendall(head.encode() + b"--b\r\nContent-Disposition: form-data; name=t; filename=t\r\n\r\n" + MINE)
    await within(lambda: asyncio.to_thread(lambda: "/tap/sync 499" in door.log.read_text()), 5)
    assert "Traceback" not in door.log.read_text()


class Served(BaseHTTPRequestHandler):
    """A host that has the table, plain, as a file of gzip and in codings, and an address that leads elsewhere."""

    def do_GET(self) -> None:
        coding = self.path.partition("?")[2]
        self.send_response({"/mine": 200, "/mine.vot.gz": 200, "/moved": 302}.get(self.path.partition("?")[0], 404))
        self.send_header("Location", "/mine")
        if coding:
            self.send_header("Content-Encoding", coding)
        self.end_headers()
        self.wfile.write(gzip.compress(MINE) if "gz" in self.path else MINE)

    def log_message(self, *_told: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()


@pytest.mark.usefixtures("awake")
async def test_a_table_is_fetched_from_hosts_that_are_trusted(
    client: httpx.AsyncClient, app: Starlette, host: str
) -> None:
    told = {"QUERY": JOINED, "LANG": "ADQL", "FORMAT": "csv"}
    refused = await client.post("/tap/sync", data=told | {"UPLOAD": f"mine,{host}/mine"})
    assert (refused.status_code, "not looked at" in refused.text) == (400, True)
    state = app.state.gateway
    app.state.gateway = replace(state, engine=replace(state.engine, fetch=fetcher(frozenset({"127.0.0.1"}))))
    try:
        for place in ("mine", "mine.vot.gz", "mine?gzip", "mine?x-gzip", "mine?identity"):
            answer = await client.post("/tap/sync", data=told | {"UPLOAD": f"mine,{host}/{place}"})
            assert (answer.status_code, answer.text.split()) == (200, ["Name", "HD", "216956"]), answer.text
        coded = await client.post("/tap/sync", data=told | {"UPLOAD": f"mine,{host}/mine?br"})
        assert (coded.status_code, "the coding 'br'" in coded.text) == (400, True), coded.text
        for wrong in (f"{host}/moved", f"{host}/none", "http://127.0.0.1:1/mine"):
            missing = await client.post("/tap/sync", data=told | {"UPLOAD": f"mine,{wrong}"})
            assert (missing.status_code, "No table could be fetched" in missing.text) == (400, True), wrong
        for wrong in (
            "file:///etc/passwd",
            "http://localhost/mine",
            "http://127.0.0.1.example.org/mine",
            "ftp://127.0.0.1/mine",
        ):
            other = await client.post("/tap/sync", data=told | {"UPLOAD": f"mine,{wrong}"})
            assert (other.status_code, "not looked at" in other.text) == (400, True), wrong
    finally:
        app.state.gateway = state
