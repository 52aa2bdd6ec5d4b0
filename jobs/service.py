"""The service of jobs (UWS 1.1): create, start, watch, abort and destroy them."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from secrets import token_hex
from time import monotonic

from hub.ending import ended
from hub.shares import largest_share
from hub.threads import in_thread
from jobs.changes import JobChanges
from jobs.database import connection, open_pool
from jobs.execution import JobExecution, Run
from jobs.garbage import collect_garbage
from jobs.installation import install
from jobs.job import Job, Phase, Upload, no_job
from jobs.limits import JobLimits, TooManyJobs
from jobs.queue import Queue
from jobs.records import Records
from jobs.results import ResultStore
from planning.asker import asker
from planning.errors import BadInput, Busy, TooMuch, Unauthenticated

SETTLING = 1.0
"""Seconds that a waiting client is not yet told that its job runs: most jobs end within them."""
ACCUMULATED = ("upload",)
"""Parameters whose values add up over several requests; all others are replaced (TAP 1.1 section 2.7.6)."""


class JobService:
    """Jobs of the gateway; every method raises `GatewayError`.

    A job that somebody made who had logged in is theirs alone: to another it is as if it were not there.

    Parameters
    ----------
    records : Records
        The table of jobs, with the pool that the queue shares.
    spool : ResultStore
        Files of this hub's jobs.
    limits : JobLimits
        Limits for all clients.
    run : Run
        Does the work of a job.
    """

    def __init__(self, records: Records, spool: ResultStore, limits: JobLimits, run: Run) -> None:
        self.spool = spool
        self.limits = limits
        self._records = records
        self._changes = JobChanges()
        execution = JobExecution(records, spool, self.room, run, self.requeue)
        self._queue = Queue(records.pool, spool.name, execution.execute, limits.share)

    async def create(self, owner: str, run_id: str | None, *, listed: bool = True) -> Job:
        """Create a job in phase PENDING, of whoever asks.

        Parameters
        ----------
        owner : str
            The client: what `list_jobs` and the shares go by.
        run_id : str | None
            RUNID, if one was given.
        listed : bool
            Whether `list_jobs` has it.

        Raises
        ------
        TooManyJobs
            This client has too many that have not ended, or too many in all.
        Busy
            All clients together have.
        """
        counts = await self._records.count_jobs(owner)
        if counts.own >= self.limits.max_per_client:
            message = f"You have {counts.own} jobs that have not ended: wait for some, or delete them"
            raise TooManyJobs(message, retry=30)
        if counts.kept >= self.limits.max_kept:
            message = f"You have {counts.kept} jobs that are kept here: delete those whose results you have"
            raise TooManyJobs(message)
        if counts.every >= self.limits.max_total:
            message = "There are too many jobs: try again in a minute"
            raise Busy(message, retry=60)
        now = datetime.now(UTC)
        job = Job(
            token_hex(16), Phase.PENDING, owner, listed, self.spool.name, run_id, now, None, None,
            now + self.limits.lifetime, self.limits.seconds, (), (), None, None, None, None, 0, None, asker(),
        )  # fmt: skip
        await self._records.add(job)
        return job

    async def get(self, job_id: str) -> Job:
        """Read a job of whoever asks, or of nobody.

        Raises `NotFound` where there is none, or it is another's; `Unauthenticated` for nobody, who may be its maker.
        """
        job = await self._records.get(job_id)
        if job.asker.login in ("", asker().login):
            return job
        if asker().known:
            raise no_job()
        message = "The job is of who logged in for it: log in"
        raise Unauthenticated(message)

    async def list_jobs(
        self, owner: str, phases: Collection[str], after: datetime | None, last: int | None
    ) -> list[Job]:
        """List jobs of a client, those that lists have, latest first; arguments as in `Records.list_jobs`."""
        return await self._records.list_jobs(owner, phases, after, last)

    async def set_parameters(
        self, job: Job, parameters: Sequence[tuple[str, str]], uploads: Sequence[Upload] = ()
    ) -> None:
        """Set parameters of a PENDING job: given names replace, whatever their case, but those of `ACCUMULATED` add up.

        The files of `uploads` must be in the store already.

        Raises
        ------
        TooMuch
            All parameters together are too long.
        BadInput
            The job has been started.
        """
        replaced = {name.lower() for name, _value in parameters}.difference(ACCUMULATED)
        kept = [(name, value) for name, value in job.parameters if name.lower() not in replaced]
        size = sum(len(name) + len(value) for name, value in (*kept, *parameters))
        if size > self.limits.parameter_bytes:
            message = f"The parameters have {size} characters: a job may have {self.limits.parameter_bytes}"
            raise TooMuch(message)
        if not await self._records.set_parameters(job, [*kept, *parameters], [*job.uploads, *uploads]):
            raise _already_started("parameters")

    async def store_upload(self, job: Job, name: str, blocks: AsyncIterator[bytes]) -> int:
        """Write a table that comes with a job to the store; returns its bytes, raises as `ResultStore.write`."""
        return await self.spool.write(job.id, name, blocks, lambda: self.room(job.owner))

    async def room(self, owner: str) -> int:
        """Bytes that the files of a client's jobs may still take: what is left of its share of the store."""
        jobs = await self._records.of_client(owner)
        used = await in_thread(self.spool.used, jobs)
        return largest_share(self.spool.max_bytes, self.limits.share) - used

    async def set_run_id(self, job: Job, run_id: str) -> None:
        """Set the RUNID."""
        await self._records.set_run_id(job.id, run_id)

    async def set_execution_duration(self, job: Job, seconds: int) -> None:
        """Set the execution duration in seconds; 0 and more than the limit mean the limit.

        Raises `BadInput` once the job has been started.
        """
        allowed = min(seconds or self.limits.seconds, self.limits.seconds)
        if not await self._records.set_execution_duration(job.id, allowed):
            raise _already_started("execution duration")

    async def set_destruction(self, job: Job, until: datetime) -> None:
        """Set the destruction time, at most the lifetime limit from now."""
        await self._records.set_destruction(job.id, min(until, datetime.now(UTC) + self.limits.lifetime))

    async def start(self, job: Job) -> None:
        """Queue a PENDING job (PHASE=RUN), with the rights that its maker has now; no effect on one already started.

        Raises `BadInput` for an aborted one.
        """
        if job.phase is Phase.PENDING and job.asker.known:
            await self._records.set_asker(job.id, asker())
        if job.phase is Phase.PENDING and not await self._enqueue(job):
            job = await self.get(job.id)
        if job.phase is Phase.ABORTED:
            message = "The job was aborted: make another one"
            raise BadInput(message)

    async def requeue(self, job: Job, pause: float) -> None:
        """Queue a job again, for any worker, to be run after `pause` seconds."""
        await self._enqueue(job, pause)

    async def abort(self, job: Job) -> None:
        """Abort a job (PHASE=ABORT): its statements are cancelled on whichever worker runs it. No effect once ended."""
        if await self._records.mark_aborted(job) and job.task:
            await self._queue.cancel(job.task)

    async def destroy(self, job_id: str) -> None:
        """Abort a job of whoever asks, or of nobody, and delete it with its files; raises `NotFound`."""
        await self.get(job_id)
        await self.discard(job_id)

    async def discard(self, job_id: str) -> None:
        """Abort a job, whosever it is, and delete it with its files; raises `NotFound`."""
        job = await self._records.delete(job_id)
        if job is None:
            raise no_job()
        if job.phase.active and job.task:
            await self._queue.cancel(job.task)
        await self.spool.remove(job.id)

    async def wait_for_phase(self, job_id: str, seconds: float, phase: str | None) -> Job:
        """Wait until the job leaves its phase, then return it (WAIT of UWS 1.1).

        Parameters
        ----------
        job_id : str
            The job; `NotFound` is raised without it.
        seconds : float
            Return after so many at the latest.
        phase : str | None
            Wait only while the job is in this phase; None for the one it is in now.
        """
        until = monotonic() + seconds
        with self._changes.subscribe(job_id) as change:
            job = await self.get(job_id)
            if phase and phase != job.phase.value:
                return job
            first = job.phase
            while (
                job.phase.active
                and job.phase is first
                and await self._changes.wait_for_change(change, until - monotonic())
            ):
                job = await self.get(job_id)
            if first is Phase.QUEUED and job.phase is Phase.EXECUTING:
                await self._changes.wait_for_change(change, min(SETTLING, until - monotonic()))
                job = await self.get(job_id)
        return job

    async def wait_until_ended(self, job_id: str, seconds: float) -> Job:
        """Wait until the job has ended, for `seconds` at most; return it as it is then. Raises `NotFound`."""
        until = monotonic() + seconds
        with self._changes.subscribe(job_id) as change:
            job = await self.get(job_id)
            while job.phase.active and await self._changes.wait_for_change(change, until - monotonic()):
                job = await self.get(job_id)
        return job

    async def _enqueue(self, job: Job, pause: float = 0) -> bool:
        ahead = (await self._records.count_jobs(job.owner)).own
        async with connection(self._records.pool) as session, session.transaction():
            if not await self._records.mark_queued(session, job):
                return False
            await self._records.set_task(session, job, await self._queue.enqueue(session, job, ahead, pause))
        return True

    def close(self) -> None:
        """End all waiting: the process is about to stop."""
        self._changes.close()

    async def open(self, dsn: str, workers: int) -> list[asyncio.Task[None]]:
        """Start to listen, to collect garbage and to run up to `workers` jobs; the caller cancels the tasks."""
        await self._queue.open()
        tasks = [self._changes.listen(dsn), collect_garbage(self, self._records)]
        return [
            asyncio.create_task(task) for task in (*tasks, *([self._queue.run_workers(workers)] if workers else []))
        ]


@asynccontextmanager
async def open_job_service(
    dsn: str, spool: ResultStore, limits: JobLimits, run: Run, workers: int
) -> AsyncIterator[JobService]:
    """Open the service of jobs, as a context that closes it.

    Parameters
    ----------
    dsn : str
        The hub, as the role of jobs.
    spool : ResultStore
        The store; this hub gets a directory of its own in it.
    limits : JobLimits
        Limits of jobs.
    run : Run
        Does the work of a job.
    workers : int
        Jobs that this process runs at once; 0 to accept jobs and run none.

    Raises
    ------
    HubUnavailable
        The hub does not answer, or refuses the role of jobs.
    """
    pool = await open_pool(dsn, 4 + workers)
    try:
        async with connection(pool) as session:
            hub = await install(session)
        service = JobService(Records(pool), spool.for_hub(hub), limits, run)
        tasks = await service.open(dsn, workers)
        try:
            yield service
        finally:
            await ended(tasks)
    finally:
        await pool.close()


def _already_started(what: str) -> BadInput:
    return BadInput(f"The job has been started: its {what} cannot be changed any more")
