"""Doubts of identification: every record of a kind, with the stars around it, for curators."""

import httpx
import pytest
from playwright.async_api import expect
from visit import Visit

from adapters.page.doubts import Choice, doubts_page

STARS = [{"jsdcId": 1, "name": "HD 1", "vmag": {"value": 5.1}}, {"jsdcId": 2, "name": "HD 2", "vmag": {"value": None}}]
IDENTITY = {
    "method": "CONTRADICTED", "confidence": "LOW", "separation": 0.7, "separation2nd": 0.8, "nMates": 2, "namedStarId": 3,
    "namedSeparation": 12.3, "epoch": 2000.0,
}  # fmt: skip
RECORD = {"key": 7, "name": "<b>cal</b>", "ra": 1.0, "dec": -2.0, "identity": IDENTITY, "star": STARS[0]}


def test_a_doubtful_record_has_its_candidates() -> None:
    payload = {
        "data": {"oidb": {"totalCount": 1, "pageInfo": {"hasNextPage": False, "endCursor": "x"}, "nodes": [RECORD]}}
    }
    matches = [{"position": 0, "separation": near, "star": star} for near, star in zip((0.7, 0.8), STARS, strict=True)]
    around = {"data": {"crossmatch": {"nodes": matches}, "stars": {"nodes": [{"jsdcId": 3, "name": "HD 3"}]}}}
    page = doubts_page(payload, around, Choice("oidb", "", ""), "en")
    for part in (
        "HD 1</a> 0.70″, V 5.1",
        "HD 2</a> 0.80″<",
        "HD 3</a> 12.3″",
        "CONTRADICTED",
        "confidence low",
        "1.00000 -2.00000",
    ):
        assert part in page
    assert "<b>cal</b>" not in page


def test_a_database_that_does_not_answer_is_said() -> None:
    payload = {"data": {"oidb": None, "oidbCounts": None}, "errors": [{"message": "OiDB does not answer"}]}
    assert "OiDB does not answer" in doubts_page(payload, {}, Choice("oidb", "", ""), "en")


async def test_machines_get_the_records(client: httpx.AsyncClient) -> None:
    answer = await client.get("/doubts", params={"method": "NAME"}, headers={"Accept": "application/json"})
    found = answer.json()["data"]["obsportal"]
    assert len(found["nodes"]) == found["totalCount"] > 0
    assert {node["identity"]["method"] for node in found["nodes"]} == {"NAME"}
    assert (await client.get("/doubts?method=SURE")).status_code == 400


@pytest.mark.browser
async def test_a_number_leads_to_its_records(visit: Visit) -> None:
    page = await visit.go("/doubts")
    row = page.get_by_role("row", name="NAME By name, among several")
    number = int(await row.get_by_role("link").nth(1).inner_text())
    await row.get_by_role("link").nth(1).click()
    await expect(page.get_by_text(f"50 of {number}" if number > 50 else f"{number} of {number}")).to_be_visible()
    assert "database=oidb&method=NAME" in page.url
    await expect(page.locator("#doubts tbody tr").first.get_by_role("link").nth(1)).to_be_visible()
