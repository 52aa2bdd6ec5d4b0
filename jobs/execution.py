"""Running a job: its answer, as whoever waits for one gets it, goes to the spool; its record says what came of it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

from jobs.job import Job, Phase
from jobs.queue import RETRY, Leaving
from jobs.records import Records
from jobs.results import ResultStore
from planning.errors import Busy, GatewayError, HubUnavailable, Internal, TimedOut

LOG = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class JobAnswer:
    """What a job is answered with."""

    media_type: str
    body: AsyncGenerator[bytes, None]
    """The document, as it comes; raises `GatewayError`, and is closed when it is no longer wanted."""


Run = Callable[[Job, ResultStore], Awaitable[JobAnswer]]
"""Finds out what a job asks, its uploads being in the spool; raises `GatewayError`."""
Requeue = Callable[[Job], Awaitable[None]]
"""Puts a job that could not be run to its end in the queue again."""


@dataclass(frozen=True, slots=True)
class JobExecution:
    """All that running jobs takes."""

    records: Records
    spool: ResultStore
    run: Run
    requeue: Requeue

    async def execute(self, job_id: str, leaving: Leaving) -> None:
        """Run a job to its end, or until it is cancelled, which cancels its statements."""
        job = await _once_the_hub_answers(lambda: self.records.begin(job_id))
        if job is None:
            return  # aborted while it waited
        try:
            failure = await self._within_its_time(job)
        except asyncio.CancelledError:
            if leaving():
                await asyncio.shield(self.requeue(job))
            raise
        except HubUnavailable:
            await _once_the_hub_answers(lambda: self.requeue(job))
            return
        if failure:
            await self._failed(job, *failure)

    async def _failed(self, job: Job, phase: Phase, error: GatewayError) -> None:
        lasting = error.status < 500
        await _once_the_hub_answers(lambda: self.records.failed(job, phase, error.message, lasting=lasting))
        await self.spool.remove(job.id)

    async def _within_its_time(self, job: Job) -> tuple[Phase, GatewayError] | None:
        try:
            async with asyncio.timeout(job.execution_duration) as limit:
                await self._answered(job)
        except HubUnavailable:
            raise  # which says nothing of the job: it is queued again when the hub is back
        except GatewayError as error:
            return Phase.ERROR, error
        except TimeoutError:
            if limit.expired():
                return Phase.ABORTED, _too_long(job)
            LOG.exception("job %s failed", job.id)
        except Exception:
            LOG.exception("job %s failed", job.id)
        else:
            return None
        return Phase.ERROR, Internal("The gateway made a mistake; it has been logged")

    async def _answered(self, job: Job) -> None:
        answer = await self.run(job, self.spool)
        async with aclosing(answer.body) as body:
            size = await self.spool.keep(job.id, job.result, body)
        if await _once_the_hub_answers(lambda: self.records.completed(job, answer.media_type, size)):
            await self.spool.remove(job.id, but=job.result)


async def _once_the_hub_answers(action: Callable[[], Awaitable[Result]]) -> Result:
    """Do it, however long that takes: a job of which the hub is told nothing would run for ever."""
    while True:
        try:
            return await action()
        except (HubUnavailable, Busy) as error:
            LOG.warning("jobs wait for the hub: %s", error)
            await asyncio.sleep(RETRY)


def _too_long(job: Job) -> TimedOut:
    return TimedOut(f"The job took longer than its execution duration of {job.execution_duration} s")
