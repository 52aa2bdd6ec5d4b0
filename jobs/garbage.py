"""Garbage collection: jobs whose worker has died are queued again; expired jobs are destroyed with their files."""

import asyncio
import logging
from contextlib import suppress
from typing import Protocol

from hub.threads import in_thread
from jobs.job import Job, Phase
from jobs.queue import HEARTBEAT_TIMEOUT
from jobs.records import Records
from jobs.results import ResultStore
from planning.errors import GatewayError, NotFound

LOG = logging.getLogger(__name__)
ORPHAN_PERIOD = 2.0
"""Seconds between two searches for jobs without a worker."""
ROUNDS_PER_DESTRUCTION = 15
"""Expired jobs are searched for once in so many rounds."""
MAX_ATTEMPTS = 5
"""A job that has been begun so many times ends in ERROR: it seems to take its worker down."""


class JobCollector(Protocol):
    """What garbage collection needs of `JobService`: its store, and the ways to requeue and discard a job."""

    spool: ResultStore

    async def requeue(self, job: Job, pause: float) -> None: ...  # noqa: D102

    async def discard(self, job_id: str) -> None: ...  # noqa: D102


async def collect_garbage(service: JobCollector, records: Records) -> None:
    """Collect garbage until cancelled; several processes may do so at once. Failures are logged and tried again."""
    rounds = 0
    while True:
        try:
            await requeue_orphans(service, records)
            if rounds % ROUNDS_PER_DESTRUCTION == 0:
                await destroy_expired(service, records)
        except (GatewayError, OSError) as error:
            LOG.warning("jobs are not looked after: %s", error)
        rounds += 1
        await asyncio.sleep(ORPHAN_PERIOD)


async def requeue_orphans(service: JobCollector, records: Records) -> None:
    """Queue the jobs again whose worker has died; those begun `MAX_ATTEMPTS` times end in ERROR."""
    for job in await records.orphans(service.spool.name, HEARTBEAT_TIMEOUT):
        # One that waits took no worker down: whoever was to begin it was gone before.
        if job.phase is Phase.QUEUED or job.attempt < MAX_ATTEMPTS:
            LOG.warning("job %s had no worker any more: it is queued again", job.id)
            await service.requeue(job, 0)
        else:
            message = f"The job was begun {job.attempt} times, and whoever ran it was gone each time"
            await records.mark_failed(job, Phase.ERROR, message, lasting=True)


async def destroy_expired(service: JobCollector, records: Records) -> None:
    """Destroy jobs whose destruction time has passed, and files in the store that belong to no job."""
    for job_id in await records.expired():
        with suppress(NotFound):
            await service.discard(job_id)
    old = await in_thread(service.spool.old_entries)
    for job_id in set(old) - await records.existing(old):
        await service.spool.remove(job_id)
