"""Cross-match two tables or lists: stage what is sent in the hub, join there on HEALPix cells, stream the pairs."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import IO

from adapters.votable.bounds import Bounds
from adapters.votable.envelope import Head
from adapters.votable.gzipped import plain_file
from adapters.votable.stream import Step, stream_document, untimed
from adapters.xmatch.axes import axis_column
from adapters.xmatch.catalogues import EPOCH_J2000
from adapters.xmatch.lists import read_source_list
from adapters.xmatch.parameters import CrossmatchRequest, OwnTable, Side, UploadedList
from adapters.xmatch.positions import NUMBER, list_cells, list_index, staged_cells, table_positions
from adapters.xmatch.statement import MatchSide, MatchSides, cell_names, chosen_columns, match_statement, result_cells
from hub.rows import Hub
from hub.uploads import staged
from hub.writer import Writers
from planning.errors import BadInput, SourceUnavailable
from schema.crossmatch import MOVING
from schema.scalars import MOST_POSITIONS
from schema.table import Table

BOUNDS = Bounds(rows=MOST_POSITIONS)


@dataclass(frozen=True, slots=True)
class SentLists:
    """The lists of sources that come with a request."""

    files: Mapping[str, IO[bytes]]
    """By the name of their part, as `read_source_list` takes them, gzipped or not; whoever opened them closes them."""
    bounds: Bounds = BOUNDS
    """The largest list, as it is once uncompressed."""

    def file(self, part: str) -> IO[bytes]:
        """The list of a part; raises `BadInput` if it was not sent."""
        file = self.files.get(part)
        if file is None:
            message = f"{part} is wanted: a VOTable or CSV, as a part of a form (multipart/form-data)"
            raise BadInput(message)
        return file


async def crossmatch(
    hub: Hub, writers: Writers | None, lists: SentLists, request: CrossmatchRequest, step: Step = untimed
) -> AsyncGenerator[bytes, None]:
    """Stage lists in the hub, join them there with each other or with tables, and stream the document of the pairs.

    Parameters
    ----------
    writers
        Connections that may write to the hub; None if uploads are not configured.
    step
        Called with "plan" once the lists are staged, and with "run" once the first rows are there.

    Yields
    ------
    block
        Bytes of the document. Closing the iterator cancels the statement and drops the staged lists.

    Raises
    ------
    GatewayError
        As `adapters.votable.stream.stream_document` does, and for a list that cannot be read.
    """
    if writers is None:
        message = "Nothing can be uploaded here: this service has no place to put it (GATEWAY_HUB_JOBS)"
        raise SourceUnavailable(message)
    async with _sides(hub, writers, lists, request) as sides:
        step("plan")
        cells = result_cells(sides, request)
        form = request.format.format
        row = form.row(list(zip(cells, cell_names(cells), strict=True)))
        rows = hub.blocks(match_statement(sides, request, row, cells), form.copy_options)
        head = Head(None, cells, (("QUERY", _description(request)),))
        async with aclosing(stream_document(head, form, rows, request.limit, step=step)) as blocks:
            async for block in blocks:
                yield block


@asynccontextmanager
async def _sides(hub: Hub, writers: Writers, lists: SentLists, request: CrossmatchRequest) -> AsyncIterator[MatchSides]:
    """Stage lists and cells; everything staged is dropped when the context is left."""
    first_probes = _first_probes(hub, request)
    async with AsyncExitStack() as stack:
        sides = [
            await stack.enter_async_context(_side(writers, lists, side)) for side in (request.first, request.second)
        ]
        probe, target = sides if first_probes else reversed(sides)
        cells = await stack.enter_async_context(_cones(hub, writers, probe, request))
        target = await stack.enter_async_context(_indexed(writers, target))
        first, second = (probe, target) if first_probes else (target, probe)
        yield MatchSides(first, second, cells, first_probes)


def _first_probes(hub: Hub, request: CrossmatchRequest) -> bool:
    """Whether cones are drawn around the positions of the first side: a list's, else those of the smaller table.

    Stars that move are looked for in cones: at another epoch they are not where their table says. Raises `BadInput` for
    two tables of them at another epoch.
    """
    first, second = request.first, request.second
    if isinstance(first, UploadedList) or isinstance(second, UploadedList):
        return isinstance(first, UploadedList)
    moving = [index.table in MOVING for index in (first.index, second.index)]
    if all(moving) and request.epoch != EPOCH_J2000:
        message = "EPOCH is for a list of that time: two tables of stars are matched at J2000"
        raise BadInput(message)
    rows = (hub.row_counts.rows(index.table) or index.table.rows for index in (first.index, second.index))
    sizes = list(zip(moving, rows, strict=True))
    return sizes[0] <= sizes[1]


@asynccontextmanager
async def _side(writers: Writers, lists: SentLists, side: Side) -> AsyncIterator[MatchSide]:
    """A table of ours as it is; a list staged, which is dropped when the context is left."""
    if isinstance(side, OwnTable):
        index = side.index
        yield MatchSide(index.table, index, chosen_columns(index.columns, side.columns, index.names), None)
        return
    async with AsyncExitStack() as stack:
        async with plain_file(lists.file(side.part), lists.bounds.size) as plain:
            reading = await read_source_list(plain, lists.bounds)
            heading = reading.heading
            ra, dec = (axis_column(heading.columns, name, axis) for name, axis in ((side.ra, "ra"), (side.dec, "dec")))
            rows = await stack.enter_async_context(
                staged(writers, heading.columns, reading.copy, heading.description, NUMBER)
            )
        yield MatchSide(rows, None, chosen_columns(rows.columns, side.columns), (ra, dec))


def _cones(
    hub: Hub, writers: Writers, probe: MatchSide, request: CrossmatchRequest
) -> AbstractAsyncContextManager[Table]:
    """The cells that cones around the positions of a side touch, staged."""
    if probe.axes:
        return list_cells(writers, probe.table, probe.axes, request.radius)
    assert probe.index  # noqa: S101 - for mypy: of a table of ours
    return staged_cells(writers, table_positions(hub, probe.index, request.area), request.radius)


@asynccontextmanager
async def _indexed(writers: Writers, target: MatchSide) -> AsyncIterator[MatchSide]:
    """The side with its positions by cell: a list's are staged."""
    if not target.axes:
        yield target
        return
    async with list_cells(writers, target.table, target.axes, None) as cells:
        yield replace(target, index=list_index(target.table, cells))


def _description(request: CrossmatchRequest) -> str:
    first, second = (
        side.index.table.qualified if isinstance(side, OwnTable) else f"the list {side.part}"
        for side in (request.first, request.second)
    )
    return f"{first} and {second} within {request.radius:g} arcsec, {request.find}"
