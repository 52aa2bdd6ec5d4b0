"""The home page: one box for all, coverage to choose from, what is new, which databases answer; all ways in work."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Literal
from urllib.parse import quote

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, Page, Response, Route, expect
from visit import Visit, visiting

from sample.federation import Federation

pytestmark = pytest.mark.browser
EXPOSURE = "SAMPLE.SPICA.2024-12-13T09:05:00.1000107_1"
HTML = {"Accept": "text/html"}
NEW = "SAMPLE.WEB.HOME"


async def test_the_box_offers_what_is_called_so_and_keys_lead_there(visit: Visit) -> None:
    page = await visit.go("/")
    box = page.get_by_role("combobox")
    await box.fill("eps gem")
    await expect(page.get_by_role("option").first).to_contain_text("HD 48329 star · JSDC · also called eps Gem")
    assert await visit.violations() == []
    await box.press("ArrowDown")
    first = page.get_by_role("option").first
    await expect(first).to_have_attribute("aria-selected", "true")
    assert await box.get_attribute("aria-activedescendant") == await first.get_attribute("id")
    await box.press("Enter")
    await page.wait_for_url("**/star/HD%2048329")


async def test_a_place_has_tables_around_it(visit: Visit) -> None:
    page = await visit.go("/")
    await page.get_by_role("combobox").fill("06 43 55.9 +25 07 52")
    await page.get_by_role("option", name="Exposures").click()
    await page.wait_for_url("**/browse/obsportal.exposure?place=100.98292+25.13111")
    visit.expected.append("404")


async def test_the_box_is_a_form_without_scripts(browser: Browser, server: str) -> None:
    async with visiting(browser, server, java_script_enabled=False) as visit:
        page = await visit.go("/")
        await page.get_by_label("A name, a place").fill("ε Gem")
        await page.get_by_role("button", name="Find").click()
        await page.wait_for_url("**/star/HD%2048329")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("S01", "spica/programs/S01"),
        ("100.98 +25.13", "browse/jsdc.star?place=100.98+%2B25.13"),
        ("06:43:55.9 +25:07:52", "browse/jsdc.star?place=06%3A43%3A55.9+%2B25%3A07%3A52"),
        ("6h43m55.9s +25d07m52s", "browse/jsdc.star?place=6h43m55.9s+%2B25d07m52s"),
        ("nobody at all", "star/nobody%20at%20all"),
        (EXPOSURE, f"detail/exposure/{EXPOSURE.replace(':', '%3A')}"),
    ],
)
async def test_who_has_no_scripts_is_sent_to_the_same_places(server: str, text: str, address: str) -> None:
    async with httpx.AsyncClient(base_url=server) as client:
        assert (await client.get("/find", params={"text": text})).headers["location"] == address
        assert (await client.get("/find", headers=HTML)).status_code == 400


@pytest.mark.parametrize(("text", "choice"), [("zzzz", "HD 121648"), ("eps", "HD 52089")])
async def test_nobody_is_sent_to_what_is_called_otherwise(client: httpx.AsyncClient, text: str, choice: str) -> None:
    for address, status in ((f"/find?text={text}", 200), (f"/star/{text}", 404)):
        answer = await client.get(address, headers=HTML)
        assert answer.status_code == status
        assert f'<a href="/star/{quote(choice)}">{choice}</a>' in answer.text


async def test_an_exposure_that_is_added_comes_by_itself(visit: Visit, federation: Federation) -> None:
    """Told by the subscription: by its start it is none of the last."""
    async with visit.page.expect_response(_is_subscription):
        page = await visit.go("/")
    rows = page.get_by_role("table").get_by_role("row")
    await expect(rows).to_have_count(21)
    async with _added(federation, "ASC"):
        await expect(rows.nth(1)).to_contain_text("new")
        await expect(rows).to_have_count(21)
        await expect(page.get_by_title(NEW)).to_be_visible()


async def test_what_was_added_before_the_gateway_is_heard_is_there(visit: Visit, federation: Federation) -> None:
    heard = asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.resource_type == "eventsource":
            await heard.wait()
        await route.continue_()

    await visit.page.route("**/graphql?*", late)
    page = await visit.go("/")
    rows = page.get_by_role("table").get_by_role("row")
    await expect(rows).to_have_count(21)
    async with _added(federation, "DESC"):
        heard.set()
        await expect(rows.nth(1)).to_contain_text("new")
        await expect(rows).to_have_count(21)
        await expect(page.get_by_title(NEW)).to_be_visible()


def _is_subscription(response: Response) -> bool:
    return response.headers.get("content-type", "").startswith("text/event-stream")


@asynccontextmanager
async def _added(federation: Federation, start: Literal["ASC", "DESC"]) -> AsyncIterator[None]:
    """An exposure more for as long as this lasts, which starts with the first or the last of the others."""
    connection = await asyncpg.connect(federation.sources["obsportal"])
    try:
        await connection.execute(
            "INSERT INTO portal.exposure (exp_id, exp_header_id, exp_mjd_start, obs_id, exp_date_updated)"
            " SELECT $1, exp_header_id, exp_mjd_start, obs_id, now() FROM portal.exposure"
            f" ORDER BY exp_mjd_start {start} NULLS LAST LIMIT 1",
            NEW,
        )
        yield
    finally:
        await connection.execute("DELETE FROM portal.exposure WHERE exp_id = $1", NEW)
        await connection.close()


async def test_a_database_that_is_down_is_named_and_the_rest_stays(visit: Visit) -> None:
    page = await visit.go("/")
    await expect(page.get_by_text("All 4 databases answer.")).to_be_visible()

    async def without_oidb(route: Route) -> None:
        response = await route.fetch()
        answer = await response.json()
        for source in (answer.get("data") or {}).get("sources") or ():
            source["up"] = source["name"] != "oidb"
        await route.fulfill(response=response, json=answer)

    await page.route("**/graphql?*", without_oidb)
    await _looked_at(page)
    await expect(page.get_by_text("OiDB: no answer at the moment. Everything else is here.")).to_be_visible()
    await expect(page.get_by_role("heading", name="JSDC")).to_be_visible()
    await page.route("**/graphql?*", lambda route: route.abort())
    visit.expected.append("ERR_FAILED")
    await _looked_at(page)
    await expect(page.get_by_text("The gateway does not answer")).to_be_visible()


async def _looked_at(page: Page) -> None:
    """As when a reader comes back to a page, which then looks at once."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def test_an_area_is_chosen_by_keys_and_is_in_the_address(visit: Visit) -> None:
    page = await visit.go("/")
    sky = page.get_by_role("application")
    await sky.focus()
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowUp", "Enter"):
        await sky.press(key)
    link = page.get_by_text("Browse what is in this area").get_by_role("link", name="jsdc.star")
    assert await link.get_attribute("href") == "/browse/jsdc.star?place=5+6&radius=5"
    assert "place=5+6&radius=5" in page.url
    await page.go_back()
    await expect(link).to_have_count(0)
    await page.go_forward()
    await expect(link).to_be_visible()


