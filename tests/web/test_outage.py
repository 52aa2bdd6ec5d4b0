"""A database whose server is stopped while pages are looked at: it is named, the rest stays, and all heals by itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from door import Apart, Door
from playwright.async_api import Browser, Locator, Page, expect
from visit import visiting

pytestmark = [pytest.mark.browser, pytest.mark.timed]
STAR = "/star/HD%20232979"
NAMED = "Obs Portal: no answer at the moment."
PATIENCE = 60_000
"""Milliseconds: pages look every 15 s, by themselves."""
UNCOUNTED = "/moc/"
"""This gateway counts no coverage, and the map says so."""


@contextmanager
def stopped(apart: Apart) -> Iterator[None]:
    """The server of the Obs Portal is not there."""
    apart.portal.crash()
    try:
        yield
    finally:
        apart.portal.start()


async def test_pages_that_are_open_name_it_and_heal(apart: Apart, door: Door, browser: Browser) -> None:
    async with visiting(browser, door.url) as home, visiting(browser, door.url) as star:
        home.expected.append(UNCOUNTED)
        await home.go("/")
        await star.go(STAR)
        await expect(home.page.get_by_text("All 4 databases answer.")).to_be_visible()
        rows = await star.page.locator("#exposure-rows tbody tr").count()
        assert rows > 0
        with stopped(apart):
            await expect(home.page.get_by_text(f"{NAMED} Everything else is here.")).to_be_visible(timeout=PATIENCE)
            await expect(home.page.get_by_role("region", name="Obs Portal")).to_contain_text("No answer since")
            await expect(home.page.get_by_role("region", name="JSDC")).to_contain_text("answers")
            await expect(home.page.locator(".exposures tbody tr")).to_have_count(20)
            told = f"{NAMED} What is here of it was read before."
            await expect(star.page.locator("#silent")).to_have_text(told, timeout=PATIENCE)
            assert await star.page.locator("#exposure-rows tbody tr").count() == rows
            assert await star.violations() == []
        await expect(home.page.get_by_text("All 4 databases answer.")).to_be_visible(timeout=PATIENCE)
        await expect(star.page.locator("#silent")).to_be_empty(timeout=PATIENCE)


async def test_pages_that_are_opened_meanwhile_have_the_rest_and_heal(
    apart: Apart, door: Door, browser: Browser
) -> None:
    async with visiting(browser, door.url) as home, visiting(browser, door.url) as star:
        with stopped(apart):
            home.expected.append(UNCOUNTED)
            await home.go("/")
            await star.go(STAR)
            await expect(home.page.get_by_text(NAMED)).to_be_visible(timeout=PATIENCE)
            await expect(home.page.get_by_text("does not tell its last exposures")).to_be_visible()
            await expect(_partial(star.page)).to_contain_text("Obs Portal does not answer at the moment")
            await expect(star.page.get_by_role("heading", name="Visibility")).to_be_visible()
            await expect(star.page.locator("#exposure-rows")).to_have_count(0)
            await star.page.get_by_role("link", name="logarithmic").click()
        await expect(_partial(star.page)).to_have_count(0, timeout=PATIENCE)
        await expect(star.page.locator("#exposure-rows tbody tr").first).to_be_visible()
        await expect(star.page.locator('[data-of="v2"][data-value="log"]')).to_be_visible()
        await star.page.get_by_role("link", name="linear").click()
        await expect(star.page.locator('[data-of="v2"][data-value="linear"]')).to_be_visible()
        await expect(star.page.locator("[data-rows=exposure-rows]").get_by_role("button")).to_be_visible()
        await expect(home.page.locator(".exposures tbody tr")).to_have_count(20, timeout=PATIENCE)


def _partial(page: Page) -> Locator:
    return page.locator("[data-partial]")
