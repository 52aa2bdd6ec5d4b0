"""A process that stands still itself takes no source for silent."""

import asyncio
import time
from functools import partial
from typing import Any

import pytest

from hub.health import HealthMonitor
from hub.patience import TURN, answered, patiently
from hub.pools import watching
from hub.rows import connect
from hub.version_reader import HIDDEN, VersionReader
from hub.versions import Way
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
        with health.using(("jsdc",), lambda: cut.append("jsdc")):
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
        with health.using(("jsdc",), lambda: cut.append("jsdc")):
            await stall(1, 3)
            await stall(10, 0.2)
            assert all(map(health.up, SOURCES))
        assert not cut
    finally:
        await health.stop()


async def test_sources_are_up_that_were_connected_to_while_the_loop_was_blocked(federation: Federation) -> None:
    health, seen = HealthMonitor(SOURCES, period=0.05, silence=SILENCE), set[str]()
    health.start(partial(watching, federation.hub, transactional=False))
    try:
        for _turn in range(8):
            await stall(1, 2.2)
            seen |= {name for name in SOURCES if not health.up(name)} | ({"hub"} if not health.hub_up else set())
        assert not seen
        await asyncio.sleep(1)
        assert all(map(health.version, SOURCES))
    finally:
        await health.stop()


async def test_a_version_is_read_while_the_loop_stands_still() -> None:
    connection, silence = Slow(), 4 * SILENCE
    connection.turns = 3
    reader = VersionReader(Way(SOURCES["jsdc"]), 1.0, silence)
    reading = asyncio.ensure_future(reader.read(connection, [("counter", 1)], time.monotonic()))
    await asyncio.sleep(TURN / 4)
    await stall(1, silence)
    await reading
    assert reader.reading
    assert reader.reading.lacking == HIDDEN, "it shows nothing, in time"


async def test_what_takes_too_long_is_ended() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("work")

    with pytest.raises(TimeoutError):
        await patiently(work(), SILENCE)
    assert ended == ["work"]


async def test_one_that_does_not_answer_is_silent_after_its_seconds() -> None:
    start = time.monotonic()
    assert not await answered(asyncio.get_running_loop().create_future(), SILENCE)
    assert time.monotonic() - start >= SILENCE
