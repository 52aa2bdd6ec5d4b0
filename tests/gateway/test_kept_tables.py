"""Tables that people keep: whose they are, who sees them, what is refused, and that nothing stays of what fails."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from xml.sax.saxutils import quoteattr

import httpx
import pytest
import pytest_asyncio
from people import basic, bearer, knowing
from starlette.applications import Starlette

from gateway.app import create_app
from gateway.commands.provider import Provider
from hub.rows import connect
from sample.federation import Federation

OWNER, OTHER = "pi-s05", "stranger"
ROWS = "".join(f"<TR><TD>{n}</TD><TD>{n + 0.5}</TD><TD>{-n}</TD><TD>é{n}</TD></TR>" for n in range(4))
FIELDS = (
    '<FIELD name="n" datatype="int"/><FIELD name="ra" datatype="double" unit="deg" ucd="pos.eq.ra;meta.main"/>'
    '<FIELD name="dec" datatype="double" unit="deg" ucd="pos.eq.dec;meta.main"/><FIELD name="Word" datatype="char" arraysize="*"/>'
)
EVIL = 'x"); DROP TABLE tap_user.held; --'
TSV = {"Content-Type": "text/tab-separated-values"}
SMALL = {"max_user_tables": 3, "max_user_rows": 10, "max_user_bytes": 1_000_000, "max_upload_bytes": 3_000_000}


def votable(fields: str = FIELDS, rows: str = ROWS, description: str = "it's; mine") -> bytes:
    table = f"<TABLE><DESCRIPTION>{description}</DESCRIPTION>{fields}<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE>"
    return f'<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>{table}</RESOURCE></VOTABLE>'.encode()


@pytest_asyncio.fixture(scope="module")
async def served(
    provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Starlette]:
    spool = str(tmp_path_factory.mktemp("spool"))
    app = create_app(knowing(provider, federation, spool=spool, admins="admin", **SMALL))
    async with app.router.lifespan_context(app):
        yield app


@pytest_asyncio.fixture(scope="module")
async def asking(served: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://127.0.0.1") as made:
        yield made


@pytest_asyncio.fixture
async def mine(asking: httpx.AsyncClient, provider: Provider) -> AsyncIterator[Mapping[str, str]]:
    """The credentials of an owner, who has no table before or after."""
    headers = bearer(provider.token(OWNER))
    yield headers
    for name in ("mine", "more", "star", "third", "text"):
        await asking.delete(f"/tap/tables/{name}", headers=headers)


async def put(
    asking: httpx.AsyncClient, name: str, headers: Mapping[str, str], content: bytes | None = None
) -> httpx.Response:
    return await asking.put(f"/tap/user_tables/{name}", content=content or votable(), headers=headers)


async def asked(asking: httpx.AsyncClient, query: str, headers: Mapping[str, str] | None = None) -> list[str]:
    """The lines of an answer as CSV, but the first."""
    answer = await asking.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query, "FORMAT": "csv"}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text.splitlines()[1:]


async def schema_of(asking: httpx.AsyncClient, headers: Mapping[str, str], change: str) -> str:
    told = await asking.post("/tap/permissions/mine", content=change, headers=headers)
    assert told.status_code == 200, told.text
    return dict(line.split("=") for line in told.text.split())["schema"]


async def relations(federation: Federation) -> int:
    """How many relations the hub has for tables of people."""
    connection = await connect(federation.hub)
    count: int = await connection.fetchval(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'user_data'::regnamespace AND relkind = 'r'"
    )
    await connection.close()
    return count


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/tap/tables/mine"), ("DELETE", "/tap/tables/mine"), ("GET", "/tap/user_tables"),
        ("PUT", "/tap/user_tables/mine"), ("POST", "/tap/load/mine"), ("GET", "/tap/permissions/mine"),
        ("POST", "/tap/table-update"), ("GET", "/tap/table-update"),
    ],
)  # fmt: skip
async def test_nobody_is_asked_to_log_in(asking: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await asking.request(method, path, content=b"x" if method == "PUT" else None)
    assert answer.status_code == 401
    assert "<VOTABLE" in answer.text
    assert "log in" in answer.text
    assert any(one.startswith("Basic") for one in answer.headers.get_list("www-authenticate"))


async def test_a_token_that_may_only_read_changes_nothing(asking: httpx.AsyncClient, mine: Mapping[str, str]) -> None:
    made = await asking.post("/account/tokens", data={"label": "kept", "scope": "read"}, headers=mine)
    reading = bearer(made.json()["token"])
    assert (await put(asking, "mine", reading)).status_code == 403
    assert (await put(asking, "mine", mine)).status_code == 201
    assert len(await asked(asking, "SELECT n FROM tap_user.mine", reading)) == 4
    assert (await asking.delete("/tap/user_tables/mine", headers=reading)).status_code == 403


async def test_a_table_is_its_owner_s_alone(
    asking: httpx.AsyncClient, mine: Mapping[str, str], provider: Provider
) -> None:
    theirs = bearer(provider.token(OTHER))
    made = await put(asking, "MINE", mine)
    assert (made.status_code, made.headers["location"].rpartition("/")[2]) == (201, "mine")
    assert "word" in (await asking.get("/tap/user_tables/mine", headers=mine)).text
    assert await asked(asking, "SELECT word FROM tap_user.mine WHERE n > 1 ORDER BY n", mine) == ["é2", "é3"]
    listing = "SELECT table_name FROM TAP_SCHEMA.tables WHERE schema_name LIKE '%user%'"
    assert await asked(asking, listing, mine) == ["tap_user.mine"]
    assert ".mine<" in (await asking.get("/tap/tables", headers=mine)).text
    for headers in (theirs, bearer(provider.token("admin")), {}):
        assert await asked(asking, listing, headers) == []
        assert ".mine<" not in (await asking.get("/tap/tables", headers=headers)).text
        answers = [
            (
                await asking.get(
                    "/tap/sync", params={"LANG": "ADQL", "QUERY": f"SELECT * FROM tap_user.{name}"}, headers=headers
                )
            ).text
            for name in ("mine", "none")
        ]
        messages = [
            answer[answer.index("there is no table") :].partition("<")[0].replace("none", "mine") for answer in answers
        ]
        assert messages[0] == messages[1]
        gone = [await asking.get(f"/tap/tables/tap_user.{name}", headers=headers) for name in ("mine", "none")]
        assert [one.status_code for one in gone] == [404, 404]
    for path in ("/tap/user_tables/mine", "/tap/permissions/mine"):
        assert (await asking.get(path, headers=theirs)).status_code == 404
    assert (await asking.delete("/tap/tables/mine", headers=theirs)).status_code == 404
    assert (await put(asking, "mine", theirs, votable(rows=""))).status_code == 201, "another of the same name"
    assert await asked(asking, "SELECT n FROM tap_user.mine", theirs) == []
    assert len(await asked(asking, "SELECT n FROM tap_user.mine", mine)) == 4
    assert (await asking.delete("/tap/tables/mine", headers=theirs)).status_code == 200


async def test_a_share_works_and_is_withdrawn(
    asking: httpx.AsyncClient, mine: Mapping[str, str], provider: Provider
) -> None:
    await put(asking, "mine", mine)
    theirs = bearer(provider.token(OTHER))
    schema = await schema_of(asking, mine, "public=true")
    query = f"SELECT n FROM {schema}.mine"
    for headers in (mine, theirs, {}):
        assert len(await asked(asking, query, headers)) == 4
    assert await asked(asking, f"SELECT table_name FROM TAP_SCHEMA.tables WHERE schema_name = '{schema}'") == [
        f"{schema}.mine"
    ]
    assert f"{schema}.mine" in (await asking.get("/tap/tables")).text
    assert (await asking.get(f"/tap/tables/{schema}.mine")).status_code == 200
    refused = await asking.delete(f"/tap/tables/{schema}.mine", headers=theirs)
    assert refused.status_code == 400
    await schema_of(asking, mine, f"public=false\nr-user={OTHER.upper()}")
    assert len(await asked(asking, query, theirs)) == 4
    assert (await asking.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query})).status_code == 400
    await schema_of(asking, mine, "r-user=\nr-group=admin")
    assert (await asking.get("/tap/sync", params={"LANG": "ADQL", "QUERY": query}, headers=theirs)).status_code == 400
    assert len(await asked(asking, query, basic("admin", provider.passwords["admin"]))) == 4
    for wrong in ("rw-group=x", "public=true\npublic=false", "public=perhaps", "", "owner=me"):
        assert (await asking.post("/tap/permissions/mine", content=wrong, headers=mine)).status_code == 400


async def test_a_shared_table_comes_between_no_query_and_what_it_names(
    asking: httpx.AsyncClient, mine: Mapping[str, str]
) -> None:
    assert (await put(asking, "star", mine)).status_code == 201
    await asking.post("/tap/permissions/star", content="public=true", headers=mine)
    for headers in (mine, {}):
        assert await asked(asking, "SELECT TOP 1 1 FROM star WHERE 'user_' <> name", headers) == ["1"]


@pytest.mark.spatial
async def test_a_place_is_joined_with_others_by_its_index(
    asking: httpx.AsyncClient, mine: Mapping[str, str], federation: Federation
) -> None:
    [line] = await asked(asking, "SELECT TOP 1 RAJ2000, DEJ2000 FROM jsdc.star")
    ra, dec = line.split(",")
    await put(asking, "mine", mine, votable(rows=f"<TR><TD>1</TD><TD>{ra}</TD><TD>{dec}</TD><TD/></TR>"))
    near = "1 = CONTAINS(POINT(m.ra, m.dec), CIRCLE(s.RAJ2000, s.DEJ2000, 0.001))"
    assert await asked(asking, f"SELECT m.n FROM tap_user.mine AS m JOIN jsdc.star AS s ON {near}", mine) == ["1"]
    connection = await connect(federation.hub)
    kinds = await connection.fetch("SELECT indexdef FROM pg_indexes WHERE schemaname = 'user_data'")
    await connection.close()
    assert any("USING gist" in kind for (kind,) in kinds)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("mine", b"<VOTABLE><RESOURCE><TABLE>", "XML"), ("mine", b"nothing", "not XML"), ("mine", b"<a/>", "0 tables"),
        ("mine", b"<table><column><name>x</name></column></table>", "no dataType"), ("mine", b"<table/>", "no FIELD"),
        ("mine", b"<table><column><name>x</name><dataType>what</dataType></column></table>", "not one of VOTable"),
        ("mine", votable(rows="<TR><TD>x</TD><TD/><TD/><TD/></TR>"), "is not a int"),
        ("mine", votable(rows="<TR><TD>1</TD><TD>1</TD><TD>91</TD><TD/></TR>"), "nowhere on the sky"),
        ("mine", votable('<FIELD name="n" datatype="int"/>' * 1001), "more than 1000 columns"),
        ("select", votable(), "no name for a table"), ("jsdc.star", votable(), "no name for a table"),
        ('x"y', votable(), "no name for a table"), ("a" * 42, votable(), "no name for a table"),
        ("mine", votable(rows=ROWS * 3), "more than 10 rows"),
        ("mine", votable(rows="<TR><TD>1</TD><TD/><TD/><TD>{}</TD></TR>".format("".join(map(chr, range(0x4E00, 0x9F00))) * 40)), "bytes where 1000000"),
        ("mine", b"<VOTABLE>" + b" " * 3_000_000, "larger than"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_refused_and_nothing_stays(  # noqa: PLR0917 - what is sent, and told
    asking: httpx.AsyncClient, mine: Mapping[str, str], federation: Federation, name: str, content: bytes, told: str
) -> None:
    before = await relations(federation)
    answer = await put(asking, name.replace('"', "%22"), mine, content)
    assert answer.status_code in (400, 413)
    assert told in answer.text
    assert await relations(federation) == before
    assert (await asking.get("/tap/user_tables/mine", headers=mine)).status_code == 404


async def test_tables_are_counted_and_names_taken(asking: httpx.AsyncClient, mine: Mapping[str, str]) -> None:
    for name in ("mine", "more", "third"):
        assert (await asking.put(f"/tap/tables/{name}", content=votable(rows=""), headers=mine)).status_code == 201
    taken = await asking.put("/tap/tables/mine", content=votable(), headers=mine)
    assert (taken.status_code, "is there already" in taken.text) == (400, True)
    assert (await put(asking, "more", mine)).status_code == 201
    half = await put(asking, "third", mine, votable(rows=ROWS * 2))
    assert (half.status_code, "12 rows where 10 are allowed" in half.text) == (400, True)
    assert await asked(asking, "SELECT n FROM tap_user.third", mine) == [], "the table that was there still is"
    over = await put(asking, "text", mine)
    assert (over.status_code, "4 tables where 3 are allowed" in over.text) == (400, True)
    assert (await put(asking, "mine", mine)).status_code == 201, "what takes the place of another is none more"


async def test_names_of_columns_are_never_sql(asking: httpx.AsyncClient, mine: Mapping[str, str]) -> None:
    evil = "".join(
        f"<FIELD name={quoteattr(name)} datatype='char' arraysize='*'/>" for name in (EVIL, "select", "ctid", EVIL, "é")
    )
    rows = "<TR><TD>1'</TD><TD>\\.</TD><TD>3</TD><TD>4</TD><TD>5</TD></TR>"
    assert (await put(asking, "text", mine, votable(evil, rows, EVIL))).status_code == 201
    columns = await asked(
        asking,
        "SELECT column_name FROM TAP_SCHEMA.columns WHERE table_name = 'tap_user.text' ORDER BY column_index",
        mine,
    )
    assert columns[1:3] == ["select_", "ctid_"]
    assert await asked(asking, "SELECT * FROM tap_user.text", mine) == ["1',\\.,3,4,5"]
    loaded = await asking.post("/tap/load/text", content=f"{EVIL}\n1".encode(), headers={**mine, **TSV})
    assert loaded.status_code == 200, loaded.text
    assert len(await asked(asking, "SELECT * FROM tap_user.text", mine)) == 2


async def test_rows_are_loaded_all_or_none(asking: httpx.AsyncClient, mine: Mapping[str, str]) -> None:
    await put(asking, "mine", mine, votable(rows=""))
    for content, kind, told in (
        ("n\tword\n1\tone\nx\ttwo", TSV["Content-Type"], "Row 2, column n: 'x' is not a int"),
        ("n\tword\n1", TSV["Content-Type"], "Row 1 has 1 cells where there are 2 columns"),
        ("n,what\n1,2", "text/csv", "no column 'what'"), ("n,N\n1,2", "text/csv", "twice"), ("", "text/csv", "is empty"),
        ("ra,dec\n1,95", "text/csv", "nowhere on the sky"), ("n\n" + "1\n" * 11, "text/csv", "11 rows where 10"),
        ("n\n1", "text/plain", "Rows come as"), ("nothing", "application/fits", "no FITS file"), ("n\n\0", "text/csv", "Row 1"),
    ):  # fmt: skip
        answer = await asking.post("/tap/load/mine", content=content, headers={**mine, "Content-Type": kind})
        assert answer.status_code == 400
        assert told in answer.text.replace("&apos;", "'").replace("&#x27;", "'"), answer.text
        assert await asked(asking, "SELECT n FROM tap_user.mine", mine) == []
    loaded = await asking.post(
        "/tap/load/mine", content='Word,n\n"a,b",7\n,8\n', headers={**mine, "Content-Type": "text/csv"}
    )
    assert loaded.status_code == 200, loaded.text
    assert await asked(asking, "SELECT n, word FROM tap_user.mine ORDER BY n", mine) == ['7,"a,b"', "8,"]
    assert (await asking.post("/tap/load/none", content="n\n1", headers={**mine, **TSV})).status_code == 404


async def test_of_two_at_once_one_makes_the_table(
    asking: httpx.AsyncClient, mine: Mapping[str, str], federation: Federation
) -> None:
    before = await relations(federation)
    both = await asyncio.gather(*(asking.put("/tap/tables/mine", content=votable(), headers=mine) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [201, 400]
    again = await asyncio.gather(*(put(asking, "mine", mine) for _ in range(2)))
    assert [answer.status_code for answer in again] == [201, 201]
    assert len(await asked(asking, "SELECT n FROM tap_user.mine", mine)) == 4
    assert await relations(federation) == before + 1


async def test_nothing_is_left_of_a_client_that_leaves(
    served: Starlette, asking: httpx.AsyncClient, mine: Mapping[str, str], federation: Federation
) -> None:
    before, parts = await relations(federation), [{"type": "http.request", "body": votable()[:500], "more_body": True}]

    async def receive() -> dict[str, object]:
        return parts.pop() if parts else {"type": "http.disconnect"}

    async def send(_message: object) -> None:
        pass

    headers = [
        (b"host", b"127.0.0.1"),
        (b"transfer-encoding", b"chunked"),
        (b"authorization", mine["Authorization"].encode()),
    ]
    path = "/tap/user_tables/mine"
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "PUT", "path": path, "raw_path": path.encode(),
        "root_path": "", "query_string": b"", "headers": headers, "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 9),
    }  # fmt: skip
    await served(scope, receive, send)  # type: ignore[arg-type]
    assert await relations(federation) == before
    assert (await asking.get("/tap/user_tables/mine", headers=mine)).status_code == 404


async def test_answers_are_kept_until_the_table_changes(asking: httpx.AsyncClient, mine: Mapping[str, str]) -> None:
    await put(asking, "mine", mine)
    query = {"LANG": "ADQL", "QUERY": "SELECT n FROM tap_user.mine"}
    first = await asking.get("/tap/sync", params=query, headers=mine)
    assert "private" in first.headers["cache-control"]
    held = {**mine, "If-None-Match": first.headers["etag"]}
    assert (await asking.get("/tap/sync", params=query, headers=held)).status_code == 304
    await asking.post("/tap/load/mine", content="n\n9", headers={**mine, **TSV})
    changed = await asking.get("/tap/sync", params=query, headers=held)
    assert (changed.status_code, "<TD>9</TD>" in changed.text) == (200, True)


async def test_a_column_is_indexed_by_a_job_of_its_owner(
    asking: httpx.AsyncClient, mine: Mapping[str, str], provider: Provider
) -> None:
    await put(asking, "mine", mine)
    theirs = bearer(provider.token(OTHER))
    for given, headers, ended in (
        ({"table": "mine", "index": "WORD", "unique": "true"}, mine, "COMPLETED"), ({"table": "mine", "index": "what"}, mine, "no column"),
        ({"table": "mine"}, mine, "INDEX are wanted"), ({"table": "mine", "index": "n"}, theirs, "You have no table"),
    ):  # fmt: skip
        made = await asking.post("/tap/table-update", data=given | {"PHASE": "RUN"}, headers=headers)
        assert made.status_code == 303, made.text
        job = httpx.URL(made.headers["location"]).path
        assert ended in (await asking.get(job, params={"WAIT": "20"}, headers=headers)).text
        assert (await asking.get(job, headers=theirs if headers is mine else mine)).status_code != 200
        assert job.rpartition("/")[2] not in (await asking.get("/tap/async", headers=headers)).text
    await put(asking, "more", mine, votable(rows="<TR><TD>1</TD><TD/><TD/><TD>a</TD></TR>" * 2))
    made = await asking.post(
        "/tap/table-update", data={"table": "more", "index": "n", "unique": "true", "PHASE": "RUN"}, headers=mine
    )
    job = httpx.URL(made.headers["location"]).path
    assert "1 values that are there already" in (await asking.get(job, params={"WAIT": "20"}, headers=mine)).text
    again = await asking.post("/tap/load/mine", content="word\né1", headers={**mine, **TSV})
    assert (again.status_code, "is there already" in again.text) == (400, True)
