"""Cross-match a list of sources: stage it in the hub, join it there on HEALPix cells, stream the pairs."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import IO

import numpy as np

from adapters.votable.envelope import Head
from adapters.votable.reader import Bounds
from adapters.votable.stream import Step, stream_document, untimed
from adapters.xmatch.lists import read_source_list
from adapters.xmatch.parameters import CrossmatchRequest, Find
from hub.binary import HEADER, TRAILER, Layout
from hub.rows import Hub
from hub.uploads import drop, numbered_places, stage
from hub.writer import Writers
from planning.errors import BadInput, SourceUnavailable
from planning.plan import Cell
from planning.sql import Statement
from schema.catalog import suggestion
from schema.named_queries import named_query
from schema.scalars import MOST_POSITIONS
from schema.table import Column, Table
from schema.types import BOOLEAN, DOUBLE, INT, LONG
from sky.cells import REACH, cone_cells

AT_ONCE = 10_000
"""Sources whose cells are computed together."""
NUMBER = "source_number"
"""Column of the staged list with the number of each source, from 1."""
MATCH = named_query("xmatch/match", "match")
SEPARATION = Column("angDist", DOUBLE, "Distance", "arcsec", "pos.angDistance")
COUNT = Column("n_matches", INT, "Rows of the table within the radius", ucd="meta.number")
MATCHED = Column("matched", BOOLEAN, "Whether there is one", ucd="meta.code")
WANTED = (Column("source", LONG, ""), Column("cell", LONG, ""), Column("ra", DOUBLE, ""), Column("dec", DOUBLE, ""))
PLACES = Layout(source="bigint", ra="double precision", dec="double precision")
CELLS = Layout(source="bigint", cell="bigint", ra="double precision", dec="double precision")
UCDS = {
    "ra": ("pos.eq.ra;meta.main", "POS_EQ_RA_MAIN", "pos.eq.ra"),
    "dec": ("pos.eq.dec;meta.main", "POS_EQ_DEC_MAIN", "pos.eq.dec"),
}
NUMERIC = ("real", "double precision", "smallint", "integer", "bigint")


@dataclass(frozen=True, slots=True)
class Sources:
    """A list staged in the hub."""

    rows: Table
    """The list itself."""
    cells: Table
    """A row for each source and cell that the cone around it touches: number, cell, ra, dec (ICRS degrees)."""


async def crossmatch(
    hub: Hub, writers: Writers | None, file: IO[bytes], request: CrossmatchRequest, step: Step = untimed
) -> AsyncGenerator[bytes, None]:
    """Stage a list in the hub, join it there with a table, and stream the document of the pairs.

    Parameters
    ----------
    writers
        Connections that may write to the hub; None if uploads are not configured.
    file
        The list, as `read_source_list` takes it. The caller closes it.
    step
        Called with "plan" once the list is staged, and with "run" once the first rows are there.

    Yields
    ------
    block
        Bytes of the document. Closing the iterator cancels the statement and drops the staged list.

    Raises
    ------
    GatewayError
        As `adapters.votable.stream.stream_document` does, and for a list that cannot be read.
    """
    if writers is None:
        message = "Nothing can be uploaded here: this service has no place to put it (GATEWAY_HUB_JOBS)"
        raise SourceUnavailable(message)
    async with _staged(writers, file, request) as sources:
        step("plan")
        cells = _cells(sources.rows, request)
        form = request.format.format
        text = _text(sources, request, form.row(list(zip(cells, _names(cells), strict=True))), cells)
        rows = hub.blocks(Statement(text, (), request.index.sources), form.copy_options)
        head = Head(None, cells, (("QUERY", _description(request)),))
        async with aclosing(stream_document(head, form, rows, request.limit, step=step)) as blocks:
            async for block in blocks:
                yield block


@asynccontextmanager
async def _staged(writers: Writers, file: IO[bytes], request: CrossmatchRequest) -> AsyncIterator[Sources]:
    """Stage the list and its cells; both tables are dropped when the context is left."""
    reading = await read_source_list(file, Bounds(rows=MOST_POSITIONS))
    heading = reading.heading
    ra, dec = (_axis_column(heading.columns, name, axis) for name, axis in ((request.ra, "ra"), (request.dec, "dec")))
    rows = await stage(writers, heading.columns, reading.copy, heading.description)
    try:
        async with writers.held() as writer:
            places = PLACES.streamed(await numbered_places(writer, rows, NUMBER, ra, dec))
            cells = await stage(writers, WANTED, _cells_of_places(places, request.radius, ra, dec), "")
        try:
            yield Sources(rows, cells)
        finally:
            await drop(writers, cells)
    finally:
        await drop(writers, rows)


def _axis_column(columns: Sequence[Column], name: str, axis: str) -> Column:
    """The column of an axis: by `name`, or for "" by its UCD or usual names; raises `BadInput`."""
    if name:
        named = {column.name.lower(): column for column in columns}
        chosen = next((column for column in columns if column.name == name), named.get(name.lower()))
        if chosen is None:
            message = f"The list has no column {name[:60]!r}{suggestion(name, [column.name for column in columns])}"
            raise BadInput(message)
    else:
        meant = (column for ucd in UCDS[axis] for column in columns if column.ucd == ucd)
        called = (column for column in columns if column.name.lower() in (axis, f"{axis}j2000", f"{axis[:2]}j2000"))
        chosen = next(meant, None) or next(called, None)
        if chosen is None:
            message = f"No UCD of the list tells which column is the {axis}: name it"
            raise BadInput(message)
    if chosen.type.sql not in NUMERIC:
        message = f"{chosen.name} is {chosen.type.datatype}: a number of degrees is wanted"
        raise BadInput(message)
    return chosen


async def _cells_of_places(
    places: AsyncIterator[np.ndarray[tuple[int], np.dtype[np.void]]], radius: float, *named: Column
) -> AsyncIterator[bytes]:
    """Yield the cells that cones (radius in arcsec) around the positions touch, as input of a binary COPY.

    `named` are the columns of the list, for messages. Raises `BadInput` for a position that is not on the sky.
    """
    yield HEADER
    async for rows in places:
        for start in range(0, len(rows), AT_ONCE):
            chunk = rows[start : start + AT_ONCE]
            ra, dec = (chunk[axis].astype(float) for axis in ("ra", "dec"))
            astray = np.flatnonzero(~(np.isfinite(ra) & (np.abs(dec) <= 90)))
            if len(astray):
                number, place = chunk["source"][astray[0]], (float(ra[astray[0]]), float(dec[astray[0]]))
                names = " and ".join(column.name for column in named)
                message = f"Row {number} is nowhere on the sky: {names} are {place}, ICRS degrees are wanted"
                raise BadInput(message)
            row, cell = await asyncio.to_thread(cone_cells, ra, dec, radius + REACH)
            yield CELLS.encoded({"source": chunk["source"][row], "cell": cell, "ra": ra[row], "dec": dec[row]})
    yield TRAILER


def _cells(rows: Table, request: CrossmatchRequest) -> tuple[Cell, ...]:
    """The columns of the result: distance, the list's, the table's; repeated names get a number."""
    added = (SEPARATION, COUNT, MATCHED) if request.unmatched else (SEPARATION,)
    columns = (
        *added,
        *_chosen(rows.columns, request.list_columns),
        *_chosen(request.index.table.columns, request.table_columns),
    )
    taken: set[str] = set()
    return tuple(Cell(_plain(column), _free(column.given or column.name, taken)) for column in columns)


def _plain(column: Column) -> Column:
    """A copy, since the list may be a table of ours: the same column then occurs twice."""
    return replace(column)


def _chosen(columns: Sequence[Column], names: Sequence[str]) -> list[Column]:
    if not names:
        return list(columns)
    known = {column.name.lower(): column for column in columns}
    for name in names:
        if name.lower() not in known:
            message = f"There is no column {name[:60]!r}{suggestion(name, list(known))}"
            raise BadInput(message)
    return [known[name.lower()] for name in names]


def _free(name: str, taken: set[str]) -> str:
    free, turn = name, 1
    while free.lower() in taken:
        turn += 1
        free = f"{name}_{turn}"
    taken.add(free.lower())
    return free


def _names(cells: Sequence[Cell]) -> list[str]:
    return [f"c{number}" for number in range(len(cells))]


def _text(sources: Sources, request: CrossmatchRequest, listed: str, cells: Sequence[Cell]) -> str:
    """The statement of the join, which fetches only the matching rows of the table, by their keys."""
    places, key = request.index, request.index.table.key.sql
    mine = [f's."{column.sql}"' for column in _chosen(sources.rows.columns, request.list_columns)]
    table_columns = _chosen(places.table.columns, request.table_columns)
    theirs = [f't."{column.sql}"' for column in table_columns]
    fetched = dict.fromkeys((key, *(column.sql for column in table_columns)))
    counted = ["coalesce(n.matches, 0)::int", "n.key IS NOT NULL"] if request.unmatched else []
    return MATCH.format(
        cells=sources.cells.qualified, places=places.relation, places_key=places.key, motion=places.motion,
        radius=repr(request.radius), distinct="DISTINCT ON (source)" if request.find is Find.BEST else "",
        table=places.table.qualified, key=key, fetched=", ".join(f'"{name}"' for name in fetched),
        sources=sources.rows.qualified, number=NUMBER, columns=", ".join(["n.separation", *counted, *mine, *theirs]),
        join="LEFT JOIN" if request.unmatched else "JOIN", row=listed, names=", ".join(_names(cells)),
        limit=request.limit + 1,
    )  # fmt: skip


def _description(request: CrossmatchRequest) -> str:
    return f"the list and {request.index.table.qualified} within {request.radius:g} arcsec, {request.find}"
