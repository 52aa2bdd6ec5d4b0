"""Browse: what is shown of a table is what is in it, with scripts and without, as it is scrolled, chosen and taken away."""

import asyncio
import csv
import io
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect
from visit import Visit, visiting

from hub.rows import connect
from sample.federation import Federation

pytestmark = pytest.mark.browser
EXPOSURES = "/browse/obsportal.exposure"
STARS = "/browse/jsdc.star"


def rows(server: str, path: str, **given: str) -> list[dict[str, str]]:
    """The rows of an address as CSV: what it takes away."""
    response = httpx.get(f"{server}{path}", params=given | {"format": "csv"}, timeout=30)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def counted(server: str, adql: str) -> int:
    """How many rows a query of TAP has."""
    asked = {"LANG": "ADQL", "FORMAT": "csv", "QUERY": adql}
    response = httpx.post(f"{server}/tap/sync", data=asked, timeout=30)
    assert response.status_code == 200, response.text
    return len(list(csv.reader(io.StringIO(response.text)))) - 1


def answered(server: str, query: str) -> int:
    """How many rows a document of GraphQL has, as a table."""
    response = httpx.post(f"{server}/graphql", params={"RESPONSEFORMAT": "csv"}, json={"query": query}, timeout=30)
    assert response.status_code == 200, response.text
    return len(list(csv.reader(io.StringIO(response.text)))) - 1


def upper(url: str) -> float:
    """The upper end of the range of V that an address has; infinity where it has none."""
    return float(url.partition("vmag=..")[2].partition("&")[0] or "inf")


async def shown(page: Page) -> int:
    """How many rows the page says there are, once it has them."""
    await page.wait_for_function("() => document.querySelector('.grid[aria-busy=false]') !== null")
    return int(await page.locator(".grid").get_attribute("aria-rowcount") or 0) - 1


async def has(page: Page, total: int) -> None:
    await page.locator(f'.grid[aria-busy=false][aria-rowcount="{total + 1}"]').wait_for()


def facet(page: Page, column: str) -> Locator:
    return page.locator("details.facet").filter(has=page.locator("summary", has_text=column))


async def collect(page: Page, found: dict[int, str]) -> None:
    """Add the rows that have elements, by their numbers, and what stands in their first cells."""
    await page.wait_for_function("() => !document.querySelector('.line-of-grid.waiting')")
    found |= await page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.line-of-grid')]"
        ".map(row => [row.getAttribute('aria-rowindex') - 2, row.firstChild.textContent]))"
    )


async def test_rows_are_those_of_the_table_however_they_are_scrolled(visit: Visit) -> None:
    page = await visit.go(f"{EXPOSURES}?columns=expId&order=-expMjdStart")
    wanted = dict(
        enumerate(row["exp_id"] for row in rows(visit.server, EXPOSURES, order="-expMjdStart", columns="expId"))
    )
    assert await shown(page) == len(wanted) > 200
    grid = page.locator(".grid")
    for key, start in (("PageDown", "Home"), ("PageUp", "End")):
        found: dict[Any, str] = {}
        await grid.press(start)
        for _ in range(40):
            await collect(page, found)
            if len(found) == len(wanted):
                break
            await grid.press(key)
        assert {int(at): text for at, text in found.items()} == wanted


async def test_facets_choose_and_the_address_keeps_it(visit: Visit) -> None:
    page = await visit.go(EXPOSURES)
    whole, science = len(rows(visit.server, EXPOSURES)), len(rows(visit.server, EXPOSURES, obsType="science"))
    await facet(page, "obs_type").locator("summary").click()
    label = facet(page, "obs_type").locator("label", has_text="science")
    assert (await label.locator(".rows").inner_text()) == str(science)
    await label.click()
    await has(page, science)
    assert "obsType=science" in page.url
    await facet(page, "interferometer_name").locator("label", has_text="CHARA").click()
    both = len(rows(visit.server, EXPOSURES, obsType="science", interferometerName="CHARA"))
    await has(page, both)
    await page.get_by_role("button", name="exp_mjd_start").click()
    await page.locator('[aria-sort="ascending"]').wait_for()
    for expected in (both, science, whole):
        await page.go_back()
        await has(page, expected)
    await page.go_forward()
    await has(page, science)
    assert await page.get_by_role("checkbox", name="science").is_checked()
    await page.reload()
    await has(page, science)


