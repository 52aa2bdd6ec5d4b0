"""ObsLocTAP: the runs of the survey, planned and done, against SPICA-DB itself."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from hub.rows import connect
from sample.federation import Federation

EPOCH = datetime(1858, 11, 17, tzinfo=UTC)
WORDS = {
    "planned": "Planned", "scheduled": "Scheduled", "observed": "Performed", "reduced": "Performed",
    "validated": "Performed", "rejected": "Aborted",
}  # fmt: skip


async def rows(client: httpx.AsyncClient, query: str) -> list[dict[str, str]]:
    response = await client.get("/tap/sync", params={"LANG": "ADQL", "FORMAT": "csv", "QUERY": query})
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.fixture(scope="module")
async def runs(federation: Federation) -> Any:
    connection = await connect(federation.sources["spica"])
    try:
        yield await connection.fetch(
            "SELECT f.*, s.target_main_id, s.ra FROM spica_followup f LEFT JOIN spica s ON s.spicadb_id = f.spicadb_id ORDER BY tpl_start"
        )
    finally:
        await connection.close()


async def test_every_run_is_told_with_its_status(client: httpx.AsyncClient, runs: Any) -> None:
    told = await rows(client, "SELECT * FROM ivoa.obsplan ORDER BY obs_id")
    assert [row["execution_status"] for row in told] == [WORDS[run["run_status"]] for run in runs]
    assert [row["target_name"] for row in told] == [run["target_main_id"] for run in runs]
    assert [float(row["s_ra"]) for row in told] == [run["ra"] for run in runs]
    assert {row["execution_status"] for row in told} == {"Planned", "Scheduled", "Performed", "Aborted"}
    for row, run in zip(told, runs, strict=True):
        start = (run["tpl_start"] - EPOCH).total_seconds() / 86400
        assert float(row["t_planning"]) == pytest.approx(start, abs=1e-6)
        if run["run_status"] == "planned":
            assert (row["t_min"], row["t_max"], row["t_exptime"]) == ("", "", "")
        else:
            assert float(row["t_min"]) == pytest.approx(start, abs=1e-6)
            assert (float(row["t_max"]) - float(row["t_min"])) * 86400 == pytest.approx(600, abs=0.01)
    assert {(row["category"], row["priority"], row["tracking_type"]) for row in told} == {("Other", "0", "Sidereal")}


async def test_conditions_of_the_standard(client: httpx.AsyncClient, runs: Any) -> None:
    within = "1 = CONTAINS(POINT(s_ra, s_dec), CIRCLE(100.983, 25.131, 0.1)) AND t_min < 70000 AND t_max > 58500"
    told = await rows(client, f"SELECT target_name FROM ivoa.obsplan WHERE {within}")
    assert told
    assert {row["target_name"] for row in told} == {"* eps Gem"}
    counted = await rows(client, "SELECT execution_status, COUNT(*) AS n FROM ivoa.obsplan GROUP BY execution_status")
    assert {row["execution_status"]: int(row["n"]) for row in counted} == Counter(
        WORDS[run["run_status"]] for run in runs
    )


async def test_graphql_has_the_same_pages(client: httpx.AsyncClient, runs: Any) -> None:
    names: list[str] = []
    after = ""
    while True:
        query = (
            f"{{ obsplan(first: 17{after}) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ obsId }} }} }}"
        )
        page = (await client.post("/graphql", json={"query": query})).json()["data"]["obsplan"]
        names += [node["obsId"] for node in page["nodes"]]
        assert page["totalCount"] == len(runs)
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = f', after: "{page["pageInfo"]["endCursor"]}"'
    assert len(names) == len(set(names)) == len(runs)
    one = f'{{ plannedObservation(id: "{names[0]}") {{ obsId executionStatus }} }}'
    answer = (await client.post("/graphql", json={"query": one})).json()["data"]["plannedObservation"]
    assert answer["obsId"] == names[0]


async def test_tap_schema_has_its_utype(client: httpx.AsyncClient) -> None:
    (table,) = await rows(client, "SELECT utype FROM tap_schema.tables WHERE table_name = 'ivoa.obsplan'")
    assert table["utype"] == "ivo://ivoa.net/std/obsloctap#table-1.0"
