"""Running a job: its answer, as whoever waits for one gets it, goes to the spool; its record says what came of it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from jobs.job import Job, Phase
from jobs.queue import Leaving
from jobs.records import Records
from jobs.spool import Spool
from resolvers.errors import GatewayError, HubUnavailable, Internal, TimedOut

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a job is answered with."""

    media_type: str
    body: AsyncGenerator[bytes, None]
    """The document, as it comes; raises `GatewayError`, and is closed when it is no longer wanted."""


Run = Callable[[Job, Spool], Awaitable[Answer]]
"""Finds out what a job asks, its uploads being in the spool; raises `GatewayError`."""
Requeue = Callable[[Job], Awaitable[None]]
"""Puts a job that could not be run to its end in the queue again."""


@dataclass(frozen=True, slots=True)
class Execution:
    """All that running jobs takes."""

    records: Records
    spool: Spool
    run: Run
    requeue: Requeue

    async def execute(self, job_id: str, leaving: Leaving) -> None:
        """Run a job to its end, or until it is cancelled, which cancels its statements."""
        job = await self.records.begin(job_id)
        if job is None:
            return  # aborted while it waited
        try:
            failure = await self._within_its_time(job)
        except asyncio.CancelledError:
            if leaving():
                await asyncio.shield(self.requeue(job))
            raise
        if failure:
            phase, error = failure
            await self.records.failed(job, phase, error.message, lasting=error.status < 500)
            await self.spool.remove(job.id)

    async def _within_its_time(self, job: Job) -> tuple[Phase, GatewayError] | None:
        try:
            async with asyncio.timeout(job.execution_duration) as limit:
                await self._answered(job)
        except HubUnavailable:
            raise  # nor can the hub be told of it: the job is queued again when it is back
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
        if await self.records.completed(job, answer.media_type, size):
            await self.spool.remove(job.id, but=job.result)


def _too_long(job: Job) -> TimedOut:
    return TimedOut(f"The job took longer than its execution duration of {job.execution_duration} s")