async def test_a_histogram_counts_the_table(visit: Visit) -> None:
    page = await visit.go(f"{STARS}?columns=name,vmag,spTypeSimbad")
    part = facet(page, "Vmag")
    await part.locator("rect").first.wait_for(state="attached")
    bars = await part.locator("rect").evaluate_all("bars => bars.map(bar => Number(bar.dataset.rows))")
    values = [float(row["Vmag"]) for row in rows(visit.server, STARS, columns="vmag,name") if row["Vmag"]]
    counts, edges = np.histogram(values, len(bars))
    assert len(bars) == 30
    assert max(abs(counts - np.array(bars))) <= 1, "magnitudes that are an edge, to the rounding of a real"
    assert sum(bars) == len(values)
    end = part.get_by_role("slider", name="Vmag to")
    await end.fill("11")
    await end.press("ArrowLeft")
    await page.wait_for_url(lambda url: abs(upper(url) - edges[10]) < 1e-5)
    bound = upper(page.url)
    inside = len(rows(visit.server, STARS, vmag=f"..{bound}", columns="vmag,name"))
    await has(page, inside)
    assert inside == sum(value <= bound for value in values)


async def test_an_end_of_a_range_is_dragged(visit: Visit) -> None:
    page = await visit.go(f"{STARS}?columns=name,vmag")
    slider = facet(page, "Vmag").locator(".slider")
    await slider.locator("input").first.wait_for()
    box = await slider.bounding_box()
    assert box
    down = box["y"] + box["height"] - 12
    await page.mouse.move(box["x"] + 8, down)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 2, down, steps=4)
    await page.mouse.up()
    await page.wait_for_url("**vmag=*..*")
    bound = page.url.partition("vmag=")[2].partition("..")[0]
    await has(page, len(rows(visit.server, STARS, vmag=f"{bound}..", columns="name,vmag")))


@pytest.mark.parametrize(
    "asked",
    [
        "vmag=3..5|null&qVmag=HIGH|null&order=-vmag",
        "place=Fomalhaut&radius=20&vmag=..8",
        "box=344.4,-29.6,20,10&name=HD%25",
        "polygon=340,-20,350,-20,350,-35,340,-35&spTypeSimbad=!null",
    ],
)
async def test_the_same_is_asked_in_adql(visit: Visit, asked: str) -> None:
    page = await visit.go(f"{STARS}?{asked}")
    total = await shown(page)
    await page.get_by_text("The same as").click()
    adql = await page.locator('[data-same="ADQL"]').inner_text()
    assert counted(visit.server, adql) == total > 0
    query = await page.locator('[data-same="GraphQL"]').inner_text()
    assert answered(visit.server, query) == total


async def test_a_row_far_off_is_where_it_is_said_to_be(visit: Visit) -> None:
    page = await visit.go(f"{STARS}?columns=name&order=vmag")
    wanted = rows(visit.server, STARS, columns="name,vmag", order="vmag")
    assert await shown(page) == len(wanted)
    for number in (9000, len(wanted)):
        await page.get_by_label("Go to row").fill(str(number))
        await page.keyboard.press("Enter")
        found: dict[Any, str] = {}
        await page.locator(f'.line-of-grid[aria-rowindex="{number + 1}"]:not(.waiting)').wait_for()
        await collect(page, found)
        assert found[str(number - 1)] == wanted[number - 1]["Name"]