async def test_tables_on_the_map_are_in_the_address(visit: Visit) -> None:
    page = await visit.go("/?layers=spica.target")
    await expect(page.get_by_label("spica.target")).to_be_checked()
    await expect(page.locator(".sky-cells")).to_have_count(1)
    await page.get_by_label("oidb.granule").check()
    await expect(page.locator(".sky-cells")).to_have_count(2)
    assert page.url.endswith("?layers=spica.target%2Coidb.granule")


@pytest.mark.parametrize(("name", "command"), [("curl", ["bash", "-euc"]), ("pyvo", [sys.executable, "-c"])])
async def test_ways_to_ask_work_as_they_are_copied(server: str, name: str, command: list[str]) -> None:
    async with httpx.AsyncClient() as client:
        text = await _way(client, server, name)
    process = await asyncio.create_subprocess_exec(*command, text, stdout=-1, stderr=-1)
    out, errors = await process.communicate()
    assert process.returncode == 0, errors
    assert {"curl": b"4.70", "pyvo": b"SPICA"}[name] in out


async def test_addresses_for_tools_answer(server: str) -> None:
    async with httpx.AsyncClient() as client:
        tap, cone = (await _way(client, server, "topcat")).split()
        logs, diameters = (await _way(client, server, "aspro")).split()
        asked = (f"{tap}/availability", f"{cone}?RA=100.983&DEC=25.131&SR=0.1", logs, diameters)
        assert [(await client.get(address)).status_code for address in asked] == [200] * 4


async def _way(client: httpx.AsyncClient, server: str, name: str) -> str:
    """What the page says to copy."""
    content = (await client.get(server, headers=HTML)).text
    return unescape(content.partition(f'id="ask-{name}">')[2].partition("</pre>")[0])


async def test_machines_have_the_list_of_doors(server: str) -> None:
    async with httpx.AsyncClient() as client:
        text = (await client.get(server)).text
    assert text.startswith("The JMMC gateway. Doors:\n")
    assert "  /find\n" in text
