"""Times that `datetime` has not: infinities are null, a year after 9999 is text, and the page answers, at every door."""

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

from sample.federation import Federation

DISTANT = {"infinity": None, "-infinity": None, "20000-01-02 03:04:05.5+00": "20000-01-02T03:04:05.5"}


@pytest.fixture(scope="module")
async def exposures(federation: Federation) -> AsyncIterator[dict[str, str | None]]:
    """Three exposures that become public at the end of time, at its start, and in the year 20000."""
    owner = await asyncpg.connect(federation.sources["obsportal"])
    rows = await owner.fetch(
        "SELECT exp_id, exp_date_release::text AS was FROM portal.exposure WHERE exp_id LIKE 'SAMPLE.SPICA.2025-10-13%'"
        " ORDER BY exp_id LIMIT 3"  # which OiDB does not have, and so ObsCore from here
    )
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
    assert told == {key: text and f"{text}00000Z" for key, text in exposures.items()}


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
    for _ in exposures:
        page = (await asked(client, query, ids=list(exposures), after=after))["exposures"]
        met += [node["expId"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    late, early, distant = exposures
    assert met == ([early, distant, late] if direction == "ASC" else [late, distant, early])
    assert not page["pageInfo"]["hasNextPage"]


async def test_groups_and_bounds_answer(client: httpx.AsyncClient, exposures: dict[str, str | None]) -> None:
    query = """query($ids: [String!]) {
      all: exposuresAggregate(where: {expId: {in: $ids}}) { count min { expDateRelease } max { expDateRelease } }
      groups: exposuresAggregate(where: {expId: {in: $ids}}, groupBy: [EXP_DATE_RELEASE]) { count key { expDateRelease } }
    }"""
    data = await asked(client, query, ids=list(exposures))
    assert data["all"] == [{"count": 3, "min": {"expDateRelease": None}, "max": {"expDateRelease": None}}]
    assert len(data["groups"]) == 3


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
    texts = [text and f"{text}00Z" for text in exposures.values()]
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
        assert column.is_null().to_pylist() == [True, True, False]
        assert pc.year(column)[2].as_py() == 20000


@pytest.mark.parametrize("accept", ["application/x-votable+xml", "text/csv", "application/vnd.apache.parquet"])
async def test_graphql_as_a_table_has_them(
    client: httpx.AsyncClient, exposures: dict[str, str | None], accept: str
) -> None:
    query = f"{{ exposures(where: {{expId: {{in: [{listed(exposures)}]}}}}) {{ nodes {{ expId expDateRelease }} }} }}"
    answer = await client.get("/graphql", params={"query": query.replace("'", '"')}, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert "parquet" in accept or "20000-01-02T03:04:05.500Z" in answer.text


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
    late, early, distant = exposures
    listed_first = [node["obsId"] for node in nodes]
    assert listed_first[: 1 if direction == "ASC" else 2] == ([early] if direction == "ASC" else [late, distant])
    assert all(node["obsReleaseDate"] for node in nodes[2:])


async def test_a_year_after_9999_is_taken_as_it_is_given(
    client: httpx.AsyncClient, exposures: dict[str, str | None]
) -> None:
    query = """query($at: DateTime!, $before: DateTime!) {
      same: exposures(where: {expDateRelease: {eq: $at}}) { nodes { expId expDateRelease } }
      later: exposures(where: {expDateRelease: {gt: $before}}) { nodes { expId } }
      obscore(where: {obsReleaseDate: {eq: $at}}) { nodes { obsId } }
    }"""
    late, _, distant = exposures
    at = f"{exposures[distant]}00000Z"
    data = await asked(client, query, at=at, before="20000-01-01")
    assert data["same"]["nodes"] == [{"expId": distant, "expDateRelease": at}]
    assert {node["expId"] for node in data["later"]["nodes"]} == {late, distant}
    assert [node["obsId"] for node in data["obscore"]["nodes"]] == [distant]


@pytest.mark.parametrize(
    "text", ["294277-01-01", "20001-02-29", "20000-W01-1", "20000", "100000000-01-01", "20000-01-01T25:00:00Z"]
)
async def test_what_is_no_time_is_refused(client: httpx.AsyncClient, text: str) -> None:
    query = f'{{ exposures(where: {{expDateRelease: {{eq: "{text}"}}}}) {{ nodes {{ expId }} }} }}'
    answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer["errors"][0]["message"].startswith("DateTime cannot represent")
