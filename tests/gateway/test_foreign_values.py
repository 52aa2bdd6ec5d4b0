"""Times, intervals and arrays of tables of others, uploaded and published: every door and format has the right ones."""

import io
import json
import math
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from astropy.io.votable import parse
from starlink import stilts
from waiting import within

from adapters.publishing.draft import draft_table
from adapters.votable.reader import read_votable
from hub.writer import open_writers
from publishing.publish import publish, remove
from sample.federation import Federation

TIMES = """<VOTABLE version="1.4"><RESOURCE type="results"><TABLE name="t"><FIELD name="n" datatype="int"/>
<FIELD name="at" datatype="char" arraysize="*" xtype="timestamp"/>
<DATA><TABLEDATA><TR><TD>1</TD><TD>2024-05-06T07:08:09Z</TD></TR><TR><TD>2</TD><TD>2024-05-06T07:08:09.5Z</TD></TR>
<TR><TD>3</TD><TD>2024-05-06</TD></TR><TR><TD>4</TD><TD>2024-05-06T00:00:00</TD></TR><TR><TD>5</TD><TD/></TR>
</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""
INTERVALS = """<VOTABLE version="1.4"><RESOURCE type="results"><TABLE name="t"><FIELD name="n" datatype="int"/>
<FIELD name="ra" datatype="double" unit="deg" ucd="pos.eq.ra;meta.main"/><FIELD name="dec" datatype="double" unit="deg" ucd="pos.eq.dec;meta.main"/>
<FIELD name="band" datatype="double" arraysize="2" xtype="interval" unit="m"/><FIELD name="x" datatype="double"/>
<FIELD name="words" datatype="char" arraysize="3x*"/><FIELD name="grid" datatype="int" arraysize="2x*"/>
<DATA><TABLEDATA><TR><TD>1</TD><TD>10</TD><TD>20</TD><TD>1 +Inf</TD><TD>+Inf</TD><TD>ab cde</TD><TD>1 2 3 4</TD></TR>
<TR><TD>2</TD><TD>11</TD><TD>20</TD><TD>-Inf 2</TD><TD>-Inf</TD><TD/><TD/></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""


