"""What holds of every page: nothing to complain of, by Chromium and by axe; both languages; without scripts too."""

import pytest
from playwright.async_api import Browser, Page
from visit import visiting

from adapters.page.words import ENGLISH, LANGUAGES

pytestmark = pytest.mark.browser
PAGES = {
    "home": "/",
    "find": "/find?text=GJ%20229",
    "exposure": "/detail/exposure/SPICA.SCIDET:20220114:104042_target_1",
    "star": "/star/HD%2048329",
    "browse": "/browse",
    "browse-star": "/browse/jsdc.star?vmag=..5&order=vmag",
    "compare": "/compare",
    "spica": "/spica",
    "spica-targets": "/spica/targets?programme=S05",
    "spica-target": "/spica/targets/8",
    "spica-night": "/spica/night?date=2026-12-01&pops=451215",
    "statistics": "/statistics",
    "health": "/health",
    "graphiql": "/graphiql",
    "schema": "/schema?q=diameter",
    "doubts": "/doubts?method=NAME",
    "adql": "/adql?query=SELECT%20TOP%2050%20Name,%20Vmag,%20LDD%20FROM%20jsdc.star%20WHERE%20LDD%20%3E%201&view=plot",
}


PAPER = {
    "star": "ICRS, J2000",
    "browse-star": "Rows 1 to 200 of",
    "spica-night": "Evening of 2026-12-01",
    "statistics": "Period",
}
"""Pages that are wide, and what is said of them on paper."""
CUT = """() => [...document.querySelectorAll("main, main *")].filter(
    (one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0
        && !(one instanceof SVGElement) && getComputedStyle(one).display !== "inline",
).map((one) => one.outerHTML.slice(0, 200))"""
"""Elements that have more in them than is seen."""
A4 = 703
"""Pixels across a page of A4 between its margins."""


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_has_no_fault_and_is_said_in_two_languages(browser: Browser, server: str, name: str) -> None:
    async with visiting(browser, server, locale=ENGLISH) as visit:
        page = await visit.go(PAGES[name])
        await page.wait_for_load_state("networkidle")
        assert await visit.violations() == []
        await visit.picture(name)
        if name in PAPER:
            await whole_on_paper(page, PAPER[name])
        said = [await page.locator("html").get_attribute("lang")]
        await page.locator("a[data-language]").click()
        said.append(await page.locator("html").get_attribute("lang"))
        assert said == list(LANGUAGES)


async def whole_on_paper(page: Page, told: str) -> None:
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": A4, "height": 1000})
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert await page.evaluate(CUT) == [], "nothing is cut"
    assert told in await page.locator("main").inner_text()
    await page.emulate_media(media="screen")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_choice_of_a_language_is_remembered(browser: Browser, server: str, language: str) -> None:
    async with visiting(browser, server, locale=language) as visit:
        page = await visit.go(PAGES["browse"])
        assert await page.locator("html").get_attribute("lang") == language
        await page.locator("a[data-language]").click()
        other = await page.locator("html").get_attribute("lang")
        assert other != language
        await visit.go(PAGES["statistics"])
        assert await page.locator("html").get_attribute("lang") == other
