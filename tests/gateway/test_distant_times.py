"""Times that `datetime` has not: infinities are null, far years are signed text, and the page answers, at every door."""

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from astropy.io.votable import parse

from hub.versions import mark
from sample.federation import Federation
from schema.obsportal import LAST_CHANGE

DISTANT = {
    "infinity": None,
    "-infinity": None,
    "20000-01-02 03:04:05.5+00": "+020000-01-02T03:04:05.5",
    "0044-03-15 12:00:00.25+00 BC": "-000043-03-15T12:00:00.25",
    "9999-12-31 23:59:59.999+00": "9999-12-31T23:59:59.999",
    "0001-01-01 00:00:00.5+00": "0001-01-01T00:00:00.5",
}
"""As PostgreSQL reads them, and as answers have them."""
IN_ORDER = (1, 3, 5, 4, 2, 0)
"""Their places, earliest first."""


@pytest.fixture(scope="module")
async def exposures(federation: Federation) -> AsyncIterator[dict[str, str | None]]:
    """Exposures that become public at such times."""
    owner = await asyncpg.connect(federation.sources["obsportal"])
    rows = await owner.fetch(
        "SELECT exp_id, exp_date_release::text AS was FROM portal.exposure WHERE exp_id ~ '^SAMPLE.SPICA.2025-(06-23|10-13)'"
        " ORDER BY exp_id LIMIT 6"  # which OiDB does not have, and so ObsCore from here
    )
    assert len(rows) == len(DISTANT)
    change = "UPDATE portal.exposure SET exp_date_release = $2::text::timestamptz WHERE exp_id = $1"
    for row, at in zip(rows, DISTANT, strict=True):
        await owner.execute(change, row["exp_id"], at)
    yield {row["exp_id"]: text for row, text in zip(rows, DISTANT.values(), strict=True)}
    for row in rows:
        await owner.execute(change, row["exp_id"], row["was"])
    await owner.close()