async def tap(client: httpx.AsyncClient, query: str, document: str = TIMES, form: str = "csv") -> httpx.Response:
    named = re.sub(r"\bat\b", '"at"', query)  # AT is a reserved word
    told = {"QUERY": named, "LANG": "ADQL", "UPLOAD": "t,param:part", "RESPONSEFORMAT": form}
    return await client.post("/tap/sync", data=told, files={"part": ("t.vot", document.encode())})


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT n FROM TAP_UPLOAD.t WHERE n < 3 ORDER BY at", "n 1 2"),
        ("SELECT n FROM TAP_UPLOAD.t WHERE n < 3 ORDER BY at DESC", "n 2 1"),
        ("SELECT MAX(at) AS m FROM TAP_UPLOAD.t", "m 2024-05-06T07:08:09.5"),
        ("SELECT MIN(at) AS m FROM TAP_UPLOAD.t", "m 2024-05-06T00:00:00"),
        ("SELECT DISTINCT at FROM TAP_UPLOAD.t WHERE n > 2 AND n < 5", "at 2024-05-06T00:00:00"),
        ("SELECT COUNT(DISTINCT at) AS c, COUNT(at) AS k FROM TAP_UPLOAD.t", "c,k 3,4"),
        ("SELECT at, COUNT(*) AS c FROM TAP_UPLOAD.t WHERE n > 2 GROUP BY at ORDER BY at", "at,c 2024-05-06T00:00:00,2 ,1"),
        ("SELECT a.n AS one, b.n AS two FROM TAP_UPLOAD.t AS a JOIN TAP_UPLOAD.t AS b ON a.at = b.at AND a.n < b.n", "one,two 3,4"),
        ("SELECT n FROM TAP_UPLOAD.t WHERE at > '2024-05-06T07:08:09Z'", "n 2"),
        ("SELECT n FROM TAP_UPLOAD.t WHERE at IS NULL", "n 5"),
        ("SELECT n FROM TAP_UPLOAD.t WHERE at = '2024-05-06' ORDER BY n", "n 3 4"),
        ("SELECT n FROM TAP_UPLOAD.t WHERE n = 1 AND at IN (SELECT MIN(x.at) FROM TAP_UPLOAD.t AS x WHERE x.n < 3)", "n 1"),
        ("SELECT at FROM TAP_UPLOAD.t WHERE n = 3 UNION SELECT at FROM TAP_UPLOAD.t WHERE n = 4", "at 2024-05-06T00:00:00"),
    ],
)  # fmt: skip
async def test_times_of_uploads_are_times(client: httpx.AsyncClient, query: str, expected: str) -> None:
    answer = await tap(client, query)
    assert (answer.status_code, answer.text.split()) == (200, expected.split()), answer.text


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize(
    "text", ["2024-05-06T25:00:00", "2024-02-30", "yesterday", "294277-01-01", "2024-05-06T07:08:09 CEST", "infinity", "-004714-01-01"]
)  # fmt: skip
async def test_what_is_no_time_is_refused_by_row_and_value(client: httpx.AsyncClient, text: str) -> None:
    answer = await tap(client, "SELECT * FROM TAP_UPLOAD.t", TIMES.replace("2024-05-06T07:08:09.5Z", text))
    assert answer.status_code == 400
    assert f"column at: '{text}' is not a time" in answer.text.replace("&#x27;", "'")
    assert "(row 2)" in answer.text


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("2024-05-06T07:08:09.123456789", "2024-05-06T07:08:09.123457"),
        ("2024-05-06T07:08:09+02:00", "2024-05-06T05:08:09"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00"),
        ("20000-01-01", "+020000-01-01T00:00:00"),
        ("0000-01-01", "+000000-01-01T00:00:00"),
        ("-000043-03-15T12:00:00Z", "-000043-03-15T12:00:00"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00"),
    ],
)
async def test_times_come_out_in_the_form_of_dali(client: httpx.AsyncClient, text: str, out: str) -> None:
    document = TIMES.replace("2024-05-06T07:08:09.5Z", text)
    answer = await tap(client, "SELECT at FROM TAP_UPLOAD.t WHERE n = 2", document)
    assert answer.text.split() == ["at", out]
    binary = await tap(client, "SELECT at FROM TAP_UPLOAD.t WHERE n = 2 OR n = 5 ORDER BY n", document, "votable/b2")
    assert [str(cell) for cell in parse(io.BytesIO(binary.content)).get_first_table().array["at"]] == [out, ""]


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("form", ["votable/td", "csv", "tsv"])
async def test_infinities_of_uploads_are_those_of_votable(client: httpx.AsyncClient, form: str) -> None:
    answer = await tap(client, "SELECT band FROM TAP_UPLOAD.t ORDER BY n", INTERVALS, form)
    assert "1 +Inf" in answer.text
    assert "-Inf 2" in answer.text


@pytest.mark.usefixtures("awake")
async def test_arrays_of_answers_are_arrays(client: httpx.AsyncClient) -> None:
    query = "SELECT n, band, POINT(ra, dec) AS p, CIRCLE(ra, dec, 1) AS c, grid FROM TAP_UPLOAD.t ORDER BY n"
    answers = {
        form: (await tap(client, query, INTERVALS, form)).content for form in ("json", "parquet", "arrow", "fits")
    }
    assert json.loads(answers["json"])["data"] == [
        [1, [1, None], [10, 20], [10, 20, 1], [1, 2, 3, 4]],
        [2, [None, 2], [11, 20], [11, 20, 1], None],
    ]
    rows = [
        {"n": 1, "band": [1, math.inf], "p": [10, 20], "c": [10, 20, 1], "grid": [1, 2, 3, 4]},
        {"n": 2, "band": [-math.inf, 2], "p": [11, 20], "c": [11, 20, 1], "grid": None},
    ]
    assert pq.read_table(io.BytesIO(answers["parquet"])).to_pylist() == rows
    assert pa.ipc.open_stream(answers["arrow"]).read_all().to_pylist() == rows
    data = fits.getdata(io.BytesIO(answers["fits"]), 1)
    assert [data.columns[name].format for name in ("band", "p", "c", "grid")] == ["2D", "2D", "3D", "PJ(4)"]
    assert data["p"].tolist() == [[10, 20], [11, 20]]


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("form", ["votable/td", "votable/b2"])
@pytest.mark.parametrize("size", ["3x*", "3x2", "6", "6*", "*"])
@pytest.mark.parametrize("datatype", ["char", "unicodeChar"])
async def test_texts_of_any_shape_go_out_as_text(
    client: httpx.AsyncClient, datatype: str, size: str, form: str
) -> None:
    """astropy refuses a whole document for one FIELD of `3x*`."""
    document = INTERVALS.replace('datatype="char" arraysize="3x*"', f'datatype="{datatype}" arraysize="{size}"')
    answer = await tap(client, "SELECT words, n FROM TAP_UPLOAD.t ORDER BY n", document, form)
    assert answer.status_code == 200, answer.text
    table = parse(io.BytesIO(answer.content), verify="exception").get_first_table()
    assert (table.fields[0].datatype, table.fields[0].arraysize) == (datatype, "*")
    assert [str(cell) for cell in table.array["words"]] == ["ab cde", ""]


