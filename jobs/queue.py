"""The queue: procrastinate, in the schema `uws`. Identifiers of jobs wait there; their records say the rest."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.job_context import AbortReason

from jobs.database import Connection, Pool, connection
from jobs.job import Job

LOG = logging.getLogger(__name__)
HEARTBEAT = 1.0
"""Seconds between two signs of life of a worker."""
STALE = 6.0
"""Seconds without one after which a worker is given up, and its jobs are queued again."""
LOOKED = 1.0
"""Seconds between two looks for what a worker may not have been told, as when it began to listen too late."""
RETRY = 1.0
"""Seconds before a worker that had to stop, because the hub was gone, starts again."""
LEAVING = 3.0
"""Seconds that jobs under way get to end when the process is told to stop; the others are queued again."""
Leaving = Callable[[], bool]
"""Whether it is for the end of the process that a job is cancelled."""
Execute = Callable[[str, Leaving], Awaitable[None]]
"""Runs the job of an identifier."""


class Queue:
    """Puts jobs in a queue, takes them out, works on them: each spool has a queue, for all who share the spool."""

    def __init__(self, pool: Pool, name: str, execute: Execute) -> None:
        self._pool = pool
        self._name = name
        self._execute = execute
        self._app = App(connector=PsycopgConnector())
        self._task = self._app.task(name="run", queue=name, pass_context=True)(self._run)

    async def open(self) -> None:
        """Begin to use the pool."""
        await self._app.open_async(self._pool)

    async def put(self, held: Connection, job: Job, ahead: int) -> int:
        """Put a job behind so many others of its client, in a transaction of the caller's; tell its number."""
        # Clients take turns: the second job of one waits behind the first of all others.
        place = self._task.configure(connection=held, priority=-ahead)
        task: int = await place.defer_async(job_id=job.id)
        return task

    async def withdraw(self, task: int) -> None:
        """Take a job out, or have it cancelled wherever it runs."""
        async with connection(self._pool):  # for its errors
            await self._app.job_manager.cancel_job_by_id_async(task, abort=True, delete_job=True)

    async def work(self, several: int) -> None:
        """Run jobs, several at once, until cancelled."""
        while True:
            try:
                await self._app.run_worker_async(
                    queues=[self._name], concurrency=several, install_signal_handlers=False, delete_jobs="always",
                    fetch_job_polling_interval=LOOKED, abort_job_polling_interval=LOOKED,
                    update_heartbeat_interval=HEARTBEAT, stalled_worker_timeout=STALE,
                    shutdown_graceful_timeout=LEAVING,
                )  # fmt: skip
            except Exception as error:  # noqa: BLE001 - whatever stopped it, it starts again
                LOG.warning("a worker stopped: %s", error)
            await asyncio.sleep(RETRY)

    async def _run(self, context: JobContext, job_id: str) -> None:
        await self._execute(job_id, lambda: context.abort_reason() is AbortReason.SHUTDOWN)
