"""Pages of a union over several databases: read its branches at the same time, merge them, drop duplicates.

A branch that was cut by its limit vouches only for rows up to the last one fetched: later rows of the merged list may
still be preceded by rows of that branch that were not fetched. More of it is read until the page is complete.

Worked example: a page of two rows in order of `t_min` needs three, for one more tells `hasNextPage`. Numbers are
`t_min`, `d` marks rows that OiDB has too, `|` is where a limit of three rows (in fact larger) cut a branch:

    oidb     1   4   7 |
    portal   2d  3d  5d |
    spica    6

Merged: 1 2d 3d 4 5d 6 7. The first end of a cut branch is 5: rows up to it can be trusted, but 6 cannot, because the
Obs Portal may have a row before it. OiDB is asked which of 2, 3 and 5 it has; without them 1 4 remain, one too few. So
the Obs Portal alone is read on after 5 (`t_min >= 5` and what the other columns of the order say), with a limit four
times as large, and gives 8 and 9, where it ends. Now the first end is 7, and 1 4 6 are the rows: the page is 1 4, and
there is a next one.

A source that does not answer leaves its branch empty; the page is made of the others, and the error stands beside it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hub.rows import Hub, Record
from planning import branches
from planning.errors import GatewayError
from planning.instants import Instant, stored_instant
from planning.operands import rounded
from planning.plan import AfterCursor, Cell, Compared, Order, Page, Plan, Selected, StatementShape
from resolvers.duplicates import DuplicateLookup, known_elsewhere, name_columns, union_total
from schema.column import Column
from schema.operators import Op
from schema.table import Branch, Table
from schema.types import FLOAT

SPARE = 10
"""Rows read of each branch beyond those the page needs, since some will turn out to be duplicates."""
GROWTH, LARGEST = 4, 20_000
"""Factor by which the number of rows read of a branch grows each time, and the most rows read at once."""
Edge = tuple[Order, Any]
"""The first term of an order, and its value in the last row read: a bound that an index can use."""


@dataclass(frozen=True, slots=True)
class UnionRequest:
    """A page of a union to fetch, or to count."""

    table: Table
    """The union, a table with branches."""
    cells: tuple[Cell, ...]
    """Columns of the rows to return."""
    selected: Selected
    """Conditions on the rows, in columns of the union."""
    page: Page


@dataclass(frozen=True, slots=True)
class UnionPage:
    """Rows of a union, and which databases did not answer."""

    rows: list[Record]
    """In the order of PostgreSQL, one more than the page's limit if there is another page; empty if not listed."""
    total: int
    """Rows on all pages; 0 if they were not counted."""
    failures: list[GatewayError]
    """One for each source that did not answer, whose rows are missing."""


@dataclass(eq=False, slots=True)
class Candidate:
    """A row that may be on the page."""

    row: Record
    duplicate: bool | None
    """Whether another branch has it too; None until that was looked up."""


@dataclass(eq=False, slots=True)
class BranchReading:
    """How far one branch has been read."""

    branch: Branch
    plan: Plan
    """Its statement without the bounds of the rows to read next and without a limit."""
    after: Selected
    """Condition of the page's cursor, until rows were read."""
    edge: Edge | None
    """Bound of the page's cursor; None if there is none that helps."""
    size: int
    """Rows to fetch next."""
    candidates: list[Candidate] = field(default_factory=list)
    """All rows read so far, in order."""
    cut: bool = True
    """Whether there may be more rows than were read."""

    def following(self) -> list[Plan]:
        """Return the plans of the next rows; the second is needed only if the first gives too few.

        PostgreSQL uses no index for the condition "after this row" over several columns, but does for a bound on the
        first of them, which is therefore added. The bound excludes NULLs: where these come last, they are the second
        plan.
        """
        after, edge = self._end() if self.candidates else (self.after, self.edge)
        if edge is None:
            return [self._with(after)]
        term, value = edge
        bound = Selected((Compared(term.column, Op.LE if term.descending else Op.GE),), (value,))
        bounded = self._with(bound + after)
        if term.nulls_first or term.column.never_null:
            return [bounded]
        return [bounded, self._with(Selected((Compared(term.column, Op.ABSENT),)))]

    def _with(self, more: Selected) -> Plan:
        shape, values = self.plan.shape, self.plan.values
        return Plan(replace(shape, conditions=(*shape.conditions, *more.conditions)), (*values, *more.values))

    def _end(self) -> tuple[Selected, Edge | None]:
        """The condition that rows come after the last row read, and its edge."""
        shape = self.plan.shape
        places = {cell.column: place for place, cell in enumerate(shape.cells)}
        last = [self.candidates[-1].row[places[term.column]] for term in shape.order]
        after = AfterCursor(shape.order, tuple(value is None for value in last))
        return Selected((after,), tuple(value for value in last if value is not None)), _edge(shape.order, last[0])


def _operand(column: Column, value: Any) -> Any:
    return rounded(value) if column.type is FLOAT else value


def _edge(order: Sequence[Order], first: Any) -> Edge | None:
    """The edge of an order; None if the value is NULL or the order has one term, which bounds itself."""
    return None if first is None or len(order) == 1 else (order[0], _operand(order[0].column, first))


