"""The page of a star in a browser: what scripts add, and that it is whole without them."""

import pytest
from playwright.async_api import Browser, expect
from visit import Visit, visiting

pytestmark = pytest.mark.browser
STAR = "/star/HD%20232979"


async def test_plots_are_chosen_in_the_address(visit: Visit) -> None:
    page = await visit.go(STAR)
    log, linear = (page.locator(f'[data-of="v2"][data-value="{scale}"]') for scale in ("log", "linear"))
    await page.get_by_role("link", name="logarithmic").press("Enter")
    await expect(log).to_be_visible()
    await expect(linear).to_be_hidden()
    await page.get_by_role("link", name="Mλ").click()
    assert page.url.endswith("?v2=log&uv=Mlambda")
    await expect(page.locator('[data-of="uv"][data-value="Mlambda"]')).to_be_visible()
    await page.go_back()
    assert page.url.endswith("?v2=log")
    await expect(page.locator('[data-of="uv"][data-value="m"]')).to_be_visible()
    await page.go_back()
    await expect(linear).to_be_visible()
    await page.go_forward()
    await expect(log).to_be_visible()


async def test_an_exposure_lights_up_wherever_it_is(visit: Visit) -> None:
    page = await visit.go(STAR)
    row = page.locator("#exposure-rows tbody tr").first
    key = await row.get_attribute("data-key")
    await row.locator("a").first.focus()
    lit = page.locator(".lit")
    assert {await one.evaluate("one => one.localName") for one in await lit.all()} == {"tr", "path", "circle"}
    assert key in [await one.get_attribute("data-key") for one in await lit.all()]
    await page.locator(".point[data-key*='|']").first.hover()
    await expect(page.locator("tr.lit")).to_have_count(3)


async def test_without_a_hub_one_is_told_what_to_start(visit: Visit) -> None:
    visit.expected.append("localhost:21012")
    page = await visit.go(STAR)
    place = page.locator("[data-rows=exposure-rows]")
    await place.get_by_role("button").click()
    await expect(place).to_contain_text("There is no SAMP hub on this machine")
    assert await visit.violations() == []


async def test_the_page_is_whole_without_scripts(browser: Browser, server: str) -> None:
    async with visiting(browser, server, java_script_enabled=False, locale="fr") as visit:
        page = await visit.go(f"{STAR}?v2=log")
        titles = await page.locator("main h2").all_inner_texts()
        assert titles[:4] == ["Étoile", "Visibilité", "Distribution spectrale d'énergie", "Plan uv"]
        await expect(page.locator('[data-of="v2"][data-value="log"]')).to_be_visible()
        await expect(page.locator("button")).to_have_count(1)
        await page.get_by_role("link", name="Mλ").click()
        await expect(page.locator('[data-of="uv"][data-value="Mlambda"]')).to_be_visible()
        assert await page.locator("#granule-rows tr").count() > 8


async def test_a_target_that_is_no_star_has_no_fault(visit: Visit) -> None:
    page = await visit.go("/star/Gl%20229%20B")
    await expect(page.locator("strong.doubt").first).to_be_visible()
    assert await visit.violations() == []
