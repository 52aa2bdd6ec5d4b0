"""What holds of every page: nothing to complain of, by Chromium and by axe; both languages; without scripts too."""

import pytest
from playwright.async_api import Browser
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


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_has_no_fault_and_is_said_in_two_languages(browser: Browser, server: str, name: str) -> None:
    async with visiting(browser, server, locale=ENGLISH) as visit:
        page = await visit.go(PAGES[name])
        await page.wait_for_load_state("networkidle")
        assert await visit.violations() == []
        await visit.picture(name)
        said = [await page.locator("html").get_attribute("lang")]
        await page.locator("a[data-language]").click()
        said.append(await page.locator("html").get_attribute("lang"))
        assert said == list(LANGUAGES)


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
