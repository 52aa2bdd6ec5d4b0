"""SAMP from a page, through JSAMP's hub to TOPCAT and back: the hub listens where all do, at port 21012 of this machine."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect
from tools import (
    ACTIVATION_ACTIONS,
    BROADCAST,
    HIGHLIGHT,
    LOAD,
    SECOND_ROW,
    SEND_ROW_INDEX,
    TABLE_BROWSER,
    Topcat,
    topcat,
)
from visit import Visit

from tests.waiting import within

STAR = "/star/HD%2048329"
SEND = "Send to TOPCAT, Aladin, ASPRO2 (SAMP)"
UNITS = {"exp_mjd_start": "d", "target_ra": "deg", "instrument_em_min": "m", "exp_seeing": "arcsec", "exp_tau0": "s"}


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Topcat]:
    monkeypatch.setenv("SAMP_HUB", f"std-lockurl:file://{tmp_path}/.samp")
    with topcat(tmp_path) as made:
        yield made


@pytest.mark.browser
@pytest.mark.topcat
async def test_a_table_is_sent_to_topcat_and_rows_are_highlighted_both_ways(tool: Topcat, visit: Visit) -> None:
    page, heard = await visit.go(STAR), tool.reader
    place = page.locator("[data-rows=exposure-rows]")
    rows = page.locator("#exposure-rows tbody tr")
    await place.get_by_role("button", name=SEND).click()
    await place.get_by_role("button", name="topcat", exact=True).click()
    await expect(place).to_contain_text("Loaded by topcat")
    assert heard.of(LOAD) == [], "it was for TOPCAT alone"

    await asyncio.to_thread(tool.click, *BROADCAST)
    [loaded] = await within(lambda: _ready(heard.of(LOAD)), 20)
    async with httpx.AsyncClient() as client:
        table = (await client.get(loaded["url"])).text
    assert [f'name="{name}"' in table and f'unit="{unit}"' in table for name, unit in UNITS.items()] == [True] * 5
    assert table.count("<TR>") == await rows.count()

    await asyncio.to_thread(tool.click, *ACTIVATION_ACTIONS)
    await asyncio.to_thread(tool.click_in, "Activation Actions", *SEND_ROW_INDEX)
    await asyncio.to_thread(tool.click, *TABLE_BROWSER)
    await asyncio.to_thread(tool.click_in, "Table Browser", *SECOND_ROW)
    await expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    await expect(place).to_contain_text("Highlighted")

    before = len(heard.of(HIGHLIGHT))
    await rows.nth(2).press("Enter")
    await within(lambda: _ready(heard.of(HIGHLIGHT)[before:]), 20)
    assert heard.of(HIGHLIGHT)[-1]["row"] == "2"


async def _ready(found: list[dict[str, str]]) -> list[dict[str, str]]:
    return found
