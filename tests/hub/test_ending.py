"""Tasks that a cancellation is lost on end all the same."""

import asyncio
from contextlib import suppress

import pytest
from serving import watch

from hub import ending
from hub.ending import ended
from hub.limits import Limits
from hub.rows import open_hub
from sample.federation import Federation


async def waiting(event: asyncio.Event) -> None:
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), 10)
        event.clear()


async def deaf(cancellations: list[int]) -> None:
    for number in range(3):
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        cancellations.append(number)


async def failing() -> None:
    try:
        await asyncio.sleep(60)
    finally:
        message = "it fails as it ends"
        raise ValueError(message)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "AGAIN", 0.01)


@pytest.mark.parametrize("turns", range(4))
async def test_what_comes_as_it_is_cancelled_keeps_no_task(turns: int) -> None:
    event = asyncio.Event()
    task = asyncio.create_task(waiting(event))
    await asyncio.sleep(0.01)
    event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    await asyncio.wait_for(ended([task]), 5)
    assert task.cancelled()


async def test_it_is_cancelled_as_often_as_it_takes() -> None:
    cancellations: list[int] = []
    tasks = [asyncio.create_task(deaf(cancellations)), asyncio.create_task(failing())]
    await asyncio.sleep(0)
    await asyncio.wait_for(ended(tasks), 5)
    assert cancellations == [0, 1, 2]
    assert isinstance(tasks[1].exception(), ValueError)


async def test_nothing_is_ended_at_once() -> None:
    await asyncio.wait_for(ended([]), 1)


async def test_a_statement_that_fails_as_the_hub_is_closed_keeps_it_open_no_longer(federation: Federation) -> None:
    hub = await open_hub(federation.hub, Limits(), watch())
    await hub.health.settled()
    await asyncio.sleep(0.1)  # until it waits for the next probe
    for source in federation.sources:
        hub.health.report(source)
    await asyncio.wait_for(hub.close(), 10)
