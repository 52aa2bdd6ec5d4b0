"""Workers of a queue start again when they stop, and end when they are cancelled."""

import asyncio
from typing import Any, cast
from unittest.mock import patch

import pytest

from jobs import queue
from jobs.queue import Queue


async def execute(job_id: str, is_shutting_down: object) -> None:
    raise AssertionError(job_id, is_shutting_down)


async def test_workers_end_though_their_database_is_gone_when_they_are_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "RETRY", 0.0)
    started: list[int] = []
    message = "the database is gone"

    async def worker(**_options: Any) -> None:
        started.append(1)
        if len(started) < 3:
            raise ConnectionError(message)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as error:
            raise ConnectionError(message) from error

    jobs = Queue(cast("Any", None), "here", execute)
    with patch.object(jobs._app, "run_worker_async", worker):  # noqa: SLF001
        running = asyncio.create_task(jobs.run_workers(1))
        async with asyncio.timeout(20):
            while len(started) < 3:  # noqa: ASYNC110 - another task
                await asyncio.sleep(0.01)
        running.cancel()
        done, _ = await asyncio.wait((running,), timeout=20)
    assert done
    assert running.cancelled()
    assert len(started) == 3
