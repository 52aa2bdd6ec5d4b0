"""A list of sources in, what is near them out: staged in the hub, joined there on HEALPix cells, streamed."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import IO

import numpy as np

from adapters.votable.envelope import Head
from adapters.votable.reader import Bounds
from adapters.votable.stream import Step, document, untimed
from adapters.xmatch.catalogues import Places
from adapters.xmatch.lists import listed
from adapters.xmatch.parameters import CrossmatchRequest, Find
from hub.binary import HEADER, TRAILER, Layout
from hub.rows import Hub
from hub.uploads import drop, stage
from hub.writer import Writers
from planning.errors import BadInput, SourceUnavailable
from planning.plan import Cell
from planning.sql import Statement
from schema.catalog import suggestion
from schema.scalars import MOST_POSITIONS
from schema.table import Column, Table
from schema.types import BOOLEAN, DOUBLE, INT, LONG
from sky.cells import REACH, touched

AT_ONCE = 10_000
"""Sources whose cells are found together."""
NUMBER = "source_number"
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
    """A list in the hub."""

    rows: Table
    cells: Table
    """Number of each source, its place, and a cell that a cone around it touches, once for each."""


async def crossmatch(
    hub: Hub, writers: Writers | None, file: IO[bytes], asked: CrossmatchRequest, step: Step = untimed
) -> AsyncGenerator[bytes, None]:
    """Put a list into the hub, join it with a table there, and write the document of the pairs.

    `step` is told as the stages "plan" (the list is in the hub) and "run" end. Raises `GatewayError` as
    `adapters.votable.stream.document` does.
    """
    if writers is None:
        message = "Nothing can be uploaded here: this service has no place to put it (GATEWAY_HUB_JOBS)"
        raise SourceUnavailable(message)
    async with _staged(writers, file, asked) as sources:
        step("plan")
        cells = _cells(sources.rows, asked)
        form = asked.format.format
        text = _text(sources, asked, form.row(list(zip(cells, _names(cells), strict=True))), cells)
        found = hub.blocks(Statement(text, (), asked.places.sources), form.copy_options)
        head = Head(None, cells, (("QUERY", _said(asked)),))
        async with aclosing(document(head, form, found, asked.limit, step=step)) as blocks:
            async for block in blocks:
                yield block


@asynccontextmanager
async def _staged(writers: Writers, file: IO[bytes], asked: CrossmatchRequest) -> AsyncIterator[Sources]:
    """The list in the hub, with its cells, until this is left."""
    reading = await listed(file, Bounds(rows=MOST_POSITIONS))
    heading = reading.heading
    ra, dec = (_placed(heading.columns, name, axis) for name, axis in ((asked.ra, "ra"), (asked.dec, "dec")))
    rows = await stage(writers, heading.columns, reading.copy, heading.description)
    try:
        async with writers.held() as writer:
            await writer.run(f"ALTER TABLE {rows.qualified} ADD COLUMN {NUMBER} bigint GENERATED ALWAYS AS IDENTITY")
            places = (
                f"SELECT {NUMBER}, {ra.sql}::float8, {dec.sql}::float8 FROM {rows.qualified} "  # noqa: S608 - our names
                f"WHERE {ra.sql} IS NOT NULL AND {dec.sql} IS NOT NULL ORDER BY {NUMBER}"
            )
            found = PLACES.streamed(writer.blocks(places))
            cells = await stage(writers, WANTED, _touching(found, asked.radius, ra, dec), "")
        try:
            yield Sources(rows, cells)
        finally:
            await drop(writers, cells)
    finally:
        await drop(writers, rows)


def _placed(columns: Sequence[Column], name: str, axis: str) -> Column:
    """The column of an axis, by its name or else by its UCD; raises `BadInput`."""
    if name:
        named = {column.name.lower(): column for column in columns}
        found = next((column for column in columns if column.name == name), named.get(name.lower()))
        if found is None:
            message = f"The list has no column {name[:60]!r}{suggestion(name, [column.name for column in columns])}"
            raise BadInput(message)
    else:
        meant = (column for ucd in UCDS[axis] for column in columns if column.ucd == ucd)
        called = (column for column in columns if column.name.lower() in (axis, f"{axis}j2000", f"{axis[:2]}j2000"))
        found = next(meant, None) or next(called, None)
        if found is None:
            message = f"No UCD of the list tells which column is the {axis}: name it"
            raise BadInput(message)
    if found.type.sql not in NUMERIC:
        message = f"{found.name} is {found.type.datatype}: a number of degrees is wanted"
        raise BadInput(message)
    return found


async def _touching(
    found: AsyncIterator[np.ndarray[tuple[int], np.dtype[np.void]]], radius: float, *named: Column
) -> AsyncIterator[bytes]:
    """The cells that cones around the places touch, as input of a binary COPY; raises `BadInput` for no place."""
    yield HEADER
    async for rows in found:
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            ra, dec = (part[axis].astype(float) for axis in ("ra", "dec"))
            astray = np.flatnonzero(~((ra >= 0) & (ra <= 360) & (dec >= -90) & (dec <= 90)))
            if len(astray):
                number, place = part["source"][astray[0]], (float(ra[astray[0]]), float(dec[astray[0]]))
                names = " and ".join(column.name for column in named)
                message = f"Row {number} is nowhere on the sky: {names} are {place}, ICRS degrees are wanted"
                raise BadInput(message)
            row, cell = touched(ra, dec, radius + REACH)
            yield CELLS.encoded({"source": part["source"][row], "cell": cell, "ra": ra[row], "dec": dec[row]})
    yield TRAILER


def _cells(rows: Table, asked: CrossmatchRequest) -> tuple[Cell, ...]:
    """The columns of the result: the distance, the list's, the table's; names are given once."""
    told = (SEPARATION, COUNT, MATCHED) if asked.every else (SEPARATION,)
    columns = (*told, *_chosen(rows.columns, asked.kept), *_chosen(asked.places.table.columns, asked.wanted))
    taken: set[str] = set()
    return tuple(Cell(_plain(column), _free(column.given or column.name, taken)) for column in columns)


def _plain(column: Column) -> Column:
    """A copy, since a column may be matched with itself: what was uploaded may have come from here."""
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


def _text(sources: Sources, asked: CrossmatchRequest, listed: str, cells: Sequence[Cell]) -> str:
    """The statement that joins: only those rows of the table that match are fetched, by their keys."""
    places, key = asked.places, asked.places.table.key.sql
    chosen = "DISTINCT ON (source)" if asked.find is Find.BEST else ""
    mine = [f's."{column.sql}"' for column in _chosen(sources.rows.columns, asked.kept)]
    wanted = _chosen(places.table.columns, asked.wanted)
    theirs = [f't."{column.sql}"' for column in wanted]
    fetched = ", ".join(f'"{name}"' for name in dict.fromkeys((key, *(column.sql for column in wanted))))
    told = ["n.separation", *(["coalesce(n.matches, 0)::int", "n.key IS NOT NULL"] if asked.every else [])]
    join = "LEFT JOIN" if asked.every else "JOIN"
    return (
        f"WITH {_near(sources, places, asked.radius)}, "  # noqa: S608 - declared names, our own, and numbers
        f"n AS MATERIALIZED (SELECT {chosen} * FROM near ORDER BY source, separation, key), "
        f"t AS MATERIALIZED (SELECT {fetched} FROM {places.table.qualified} "
        f'WHERE "{key}" = ANY(ARRAY(SELECT DISTINCT key FROM n))) '
        f"SELECT {listed} FROM (SELECT {', '.join([*told, *mine, *theirs])} FROM {sources.rows.qualified} s "
        f'{join} n ON n.source = s.{NUMBER} {join} t ON t."{key}" = n.key '
        f"ORDER BY s.{NUMBER}, n.separation, n.key LIMIT {asked.limit + 1}) AS r({', '.join(_names(cells))})"
    )


def _near(sources: Sources, places: Places, radius: float) -> str:
    separation = f'crossid.separation(p.ra, p."dec", {places.motion}, w.ra, w."dec")'
    pairs = (
        f"SELECT DISTINCT w.source, p.{places.key} AS key, {separation} AS separation "  # noqa: S608
        f"FROM {sources.cells.qualified} w JOIN {places.relation} p ON p.cell = w.cell"
    )
    counted = "count(*) OVER (PARTITION BY source) AS matches"
    within = f"SELECT *, {counted} FROM pair WHERE separation <= {radius!r}::float8"  # noqa: S608
    return f"pair AS MATERIALIZED ({pairs}), near AS MATERIALIZED ({within})"


def _said(asked: CrossmatchRequest) -> str:
    return f"the list and {asked.places.table.qualified} within {asked.radius:g} arcsec, {asked.find}"
