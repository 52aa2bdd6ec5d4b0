"""Whoever has its share of slow statements begins no further one, at whichever pool, and others do."""

import asyncio
import time

import pytest

from hub import pool_turns, shares, slow_statements
from hub.pool_turns import PoolTurns
from hub.shares import OURSELVES, held_by
from hub.slow_statements import SlowStatements
from planning.errors import Busy, ShareTaken


class Pool:
    """A pool, with room for all where nothing else is said."""

    def __init__(self, size: int = 100) -> None:
        self._size = size

    @property
    def largest(self) -> int:
        return self._size


class Watch:
    """Of sources that all answer."""

    def up(self, _source: str) -> bool:
        return True


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_statements, "SLOW", 0.05)
    monkeypatch.setattr(shares, "OWN_PATIENCE", 0.3)
    monkeypatch.setattr(pool_turns, "SLOW_EACH", 2)


async def run(at: PoolTurns, pool: Pool, client: str, seconds: float) -> float:
    """Run a statement; the seconds that it waited."""
    begun = time.monotonic()
    with held_by(client):
        async with at.held(pool, (), streamed=True):
            waited = time.monotonic() - begun
            await asyncio.sleep(seconds)
    return waited


@pytest.mark.timed
@pytest.mark.usefixtures("soon")
async def test_slow_statements_are_counted_over_all_pools() -> None:
    at, pools = PoolTurns(Watch(), 1, 0.5), [Pool() for _ in range(4)]  # type: ignore[arg-type]
    slow = [
        asyncio.create_task(run(at, pool, "slow", seconds)) for pool, seconds in zip(pools, (0.25, 1), strict=False)
    ]
    await asyncio.sleep(0)
    assert await run(at, pools[2], "slow", 0) < 0.04, "those that may be quick are no reason to wait"
    await asyncio.sleep(0.1)
    assert await run(at, pools[2], "other", 0) < 0.04
    waiting = asyncio.create_task(run(at, pools[3], "slow", 0.3))
    assert 0.05 < await waiting < 0.25, "until the first of them has ended"
    slow.append(asyncio.create_task(run(at, pools[3], "slow", 1)))
    await asyncio.sleep(0.1)
    with pytest.raises(ShareTaken, match="You have 2 slow statements under way, which is your share"):
        await run(at, pools[2], "slow", 0)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    assert await run(at, pools[2], "slow", 0) < 0.04


@pytest.mark.usefixtures("soon")
async def test_the_gateway_itself_and_who_has_all_have_no_share() -> None:
    at, all_in_one = (PoolTurns(Watch(), 1, part) for part in (0.5, 1))  # type: ignore[arg-type]
    pool = Pool()
    for turns, client in ((at, OURSELVES), (all_in_one, "proxy")):
        slow = [asyncio.create_task(run(turns, pool, client, 0.2)) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert await run(turns, pool, client, 0) < 0.04
        await asyncio.gather(*slow)


async def test_nothing_is_kept_of_who_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_statements, "SLOW", 0.0)
    slow = SlowStatements(1)

    async def run_one() -> None:
        statement = await slow.begin("a", 0, 9)
        try:
            with slow.counted(statement):
                await asyncio.sleep(0.01)
                assert slow.of("a") == 1
        finally:
            slow.know(statement)

    running = asyncio.create_task(run_one())
    await asyncio.sleep(0.005)
    waiting = [asyncio.create_task(run_one()) for _ in range(2)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.wait_for(asyncio.gather(running, waiting[1]), 1)
    kept = slow._waiting, slow._running, slow._begun, slow._ended  # noqa: SLF001
    assert not any(map(len, kept))


@pytest.mark.timed
@pytest.mark.usefixtures("soon")
async def test_no_client_begins_many_at_once_before_it_is_known_how_long_they_take() -> None:
    at, pool = PoolTurns(Watch(), 1, 0.5), Pool(8)  # type: ignore[arg-type]
    three = [asyncio.create_task(run(at, pool, "many", seconds)) for seconds in (0.03, 0.03, 0)]
    assert await run(at, pool, "other", 0) < 0.02
    waited = await asyncio.gather(*three)
    assert max(waited[:2]) < 0.02
    assert waited[2] > 0.02, "for one of them to end"


@pytest.mark.timed
@pytest.mark.usefixtures("soon")
async def test_clients_of_slow_statements_leave_the_rest_of_a_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_statements, "LONG", 0.1)
    monkeypatch.setattr(pool_turns, "SLOW_TOGETHER", 0.25)
    at, pool = PoolTurns(Watch(), 0.1, 0.5), Pool(8)  # type: ignore[arg-type]
    await asyncio.gather(*(run(at, pool, f"slow {client}", 0.15) for client in range(4)))
    running = [asyncio.create_task(run(at, pool, f"slow {client}", 1)) for client in (0, 1)]
    await asyncio.sleep(0)
    with pytest.raises(Busy, match="As many slow statements are under way as there may be"):
        await run(at, pool, "slow 2", 0)
    assert await run(at, pool, "other", 0) < 0.02
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert await run(at, pool, "slow 3", 0) < 0.02
    assert not at._of(pool).groups.number, "nothing is held"  # noqa: SLF001
