"""Waiting for what happens in a time of its own: at a database, in the background, in another process."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

BUSY = 3.0
"""How many times what a quiet machine needs a busy one may take, before a limit of time has been missed."""
PAUSE = 0.05
Found = TypeVar("Found")


def until(true: Callable[[], Found | None], seconds: float) -> Found:
    """Look until something is true; what it was."""
    start = time.monotonic()
    while not (found := true()):
        assert time.monotonic() - start < BUSY * seconds, f"not within {seconds} s"
        time.sleep(PAUSE)
    return found


async def within(true: Callable[[], Awaitable[Found | None]], seconds: float) -> Found:
    """The same of what is to be awaited."""
    start = time.monotonic()
    while not (found := await true()):
        assert time.monotonic() - start < BUSY * seconds, f"not within {seconds} s"
        await asyncio.sleep(PAUSE)
    return found
