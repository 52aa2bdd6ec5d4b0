"""One client holds its share of anything and never the last, and who holds least comes first."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from hub import pool_turns, shares, threads
from hub.pool_turns import PoolTurns
from hub.shares import OURSELVES, Share, Turns, held_by, holder, largest_share
from hub.threads import Threads, in_thread
from planning.errors import Busy, GatewayError, ShareTaken, SourceUnavailable


@pytest.mark.parametrize(
    ("total", "part", "most"),
    [
        (16, 0.5, 8),
        (4, 0.5, 2),
        (3, 0.5, 2),
        (2, 0.5, 1),
        (1, 0.5, 1),
        (0, 0.5, 0),
        (4, 0.99, 3),
        (4, 0.01, 1),
        (4, 0, 1),
        (4, 1, 4),
        (1, 1, 1),
    ],
)
def test_a_share_leaves_the_last_to_others(total: int, part: float, most: int) -> None:
    assert largest_share(total, part) == most


@pytest.mark.parametrize(
    ("total", "part", "clients", "each"),
    [
        (64, 0.5, 1, 32),
        (63, 0.5, 2, 21),
        (28, 0.75, 2, 12),
        (24, 0.25, 2, 5),
        (4, 0, 2, 1),
        (4, 0.99, 1, 3),
        (4, 1, 1, 4),
    ],
)
def test_clients_that_want_all_have_as_much_each(total: int, part: float, clients: int, each: int) -> None:
    """One has the part p of it, two have p / (1 + p) each: held ≤ p / (1 - p) × free, and no more than p in all."""
    share, names = Share("things", total, part), [str(number) for number in range(clients)]
    for name in total * names:
        if share.free(name):
            share.take(name)
    assert [share.of(name) for name in names] == [each] * clients


def test_what_is_held_is_counted_by_client() -> None:
    share = Share("things under way", 4, 0.5)
    with share.held("a"), share.held("a"):
        with (
            pytest.raises(ShareTaken, match="You have 2 things under way, which is your share") as refused,
            share.held("a"),
        ):
            pass
        assert (refused.value.status, refused.value.retry) == (429, 2)
        with share.held("b"):
            assert (share.number, share.largest, share.of("b")) == (3, 2, 1)
            with (
                share.held("c"),
                pytest.raises(Busy, match="as many things under way as it can serve"),
                share.held("d"),
            ):
                pass
    assert (share.number, share.largest, share.refused) == (0, 0, 2)


def test_work_is_in_the_name_of_a_client() -> None:
    assert holder() == OURSELVES
    with held_by("a"):
        with held_by("b"):
            assert holder() == "b"
        assert holder() == "a"


def turns(total: int, groups: int | None = None) -> Turns:
    return Turns(Share("things under way", total, 0.5), Share("", groups, 1) if groups else None)


def told(order: list[str]) -> Callable[[Turns, str, str], Awaitable[None]]:
    async def work(at: Turns, client: str, name: str) -> None:
        async with at.held(client, 5):
            order.append(name)
            await asyncio.sleep(0)

    return work


async def test_who_holds_least_comes_first() -> None:
    """With four places, of which one client has two and others the rest, who comes with nothing passes who has some."""
    at, order = turns(4), list[str]()
    work = told(order)
    held = [(client, ()) for client in ("a", "a", "b", "c")]
    for key in held:
        await at.enter(key, 1)
    waiting = [asyncio.create_task(work(at, client, name)) for client, name in (("a", "a3"), ("b", "b2"), ("d", "d1"))]
    await asyncio.sleep(0)
    at.leave(held[3])
    await asyncio.sleep(0.01)
    assert order == ["d1"]
    at.leave(held[0])
    await asyncio.gather(*waiting)
    for key in held[1:3]:
        at.leave(key)
    assert (order, at.clients.number, at._waiting) == (["d1", "a3", "b2"], 0, {})  # noqa: SLF001


def test_however_many_want_all_another_finds_one() -> None:
    share, clients = Share("things", 64, 0.5), [str(number) for number in range(5)]
    for _ in range(64):
        for client in clients:
            if share.free(client):
                share.take(client)
    assert [share.of(client) for client in clients] == [11, 11, 11, 11, 10], "as much is left as each of them has"
    assert share.free("another")


async def test_what_a_client_holds_itself_it_waits_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "OWN_PATIENCE", 0.3)
    at = turns(4)
    async with at.held("a", 1), at.held("a", 1):
        begun = time.monotonic()
        with pytest.raises(ShareTaken, match="You have 2"):
            await at.enter(("a", ()), 0.01)
        assert time.monotonic() - begun > 0.25
        async with at.held("b", 1), at.held("c", 1):
            begun = time.monotonic()
            with pytest.raises(Busy):
                await at.enter(("d", ()), 0.01)
            assert time.monotonic() - begun < 0.25
    assert (at.clients.number, at._waiting) == (0, {})  # noqa: SLF001


async def test_a_turn_that_nobody_takes_any_more_goes_to_the_next() -> None:
    at = turns(2)
    for client in ("a", "b"):
        await at.enter((client, ()), 1)
    first, second = (asyncio.create_task(at.enter((client, ()), 5)) for client in ("c", "d"))
    await asyncio.sleep(0.01)
    at.leave(("a", ()))  # it is the first one's, which is cancelled before it can take it
    first.cancel()
    await asyncio.wait((first, second), timeout=5)
    assert (first.cancelled(), second.done()) == (True, True)
    for client in ("b", "d"):
        at.leave((client, ()))
    assert at.clients.number == 0


async def test_a_group_that_is_full_keeps_nobody_else() -> None:
    at = turns(8, groups=2)
    late = SourceUnavailable("is slow", "oidb")
    async with at.held("a", 1, ("oidb",)), at.held("b", 1, ("oidb",)):
        async with at.held("c", 0.01, ("jsdc",)):
            pass
        with pytest.raises(SourceUnavailable):
            await at.enter(("c", ("oidb",)), 0.01, lambda _group: late)
    assert (at.clients.number, at.groups.number) == (0, 0)


class Four:
    """A pool."""

    @property
    def largest(self) -> int:
        return 4


class Watch:
    """Of sources that all answer."""

    def up(self, _source: str) -> bool:
        return True


async def test_one_client_never_has_the_last_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "OWN_PATIENCE", 0.05)
    monkeypatch.setattr(pool_turns, "BEGUN", 1)
    pool, at = Four(), PoolTurns(Watch(), 0.02, 0.5)  # type: ignore[arg-type]
    refused: list[GatewayError] = []

    async def statement(client: str, sources: tuple[str, ...] = ("jsdc",)) -> None:
        try:
            with held_by(client):
                async with at.held(pool, sources):
                    await asyncio.sleep(0.3)
        except GatewayError as error:
            refused.append(error)

    slow = [asyncio.create_task(statement("slow")) for _ in range(4)]
    await asyncio.sleep(0.01)
    begun = time.monotonic()
    await statement("other")
    assert time.monotonic() - begun < 0.5
    await asyncio.gather(*slow)
    assert [type(error) for error in refused] == [ShareTaken, ShareTaken]
    assert at.shares(pool).refused == 2


async def test_threads_are_taken_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "OWN_PATIENCE", 5)
    four = Threads("pieces of work", 4)
    with held_by("slow"):
        slow = [asyncio.create_task(four.run(time.sleep, 0.3)) for _ in range(6)]
    await asyncio.sleep(0.05)
    assert four.share.of("slow") == 2
    with held_by("other"):
        begun = time.monotonic()
        await four.run(time.sleep, 0)
        assert time.monotonic() - begun < 0.25
    slow[0].cancel()
    await asyncio.sleep(0)
    assert four.share.of("slow") == 2, "a thread cannot be stopped"
    await asyncio.gather(*slow, return_exceptions=True)
    assert four.share.number == 0


async def test_what_a_thread_raises_is_raised() -> None:
    assert await in_thread(max, 1, 2) == 2
    with pytest.raises(ZeroDivisionError):
        await in_thread(divmod, 1, 0)
