"""`python -m gateway work`: a process that runs jobs and serves nothing; and how servers open engine and jobs."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.tap.engine import Engine
from adapters.tap.parameters import RowLimits
from adapters.votable.bounds import Bounds
from adql.checked.catalogue import queryable
from gateway import logs
from gateway.oifits_files import collection_of
from gateway.published import declared, kept_up
from gateway.remote_uploads import fetcher
from gateway.settings import PREFIX, SettingError, Settings
from hub.ending import ended
from hub.health import HealthMonitor
from hub.rows import open_hub
from hub.source_writer import open_source_writer
from hub.writer import open_writers
from jobs.folder import open_folder
from jobs.results import ResultStore
from planning.errors import GatewayError
from schema.catalog import DECLARED, SOURCES

if TYPE_CHECKING:
    from jobs.execution import JobAnswer
    from jobs.job import Job
    from jobs.service import JobService

LOG = logging.getLogger(__name__)


@asynccontextmanager
async def open_engine(settings: Settings, watch: HealthMonitor | None = None) -> AsyncIterator[Engine]:
    """Open what queries run with, and close it in the end; raises `HubUnavailable`.

    `watch` is the health monitor, not started yet; None for one of this process alone. Without GATEWAY_HUB_JOBS it
    takes no uploads.
    """
    health = watch or HealthMonitor(SOURCES, silence=settings.silence_seconds)
    hub = await open_hub(settings.hub, settings.hub_limits, health, settings.sources if settings.direct else {})
    try:
        for source, writer in settings.source_writers.items():
            hub.writers[source] = await open_source_writer(source, writer, health)
        dsn = settings.hub_jobs
        writers = await open_writers(dsn, settings.streams, settings.stream_seconds, settings.share) if dsn else None
        try:
            hub.catalog = DECLARED.with_published(await declared(hub))
            fetch = fetcher(upload_hosts(settings), settings.share)
            yield Engine(hub, queryable(hub.catalog), writers, fetch, Bounds(settings.max_upload_bytes))
        finally:
            if writers:
                await writers.close()
    finally:
        await hub.close()


def upload_hosts(settings: Settings) -> frozenset[str]:
    """The hosts of GATEWAY_UPLOAD_HOSTS, in lower case."""
    return frozenset(filter(None, (host.strip().lower() for host in settings.upload_hosts.split(","))))


@asynccontextmanager
async def open_jobs(settings: Settings, engine: Engine) -> "AsyncIterator[JobService | None]":
    """Open the jobs of this process; None without GATEWAY_HUB_JOBS."""
    if not settings.hub_jobs:
        LOG.info("GATEWAY_HUB_JOBS is not set: there are no jobs, and no uploads")
        yield None
        return
    # Here: the queue and its driver take 10 MB and a fifth of a second, which those pay who have jobs.
    from adapters.tap.job import job_runner
    from adapters.uws.services import SODA, TABLE_UPDATE, service_name
    from gateway.oifits_cuts import cut_runner
    from gateway.table_updates import update_runner
    from jobs.service import open_job_service

    limits = RowLimits(settings.max_rows_default, settings.max_rows)
    tap = job_runner(engine, limits, settings.url.rstrip("/"), links=settings.links)
    soda = cut_runner(engine.hub, collection_of(settings))

    update = update_runner(engine, settings.user_quota)
    runners = {SODA.name: soda, TABLE_UPDATE.name: update}

    async def run(job: "Job", store: ResultStore) -> "JobAnswer":
        return await runners.get(service_name(job.parameters), tap)(job, store)

    async with open_job_service(
        settings.hub_jobs, configured_result_store(settings), settings.job_limits, run, settings.job_workers
    ) as service:
        yield service


def configured_result_store(settings: Settings) -> ResultStore:
    """The spool that the settings name, a directory or a bucket; raises `SettingError`."""
    try:
        if settings.spool.startswith("s3://"):
            from jobs.bucket import open_bucket  # Here: 16 MB, for those who have one.

            return open_bucket(settings.spool, settings.spool_bytes)
        return open_folder(Path(settings.spool), settings.spool_bytes)
    except ImportError as error:
        message = f"{PREFIX}SPOOL is {settings.spool!r}, for which obstore is wanted: pip install 'jmmc-gateway[s3]'"
        raise SettingError(message) from error
    except OSError as error:
        message = f"{PREFIX}SPOOL is {settings.spool!r}, which cannot be written: {error.strerror or error}"
        raise SettingError(message) from error


def work(settings: Settings) -> int:
    """Run jobs until SIGTERM or SIGINT; those under way then are run again by others. 1 if it could not begin."""
    if not settings.hub_jobs:
        message = f"{PREFIX}HUB_JOBS is missing: the hub's DSN, as postgresql://gateway_jobs@localhost/hub"
        raise SettingError(message)
    logs.configure(settings.log)
    try:
        asyncio.run(_working(replace(settings, job_workers=max(1, settings.job_workers))))
    except GatewayError as error:
        LOG.error("%s", error)
        return 1
    return 0


async def _working(settings: Settings) -> None:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with open_engine(settings) as engine, open_jobs(settings, engine):
        LOG.info("jobs are run here, %d at once", settings.job_workers)
        keeping = asyncio.create_task(kept_up(engine.hub))
        await stopped.wait()
        await ended([keeping])
