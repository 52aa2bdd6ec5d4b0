"""Waiting for an answer while this process may be late itself.

The clock says nothing of who is late: where the event loop stood still for three seconds, an answer that came after one
has been lying in the socket since. So time is counted in turns of the loop, and a turn that took longer than it should
counts as one that did not.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from hub.ending import ended

Result = TypeVar("Result")
TURN = 0.05
"""Seconds of a turn."""


async def answered(answer: "asyncio.Future[Any]", seconds: float) -> bool:
    """Wait for an answer so many seconds, those not counted during which the loop stood still; whether it came."""
    for _ in range(max(1, round(seconds / TURN))):
        await asyncio.wait({answer}, timeout=TURN)
        if answer.done():
            return True
    return False


async def patiently(work: Awaitable[Result], seconds: float, release: Callable[[Result], None] | None = None) -> Result:
    """Do some work, of so many seconds as `answered` counts them; where it takes longer, end it: `TimeoutError`.

    `release` is called with a result that comes when nobody waits for it any more; None where it holds nothing.
    """
    task = asyncio.ensure_future(work)
    try:
        if not await answered(task, seconds):
            raise TimeoutError
        return task.result()
    except BaseException:
        await ended([task])
        if release and not task.cancelled() and not task.exception():
            release(task.result())
        raise
