"""A list over several databases: its branches are asked at the same time, their rows merged and each said once.

A branch that was cut vouches for the rows up to its last one only: what comes after that in the merged list may still
be preceded by rows that were not fetched. More of that branch is asked for until the page is whole.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hub.rows import Hub, Record
from planning import branches
from planning.errors import GatewayError
from planning.plan import AfterCursor, Cell, Compared, Order, Page, Plan, Selected, StatementShape
from resolvers.duplicates import DuplicateLookup, known_elsewhere, name_columns, union_total
from schema.operators import Op
from schema.table import Branch, Column, Table

SPARE = 10
"""Rows asked of each branch beyond what the page needs, for some will turn out to be said elsewhere."""
GROWTH, LARGEST = 4, 20_000
"""How many times more is asked of a branch each time, and rows at once at most."""
Edge = tuple[Order, Any]
"""The first term of an order, and the value that it has where the next rows begin."""


@dataclass(frozen=True, slots=True)
class UnionRequest:
    """What is asked of a union."""

    table: Table
    cells: tuple[Cell, ...]
    chosen: Selected
    page: Page


@dataclass(frozen=True, slots=True)
class UnionPage:
    """What was found, and which databases could not be asked."""

    rows: list[Record]
    """In the order that SQL would give them, one more than the page if there are more."""
    total: int
    failures: list[GatewayError]


@dataclass(eq=False, slots=True)
class Candidate:
    """A row that may be on the page."""

    row: Record
    known: bool | None
    """Whether it is said elsewhere, None until that was looked up."""


@dataclass(eq=False, slots=True)
class BranchReading:
    """How far one branch has been read."""

    branch: Branch
    plan: Plan
    """What is asked of it, but for where to begin and end."""
    mark: Selected
    """Where to begin: the page's cursor."""
    edge: Edge | None
    size: int
    """Rows to fetch next."""
    found: list[Candidate] = field(default_factory=list)
    cut: bool = True
    """Whether there may be more rows than were fetched."""

    def following(self) -> list[Plan]:
        """The plans of the next rows: another is needed where those before it do not give enough.

        What says that rows come after others takes no index; a bound on the first column of the order does. Rows that
        have nothing there, where these come last, are then asked for apart.
        """
        mark, edge = self._end() if self.found else (self.mark, self.edge)
        if edge is None:
            return [self._with(mark)]
        term, value = edge
        bound = Selected((Compared(term.column, Op.LE if term.descending else Op.GE),), (value,))
        near = self._with(bound + mark)
        if term.nulls_first or term.column.never_null:
            return [near]
        return [near, self._with(Selected((Compared(term.column, Op.NULL),)))]

    def _with(self, more: Selected) -> Plan:
        shape, values = self.plan.shape, self.plan.values
        return Plan(replace(shape, conditions=(*shape.conditions, *more.conditions)), (*values, *more.values))

    def _end(self) -> tuple[Selected, Edge | None]:
        """The last row as a mark."""
        shape = self.plan.shape
        places = {cell.column: place for place, cell in enumerate(shape.cells)}
        last = [self.found[-1].row[places[term.column]] for term in shape.order]
        mark = AfterCursor(shape.order, tuple(value is None for value in last))
        return Selected((mark,), tuple(value for value in last if value is not None)), _edge(shape.order, last[0])


def _edge(order: Sequence[Order], first: Any) -> Edge | None:
    """The first term of an order and its value, where it has one and is not the only one."""
    return None if first is None or len(order) == 1 else (order[0], first)


async def fetch_union(hub: Hub, question: UnionRequest, *, listed: bool, counted: bool) -> UnionPage:
    """A page of a union and how many rows it has in all; raises `GatewayError` if no branch can be had."""
    asking = DuplicateLookup(hub)
    rows, count = await asyncio.gather(
        _page(asking, question) if listed else _nothing([]),
        union_total(asking, question.table, question.chosen) if counted else _nothing(0),
    )
    failures = list(asking.failures.values())
    if len(failures) == len(question.table.branches):
        raise failures[0]
    return UnionPage(rows, count, failures)


async def _nothing(value: Any) -> Any:
    return value


