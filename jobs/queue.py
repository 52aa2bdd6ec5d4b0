"""The queue: procrastinate, in the schema `uws`. Only identifiers of jobs wait there; all else is in their records."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.job_context import AbortReason
from procrastinate.jobs import Job as QueuedJob
from procrastinate.manager import JobManager
from psycopg.rows import dict_row

from hub.limits import PART
from hub.shares import largest_share, proportion
from jobs.database import Connection, Pool, connection
from jobs.job import Job
from schema.named_queries import named_query

LOG = logging.getLogger(__name__)
HEARTBEAT = 1.0
"""Seconds between two signs of life of a worker."""
HEARTBEAT_TIMEOUT = 6.0
"""Seconds without one after which a worker counts as dead, and its jobs are queued again."""
POLL_INTERVAL = 1.0
"""Seconds between two polls, for notifications a worker may have missed, as while it started."""
RETRY = 1.0
"""Seconds before a worker that stopped, because the hub was gone, starts again."""
SHUTDOWN_GRACE = 3.0
"""Seconds that running jobs get to end when the process is told to stop; those left are queued again."""
LOCK_IT = named_query("jobs/queue", "lock")
JOIN = named_query("jobs/queue", "join")
PACE = named_query("jobs/queue", "pace")
FETCH = named_query("jobs/queue", "fetch")
LOCK = 7_246_105
"""Key of the advisory lock under which workers choose, one at a time."""
IsShuttingDown = Callable[[], bool]
"""Whether a job is cancelled because the process ends."""
Execute = Callable[[str, IsShuttingDown], Awaitable[None]]
"""Runs the job with this identifier."""


class FairManager(JobManager):
    """Procrastinate's way to the queue, which gives each client its share of the workers."""

    queue: str
    """The queue whose jobs it fetches."""
    part = PART
    """Of all workers, the part that one client may hold."""
    concurrency = 1
    """Jobs that a worker runs at once."""
    pool: Pool
    _joined: int | None = None
    """The worker that has been recorded: another one each time that it starts again."""

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> QueuedJob | None:  # noqa: ARG002 - it has one
        """Take the next job of the client with the fewest running; None if none may run now."""
        asked = {
            "queue": self.queue,
            "worker": worker_id,
            "jobs": self.concurrency,
            "lock": LOCK,
            "stale": HEARTBEAT_TIMEOUT,
        }
        async with connection(self.pool) as session, session.transaction(), session.cursor(row_factory=dict_row) as at:
            await at.execute(LOCK_IT.encode(), asked)
            if worker_id != self._joined:
                await at.execute(JOIN.encode(), asked)
            await at.execute(PACE.encode(), asked)
            total = max(self.concurrency, (await at.fetchone() or {"jobs": 0})["jobs"])
            most = {"total": total, "most": largest_share(total, self.part), "proportion": proportion(self.part)}
            await at.execute(FETCH.encode(), asked | most)
            row = await at.fetchone()
        self._joined = worker_id
        return QueuedJob.from_row(row) if row else None


class Queue:
    """A queue of job identifiers, one for each result store: processes that share the store share the queue."""

    def __init__(self, pool: Pool, name: str, execute: Execute, part: float = PART) -> None:
        self._pool = pool
        self._name = name
        self._execute = execute
        self._app = App(connector=PsycopgConnector())
        self._app.job_manager = self._manager = FairManager(self._app.connector)
        self._manager.part, self._manager.pool, self._manager.queue = part, pool, name
        self._task = self._app.task(name="run", queue=name, pass_context=True)(self._run)

    async def open(self) -> None:
        """Begin to use the pool, which stays the caller's to close."""
        await self._app.open_async(self._pool)

    async def enqueue(self, transaction: Connection, job: Job, ahead: int, pause: float = 0) -> int:
        """Queue a job within the caller's transaction; return its number in the queue.

        Clients take turns: `ahead`, the number of jobs of the same client that have not ended, lowers its priority. It
        is not run for `pause` seconds.
        """
        # Clients take turns: the second job of one waits behind the first of all others.
        later = datetime.now(UTC) + timedelta(seconds=pause) if pause else None
        deferrer = self._task.configure(connection=transaction, priority=-ahead, schedule_at=later)
        task: int = await deferrer.defer_async(job_id=job.id)
        return task

    async def cancel(self, task: int) -> None:
        """Take a job out of the queue, or cancel it on whichever worker runs it."""
        async with connection(self._pool):  # for its errors
            await self._app.job_manager.cancel_job_by_id_async(task, abort=True, delete_job=True)

    async def run_workers(self, concurrency: int) -> None:
        """Run up to `concurrency` jobs at once until cancelled; start again if procrastinate's worker stops.

        A worker that is cancelled while its database is gone ends with the error of that instead (procrastinate 3.10):
        it is not started again.
        """
        self._manager.concurrency = concurrency
        while True:
            try:
                await self._app.run_worker_async(
                    queues=[self._name], concurrency=concurrency, install_signal_handlers=False, delete_jobs="always",
                    fetch_job_polling_interval=POLL_INTERVAL, abort_job_polling_interval=POLL_INTERVAL,
                    update_heartbeat_interval=HEARTBEAT, stalled_worker_timeout=HEARTBEAT_TIMEOUT,
                    shutdown_graceful_timeout=SHUTDOWN_GRACE,
                )  # fmt: skip
            except Exception as error:
                LOG.warning("a worker stopped: %s", error)
                if (task := asyncio.current_task()) and task.cancelling():
                    raise asyncio.CancelledError from error
            await asyncio.sleep(RETRY)

    async def _run(self, context: JobContext, job_id: str) -> None:
        await self._execute(job_id, lambda: context.abort_reason() is AbortReason.SHUTDOWN)