async def asked(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
    assert "errors" not in answer, answer
    return answer["data"]


async def test_a_page_answers(client: httpx.AsyncClient, exposures: dict[str, str | None]) -> None:
    query = "query($ids: [String!]) { exposures(where: {expId: {in: $ids}}) { nodes { expId expDateRelease } } }"
    nodes = (await asked(client, query, ids=list(exposures)))["exposures"]["nodes"]
    told = {node["expId"]: node["expDateRelease"] for node in nodes}
    assert told == {key: in_microseconds(text) for key, text in exposures.items()}


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_in_their_order_have_each_once(
    client: httpx.AsyncClient, exposures: dict[str, str | None], direction: str
) -> None:
    query = (
        "query($ids: [String!], $after: String) { exposures(first: 1, after: $after, where: {expId: {in: $ids}}, "
        f"orderBy: [{{expDateRelease: {direction}}}]) {{ nodes {{ expId }} pageInfo {{ endCursor hasNextPage }} }} }}"
    )
    met: list[str] = []
    after = None
    for _ in (*exposures, "one more, if pages did not end"):
        page = (await asked(client, query, ids=list(exposures), after=after))["exposures"]
        met += [node["expId"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    keys = list(exposures)
    earliest_first = [keys[place] for place in IN_ORDER]
    assert met == (earliest_first if direction == "ASC" else earliest_first[::-1])


async def test_groups_and_bounds_answer(client: httpx.AsyncClient, exposures: dict[str, str | None]) -> None:
    query = """query($ids: [String!]) {
      all: exposuresAggregate(where: {expId: {in: $ids}}) { count min { expDateRelease } max { expDateRelease } }
      groups: exposuresAggregate(where: {expId: {in: $ids}}, groupBy: [EXP_DATE_RELEASE]) { count key { expDateRelease } }
    }"""
    data = await asked(client, query, ids=list(exposures))
    ends = {
        name: {"expDateRelease": in_microseconds(texts(exposures)[place])} for name, place in (("min", 3), ("max", 2))
    }
    assert data["all"] == [{"count": 6} | ends]
    known = [in_microseconds(texts(exposures)[place]) for place in (3, 5, 4, 2)]
    groups = [{"count": 1, "key": {"expDateRelease": text}} for text in known]
    assert data["groups"] == [*groups, {"count": 2, "key": {"expDateRelease": None}}]
    distinct = await asked(
        client, '{ distinctValues(table: "exposures", column: "expDateRelease", first: 1000) { value } }'
    )
    values = [one["value"] for one in distinct["distinctValues"]]
    assert None not in values
    assert set(known) <= set(values)


@pytest.mark.parametrize(("is_null", "places"), [("true", {0, 1}), ("false", {2, 3, 4, 5})])
async def test_what_is_told_as_null_is_null_for_conditions(
    client: httpx.AsyncClient, exposures: dict[str, str | None], is_null: str, places: set[int]
) -> None:
    query = f"""query($ids: [String!]) {{
      exposures(where: {{expId: {{in: $ids}}, expDateRelease: {{isNull: {is_null}}}}}) {{ totalCount nodes {{ expId }} }}
      obscore(where: {{obsId: {{in: $ids}}, obsReleaseDate: {{isNull: {is_null}}}}}) {{ nodes {{ obsId }} }}
    }}"""
    data = await asked(client, query, ids=list(exposures))
    wanted = {list(exposures)[place] for place in places}
    assert {node["expId"] for node in data["exposures"]["nodes"]} == wanted
    assert data["exposures"]["totalCount"] == len(wanted)
    assert {node["obsId"] for node in data["obscore"]["nodes"]} == wanted


def texts(exposures: dict[str, str | None]) -> list[str | None]:
    return list(exposures.values())


def in_microseconds(text: str | None) -> str | None:
    """As JSON has it."""
    return text and f"{text}{'0' * (26 - len(text.lstrip('+-')) + 2 * text.startswith(('+', '-')))}Z"


def listed(exposures: dict[str, str | None]) -> str:
    return ", ".join(f"'{key}'" for key in exposures)


async def tap(client: httpx.AsyncClient, exposures: dict[str, str | None], form: str) -> bytes:
    query = (
        f"SELECT exp_id, exp_date_release FROM obsportal.exposure WHERE exp_id IN ({listed(exposures)}) ORDER BY exp_id"
    )
    answer = await client.get("/tap/sync", params={"QUERY": query, "LANG": "ADQL", "RESPONSEFORMAT": form})
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_every_format_of_tap_has_them(client: httpx.AsyncClient, exposures: dict[str, str | None]) -> None:
    texts = [text and f"{text.partition('.')[0]}.{text.partition('.')[2]:0<3}Z" for text in exposures.values()]
    for form in ("votable/td", "votable/b2"):
        table = parse(io.BytesIO(await tap(client, exposures, form))).get_first_table().array
        assert [str(cell) or None for cell in table["exp_date_release"]] == texts
    for form in ("csv", "tsv"):
        lines = (await tap(client, exposures, form)).decode().splitlines()[1:]
        assert [line.replace("\t", ",").split(",")[1].strip('"') or None for line in lines] == texts
    assert [row[1] for row in json.loads(await tap(client, exposures, "json"))["data"]] == texts
    cells = fits.getdata(io.BytesIO(await tap(client, exposures, "fits")), 1)["exp_date_release"]
    assert [str(cell) or None for cell in cells] == [text and text.removesuffix("Z") for text in texts]
    for table in (
        pq.read_table(io.BytesIO(await tap(client, exposures, "parquet"))),
        pa.ipc.open_stream(await tap(client, exposures, "arrow")).read_all(),
    ):
        column = table["exp_date_release"]
        assert column.is_null().to_pylist() == [True, True, False, False, False, False]
        assert pc.year(column)[2:].to_pylist() == [20000, -43, 9999, 1]


@pytest.mark.parametrize("accept", ["application/x-votable+xml", "text/csv", "application/vnd.apache.parquet"])
async def test_graphql_as_a_table_has_them(
    client: httpx.AsyncClient, exposures: dict[str, str | None], accept: str
) -> None:
    query = f"{{ exposures(where: {{expId: {{in: [{listed(exposures)}]}}}}) {{ nodes {{ expId expDateRelease }} }} }}"
    answer = await client.get("/graphql", params={"query": query.replace("'", '"')}, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert "parquet" in accept or "+020000-01-02T03:04:05.500Z" in answer.text
    assert "parquet" in accept or "-000043-03-15T12:00:00.250Z" in answer.text


async def test_other_doors_answer(client: httpx.AsyncClient, exposures: dict[str, str | None]) -> None:
    query = f"SELECT obs_id, obs_release_date FROM ivoa.obscore WHERE obs_id IN ({listed(exposures)})"
    for path, params in (
        ("/tap/sync", {"QUERY": query, "LANG": "ADQL"}),
        ("/search.votable", {"all_fields": "true", "maxrec": "100000"}),
        *(("/datalink/links", {"ID": f"ivo://jmmc.fr/obsportal?{key}"}) for key in exposures),
    ):
        answer = await client.get(path, params=params)
        assert answer.status_code == 200, (path, answer.text[:500])
        assert 'value="ERROR"' not in answer.text


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_databases_are_merged_in_their_order(
    client: httpx.AsyncClient, exposures: dict[str, str | None], direction: str
) -> None:
    query = f"{{ obscore(first: 9, where: {{obsReleaseDate: {{isNull: false}}}}, orderBy: [{{obsReleaseDate: {direction}}}]) {{ nodes {{ obsId obsReleaseDate }} }} }}"
    nodes = (await asked(client, query))["obscore"]["nodes"]
    keys = list(exposures)
    known = [keys[place] for place in IN_ORDER[1:-1]]
    assert [node["obsId"] for node in nodes][:2] == (known[:2] if direction == "ASC" else known[:1:-1])
    assert all(node["obsReleaseDate"] for node in nodes)


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_of_databases_have_each_once(
    client: httpx.AsyncClient, exposures: dict[str, str | None], direction: str
) -> None:
    query = (
        "query($ids: [String!], $after: String) { obscore(first: 1, after: $after, where: {obsId: {in: $ids}}, "
        f"orderBy: [{{obsReleaseDate: {direction}}}]) {{ nodes {{ obsId }} pageInfo {{ endCursor hasNextPage }} }} }}"
    )
    met: list[str] = []
    more, after = True, None
    while more and len(met) <= len(exposures):
        page = (await asked(client, query, ids=list(exposures), after=after))["obscore"]
        met += [node["obsId"] for node in page["nodes"]]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    earliest_first = [list(exposures)[place] for place in IN_ORDER]
    assert met == (earliest_first if direction == "ASC" else earliest_first[::-1])


@pytest.mark.parametrize("place", [2, 3, 4, 5])
async def test_a_time_is_taken_as_it_is_given(
    client: httpx.AsyncClient, exposures: dict[str, str | None], place: int
) -> None:
    query = """query($at: DateTime!, $before: DateTime!) {
      same: exposures(where: {expDateRelease: {eq: $at}}) { nodes { expId expDateRelease } }
      later: exposures(where: {expDateRelease: {gt: $before}}) { nodes { expId } }
      obscore(where: {obsReleaseDate: {eq: $at}}) { nodes { obsId } }
    }"""
    keys = list(exposures)
    at = in_microseconds(exposures[keys[place]])
    data = await asked(client, query, at=at, before="20000-01-01")
    assert data["same"]["nodes"] == [{"expId": keys[place], "expDateRelease": at}]
    assert {node["expId"] for node in data["later"]["nodes"]} == {keys[0], keys[2]}
    assert [node["obsId"] for node in data["obscore"]["nodes"]] == [keys[place]]
    adql = f"SELECT exp_id FROM obsportal.exposure WHERE exp_date_release = '{at}'"
    answer = await client.get("/tap/sync", params={"QUERY": adql, "LANG": "ADQL", "RESPONSEFORMAT": "csv"})
    assert answer.text.split() == ["exp_id", keys[place]]


async def test_the_last_change_is_one_that_has_been(federation: Federation, exposures: dict[str, str | None]) -> None:
    """An infinite time would hide every change after it, and a far one fail the watch, which reads times as text."""
    settings, one = {"timezone": "UTC"}, next(iter(exposures))
    owner = await asyncpg.connect(federation.sources["obsportal"], server_settings=settings)
    hub = await asyncpg.connect(federation.hub, server_settings=settings)
    change = "UPDATE portal.exposure SET exp_date_updated = $2::text::timestamptz WHERE exp_id = $1"
    was = await owner.fetchval("SELECT exp_date_updated::text FROM portal.exposure WHERE exp_id = $1", one)
    latest = "SELECT max(exp_date_updated)::text FROM portal.exposure WHERE exp_id <> $1"
    try:
        for at, last in (
            ("infinity", await owner.fetchval(latest, one)),
            ("20000-01-02 03:04:05+00", "20000-01-02 03:04:05+00"),
        ):
            await owner.execute(change, one, at)
            assert await hub.fetchval(mark(LAST_CHANGE)) == last
    finally:
        await owner.execute(change, one, was)
        await owner.close()
        await hub.close()


@pytest.mark.parametrize(
    "text",
    [
        "294277-01-01",
        "20001-02-29",
        "20000-W01-1",
        "20000",
        "100000000-01-01",
        "20000-01-01T25:00:00Z",
        "infinity",
        "-004714-01-01",
        "-43-03-15",
        "+20000-01-01",
    ],
)
async def test_what_is_no_time_is_refused(client: httpx.AsyncClient, text: str) -> None:
    query = f'{{ exposures(where: {{expDateRelease: {{eq: "{text}"}}}}) {{ nodes {{ expId }} }} }}'
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["errors"][0]["message"].startswith("DateTime cannot represent")
