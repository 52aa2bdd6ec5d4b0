"""The desk: where jobs are handed in, asked after, and called off."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from secrets import token_hex
from time import monotonic

from jobs.changes import JobChanges
from jobs.database import connection, open_pool
from jobs.execution import JobExecution, Run
from jobs.garbage import sweep
from jobs.installation import install
from jobs.job import Job, Phase, Upload
from jobs.limits import JobLimits, TooManyJobs
from jobs.queue import Queue
from jobs.records import Records
from jobs.results import ResultStore
from planning.errors import BadInput, Busy, NotFound, TooMuch

SETTLED = 1.0
"""Seconds for which who waits is not told yet that a job runs: most jobs end within them."""
ACCUMULATED = ("upload",)
"""Parameters that are added to what was given before; others take its place (TAP 1.1 section 2.7.6)."""


class JobService:
    """Everything that is done with jobs; raises `GatewayError`."""

    def __init__(self, records: Records, spool: ResultStore, limits: JobLimits, run: Run) -> None:
        self.spool = spool
        self.limits = limits
        self._records = records
        self._changes = JobChanges()
        self._queue = Queue(records.pool, spool.name, JobExecution(records, spool, run, self.requeue).execute)

    async def make(self, owner: str, run_id: str | None) -> Job:
        """A new job of a client, that waits to be told what it is asked."""
        own, every = await self._records.unended(owner)
        if own >= self.limits.each:
            message = f"You have {own} jobs that have not ended: wait for some, or delete them"
            raise TooManyJobs(message, retry=30)
        if every >= self.limits.every:
            message = "There are too many jobs: try again in a minute"
            raise Busy(message, retry=60)
        now = datetime.now(UTC)
        job = Job(
            token_hex(16), Phase.PENDING, owner, self.spool.name, run_id, now, None, None, now + self.limits.lifetime,
            self.limits.seconds, (), (), None, None, None, None, 0, None,
        )  # fmt: skip
        await self._records.add(job)
        return job

    async def get(self, job_id: str) -> Job:
        """A job; raises `NotFound`."""
        return await self._records.get(job_id)

    async def listed(self, owner: str, phases: Collection[str], after: datetime | None, last: int | None) -> list[Job]:
        """The jobs of a client, last made first."""
        return await self._records.listed(owner, phases, after, last)

    async def tell(self, job: Job, parameters: Sequence[tuple[str, str]], uploads: Sequence[Upload] = ()) -> None:
        """Say what it is asked: names that it knows get other values. Its uploads are in the spool already."""
        given = {name.lower() for name, _value in parameters}.difference(ACCUMULATED)
        kept = [(name, value) for name, value in job.parameters if name.lower() not in given]
        size = sum(len(name) + len(value) for name, value in (*kept, *parameters))
        if size > self.limits.parameter_bytes:
            message = f"The parameters have {size} characters: a job may have {self.limits.parameter_bytes}"
            raise TooMuch(message)
        if not await self._records.tell(job, [*kept, *parameters], [*job.uploads, *uploads]):
            raise _started("parameters")

    async def name(self, job: Job, run_id: str) -> None:
        """Give it a name."""
        await self._records.name(job.id, run_id)

    async def allow(self, job: Job, seconds: int) -> None:
        """Say how long it may run; 0 for as long as is allowed."""
        if not await self._records.allow(job.id, min(seconds or self.limits.seconds, self.limits.seconds)):
            raise _started("execution duration")

    async def keep(self, job: Job, until: datetime) -> None:
        """Say when it is to be forgotten, which is at most so long from now."""
        await self._records.keep(job.id, min(until, datetime.now(UTC) + self.limits.lifetime))

    async def start(self, job: Job) -> None:
        """Have it run; one that has been started already goes on."""
        if job.phase is Phase.PENDING and not await self._put(job):
            job = await self.get(job.id)
        if job.phase is Phase.ABORTED:
            message = "The job was aborted: make another one"
            raise BadInput(message)

    async def requeue(self, job: Job) -> None:
        """Have it run again, by another worker."""
        await self._put(job)

    async def abort(self, job: Job) -> None:
        """Call it off: its statements are cancelled wherever it runs."""
        if await self._records.abort(job) and job.task:
            await self._queue.withdraw(job.task)

    async def destroy(self, job_id: str) -> None:
        """Call it off and forget it; raises `NotFound`."""
        job = await self._records.remove(job_id)
        if job is None:
            message = "There is no such job: it was destroyed, or its time had come"
            raise NotFound(message)
        if job.phase.active and job.task:
            await self._queue.withdraw(job.task)
        await self.spool.remove(job.id)

    async def wait(self, job_id: str, seconds: float, phase: str | None) -> Job:
        """A job as soon as it is in another phase than it was, or than the one named; or after so many seconds."""
        until = monotonic() + seconds
        with self._changes.of(job_id) as changed:
            job = await self.get(job_id)
            if phase and phase != job.phase.value:
                return job
            first = job.phase
            while job.phase.active and job.phase is first and await self._changes.told(changed, until - monotonic()):
                job = await self.get(job_id)
            if first is Phase.QUEUED and job.phase is Phase.EXECUTING:
                await self._changes.told(changed, min(SETTLED, until - monotonic()))
                job = await self.get(job_id)
        return job

    async def ended(self, job_id: str, seconds: float) -> Job:
        """A job when it has ended, or after so many seconds."""
        until = monotonic() + seconds
        with self._changes.of(job_id) as changed:
            job = await self.get(job_id)
            while job.phase.active and await self._changes.told(changed, until - monotonic()):
                job = await self.get(job_id)
        return job

    async def _put(self, job: Job) -> bool:
        own, _every = await self._records.unended(job.owner)
        async with connection(self._records.pool) as held, held.transaction():
            if not await self._records.queued(held, job):
                return False
            await self._records.numbered(held, job, await self._queue.put(held, job, own))
        return True

    def close(self) -> None:
        """Have nobody wait any more: the process is about to end."""
        self._changes.close()

    async def open(self, dsn: str, workers: int) -> list[asyncio.Task[None]]:
        """Begin to listen, to sweep and, with workers, to work."""
        await self._queue.open()
        works = [self._changes.follow(dsn), sweep(self, self._records)]
        return [asyncio.create_task(work) for work in (*works, *([self._queue.work(workers)] if workers else []))]


@asynccontextmanager
async def open_desk(
    dsn: str, spool: ResultStore, limits: JobLimits, run: Run, workers: int
) -> AsyncIterator[JobService]:
    """Open the desk as the role of jobs, with so many jobs at once in this process; raises `HubUnavailable`."""
    pool = await open_pool(dsn, 4 + workers)
    try:
        async with connection(pool) as held:
            hub = await install(held)
        desk = JobService(Records(pool), spool.of(hub), limits, run)
        tasks = await desk.open(dsn, workers)
        try:
            yield desk
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        await pool.close()


def _started(what: str) -> BadInput:
    return BadInput(f"The job has been started: its {what} cannot be changed any more")
