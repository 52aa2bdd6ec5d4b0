"""Run a job's query like one of `/tap/sync`."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import ExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from typing import BinaryIO

from adapters.tap.engine import Engine
from adapters.tap.parameters import RowLimits, TapRequest, tap_request
from adapters.tap.plan import query_plan
from adapters.tap.query import run_tap_query
from adapters.tap.uploads import upload_contents
from adapters.votable.parameters import join_repeated, single_values
from adapters.votable.stream import StreamOutcome
from adql.checked.catalogue import queryable
from hub.threads import in_thread
from jobs.execution import JobAnswer, Run
from jobs.job import Job
from jobs.results import ResultStore, opened
from planning.errors import NotFound

ACCUMULATING = ("upload",)
"""Parameters that may be repeated: their values are joined by semicolons."""


def job_runner(engine: Engine, limits: RowLimits, base: str = "", *, links: bool = True) -> Run:
    """Make the function that runs jobs.

    `base` is the public address of the gateway, empty where it is not known; `links` as for `tap_request`.
    """

    async def run_job(job: Job, spool: ResultStore) -> JobAnswer:
        request = _request(job, limits, base, links=links)
        now = replace(engine, catalogue=queryable(engine.hub.catalog))
        return JobAnswer(request.format.media_type, _document(now, request, job, spool))

    return run_job


async def job_plan(engine: Engine, limits: RowLimits, job: Job, spool: ResultStore) -> bytes:
    """The document of the plan of a job, as it would run now; raises `GatewayError`."""
    request = _request(job, limits, "", links=False)
    if job.uploads and job.spool != spool.name:
        message = (
            "The job's tables are not kept where this server could read them: all servers should share GATEWAY_SPOOL"
        )
        raise NotFound(message)
    async with _files(job, spool) as files:
        return await query_plan(engine, request, upload_contents(request.uploads, files, engine.fetch))


def _request(job: Job, limits: RowLimits, base: str, *, links: bool) -> TapRequest:
    return tap_request(single_values(join_repeated(job.parameters, ACCUMULATING)), limits, base=base, links=links)


async def _document(engine: Engine, request: TapRequest, job: Job, spool: ResultStore) -> AsyncGenerator[bytes, None]:
    """Yield the document; a failure among its rows, which `/tap/sync` has in the footer only, is raised at the end."""
    outcome = StreamOutcome()
    async with _files(job, spool) as files:
        uploads = upload_contents(request.uploads, files, engine.fetch)
        async with aclosing(run_tap_query(engine, request, uploads, outcome)) as blocks:
            async for block in blocks:
                yield block
    if outcome.failure:
        raise outcome.failure


@asynccontextmanager
async def _files(job: Job, spool: ResultStore) -> AsyncIterator[dict[str, BinaryIO]]:
    with ExitStack() as held:
        files = {}
        for upload in job.uploads:
            found = await in_thread(spool.find, job.id, upload.file)
            if found is None:
                message = f"The table {upload.name} of the job is not kept any more: send it again"
                raise NotFound(message)
            files[upload.name] = held.enter_context(opened(found))
        yield files
