"""Tasks ended for good.

CPython before 3.12 loses a cancellation that comes as what a task waits for with `asyncio.wait_for` has just come (its
issue 86296): a task that goes round in a loop then goes on for ever, and whoever waits for its end does too.

Worked example: `while True: await wait_for(event.wait(), 1)` is cancelled a turn of the loop after `event.set()`.
`wait_for` returns as if nothing had been; a second later the task is still there, is cancelled again, and ends.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN = 1.0
"""Seconds after which what has not ended is cancelled again."""


async def ended(tasks: "Iterable[asyncio.Task[Any]]") -> None:
    """Cancel tasks, and wait until each has ended, however it ends."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        done, left = await asyncio.wait(left, timeout=AGAIN)
        for task in done:
            if not task.cancelled():
                task.exception()  # asked for, so that nothing warns that nobody did