@pytest.mark.usefixtures("awake")
async def test_a_shape_that_varies_within_is_refused(client: httpx.AsyncClient) -> None:
    answer = await tap(client, "SELECT n FROM TAP_UPLOAD.t", INTERVALS.replace('"3x*"', '"*x3"'))
    assert (answer.status_code, "is not one of VOTable" in answer.text) == (400, True)


# Published

TABLES = {"moments": TIMES, "bands": INTERVALS}


@pytest.fixture(scope="module")
async def published(client: httpx.AsyncClient, federation: Federation) -> AsyncIterator[None]:
    async def blocks(text: str) -> AsyncIterator[bytes]:
        yield text.encode()

    async def fields() -> set[str]:
        told = await client.post("/graphql", json={"query": '{ __type(name: "Query") { fields { name } } }'})
        return {field["name"] for field in told.json()["data"]["__type"]["fields"]}

    async def there() -> bool:
        return await fields() >= TABLES.keys()

    async def gone() -> bool:
        return not await fields() & TABLES.keys()

    writers = await open_writers(federation.jobs, 2, 60)
    for name, text in TABLES.items():
        source = await read_votable(blocks(text))
        await publish(writers, draft_table(source.heading, name), source.copy, replace=False)
    await within(there, 20)
    yield
    for name in TABLES:
        await remove(writers, name)
    await within(gone, 20)
    await writers.close()


async def asked(client: httpx.AsyncClient, query: str) -> Any:
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert "errors" not in answer, answer
    return answer["data"]


@pytest.mark.usefixtures("published")
async def test_times_of_published_tables_are_times(client: httpx.AsyncClient) -> None:
    data = await asked(client, """{
      sorted: moments(orderBy: [{at: ASC}]) { nodes { n at } }
      down: moments(orderBy: [{at: DESC}], where: {n: {lt: 3}}) { nodes { n } }
      late: moments(where: {at: {gt: "2024-05-06T07:08:09Z"}}) { nodes { n } }
      midnight: moments(where: {at: {in: ["2024-05-06T02:00:00+02:00"]}}) { totalCount }
      momentsAggregate { count min { at } max { at } }
      groups: momentsAggregate(groupBy: [AT]) { count key { at } }
    }""")  # fmt: skip
    assert [node["n"] for node in data["sorted"]["nodes"]][2:4] == [1, 2]
    assert {node["n"] for node in data["sorted"]["nodes"][:2]} == {3, 4}
    assert data["sorted"]["nodes"][2]["at"] == "2024-05-06T07:08:09Z"
    assert data["sorted"]["nodes"][4] == {"n": 5, "at": None}
    assert [node["n"] for node in data["down"]["nodes"]] == [2, 1]
    assert data["late"]["nodes"] == [{"n": 2}]
    assert data["midnight"]["totalCount"] == 2
    (whole,) = data["momentsAggregate"]
    assert (whole["min"]["at"], whole["max"]["at"]) == ("2024-05-06T00:00:00Z", "2024-05-06T07:08:09.500000Z")
    assert sorted(group["count"] for group in data["groups"]) == [1, 1, 1, 2]


