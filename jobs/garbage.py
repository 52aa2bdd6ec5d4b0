"""Sweeping: jobs whose worker has gone are queued again, jobs whose time has come are destroyed, with their files."""

import asyncio
import logging
from contextlib import suppress
from typing import Protocol

from jobs.job import Job, Phase
from jobs.queue import STALE
from jobs.records import Records
from jobs.results import ResultStore
from planning.errors import GatewayError, NotFound

LOG = logging.getLogger(__name__)
PERIOD = 2.0
"""Seconds between two looks for jobs that nobody runs."""
ROUNDS = 15
"""Such looks between two for what is to be destroyed."""
ATTEMPTS = 5
"""Times that a job is begun: one that takes its worker down each time ends."""


class JobCollector(Protocol):
    """Where jobs are called off and queued."""

    spool: ResultStore

    async def requeue(self, job: Job) -> None: ...  # noqa: D102

    async def destroy(self, job_id: str) -> None: ...  # noqa: D102


async def sweep(desk: JobCollector, records: Records) -> None:
    """Sweep until cancelled; several processes may."""
    rounds = 0
    while True:
        try:
            await recover(desk, records)
            if rounds % ROUNDS == 0:
                await destroy(desk, records)
        except (GatewayError, OSError) as error:
            LOG.warning("jobs are not looked after: %s", error)
        rounds += 1
        await asyncio.sleep(PERIOD)


async def recover(desk: JobCollector, records: Records) -> None:
    """Queue again the jobs whose worker has gone."""
    for job in await records.orphans(desk.spool.name, STALE):
        # One that waits took no worker down: whoever was to begin it was gone before.
        if job.phase is Phase.QUEUED or job.attempt < ATTEMPTS:
            LOG.warning("job %s had no worker any more: it is queued again", job.id)
            await desk.requeue(job)
        else:
            message = f"The job was begun {job.attempt} times, and whoever ran it was gone each time"
            await records.failed(job, Phase.ERROR, message, lasting=True)


async def destroy(desk: JobCollector, records: Records) -> None:
    """Destroy the jobs whose time has come, and the files that are no job's."""
    for job_id in await records.expired():
        with suppress(NotFound):
            await desk.destroy(job_id)
    old = await asyncio.to_thread(desk.spool.old)
    for job_id in set(old) - await records.known(old):
        await desk.spool.remove(job_id)