async def fetch_union(hub: Hub, request: UnionRequest, *, listed: bool, counted: bool) -> UnionPage:
    """Fetch a page of a union, its number of rows, or both.

    Parameters
    ----------
    listed
        Whether to fetch rows.
    counted
        Whether to count the rows on all pages.

    Raises
    ------
    GatewayError
        No source answers, or a statement fails; sources that do not answer while others do are in `failures`.
    """
    lookup = DuplicateLookup(hub)
    rows, total = await asyncio.gather(
        _page(lookup, request) if listed else _nothing([]),
        union_total(lookup, request.table, request.selected) if counted else _nothing(0),
    )
    failures = list(lookup.failures.values())
    if len(failures) == len(request.table.branches):
        raise failures[0]
    return UnionPage(rows, total, failures)


async def _nothing(value: Any) -> Any:
    return value


async def _page(lookup: DuplicateLookup, request: UnionRequest) -> list[Record]:
    """The rows of the page and one more, cut to the cells requested."""
    page, key = request.page, request.table.key
    columns = dict.fromkeys((*(cell.column for cell in request.cells), *(term.column for term in page.order)))
    cells = tuple(Cell(column, column.sql) for column in columns)
    readings = [_reading(branch, key, cells, request) for branch in request.table.branches]
    unfinished = readings
    while True:
        await asyncio.gather(*(_more(lookup, reading) for reading in unfinished))
        candidates = _merged(
            [candidate for reading in readings for candidate in reading.candidates], page.sql_order, cells
        )
        trusted, unfinished = _trusted(candidates, readings)
        rows = await _without_duplicates(lookup, trusted, readings, page.limit + 1)
        if len(rows) > page.limit or not unfinished:
            return [tuple(row)[: len(request.cells)] for row in rows]


def _reading(branch: Branch, key: Column, cells: tuple[Cell, ...], request: UnionRequest) -> BranchReading:
    page = request.page
    chosen, order = branches.chosen(branch, key, request.selected), branches.order(branch, key, page.sql_order)
    columns = (*cells, *(Cell(column, column.sql) for column in name_columns(branch)))
    plan = Plan(StatementShape(branch.table, columns, chosen.conditions, order), chosen.values)
    nulls = [condition.nulls[0] for condition in page.beyond.conditions if isinstance(condition, AfterCursor)]
    edge = None if True in nulls or not nulls else _edge(order, page.beyond.values[0])
    return BranchReading(branch, plan, branches.beyond(branch, page), edge, page.limit + SPARE)


async def _more(lookup: DuplicateLookup, reading: BranchReading) -> None:
    """Read the next rows of a branch; a source that does not answer ends it."""
    rows: list[Record] = []
    for plan in reading.following():
        shape = replace(plan.shape, limit=reading.size - len(rows))
        fetched = await lookup.rows(Plan(shape, plan.values), reading.branch.table.source)
        rows += fetched or ()
        reading.cut = fetched is not None and len(rows) == reading.size
        if fetched is None or reading.cut:
            break
    reading.candidates += [Candidate(row, None if reading.branch.known else False) for row in rows]
    reading.size = min(reading.size * GROWTH, LARGEST)


def _merged(candidates: list[Candidate], order: Sequence[Order], cells: Sequence[Cell]) -> list[Candidate]:
    """Sort in place as PostgreSQL does: NaN is the greatest number, text is compared by code points (COLLATE "C")."""
    columns = [cell.column for cell in cells]
    for term in reversed(order):
        place, null = columns.index(term.column), 0 if term.nulls_first != term.descending else 3
        rank = _time_rank if term.column.type.temporal else _rank
        candidates.sort(key=lambda candidate: rank(candidate.row[place], null), reverse=term.descending)
    return candidates


def _time_rank(value: Instant | None, null: int) -> tuple[int, Any]:
    return (null, 0) if value is None else (1, stored_instant(value))


def _rank(value: Any, null: int) -> tuple[int, Any]:
    """A sort key: `null` is the rank of NULL, 0 before all values and 3 after them; NaN comes after numbers."""
    if value is None:
        return null, 0
    return (1, value) if value == value else (2, 0)  # noqa: PLR0124 - NaN is not


def _trusted(
    candidates: list[Candidate], readings: Sequence[BranchReading]
) -> tuple[list[Candidate], list[BranchReading]]:
    """The rows before which none can be missing, and the readings to continue if these are too few."""
    ends = {reading.candidates[-1]: reading for reading in readings if reading.cut}
    for place, candidate in enumerate(candidates):
        if candidate in ends:
            return candidates[: place + 1], [ends[candidate]]
    return candidates, []


async def _without_duplicates(
    lookup: DuplicateLookup, candidates: Sequence[Candidate], readings: Sequence[BranchReading], count: int
) -> list[Record]:
    """The first `count` rows that are no duplicates; duplicates are looked up only where these need it."""
    kept = [candidate for candidate in candidates if not candidate.duplicate]
    if any(candidate.duplicate is None for candidate in kept[:count]):
        unsure = {candidate for candidate in kept if candidate.duplicate is None}
        await asyncio.gather(*(_look_up(lookup, reading, unsure) for reading in readings))
    return [candidate.row for candidate in kept if not candidate.duplicate][:count]


async def _look_up(lookup: DuplicateLookup, reading: BranchReading, unsure: set[Candidate]) -> None:
    unknown = [candidate for candidate in reading.candidates if candidate in unsure]
    columns = [cell.column for cell in reading.plan.shape.cells]
    flags = await known_elsewhere(lookup, reading.branch, columns, [candidate.row for candidate in unknown])
    for candidate, duplicate in zip(unknown, flags, strict=True):
        candidate.duplicate = duplicate
