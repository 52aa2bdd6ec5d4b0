"""A star's page is there soon on a slow link and a slow processor, and Browse scrolls; `bench pages` measures both."""

from statistics import median

import pytest
from playwright.async_api import Browser

from bench import frames
from bench.pages import LARGEST, LONGEST, STAR, first_view
from tests.waiting import BUSY

ROUNDS = 3


@pytest.mark.browser
@pytest.mark.timed
async def test_a_star_is_there_soon(browser: Browser, server: str) -> None:
    views = [await first_view(browser, server + STAR, scripted=True) for _ in range(ROUNDS)]
    assert max(one.megabytes for one in views) <= LARGEST
    assert min(one.ready for one in views) <= 2 * LONGEST, "beside other tests; alone it is the bench that counts"


@pytest.mark.browser
@pytest.mark.timed
async def test_rows_are_scrolled_frame_by_frame(browser: Browser, server: str) -> None:
    found = await frames.scrolled(browser, server + frames.BROWSE, rows=15_000, seconds=5)
    assert len(found.presented) > 60
    assert median(found.presented) <= frames.GOAL * BUSY
    assert found.busy <= frames.FRAME
