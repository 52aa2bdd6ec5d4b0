"""The rows of HATS catalogues as Parquet: a partition, and its margin."""

import math
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from adapters.hats.filters import EVERY, Filters
from adapters.votable.envelope import Head
from adapters.votable.formats import PARQUET
from adapters.votable.origin import Asked
from adapters.votable.stream import stream_document
from planning import sql
from planning.cones import in_cone
from planning.plan import AnyOf, Cell, Compared, Order, Plan, Selected, StatementShape
from planning.regions import in_cells
from planning.routing import Databases
from planning.sql import Statement
from schema.column import Column
from schema.hats import cell_column
from schema.operators import Op
from schema.table import Table
from sky.healpix import cell_centres, largest_corner_distance
from sky.partitions import LAST, MARGIN_ORDER

MOST_CELLS = 64
"""Cells that are looked for one by one; of more, all between them is."""
RADIUS = math.degrees(largest_corner_distance(MARGIN_ORDER))
"""Degrees around the centre of a cell of `MARGIN_ORDER` within which it is."""


class RowsHub(Protocol):
    """What rows need of the hub."""

    databases: Databases

    def blocks(self, statement: Statement, options: Mapping[str, Any]) -> AsyncIterator[bytes]: ...  # noqa: D102


def head(table: Table, columns: Sequence[Column], authority: str) -> Head:
    """What a file says of its columns: the same for all files of the same ones, whoever asks for them."""
    cells = tuple(Cell(column, column.name) for column in columns)
    return Head(table, cells, sources=(table.source,), asked=Asked(authority=authority))


def partition(
    hub: RowsHub, columns: Head, order: int, cell: int, filters: Filters = EVERY
) -> AsyncGenerator[bytes, None]:
    """The rows of a partition of which conditions are true, sorted by cell of order 29 and by key."""
    inside = in_cells(_table(columns), narrowed(order, cell, filters.ranges))
    return _written(hub, columns, inside + filters.selected)


def margin(hub: RowsHub, columns: Head, cells: Sequence[int], filters: Filters = EVERY) -> AsyncGenerator[bytes, None]:
    """The rows of a margin, which are in these cells of order 29, likewise."""
    return _written(hub, columns, in_margin(_table(columns), cells) + filters.selected)


def narrowed(order: int, cell: int, ranges: Sequence[tuple[int, int]] | None) -> dict[int, list[int]]:
    """The cells of a partition that some ranges of cells of order 29 are in, as small as `MOST_CELLS` of them may be.

    None stands for a range that all of the partition is in.
    """
    whole = cell << 2 * (LAST - order), cell + 1 << 2 * (LAST - order)
    clipped = [(max(first, whole[0]), min(end, whole[1])) for first, end in ranges or [whole]]
    found = {order: [cell]}
    for smaller in range(order, MARGIN_ORDER + 1):
        shift = 2 * (LAST - smaller)
        numbers = [range(first >> shift, (end - 1 >> shift) + 1) for first, end in clipped if first < end]
        if not 0 < sum(map(len, numbers)) <= (MOST_CELLS if ranges else 1):
            break
        found = {smaller: sorted({one for part in numbers for one in part})}
    return found


def in_margin(table: Table, cells: Sequence[int]) -> Selected:
    """The condition that a row is in one of some cells of order 29, near which an index finds it."""
    around = sorted({cell >> 2 * (LAST - MARGIN_ORDER) for cell in cells})
    exact = Selected((Compared(cell_column(table), Op.IN),), (list(cells),))
    if len(around) > MOST_CELLS:
        return in_cells(table, {MARGIN_ORDER: around}) + exact
    places = zip(*cell_centres(MARGIN_ORDER, np.array(around, np.int64)), strict=True)
    cones = [in_cone(table, {"ra": float(ra), "dec": float(dec), "radius": RADIUS}) for ra, dec in places]
    near = AnyOf(tuple(condition for cone in cones for condition in cone.conditions))
    return Selected((near,), tuple(value for cone in cones for value in cone.values)) + exact


def _written(hub: RowsHub, columns: Head, chosen: Selected) -> AsyncGenerator[bytes, None]:
    table = _table(columns)
    order = (Order(cell_column(table)), Order(table.key))
    plan = Plan(StatementShape(table, columns.cells, chosen.conditions, order), chosen.values)
    statement = sql.stream(plan, PARQUET.row, hub.databases)
    return stream_document(columns, PARQUET, hub.blocks(statement, PARQUET.copy_options), None)


def _table(columns: Head) -> Table:
    assert columns.table  # noqa: S101 - as `head` has made it
    return columns.table
