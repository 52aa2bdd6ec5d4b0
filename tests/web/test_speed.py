"""A star's page is there within a second on a slow link and a slow processor; `bench/pages.py` measures it."""

import pytest
from playwright.async_api import Browser

from bench.pages import LARGEST, LONGEST, STAR, first_view

ROUNDS = 3


@pytest.mark.browser
@pytest.mark.timed
async def test_a_star_is_there_within_a_second(browser: Browser, server: str) -> None:
    views = [await first_view(browser, server + STAR, scripted=True) for _ in range(ROUNDS)]
    assert max(one.megabytes for one in views) <= LARGEST
    assert min(one.ready for one in views) <= LONGEST