async def _page(asking: DuplicateLookup, question: UnionRequest) -> list[Record]:
    page, key = question.page, question.table.key
    columns = dict.fromkeys((*(cell.column for cell in question.cells), *(term.column for term in page.order)))
    cells = tuple(Cell(column, column.sql) for column in columns)
    readings = [_reading(branch, key, cells, question) for branch in question.table.branches]
    wanted = readings
    while True:
        await asyncio.gather(*(_more(asking, reading) for reading in wanted))
        candidates = _merged([candidate for reading in readings for candidate in reading.found], page.sql_order, cells)
        vouched, wanted = _vouched(candidates, readings)
        rows = await _once(asking, vouched, readings, page.limit + 1)
        if len(rows) > page.limit or not wanted:
            return [tuple(row)[: len(question.cells)] for row in rows]


def _reading(branch: Branch, key: Column, cells: tuple[Cell, ...], question: UnionRequest) -> BranchReading:
    page = question.page
    chosen, order = branches.chosen(branch, key, question.chosen), branches.order(branch, key, page.sql_order)
    columns = (*cells, *(Cell(column, column.sql) for column in name_columns(branch)))
    plan = Plan(StatementShape(branch.table, columns, chosen.conditions, order), chosen.values)
    nulls = [condition.nulls[0] for condition in page.beyond.conditions if isinstance(condition, AfterCursor)]
    edge = None if True in nulls or not nulls else _edge(order, page.beyond.values[0])
    return BranchReading(branch, plan, branches.beyond(branch, page), edge, page.limit + SPARE)


async def _more(asking: DuplicateLookup, reading: BranchReading) -> None:
    rows: list[Record] = []
    for plan in reading.following():
        shape = replace(plan.shape, limit=reading.size - len(rows))
        part = await asking.rows(Plan(shape, plan.values), reading.branch.table.source)
        rows += part or ()
        reading.cut = part is not None and len(rows) == reading.size
        if part is None or reading.cut:
            break
    reading.found += [Candidate(row, None if reading.branch.known else False) for row in rows]
    reading.size = min(reading.size * GROWTH, LARGEST)


def _merged(candidates: list[Candidate], order: Sequence[Order], cells: Sequence[Cell]) -> list[Candidate]:
    """In the order that PostgreSQL would give them: NaN is the greatest number, text is compared by code points."""
    columns = [cell.column for cell in cells]
    for term in reversed(order):
        place, null = columns.index(term.column), 0 if term.nulls_first != term.descending else 3
        candidates.sort(key=lambda one: _rank(one.row[place], null), reverse=term.descending)
    return candidates


def _rank(value: Any, null: int) -> tuple[int, Any]:
    if value is None:
        return null, 0
    return (1, value) if value == value else (2, 0)  # noqa: PLR0124 - NaN is not


def _vouched(
    candidates: list[Candidate], readings: Sequence[BranchReading]
) -> tuple[list[Candidate], list[BranchReading]]:
    """The rows before which none can be missing, and the readings that must go on to tell more."""
    ends = {reading.found[-1]: reading for reading in readings if reading.cut}
    for place, candidate in enumerate(candidates):
        if candidate in ends:
            return candidates[: place + 1], [ends[candidate]]
    return candidates, []


async def _once(
    asking: DuplicateLookup, candidates: Sequence[Candidate], readings: Sequence[BranchReading], wanted: int
) -> list[Record]:
    """The first rows that are not said elsewhere."""
    kept = [candidate for candidate in candidates if not candidate.known]
    if any(candidate.known is None for candidate in kept[:wanted]):
        unsure = {candidate for candidate in kept if candidate.known is None}
        await asyncio.gather(*(_look_up(asking, reading, unsure) for reading in readings))
    return [candidate.row for candidate in kept if not candidate.known][:wanted]


async def _look_up(asking: DuplicateLookup, reading: BranchReading, unsure: set[Candidate]) -> None:
    asked = [candidate for candidate in reading.found if candidate in unsure]
    columns = [cell.column for cell in reading.plan.shape.cells]
    found = await known_elsewhere(asking, reading.branch, columns, [candidate.row for candidate in asked])
    for candidate, known in zip(asked, found, strict=True):
        candidate.known = known
