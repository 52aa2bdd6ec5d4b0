"""Positions of lists and tables, staged in the hub by HEALPix cell."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import numpy as np

from adapters.xmatch.catalogues import STILL, CellIndex
from adapters.xmatch.parameters import Area
from hub.binary import HEADER, TRAILER, BinaryArray, Layout
from hub.rows import Hub
from hub.threads import in_thread
from hub.uploads import numbered_places, staged
from hub.writer import Writers
from planning.errors import BadInput, TooMuch
from planning.sql import Statement
from schema.column import Column
from schema.named_queries import named_query
from schema.scalars import MOST_POSITIONS
from schema.table import Table
from schema.types import DOUBLE, LONG
from sky.cells import REACH, cone_cells, place_cells

AT_ONCE = 10_000
"""Positions whose cells are computed together."""
NUMBER = "source_number"
"""Column of a staged list with the number of each row, from 1."""
POSITIONS = named_query("xmatch/match", "positions")
STAGED = (Column("source", LONG, ""), Column("cell", LONG, ""), Column("ra", DOUBLE, ""), Column("dec", DOUBLE, ""))
PLACES = Layout(source="bigint", ra="double precision", dec="double precision")
DISTINCT = Layout(ra="double precision", dec="double precision")
CELLS = Layout(source="bigint", cell="bigint", ra="double precision", dec="double precision")
Positions = AsyncIterator[BinaryArray]
"""Arrays with source (a number), ra and dec (ICRS degrees)."""


def staged_cells(writers: Writers, positions: Positions, radius: float | None) -> AbstractAsyncContextManager[Table]:
    """Stage the cells of positions: source, cell, ra, dec; the table is dropped when the context is left.

    Parameters
    ----------
    radius
        In arcsec: a row for each cell that a cone around a position touches. None for the position's own cell alone.
    """
    return staged(writers, STAGED, _cells(positions, radius), "")


@asynccontextmanager
async def list_cells(
    writers: Writers, rows: Table, axes: tuple[Column, Column], radius: float | None
) -> AsyncIterator[Table]:
    """Stage the cells of a staged list's rows, as `staged_cells`; raises `BadInput` off the sky."""
    async with AsyncExitStack() as stack:
        async with writers.held() as writer:
            places = PLACES.streamed(numbered_places(writer, rows, NUMBER, *axes))
            cells = await stack.enter_async_context(staged_cells(writers, _on_the_sky(places, axes), radius))
        yield cells


def area_bounds(area: Area | None) -> dict[str, str]:
    """What the statements say of an area; None for the whole sky."""
    circle = area or Area(0, 0, 180)
    bounds = {"ra": circle.ra, "dec": circle.dec, "within": circle.radius}
    return {"everywhere": str(area is None).upper()} | {name: repr(float(value)) for name, value in bounds.items()}


def list_index(rows: Table, cells: Table) -> CellIndex:
    """The positions of a staged list, by the cells that `list_cells` has staged without a radius."""
    return CellIndex(rows, cells.qualified, "source", STILL)


async def table_positions(hub: Hub, index: CellIndex, area: Area | None) -> AsyncGenerator[BinaryArray, None]:
    """Yield the positions of a table, each once; raises `TooMuch` for more than `MOST_POSITIONS`."""
    text = POSITIONS.format(places=index.relation, limit=MOST_POSITIONS + 1, **area_bounds(area))
    number = 0
    async for rows in DISTINCT.streamed(hub.blocks(Statement(text, (), index.sources), {"format": "binary"})):
        numbers = np.arange(number + 1, number + 1 + len(rows))
        number += len(rows)
        if number > MOST_POSITIONS:
            message = (
                f"{index.table.qualified} has more than {MOST_POSITIONS} positions, which is the most that is matched "
                "with another table: say where, with area=cone, coneRA, coneDec and coneRadiusDeg"
            )
            raise TooMuch(message)
        positions = np.empty(len(rows), [("source", np.int64), ("ra", float), ("dec", float)])
        positions["source"], positions["ra"], positions["dec"] = numbers, rows["ra"], rows["dec"]
        yield positions


async def _on_the_sky(positions: Positions, axes: tuple[Column, Column]) -> AsyncGenerator[BinaryArray, None]:
    async for rows in positions:
        ra, dec = (rows[axis].astype(float) for axis in ("ra", "dec"))
        astray = np.flatnonzero(~(np.isfinite(ra) & (np.abs(dec) <= 90)))
        if len(astray):
            number, place = rows["source"][astray[0]], (float(ra[astray[0]]), float(dec[astray[0]]))
            names = " and ".join(column.name for column in axes)
            message = f"Row {number} is nowhere on the sky: {names} are {place}, ICRS degrees are wanted"
            raise BadInput(message)
        yield rows


async def _cells(positions: Positions, radius: float | None) -> AsyncGenerator[bytes, None]:
    """Yield the cells as input of a binary COPY."""
    yield HEADER
    async for rows in positions:
        for start in range(0, len(rows), AT_ONCE):
            chunk = rows[start : start + AT_ONCE]
            ra, dec = (chunk[axis].astype(float) for axis in ("ra", "dec"))
            if radius is None:
                row, cell = np.arange(len(chunk)), place_cells(ra, dec)
            else:
                row, cell = await in_thread(cone_cells, ra, dec, radius + REACH)
            yield CELLS.encoded({"source": chunk["source"][row], "cell": cell, "ra": ra[row], "dec": dec[row]})
    yield TRAILER
