"""Whoever has computed for long rests, and nobody else waits for it."""

import asyncio
import time

import pytest

from hub import rests, shares
from hub.shares import OURSELVES, held_by
from hub.threads import compute, threads
from planning.errors import BadInput, ShareTaken

pytestmark = pytest.mark.timed


def work(seconds: float) -> float:
    """Compute for so many seconds of a processor, and tell when that began."""
    began, end = time.monotonic(), time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return began


def fail(seconds: float) -> float:
    work(seconds)
    message = "no"
    raise BadInput(message)


async def waited(client: str, seconds: float = 0.0) -> float:
    """Seconds that a client waits before so many seconds of work."""
    began = time.monotonic()
    with held_by(client):
        return await compute(work, seconds) - began


async def test_a_client_has_a_quarter_and_others_do_not_wait() -> None:
    await waited("long", 0.1)
    rested, other, own = await asyncio.gather(waited("long"), waited("other", 0.001), waited(OURSELVES))
    assert rested > 0.2
    assert max(other, own) < rested
    await waited(OURSELVES, 0.1)
    assert await waited(OURSELVES) < 0.1
    assert await waited("long") < 0.1, "it has rested, and worked for no time since"


async def test_what_is_asked_at_once_is_done_one_after_the_other() -> None:
    began = time.monotonic()
    await asyncio.gather(*(waited("many", 0.06) for _ in range(3)))
    assert time.monotonic() - began > 3 * 0.06 + 2 * 3 * 0.06


async def test_nobody_rests_for_what_others_do_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "OWN_PATIENCE", 0.5)
    monkeypatch.setattr(rests, "REST", 100.0)
    with held_by("patient"):
        await compute(time.sleep, 0.2)
        await compute(time.sleep, 0)


async def test_who_asks_what_fails_rests_too() -> None:
    with held_by("wrong"), pytest.raises(BadInput):
        await compute(fail, 0.1)
    assert await waited("wrong") > 0.1


async def test_a_rest_is_waited_for_no_longer_than_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "OWN_PATIENCE", 0.1)
    monkeypatch.setattr(rests, "REST", 100.0)
    await waited("late", 0.06)
    with pytest.raises(ShareTaken, match="What you have asked before takes long to read"):
        await waited("late")
    assert not threads().rests._turns, "nothing is kept of who waits no more"  # noqa: SLF001
