"""SAMP from a page, through JSAMP's hub to TOPCAT and back: the hub listens where all do, at port 21012 of this machine."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect
from tools import (
    ACTIVATION_ACTIONS,
    BROADCAST,
    FIRST_ROW,
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

BROWSE, STAR = "/browse/jsdc.star", "/star/HD%2048329"
SEND = "Send to TOPCAT, Aladin, ASPRO2 (SAMP)"
FAR = 2000
"""Rows."""
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


@pytest.mark.browser
@pytest.mark.topcat
async def test_rows_that_topcat_highlights_are_shown_on_browse(tool: Topcat, visit: Visit) -> None:
    page = await visit.go(f"{BROWSE}?order=vmag")
    marked, told = page.locator(".line-of-grid.active"), page.locator(".highlighted")
    async with httpx.AsyncClient(base_url=visit.server) as client:
        asked = {"order": "vmag", "columns": "name,vmag", "format": "csv"}
        rows = (await client.get(BROWSE, params=asked)).text.splitlines()[1:]
    names = [row.partition(",")[0] for row in rows]
    place = page.locator(".away")
    await place.get_by_role("button", name=SEND).click()
    await place.get_by_role("button", name="topcat", exact=True).click()
    await expect(place).to_contain_text("Loaded by topcat")

    await asyncio.to_thread(tool.open, *ACTIVATION_ACTIONS, "Activation Actions")
    await asyncio.to_thread(tool.click_in, "Activation Actions", *SEND_ROW_INDEX)
    await asyncio.to_thread(tool.open, *TABLE_BROWSER, "Table Browser")
    await asyncio.to_thread(tool.click_in, "Table Browser", *SECOND_ROW)
    await expect(told).to_have_text("Row 2 is highlighted")
    await expect(marked).to_contain_text(names[1])
    await asyncio.to_thread(tool.scroll, 1000)
    await asyncio.to_thread(tool.click_in, "Table Browser", *SECOND_ROW)
    await within(lambda: _ready(tool.reader.of(HIGHLIGHT)[1:]), 20)
    far = int(tool.reader.of(HIGHLIGHT)[-1]["row"])
    assert far > FAR, "further than what has been read"
    await expect(told).to_have_text(f"Row {far + 1:,} is highlighted")
    await expect(marked).to_contain_text(names[far])
    assert await marked.get_attribute("aria-rowindex") == str(far + 2)

    await page.locator(".grid").press("Enter")
    await within(lambda: _ready(tool.reader.of(HIGHLIGHT)[2:]), 20)
    assert tool.reader.of(HIGHLIGHT)[-1]["row"] == str(far), "told to the tools, as it is opened"
    await page.keyboard.press("Escape")

    await page.get_by_role("columnheader", name="Vmag").get_by_role("button").click()
    await expect(told).to_have_text("")
    await asyncio.to_thread(tool.click_in, "Table Browser", *FIRST_ROW)
    await expect(told).to_have_text(
        re.compile("^Row [0-9,]+ of what was sent is highlighted: other rows are shown now$")
    )


async def _ready(found: list[dict[str, str]]) -> list[dict[str, str]]:
    return found
