"""Circles whose radius a row has not, or that is negative, are none: what is asked of them is unknown, not false."""

import csv
import io

import httpx
import pytest

STARS = "(CASE WHEN MOD(jsdc_id, 3) = 0 THEN e_ldd WHEN MOD(jsdc_id, 3) = 1 THEN -e_ldd END)"
ROWS = f"(SELECT raj2000 AS ra, dej2000 AS dec, {STARS} AS r FROM jsdc.star WHERE vmag < 4) AS s"
CIRCLES = "CIRCLE(ra, dec, r)"
ASKED = (
    f"CONTAINS(POINT(84.05, -1.2), {CIRCLES})",
    f"CONTAINS({CIRCLES}, CIRCLE(84.05, -1.2, 20))",
    f"CONTAINS({CIRCLES}, BOX(84.05, -1.2, 5, 5))",
    f"CONTAINS({CIRCLES}, POLYGON(80, -5, 90, -5, 85, 5))",
    f"INTERSECTS({CIRCLES}, CIRCLE(84.05, -1.2, 20))",
    f"INTERSECTS({CIRCLES}, BOX(84.05, -1.2, 5, 5))",
)


async def rows(client: httpx.AsyncClient, query: str) -> list[dict[str, str]]:
    response = await client.post("/tap/sync", data={"LANG": "ADQL", "FORMAT": "csv", "QUERY": query})
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.mark.parametrize("asked", ASKED)
async def test_without_a_radius_nothing_is_known(client: httpx.AsyncClient, asked: str) -> None:
    [counted] = await rows(client, f"SELECT COUNT(*) AS n FROM {ROWS} WHERE r >= 0")
    values = {
        row["v"]: int(row["n"])
        for row in await rows(client, f"SELECT {asked} AS v, COUNT(*) AS n FROM {ROWS} GROUP BY v")
    }
    kept = [
        int((await rows(client, f"SELECT COUNT(*) AS n FROM {ROWS} WHERE {truth} = {asked}"))[0]["n"])
        for truth in (0, 1)
    ]
    assert kept == [values.get("0", 0), values.get("1", 0)]
    assert sum(kept) == int(counted["n"]) > 0
    assert values[""] > 0


@pytest.mark.parametrize(("operator", "negative"), [("<", False), (">", True)])
async def test_no_distance_is_compared_with_nothing(client: httpx.AsyncClient, operator: str, negative: bool) -> None:
    """A negative number is one all the same: every distance is larger."""
    near = f"DISTANCE(POINT(ra, dec), POINT(84.05, -1.2)) {operator} r"
    [found] = await rows(client, f"SELECT COUNT(*) AS n FROM {ROWS} WHERE {near} AND r IS NULL")
    assert found["n"] == "0"
    [below] = await rows(client, f"SELECT COUNT(*) AS n FROM {ROWS} WHERE {near} AND r < 0")
    assert (int(below["n"]) > 0) is negative


async def test_regions_of_observations_that_have_none(client: httpx.AsyncClient) -> None:
    [absent] = await rows(client, "SELECT COUNT(*) AS n FROM ivoa.obscore WHERE s_region IS NULL")
    values = await rows(
        client, "SELECT CONTAINS(POINT(1, 1), s_region) AS v, COUNT(*) AS n FROM ivoa.obscore GROUP BY v"
    )
    assert {row["v"]: row["n"] for row in values}[""] == absent["n"] != "0"
