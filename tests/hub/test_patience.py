"""A process that stands still itself takes no source for silent."""

import asyncio
import time
from functools import partial
from typing import Any

from hub.health import HealthMonitor
from hub.patience import TURN, answered
from hub.rows import connect
from sample.federation import Federation
from schema.catalog import SOURCES

SILENCE = 0.4


class Slow:
    """A connection whose answer takes some turns of the loop, as one does that comes in pieces."""

    turns = 6

    async def fetch(self, *_: Any) -> list[Any]:
        for _turn in range(self.turns):
            await asyncio.sleep(0)
            await asyncio.sleep(TURN / 2)
        return []

    def is_closed(self) -> bool:
        return False

    def terminate(self) -> None:
        pass


async def stall(times: int, seconds: float) -> None:
    """Block the loop again and again; each time it has one turn in between."""
    for _ in range(times):
        time.sleep(seconds)  # noqa: ASYNC251 - which is what is tested
        await asyncio.sleep(TURN / 4)


async def test_a_source_is_not_silent_while_the_loop_stands_still() -> None:
    async def connected() -> Slow:
        return Slow()

    health, cut = HealthMonitor(["jsdc"], period=0.05, silence=SILENCE), []
    health.start(connected)
    try:
        await asyncio.sleep(2 * TURN)
        with health.using("jsdc", lambda: cut.append("jsdc")):
            await stall(6, 0.3)
            assert health.up("jsdc")
        assert not cut
    finally:
        await health.stop()


async def test_real_sources_stay_up_while_the_loop_is_blocked(federation: Federation) -> None:
    health, cut = HealthMonitor(SOURCES, period=0.05, silence=SILENCE), []
    health.start(partial(connect, federation.hub))
    try:
        await asyncio.sleep(1)
        with health.using("jsdc", lambda: cut.append("jsdc")):
            await stall(1, 3)
            await stall(10, 0.2)
            assert all(map(health.up, SOURCES))
        assert not cut
    finally:
        await health.stop()


async def test_one_that_does_not_answer_is_silent_after_its_seconds() -> None:
    start = time.monotonic()
    assert not await answered(asyncio.get_running_loop().create_future(), SILENCE)
    assert time.monotonic() - start >= SILENCE
