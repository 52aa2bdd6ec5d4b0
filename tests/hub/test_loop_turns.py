"""Of what is ready at once little begins in a turn of the event loop, and no client's last before another's first."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hub.loop_turns import BLOCKS, REQUESTS, LoopTurns, loop_turns
from hub.shares import held_by


class Clock:
    """Counts the turns of a loop."""

    now = 0

    async def tick(self) -> None:
        while True:
            self.now += 1
            await asyncio.sleep(0)


@asynccontextmanager
async def clock() -> AsyncIterator[Clock]:
    made = Clock()
    ticking = asyncio.create_task(made.tick())
    yield made
    ticking.cancel()


async def test_few_begin_in_a_turn_and_clients_take_turns() -> None:
    turns, begun = LoopTurns(2), list[tuple[int, str]]()

    async def work(client: str) -> None:
        with held_by(client):
            await turns.begin()
        begun.append((time.now, client))

    async with clock() as time:
        await asyncio.gather(*map(work, ["many"] * 20 + ["one", "other"]))
    assert max(Counter(when for when, _ in begun).values()) == 2
    assert [client for _, client in begun].index("one") < 4, "after the two that began at once, and one more"
    assert len(begun) == 22
    when = [when for when, _ in begun]
    assert when[-1] - when[0] == 11, "two in each turn; those that wait begin in the turn after they are told"


async def test_who_comes_alone_does_not_wait() -> None:
    turns = LoopTurns(1)
    async with clock() as time:
        await asyncio.sleep(0)
        before = time.now
        await turns.begin()
        assert time.now == before
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        before = time.now
        await turns.begin()
        assert time.now == before, "the turn that another had is over"


async def test_who_has_left_takes_no_turn() -> None:
    turns = LoopTurns(1)
    await turns.begin()
    gone, here = (asyncio.create_task(turns.begin()) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait_for(here, 1)
    assert not turns._waiting  # noqa: SLF001


async def test_each_loop_has_its_turns() -> None:
    assert loop_turns() is loop_turns()
    assert await asyncio.to_thread(lambda: asyncio.run(_turns())) is not loop_turns()
    assert (loop_turns().requests._number, loop_turns().blocks._number) == (REQUESTS, BLOCKS)  # noqa: SLF001


async def _turns() -> object:
    return loop_turns()
