from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from visit import CHROMIUM, Visit, visiting


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest_asyncio.fixture
async def visit(browser: Browser, server: str) -> AsyncIterator[Visit]:
    async with visiting(browser, server) as made:
        yield made
