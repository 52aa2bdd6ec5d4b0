"""Waiting for an answer while this process may be late itself.

The clock says nothing of who is late: where the event loop stood still for three seconds, an answer that came after one
has been lying in the socket since. So time is counted in turns of the loop, and a turn that took longer than it should
counts as one that did not.
"""

import asyncio

TURN = 0.05
"""Seconds of a turn."""


async def answered(answer: "asyncio.Future[object]", seconds: float) -> bool:
    """Wait for an answer so many seconds, those not counted during which the loop stood still; whether it came."""
    for _ in range(max(1, round(seconds / TURN))):
        await asyncio.wait({answer}, timeout=TURN)
        if answer.done():
            return True
    return False
