"""A service for jobs, and answers that a test can follow."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from jobs import results
from jobs.execution import JobAnswer
from jobs.folder import open_folder
from jobs.job import Job
from jobs.limits import JobLimits
from jobs.results import ResultStore
from jobs.service import JobService, open_job_service
from planning.errors import SourceUnavailable
from sample.federation import Federation

ROOM = 10**9


async def blocks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def hundred() -> int:
    return 100


def content(spool: ResultStore, job_id: str, name: str) -> bytes:
    """What a file of a job has in it."""
    found = spool.find(job_id, name)
    assert found, name
    with results.opened(found) as file:
        return file.read()


@dataclass
class Work:
    """What jobs are answered with: their QUERY says how."""

    begun: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    async def run(self, job: Job, spool: ResultStore) -> JobAnswer:
        self.begun.append(job.id)
        query = job.parameter("query") or ""
        if query == "down":
            raise SourceUnavailable("OiDB does not answer", "oidb")
        if query == "wrong":
            raise ZeroDivisionError
        return JobAnswer("text/plain", self._body(job, query, spool))

    async def reached(self, of: list[str], job: Job, times: int = 1) -> None:
        """Wait until something has happened to a job."""
        async with asyncio.timeout(10):
            while of.count(job.id) < times:  # noqa: ASYNC110 - it is lists that are looked at
                await asyncio.sleep(0.005)

    async def _body(self, job: Job, query: str, spool: ResultStore) -> AsyncGenerator[bytes, None]:
        try:
            if query == "long":
                yield b"begun"
                await asyncio.sleep(60)
            for upload in job.uploads:
                yield content(spool, job.id, upload.file)
            yield query.encode()
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled.append(job.id)
            raise
        self.ended.append(job.id)


@dataclass(frozen=True)
class Place:
    """A service, and what is behind it."""

    service: JobService
    work: Work

    async def pending(self, query: str, owner: str = "10.0.0.1") -> Job:
        """A job that waits to be started."""
        job = await self.service.create(owner, None)
        await self.service.set_parameters(job, [("QUERY", query)])
        return await self.service.get(job.id)

    async def started(self, query: str, owner: str = "10.0.0.1") -> Job:
        job = await self.pending(query, owner)
        await self.service.start(job)
        return job


def opened(
    federation: Federation, folder: Path, work: Work, workers: int, **limits: int
) -> AbstractAsyncContextManager[JobService]:
    return open_job_service(federation.jobs, open_folder(folder, ROOM), JobLimits(**limits), work.run, workers)  # type: ignore[arg-type]