@pytest.mark.usefixtures("published")
async def test_pages_by_time_have_every_row_once(client: httpx.AsyncClient) -> None:
    met: list[int] = []
    after = None
    for _ in range(5):
        given = f', after: "{after}"' if after else ""
        page = (
            await asked(
                client,
                f"{{ moments(first: 1, orderBy: [{{at: ASC}}]{given}) {{ nodes {{ n }} pageInfo {{ endCursor }} }} }}",
            )
        )["moments"]
        met += [node["n"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert (sorted(met), met[2:]) == ([1, 2, 3, 4, 5], [1, 2, 5])


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "answered",
    [
        ("GET", "/scs/published.bands", {"RA": "10", "DEC": "20", "SR": "2", "VERB": "3"}),
        ("GET", "/tap/sync", {"QUERY": "SELECT * FROM published.bands ORDER BY n", "LANG": "ADQL"}),
        ("GET", "/graphql", {"query": "{ bands { nodes { n band x words grid } } }"}),
    ],
    ids=lambda answered: answered[1],
)
@pytest.mark.parametrize("accept", ["application/x-votable+xml", "text/csv"])
async def test_infinities_of_published_tables(client: httpx.AsyncClient, answered: Any, accept: str) -> None:
    method, path, params = answered
    answer = await client.request(method, path, params=params, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert "1 +Inf" in answer.text
    assert "-Inf 2" in answer.text
    if "votable" in accept:
        assert "<TD>+Inf</TD>" in answer.text
        table = parse(io.BytesIO(answer.content)).get_first_table()
        assert table.array["band"].tolist() == [[1, math.inf], [-math.inf, 2]]
        assert [str(cell) for cell in table.array["words"]] == ["ab cde", ""]


@pytest.mark.usefixtures("published")
@pytest.mark.stilts
async def test_stilts_reads_infinities(client: httpx.AsyncClient, tmp_path: Any) -> None:
    answer = await client.get(
        "/tap/sync", params={"QUERY": "SELECT n, band, x FROM published.bands ORDER BY n", "LANG": "ADQL"}
    )
    (tmp_path / "t.vot").write_bytes(answer.content)
    told = stilts("tpipe", f"in={tmp_path / 't.vot'}", "omode=out", "ofmt=csv")
    assert told.split() == ["n,band,x", '1,"(1.0,', 'Infinity)",Infinity', '2,"(-Infinity,', '2.0)",-Infinity']


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("form", ["votable", "csv", "json", "fits", "parquet"])
async def test_lists_come_back_as_they_went(client: httpx.AsyncClient, form: str) -> None:
    """What a cross-match adds to: times, intervals and infinities of the list itself."""
    document = INTERVALS.replace(
        '<FIELD name="x"', '<FIELD name="at" datatype="char" arraysize="*" xtype="timestamp"/><FIELD name="x"'
    )
    document = document.replace("<TD>1 +Inf</TD>", "<TD>1 +Inf</TD><TD>2024-05-06T07:08:09.5Z</TD>")
    document = document.replace("<TD>-Inf 2</TD>", "<TD>-Inf 2</TD><TD/>")
    told = {"table": "jsdc.star", "radius": "5", "columns": "name", "responseformat": form}
    answer = await client.post("/xmatch/list", data=told, files={"sources": ("t.vot", document.encode())})
    assert answer.status_code == 200, answer.text
    if form in ("votable", "csv"):
        for text in ("1 +Inf", "-Inf 2", "2024-05-06T07:08:09.5", ">+Inf<" if form == "votable" else ",+Inf,"):
            assert text in answer.text
    elif form == "json":
        table = json.loads(answer.content)
        places = [[column["name"] for column in table["metadata"]].index(name) for name in ("band", "at")]
        assert [[row[place] for place in places] for row in table["data"]] == [
            [[1, None], "2024-05-06T07:08:09.5"],
            [[None, 2], None],
        ]
    elif form == "fits":
        data = fits.getdata(io.BytesIO(answer.content), 1)
        assert data["band"].tolist() == [[1, math.inf], [-math.inf, 2]]
        assert [str(cell) for cell in data["at"]] == ["2024-05-06T07:08:09.5", ""]
    else:
        columns = pq.read_table(io.BytesIO(answer.content))
        assert columns["band"].to_pylist() == [[1, math.inf], [-math.inf, 2]]
        assert columns.schema.field("at").type == pa.timestamp("us", "UTC")
        assert columns["at"].is_null().to_pylist() == [False, True]


@pytest.mark.usefixtures("awake")
async def test_jobs_have_the_same_times(client: httpx.AsyncClient) -> None:
    told = {"QUERY": 'SELECT n, "at" FROM TAP_UPLOAD.t ORDER BY "at" DESC, n', "LANG": "ADQL", "UPLOAD": "t,param:part"}
    began = await client.post(
        "/tap/async", data=told | {"PHASE": "RUN", "FORMAT": "csv"}, files={"part": ("t.vot", TIMES.encode())}
    )
    job = began.headers["location"]

    async def done() -> bool:
        return (await client.get(f"{job}/phase")).text in ("COMPLETED", "ERROR")

    await within(done, 20)
    answer = await client.get(f"{job}/results/result", follow_redirects=True)
    assert [line[:1] for line in answer.text.split()[1:]] in (["5", "2", "1", "3", "4"], ["2", "1", "3", "4", "5"])
    await client.delete(job)
