"""The page of statistics: its figures equal what SQL counts in the tables, whatever is chosen."""

import csv
from typing import Any

import asyncpg
import httpx
import pytest
from playwright.async_api import expect
from visit import Visit

from sample.federation import Federation

MONTH = "to_char(timestamp '1858-11-17' + exp_mjd_start * interval '1 day', 'YYYY-MM')"
BROWSER = {"Accept": "text/html"}


async def rows(federation: Federation, sql: str) -> list[Any]:
    connection = await asyncpg.connect(federation.hub)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


async def figure(client: httpx.AsyncClient, name: str, **choice: str) -> list[dict[str, str]]:
    answer = await client.get("/statistics", params={**choice, "figure": name, "format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(answer.text.splitlines()))


async def test_exposures_by_month_and_instrument(client: httpx.AsyncClient, federation: Federation) -> None:
    counted = await rows(federation, f"SELECT {MONTH}, instrument_name, count(*) FROM obsportal.exposure GROUP BY 1, 2")
    shown = await figure(client, "instruments")
    told = {
        (row["Period"], name): int(count)
        for row in shown
        for name, count in row.items()
        if name not in {"Period", "Total"} and int(count)
    }
    assert told == {(month, name): count for month, name, count in counted}
    assert sum(int(row["Total"]) for row in shown) == sum(count for *_, count in counted)


async def test_a_choice_narrows_what_is_counted(client: httpx.AsyncClient, federation: Federation) -> None:
    where = "instrument_name = 'SPICA' AND exp_mjd_start >= 60310 AND exp_mjd_start < 60676"  # the year 2024
    [(counted,)] = await rows(federation, f"SELECT count(*) FROM obsportal.exposure WHERE {where}")
    choice = {"unit": "night", "instrument": "SPICA", "from": "2024-01-01", "to": "2024-12-31"}
    assert counted
    assert sum(int(row["Total"]) for row in await figure(client, "instruments", **choice)) == counted
    assert sum(int(row["Exposures"]) for row in await figure(client, "modes", **choice)) == counted


async def test_levels_of_oidb(client: httpx.AsyncClient, federation: Federation) -> None:
    counted = await rows(
        federation, "SELECT calib_level, count(t_min) FROM oidb.granule GROUP BY 1 HAVING count(t_min) > 0"
    )
    shown = await figure(client, "levels", unit="year")
    assert {level: sum(int(row[f"L{level}"]) for row in shown) for level, _ in counted} == dict(counted)


async def test_completeness_of_the_survey(client: httpx.AsyncClient, federation: Federation) -> None:
    counted = await rows(
        federation,
        "SELECT progname, count(*), count(*) FILTER (WHERE completion_rate > 0), round(100 * avg(coalesce(completion_rate, 0))::numeric, 1)"
        " FROM spica.target_program JOIN spica.target USING (spicadb_id) GROUP BY 1 ORDER BY 1",
    )
    shown = await figure(client, "survey")
    assert [(row["Programme"], int(row["Targets"]), int(row["Begun"])) for row in shown] == [row[:3] for row in counted]
    means = [float(row["Mean completion [%]"]) for row in shown]
    assert means == pytest.approx([float(mean) for *_, mean in counted], abs=0.11)


async def test_magnitudes_of_jsdc(client: httpx.AsyncClient, federation: Federation) -> None:
    counted = await rows(federation, "SELECT count(*) FROM jsdc.star WHERE kmag >= 3 AND kmag < 3.5")
    shown = await figure(client, "magnitudes", band="K")
    assert [int(row["Stars"]) for row in shown if row["K [mag]"].startswith("3.0 ")] == [counted[0][0]]


async def test_machines_get_what_graphql_says(client: httpx.AsyncClient) -> None:
    answer = await client.get("/statistics", headers={"Accept": "application/json"})
    assert sum(group["count"] for group in answer.json()["data"]["byFacility"]) == sum(
        group["count"] for group in answer.json()["data"]["modes"]
    )


@pytest.mark.parametrize("wrong", ["unit=week", "band=Z", "from=yesterday", "figure=none&format=csv"])
async def test_what_is_no_choice_is_refused(client: httpx.AsyncClient, wrong: str) -> None:
    answer = await client.get(f"/statistics?{wrong}", headers=BROWSER)
    assert answer.status_code in {400, 404}


@pytest.mark.browser
async def test_a_choice_is_in_the_address(visit: Visit) -> None:
    page = await visit.go("/statistics")
    await page.get_by_role("combobox", name="Instrument").select_option("SPICA")
    await page.get_by_role("combobox", name="By").select_option("year")
    await page.locator("main").get_by_role("button", name="Show").click()
    await page.wait_for_url("**unit=year**instrument=SPICA**")
    section = page.get_by_role("region", name="Exposures by year and instrument").first
    await section.get_by_text("Numbers").click()
    await expect(section.get_by_role("columnheader")).to_have_text(["Period", "SPICA", "Total"])
    await page.go_back()
    await expect(page.get_by_role("combobox", name="Instrument")).to_have_value("")
