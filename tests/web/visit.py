"""A reader in front of a page: Chromium, which must have nothing to complain of."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pictures import picture
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from gateway.language import SAMP_HUB

CHROMIUM = "/usr/bin/chromium"
ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "docs" / "pictures" / "pages"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""WCAG 2.2 AA, as axe calls it."""
VIEW = {"width": 1280, "height": 900}
PATIENCE = 15_000
"""Milliseconds after which what a page waits for has not come."""
expect.set_options(timeout=PATIENCE)


@dataclass
class Visit:
    """A page of the gateway at an address, and what Chromium has complained of."""

    page: Page
    server: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Parts of complaints that a test is about, as of a source that is down."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(f"raised: {error}"))
        self.page.on("request", self._asked)

    async def go(self, path: str) -> Page:
        await self.page.goto(self.server + path)
        return self.page

    async def violations(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA in the page as it is now."""
        await self.page.evaluate(AXE.read_text())
        found: Any = await self.page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]

    async def picture(self, name: str) -> None:
        """The page as `docs/` shows it, from its top; written where WITH_PICTURES=1."""
        if os.environ.get("WITH_PICTURES") == "1":
            PICTURES.mkdir(parents=True, exist_ok=True)
            (PICTURES / f"{name}.png").write_bytes(await picture(self.page))

    def unexpected(self) -> list[str]:
        return [one for one in self.complaints if not any(part in one for part in self.expected)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} ({message.location})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.server, "data:", "blob:", SAMP_HUB)):
            self.complaints.append(f"asks a foreign host: {request.url}")


@asynccontextmanager
async def visiting(browser: Browser, server: str, **options: Any) -> AsyncIterator[Visit]:
    """A reader that nothing is known of yet; there must be nothing to complain of when they leave."""
    context: BrowserContext = await browser.new_context(viewport=VIEW, **options)
    visit = Visit(await context.new_page(), server)
    try:
        yield visit
    finally:
        await context.close()
    complaints = visit.unexpected()
    assert not complaints, complaints
