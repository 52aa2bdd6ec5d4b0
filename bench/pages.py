"""How soon a star's page is there on a slow link and processor, by Chromium's throttling; how smoothly Browse scrolls.

Beside it, the same rows as a plain table without styles, plots or scripts, as servers have long written them.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import httpx
from playwright.async_api import Browser, async_playwright

from bench import frames
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds
from bench.servers import gateway

CHROMIUM = "/usr/bin/chromium"
STAR = "/star/HD%2048329"
VIEW = {"width": 1280, "height": 900}
LINK = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
"""10 Mbit/s, 40 ms."""
SLOWER = 4
"""Times that the processor is slower."""
ROUNDS = 9
LARGEST, LONGEST = 0.2, 1000
"""Megabytes of a first view, as they are sent, and milliseconds until it can be used."""
PLAIN = "the same rows as a plain table"
READY = """new MutationObserver((_, observer) => {
  if (!document.querySelector('[data-send] button')) return;
  observer.disconnect();
  window.ready = performance.now();
}).observe(document, { childList: true, subtree: true })"""
"""Notes when the scripts have done what they add."""
TIMES = """() => {
  const [page] = performance.getEntriesByType('navigation');
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return { painted: paint.startTime, ready: window.ready ?? page.domContentLoadedEventEnd };
}"""


@dataclass(frozen=True, slots=True)
class FirstView:
    """The first view of a page with an empty cache."""

    megabytes: float
    """As they are sent."""
    painted: float
    """Milliseconds until something is seen."""
    ready: float
    """Milliseconds until it can be used."""


async def measure(places: Databases) -> list[Measurement]:
    """Look at a star's page, and at its rows as a plain table, in turns; scroll over the rows of Browse."""
    async with gateway(places.foreign, places.readers) as server, chromium() as browser:
        with plain_table(server.url) as plain:
            views = [
                (
                    await first_view(browser, server.url + STAR, scripted=True),
                    await first_view(browser, plain, scripted=False),
                )
                for _ in range(ROUNDS)
            ]
        scrolled = await frames.measure(browser, server.url)
    pages, tables = ([pair[side] for pair in views] for side in (0, 1))
    return [
        _compared("usable", *(median(one.ready for one in side) for side in (pages, tables))),
        _compared("painted", *(median(one.painted for one in side) for side in (pages, tables))),
        Measurement(
            "First view of a star's page, as it is sent", f"{pages[0].megabytes:.3f} MB", PLAIN,
            f"{tables[0].megabytes:.3f} MB", "", f"≤ {LARGEST} MB", pages[0].megabytes <= LARGEST,
        ),
        *scrolled,
    ]  # fmt: skip


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's browser, without a window."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        await started.close()


@contextmanager
def plain_table(server: str) -> Iterator[str]:
    """The address of the rows of the page as they would be without all else."""
    page = httpx.get(server + STAR, headers={"accept": "text/html"}, timeout=60).text
    tables = "".join(re.findall(r"<table.*?</table>", page, re.DOTALL))
    with TemporaryDirectory() as folder:
        text = f'<!doctype html><html lang="en"><title>plain</title><link rel="icon" href="data:,">{tables}'
        (Path(folder) / "plain.html").write_text(text, encoding="utf-8")
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as made:
            Thread(target=made.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{made.server_port}/plain.html"
            made.shutdown()


async def first_view(browser: Browser, url: str, *, scripted: bool) -> FirstView:
    """Load a page as a reader does who was never there; `scripted` if it is usable once its scripts have run."""
    context = await browser.new_context(viewport=VIEW)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.add_init_script(READY)
    session = await context.new_cdp_session(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", LINK)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.goto(url)
    if scripted:
        await page.wait_for_function("window.ready")
    await page.wait_for_load_state("networkidle")
    times: dict[str, Any] = await page.evaluate(TIMES)
    await context.close()
    return FirstView(sum(sizes) / 1e6, times["painted"], times["ready"])


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has there
        """Say nothing."""


def _compared(what: str, ours: float, theirs: float) -> Measurement:
    question = f"First view of a star's page at 10 Mbit/s, 40 ms, processor 4× slower: {what}"
    more = f"+{milliseconds(ours - theirs)}" if ours > theirs else f"-{milliseconds(theirs - ours)}"
    return Measurement(
        question, milliseconds(ours), PLAIN, milliseconds(theirs), more, f"≤ {LONGEST} ms", ours <= LONGEST
    )