async def test_a_row_opens_and_leads_on(visit: Visit) -> None:
    page = await visit.go(f"{STARS}?vmag=..0&order=vmag")
    await page.locator(".grid").press("ArrowDown")
    await page.locator(".grid").press("Enter")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("link", name="All that is known of HD 45348").wait_for()
    assert "open=" in page.url
    assert await visit.violations() == []
    await page.keyboard.press("Escape")
    await dialog.wait_for(state="detached")
    await page.get_by_role("button", name="Columns").click()
    await page.get_by_role("searchbox", name="Search columns").fill("parallax")
    await page.get_by_role("checkbox", name="plx").first.uncheck()
    await page.get_by_role("button", name="Show these columns").click()
    await page.wait_for_url("**columns=*")
    await page.get_by_role("columnheader", name="plx").wait_for(state="detached")


async def test_a_place_is_chosen_on_a_map(visit: Visit) -> None:
    page = await visit.go(f"{STARS}?columns=name")
    total = await shown(page)
    await page.get_by_text("Where on the sky").click()
    await page.get_by_role("button", name="On a map").click()
    await page.get_by_role("application").focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**place=*")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="On a map")).to_be_focused()
    inside = len(rows(visit.server, STARS, place="0 5", radius="5", columns="name,vmag"))
    await has(page, inside)
    assert 0 < inside < total


async def test_a_table_that_cannot_be_read_is_said_in_place(visit: Visit, federation: Federation) -> None:
    page = await visit.go("/browse/obsportal.header?columns=expHeaderId")
    total = await shown(page)
    visit.expected.append("the server responded with a status of")
    connection = await connect(federation.sources["obsportal"])
    await connection.execute("ALTER TABLE portal.header RENAME TO header_away")
    try:
        await page.get_by_role("button", name="exp_header_id").click()
        await page.get_by_role("alert").filter(has_text="Obs Portal answers, but a table").wait_for()
        assert await shown(page) == total, "what was there stays"
    finally:
        await connection.execute("ALTER TABLE portal.header_away RENAME TO header")
        await connection.close()
    await page.get_by_role("button", name="Try again").click()
    await page.get_by_role("alert").wait_for(state="detached")


async def test_a_slow_network_keeps_what_is_there(visit: Visit) -> None:
    page = await visit.go(f"{EXPOSURES}?columns=expId,obsType")
    total = await shown(page)
    late = asyncio.Event()

    async def slow(route: Route) -> None:
        await late.wait()
        await route.continue_()

    await page.route("**/graphql*", slow)
    await page.get_by_role("columnheader", name="exp_id").get_by_role("button").click()
    await page.locator(".grid[aria-busy=true]").wait_for()
    assert await page.locator(".line-of-grid:not(.waiting)").count() > 20
    late.set()
    assert await shown(page) == total
    await page.unroute_all(behavior="wait")


async def test_it_works_without_scripts(browser: Browser, server: str) -> None:
    async with visiting(browser, server, java_script_enabled=False) as visit:
        page = await visit.go(f"{EXPOSURES}?columns=expId,obsType")
        wanted = [row["exp_id"] for row in rows(server, EXPOSURES, columns="expId")]
        found: list[str] = []
        while True:
            found += await page.locator("table.rows tbody td:first-child").all_inner_texts()
            if not await page.get_by_role("link", name="Next").count():
                break
            async with page.expect_navigation():  # until all of its rows are there
                await page.get_by_role("link", name="Next").click()
        assert sorted(found) == sorted(wanted)
        assert len(set(found)) == len(wanted)
        await page.get_by_role("link", name="Previous").click()
        last = len(wanted) % 50 or 50
        assert await page.locator("table.rows tbody td:first-child").all_inner_texts() == found[-last - 50 : -last]
        await page.locator("#c-obsType").fill("science")
        await page.get_by_role("button", name="Search").click()
        total = len(rows(server, EXPOSURES, obsType="science"))
        assert await page.get_by_text(f"of {total}").count() == 1
        assert page.url.endswith("?obsType=science&columns=expId%2CobsType") or "obsType=science" in page.url
