"""Execution of a job: its answer goes to a file of the result store, its outcome to its record."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

from hub.shares import held_by
from jobs.job import Job, Phase
from jobs.queue import RETRY, IsShuttingDown
from jobs.records import Records
from jobs.results import ResultStore
from planning.asker import asked_by
from planning.errors import Busy, GatewayError, HubUnavailable, Internal, ShareTaken, SourceUnavailable, TimedOut

LOG = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class JobAnswer:
    """The document a job produces.

    Attributes
    ----------
    media_type : str
        Content-Type of the result.
    body : AsyncGenerator[bytes, None]
        The document in blocks; may raise `GatewayError`. `JobExecution` closes it, also when the job is cancelled.
    """

    media_type: str
    body: AsyncGenerator[bytes, None]
    """Blocks of the document."""


Run = Callable[[Job, ResultStore], Awaitable[JobAnswer]]
"""Starts what a job requests (its uploads are in the store) and returns the answer; raises `GatewayError`."""
Requeue = Callable[[Job, float], Awaitable[None]]
"""Queues a job again that could not be run to its end, to be run after so many seconds."""
PASSING = (SourceUnavailable, Busy, ShareTaken)
"""Failures that say nothing of the job: what it needs is not to be had at the moment."""
PAUSES = (1.0, 3.0, 9.0, 27.0)
"""Seconds that a job waits after its first such failure, its second and so on; then it ends in ERROR."""


@dataclass(frozen=True, slots=True)
class JobExecution:
    """What it takes to run jobs.

    Attributes
    ----------
    records : Records
        Where phases and outcomes are written.
    store : ResultStore
        Where results are written.
    room : Callable[[str], Awaitable[int]]
        Bytes that the files of a client's jobs may still take.
    run : Run
        The work itself.
    requeue : Requeue
        Called for a job that this process, the hub or a source could not finish.
    """

    records: Records
    store: ResultStore
    room: Callable[[str], Awaitable[int]]
    run: Run
    requeue: Requeue

    async def execute(self, job_id: str, is_shutting_down: IsShuttingDown) -> None:
        """Run a job to its end, or until cancelled, which cancels its statements.

        Phases (UWS 1.1 section 2.1.3): QUEUED → EXECUTING → COMPLETED, ERROR for a refusal, or ABORTED after its
        execution duration. It is QUEUED again when the hub fails or this process shuts down, and some times when a
        source does not answer or nothing is free. All of it is done in the name of its client, and for who asked.

        Parameters
        ----------
        job_id : str
            A job that is QUEUED; one that is not (aborted meanwhile) is skipped.
        is_shutting_down : IsShuttingDown
            Tells a cancellation by the end of the process from one by the client.
        """
        job = await _retry_until_hub_answers(lambda: self.records.mark_executing(job_id))
        if job is None:
            return  # aborted while it waited
        try:
            with held_by(job.owner), asked_by(job.asker):
                failure = await self._run_with_timeout(job)
        except asyncio.CancelledError:
            if is_shutting_down():
                await asyncio.shield(self.requeue(job, 0))
            raise
        except HubUnavailable:
            await _retry_until_hub_answers(lambda: self.requeue(job, 0))
            return
        if failure and isinstance(failure[1], PASSING) and job.attempt <= len(PAUSES):
            LOG.info("job %s is queued again: %s", job.id, failure[1])
            await _retry_until_hub_answers(lambda: self.requeue(job, PAUSES[job.attempt - 1]))
        elif failure:
            await self._record_failure(job, *failure)

    async def _record_failure(self, job: Job, phase: Phase, error: GatewayError) -> None:
        lasting = error.status < 500
        await _retry_until_hub_answers(lambda: self.records.mark_failed(job, phase, error.message, lasting=lasting))
        await self.store.remove(job.id)

    async def _run_with_timeout(self, job: Job) -> tuple[Phase, GatewayError] | None:
        """Return phase and error of a job that failed; None for one that completed."""
        try:
            async with asyncio.timeout(job.execution_duration) as limit:
                await self._store_result(job)
        except HubUnavailable:
            raise  # which says nothing of the job: it is queued again when the hub is back
        except GatewayError as error:
            return Phase.ERROR, error
        except TimeoutError:
            if limit.expired():
                return Phase.ABORTED, _timed_out(job)
            LOG.exception("job %s failed", job.id)
        except Exception:
            LOG.exception("job %s failed", job.id)
        else:
            return None
        return Phase.ERROR, Internal("The gateway made a mistake; it has been logged")

    async def _store_result(self, job: Job) -> None:
        answer = await self.run(job, self.store)
        async with aclosing(answer.body) as body:
            size = await self.store.write(job.id, job.result, body, lambda: self.room(job.owner))
        if await _retry_until_hub_answers(lambda: self.records.mark_completed(job, answer.media_type, size)):
            await self.store.remove(job.id, but=job.result)


async def _retry_until_hub_answers(action: Callable[[], Awaitable[Result]]) -> Result:
    """Retry for as long as it takes: a job whose outcome is never recorded would seem to run for ever."""
    while True:
        try:
            return await action()
        except (HubUnavailable, Busy) as error:
            LOG.warning("jobs wait for the hub: %s", error)
            await asyncio.sleep(RETRY)


def _timed_out(job: Job) -> TimedOut:
    return TimedOut(f"The job took longer than its execution duration of {job.execution_duration} s")
