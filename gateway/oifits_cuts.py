"""Files that are cut: for an answer as it is sent, and for a job."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from adapters.soda.collection import Collection
from adapters.soda.files import GranuleFile, granule_files
from adapters.soda.parameters import FITS, SodaRequest, soda_request
from adapters.uws.services import repeated_parameters
from gateway.oifits_files import NoContent, open_files, refusals
from hub.rows import Hub
from hub.threads import compute, in_thread
from jobs.execution import JobAnswer, Run
from jobs.job import Job
from jobs.results import ResultStore
from oifits.cut import cut
from oifits.errors import NothingLeft
from oifits.output import length, stored, written
from oifits.parts import FilePart, part_of
from oifits.provenance import provenance
from oifits.selection import Selection
from oifits.source import Source
from planning.errors import NotFound


@dataclass(frozen=True, eq=False, slots=True)
class Cut:
    """A file that is made: its bytes, how many there are, and what is to be closed after them."""

    size: int
    blocks: Iterator[bytes]
    opened: ExitStack


def cut_files(collection: Collection, files: Sequence[GranuleFile], request: SodaRequest) -> Cut:
    """Find what is wanted of the files, which stay open for its bytes; raises `GatewayError` and `NoContent`."""
    with ExitStack() as stack, refusals():
        sources = open_files(collection, files, stack)
        if request.selection.everything and len(sources) == 1:
            size, blocks = sources[0].size, stored(sources[0])
        else:
            left = _parts_left(files, sources, request.selection)
            outputs = cut([part for _, part in left], provenance([file.id for file, _ in left], request.selection))
            size, blocks = length(outputs), written(outputs)
        return Cut(size, blocks, stack.pop_all())


def _parts_left(
    files: Sequence[GranuleFile], sources: Sequence[Source], selection: Selection
) -> list[tuple[GranuleFile, FilePart]]:
    """The parts of the files that have some of what is wanted; raises `NothingLeft` where none has."""
    left, lacking = [], None
    for file, source in zip(files, sources, strict=True):
        try:
            left.append((file, part_of(source, selection)))
        except NothingLeft as error:
            lacking = error
    if lacking and not left:
        raise lacking
    return left


def worker(collection: Collection) -> Callable[..., Awaitable[Any]]:
    """Where files are read: what waits for another server does not keep the one thread of computations."""
    return compute if collection.folder else in_thread


async def sent(blocks: Iterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The blocks, each made in a thread."""
    while (block := await in_thread(next, blocks, None)) is not None:
        yield block


def cut_runner(hub: Hub, collection: Collection | None) -> Run:
    """Make the function that runs jobs of `/soda/async`, in the name of who made them."""

    async def run_job(job: Job, _store: ResultStore) -> JobAnswer:
        if collection is None:
            message = "No files are cut here: this service has no collection of them"
            raise NotFound(message)
        request = soda_request(repeated_parameters(job.parameters))
        files = await granule_files(hub, request.ids, collection)
        try:
            made = await worker(collection)(cut_files, collection, files, request)
        except NoContent as error:
            raise NotFound(str(error)) from error
        return JobAnswer(FITS, _closing(made))

    return run_job


async def _closing(made: Cut) -> AsyncGenerator[bytes, None]:
    with made.opened:
        async for block in sent(made.blocks):
            yield block
