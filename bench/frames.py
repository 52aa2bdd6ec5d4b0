"""How many frames Chromium presents while the rows of Browse are scrolled, as its own tracing tells.

Beside it, a striped box of the same height without scripts, scrolled by the same gesture: what this machine and browser
can do at all. Chromium runs without a window, as Playwright starts it and with `--no-sandbox`; nothing is said to it
of how it draws.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

import orjson
from playwright.async_api import Browser, CDPSession, Page

from bench.measurement import Measurement, milliseconds

ROWS, ROW = 100_000, 28
"""Rows that are scrolled over, and the height of one in pixels (`web/src/browse/grid.tsx`)."""
SECONDS = 20
BROWSE = "/browse/jsdc.star"
VIEW = {"width": 1280, "height": 900}
TRACED = {
    "transferMode": "ReturnAsStream",
    "traceConfig": {"includedCategories": ["disabled-by-default-devtools.timeline.frame"], "excludedCategories": ["*"]},
}
DRAWN, DROPPED = "DrawFrame", "DroppedFrame"
"""Events by which Chromium's own tools count frames: one was presented, or had something to show and was not."""
FRAME, GOAL = 16.7, 17.5
"""Milliseconds of one of sixty frames a second, and between two of them as they are measured."""
STRIPED = "a striped box of that height, without scripts"
BOX = (
    '<!doctype html><html lang="en"><title>striped</title><div class="grid" style="height:800px;overflow:auto">'
    f'<div style="height:{ROWS * ROW}px;background:repeating-linear-gradient(#fff 0 {ROW}px,#357 0 {2 * ROW}px)"></div>'
    "</div>"
)
ANIMATED = """() => {
  window.frames_at = [];
  const note = now => { window.frames_at.push(now); requestAnimationFrame(note); };
  requestAnimationFrame(note);
}"""


@dataclass(frozen=True, slots=True)
class Frames:
    """What became of the frames of some seconds."""

    presented: Sequence[float]
    """Milliseconds between two that were shown."""
    dropped: float
    """Part of all that were to be shown."""
    scripted: Sequence[float]
    """Milliseconds between two calls of the page's own scripts (`requestAnimationFrame`)."""
    busy: float = 0
    """Milliseconds of processor time of the page's main thread for each of those calls: no other program is in it."""


async def measure(browser: Browser, url: str) -> list[Measurement]:
    """Scroll over the rows of a gateway, and over a striped box."""
    ours, box = await scrolled(browser, url + BROWSE), await scrolled(browser, None)
    what = f"Browse scrolled over {ROWS:,} rows within {SECONDS} s".replace(",", " ")
    return [
        _compared(f"{what}: time between two frames, the middle", median(ours.presented), median(box.presented), GOAL),
        _compared(f"{what}: time between two frames, 95 of 100", p95(ours.presented), p95(box.presented)),
        _compared(f"{what}: between two calls of its scripts, 95 of 100", p95(ours.scripted), p95(box.scripted)),
        _compared(f"{what}: processor time of the main thread a frame", ours.busy, box.busy, FRAME),
        Measurement(f"{what}: frames dropped", f"{100 * ours.dropped:.1f}%", STRIPED, f"{100 * box.dropped:.1f}%", ""),
    ]


async def scrolled(browser: Browser, url: str | None, rows: int = ROWS, seconds: float = SECONDS) -> Frames:
    """Turn the wheel over so many rows of a page within some seconds; over the striped box without an address."""
    context = await browser.new_context(viewport=VIEW)  # type: ignore[arg-type]
    page = await context.new_page()
    if url:
        await page.goto(url)
        await page.locator(".grid[aria-busy=false] .line-of-grid:not(.waiting)").first.wait_for()
        await page.wait_for_load_state("networkidle")
    else:
        await page.set_content(BOX)
    found = await _traced(browser, page, rows, seconds)
    await context.close()
    return found


async def _traced(browser: Browser, page: Page, rows: int, seconds: float) -> Frames:
    session = await page.context.new_cdp_session(page)
    place = await page.locator(".grid").bounding_box()
    if place is None:
        message = "there is nothing to scroll"
        raise RuntimeError(message)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = await _busy(session)
    await page.evaluate(ANIMATED)
    tracing = await browser.new_browser_cdp_session()
    await tracing.send("Tracing.start", TRACED)
    gesture = {"x": place["x"] + 200, "y": place["y"] + 200, "gestureSourceType": "mouse"}
    down = {"yDistance": -rows * ROW, "speed": round(rows * ROW / seconds)}
    await session.send("Input.synthesizeScrollGesture", gesture | down)
    spent = await _busy(session) - before
    called: Sequence[float] = await page.evaluate("window.frames_at")
    events = await _events(tracing)
    reached = await page.locator(".grid").evaluate("grid => grid.scrollTop")
    if reached < 0.95 * rows * ROW:
        message = f"the page was scrolled by {reached} pixels alone"
        raise RuntimeError(message)
    return replace(frames(events, called), busy=spent / len(called))


async def _busy(session: CDPSession) -> float:
    """Processor time of the main thread until now, in milliseconds."""
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return next(1000 * float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


async def _events(tracing: CDPSession) -> Sequence[Mapping[str, Any]]:
    """End the trace, and read it."""
    complete: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
    tracing.once("Tracing.tracingComplete", lambda told: complete.set_result(told))  # noqa: PLW0108 - it is marked
    await tracing.send("Tracing.end")
    stream = (await complete)["stream"]
    text, read = "", False
    while not read:
        part = await tracing.send("IO.read", {"handle": stream})
        text += part["data"]
        read = part["eof"]
    events: Sequence[Mapping[str, Any]] = orjson.loads(text)["traceEvents"]
    return events


def frames(events: Iterable[Mapping[str, Any]], called: Sequence[float]) -> Frames:
    """What a trace tells of the frames that had something to show; `called` is when scripts were called, in ms."""
    told = [event for event in events if event["name"] in (DRAWN, DROPPED)]
    drawn = {_frame(event): event["ts"] / 1000 for event in told if event["name"] == DRAWN}
    dropped = {_frame(event) for event in told} - set(drawn)
    return Frames(_between(sorted(drawn.values())), len(dropped) / max(1, len(dropped) + len(drawn)), _between(called))


def _frame(event: Mapping[str, Any]) -> tuple[object, object]:
    return event["args"]["layerTreeId"], event["args"]["frameSeqId"]


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 values do not exceed."""
    return quantiles(values, n=20)[-1]


def _between(times: Sequence[float]) -> Sequence[float]:
    return [later - earlier for earlier, later in pairwise(times)]


def _compared(question: str, ours: float, theirs: float, goal: float | None = None) -> Measurement:
    cells = (milliseconds(ours), STRIPED, milliseconds(theirs), f"{ours / theirs:.2g}×")
    return Measurement(question, *cells, *((f"≤ {goal} ms", ours <= goal) if goal else ()))
