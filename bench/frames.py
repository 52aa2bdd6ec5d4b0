"""How many frames Chromium presents while the rows of Browse are scrolled, as its own tracing tells.

Beside it, a box of the same height with nothing in it, scrolled by the same gesture: what this machine and browser
can do at all. Chromium runs without a window, as Playwright starts it and with `--no-sandbox`; nothing is said to it
of how it draws.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles
from typing import Any

import orjson
from playwright.async_api import Browser, Page

from bench.measurement import Measurement, milliseconds

ROWS, ROW = 100_000, 28
"""Rows that are scrolled over, and the height of one in pixels (`web/src/browse/grid.tsx`)."""
SECONDS = 20
BROWSE = "/browse/jsdc.star"
VIEW = {"width": 1280, "height": 900}
CATEGORIES = ["cc", "benchmark", "disabled-by-default-devtools.timeline.frame"]
REPORTER = "PipelineReporter"
"""The event by which Chromium tells of each frame from its begin to its end, and in `state` what has become of it."""
PRESENTED, DROPPED = ("STATE_PRESENTED_ALL", "STATE_PRESENTED_PARTIAL"), "STATE_DROPPED"
GOAL = 17.5
"""Milliseconds between two frames, of 16.7 at sixty a second."""
EMPTY = "a box of that height with nothing in it"
BOX = (
    '<!doctype html><html lang="en"><title>empty</title><div class="grid" style="height:800px;overflow:auto">'
    f'<div style="height:{ROWS * ROW}px">nothing</div></div>'
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


async def measure(browser: Browser, url: str) -> list[Measurement]:
    """Scroll over the rows of a gateway, and over an empty box."""
    ours, empty = await scrolled(browser, url + BROWSE), await scrolled(browser, None)
    what = f"Browse scrolled over {ROWS:,} rows within {SECONDS} s".replace(",", " ")
    return [
        _compared(
            f"{what}: time between two frames, the middle", median(ours.presented), median(empty.presented), GOAL
        ),
        _compared(f"{what}: time between two frames, 95 of 100", p95(ours.presented), p95(empty.presented)),
        _compared(f"{what}: between two calls of its scripts, 95 of 100", p95(ours.scripted), p95(empty.scripted)),
        Measurement(f"{what}: frames dropped", f"{100 * ours.dropped:.1f}%", EMPTY, f"{100 * empty.dropped:.1f}%", ""),
    ]


async def scrolled(browser: Browser, url: str | None, rows: int = ROWS, seconds: float = SECONDS) -> Frames:
    """Turn the wheel over so many rows of a page within some seconds; over the empty box without an address."""
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
    box = await page.locator(".grid").bounding_box()
    if box is None:
        message = "there is nothing to scroll"
        raise RuntimeError(message)
    await page.evaluate(ANIMATED)
    await browser.start_tracing(page=page, categories=CATEGORIES)
    gesture = {"x": box["x"] + 200, "y": box["y"] + 200, "gestureSourceType": "mouse"}
    down = {"yDistance": -rows * ROW, "speed": round(rows * ROW / seconds)}
    await session.send("Input.synthesizeScrollGesture", gesture | down)
    events: Iterable[Mapping[str, Any]] = orjson.loads(await browser.stop_tracing())["traceEvents"]
    reached = await page.locator(".grid").evaluate("grid => grid.scrollTop")
    if reached < 0.95 * rows * ROW:
        message = f"the page was scrolled by {reached} pixels alone"
        raise RuntimeError(message)
    called: Sequence[float] = await page.evaluate("window.frames_at")
    return frames(events, called)


def frames(events: Iterable[Mapping[str, Any]], called: Sequence[float]) -> Frames:
    """What a trace tells of the frames that had something to show; `called` is when scripts were called, in ms."""
    states: dict[object, str] = {}
    shown: list[float] = []
    for event in sorted((one for one in events if one["name"] == REPORTER), key=lambda one: float(one["ts"])):
        frame = (event["pid"], str(event["id2"]))
        if event["ph"] == "b":
            states[frame] = event["args"]["frame_reporter"]["state"]
        elif states.get(frame) in PRESENTED:
            shown.append(event["ts"] / 1000)
    dropped = sum(state == DROPPED for state in states.values())
    return Frames(_between(shown), dropped / max(1, dropped + len(shown)), _between(called))


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 values do not exceed."""
    return quantiles(values, n=20)[-1]


def _between(times: Sequence[float]) -> Sequence[float]:
    return [later - earlier for earlier, later in pairwise(times)]


def _compared(question: str, ours: float, theirs: float, goal: float | None = None) -> Measurement:
    cells = (milliseconds(ours), EMPTY, milliseconds(theirs), f"{ours / theirs:.2g}×")
    return Measurement(question, *cells, *((f"≤ {goal} ms", ours <= goal) if goal else ()))
