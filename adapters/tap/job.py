"""A job's query, answered as that of whoever waits."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack, aclosing, contextmanager
from dataclasses import replace
from typing import BinaryIO

from adapters.tap.answer import Engine, answer
from adapters.tap.parameters import RowLimits, TapRequest, tap_request
from adapters.tap.uploads import contents
from adapters.votable.parameters import accumulated, folded
from adapters.votable.stream import StreamOutcome
from adql.checked.catalogue import known_now
from jobs.execution import JobAnswer, Run
from jobs.job import Job
from jobs.results import ResultStore

ACCUMULATING = ("upload",)
"""Parameters of which there may be several."""


def runner(engine: Engine, limits: RowLimits, base: str = "") -> Run:
    """What runs jobs with this engine; `base` is the address of the gateway, where that is known."""

    async def run(job: Job, spool: ResultStore) -> JobAnswer:
        asked = replace(tap_request(folded(accumulated(job.parameters, ACCUMULATING)), limits), base=base)
        now = replace(engine, catalogue=known_now())
        return JobAnswer(asked.format.media_type, _whole(now, asked, job, spool))

    return run


async def _whole(engine: Engine, asked: TapRequest, job: Job, spool: ResultStore) -> AsyncGenerator[bytes, None]:
    """The document; a failure among its rows is the job's, where a reader who waits would find it in the footer."""
    outcome = StreamOutcome()
    with _files(job, spool) as files:
        async with aclosing(answer(engine, asked, contents(asked.uploads, files, engine.fetch), outcome)) as told:
            async for block in told:
                yield block
    if outcome.failure:
        raise outcome.failure


@contextmanager
def _files(job: Job, spool: ResultStore) -> Iterator[dict[str, BinaryIO]]:
    with ExitStack() as held:
        yield {upload.name: held.enter_context(spool.path(job.id, upload.file).open("rb")) for upload in job.uploads}
