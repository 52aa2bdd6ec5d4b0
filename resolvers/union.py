"""A list over several databases: its branches are asked at the same time, their rows merged and each said once.

A branch that was cut vouches for the rows up to its last one only: what comes after that in the merged list may still
be preceded by rows that were not fetched. More of that branch is asked for until the page is whole.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from resolvers import branches, sql
from resolvers.errors import GatewayError, SourceUnavailable, TimedOut
from resolvers.plan import Beyond, Cell, Compared, Op, Order, Page, Plan, Selected, Shape
from resolvers.rows import Hub, Record
from schema.table import Branch, Column, Known, Table
from schema.types import LONG

NUMBER = re.compile("[0-9]{1,18}")

SPARE = 10
"""Rows asked of each branch beyond what the page needs, for some will turn out to be said elsewhere."""
GROWTH, LARGEST = 4, 20_000
"""How many times more is asked of a branch each time, and rows at once at most."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a union."""

    table: Table
    cells: tuple[Cell, ...]
    chosen: Selected
    page: Page


@dataclass(frozen=True, slots=True)
class United:
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
class Reading:
    """How far one branch has been read."""

    branch: Branch
    plan: Plan
    size: int
    """Rows to fetch next."""
    found: list[Candidate] = field(default_factory=list)
    cut: bool = True
    """Whether there may be more rows than were fetched."""

    def following(self) -> Plan:
        """The plan of the next rows."""
        shape, values = self.plan.shape, self.plan.values
        if self.found:
            places = {cell.column: place for place, cell in enumerate(shape.cells)}
            last = [self.found[-1].row[places[term.column]] for term in shape.order]
            mark = Beyond(shape.order, tuple(value is None for value in last))
            shape = replace(shape, conditions=(*shape.conditions, mark))
            values = (*values, *(value for value in last if value is not None))
        return Plan(replace(shape, limit=self.size), values)


async def united(hub: Hub, question: Question, *, listed: bool, counted: bool) -> United:
    """A page of a union and how many rows it has in all; raises `GatewayError` if no branch can be had."""
    asking = Asking(hub)
    rows, total = await asyncio.gather(
        _page(asking, question) if listed else _nothing([]), _total(asking, question) if counted else _nothing(0)
    )
    failures = list(asking.failures.values())
    if len(failures) == len(question.table.branches):
        raise failures[0]
    return United(rows, total, failures)


async def _nothing(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks databases, and notes those that do not answer."""

    hub: Hub
    failures: dict[str, GatewayError] = field(default_factory=dict)

    async def rows(self, plan: Plan, source: str) -> list[Record] | None:
        """Rows of a plan, None where its database does not answer; raises `GatewayError`."""
        try:
            return await self.hub.fetch(sql.statement(plan, self.hub.bodies))
        except (SourceUnavailable, TimedOut) as error:
            error.source = error.source or source
            self.failures.setdefault(error.source, error)
            return None


async def _page(asking: Asking, question: Question) -> list[Record]:
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


def _reading(branch: Branch, key: Column, cells: tuple[Cell, ...], question: Question) -> Reading:
    page = question.page
    own = dict.fromkeys((branch.own, *(known.names for known in branch.known)))
    every = branches.chosen(branch, key, question.chosen) + branches.beyond(branch, page)
    order = branches.order(branch, key, page.sql_order)
    shape = Shape(branch.table, (*cells, *(Cell(column, column.sql) for column in own)), every.conditions, order)
    return Reading(branch, Plan(shape, every.values), page.limit + SPARE)


async def _more(asking: Asking, reading: Reading) -> None:
    rows = await asking.rows(reading.following(), reading.branch.table.source)
    reading.found += [Candidate(row, None if reading.branch.known else False) for row in rows or ()]
    reading.cut = rows is not None and len(rows) == reading.size
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


def _vouched(candidates: list[Candidate], readings: Sequence[Reading]) -> tuple[list[Candidate], list[Reading]]:
    """The rows before which none can be missing, and the readings that must go on to tell more."""
    ends = {reading.found[-1]: reading for reading in readings if reading.cut}
    for place, candidate in enumerate(candidates):
        if candidate in ends:
            return candidates[: place + 1], [ends[candidate]]
    return candidates, []


async def _once(
    asking: Asking, candidates: Sequence[Candidate], readings: Sequence[Reading], wanted: int
) -> list[Record]:
    """The first rows that are not said elsewhere."""
    kept = [candidate for candidate in candidates if not candidate.known]
    if any(candidate.known is None for candidate in kept[:wanted]):
        unsure = {candidate for candidate in kept if candidate.known is None}
        await asyncio.gather(*(
            _look_up(asking, reading, known, [candidate for candidate in reading.found if candidate in unsure])
            for reading in readings
            for known in reading.branch.known
        ))  # fmt: skip
        for candidate in unsure:
            candidate.known = candidate.known or False
    return [candidate.row for candidate in kept if not candidate.known][:wanted]


async def _look_up(asking: Asking, reading: Reading, known: Known, candidates: Sequence[Candidate]) -> None:
    """Mark the rows that are said at another source."""
    place = [cell.column for cell in reading.plan.shape.cells].index(known.names)
    named: dict[Any, list[Candidate]] = {}
    for candidate in candidates:
        for name in _names(candidate.row[place], known):
            named.setdefault(name, []).append(candidate)
    if not named:
        return
    only = Selected((Compared(known.only[0], Op.EQ),), (known.only[1],)) if known.only else Selected()
    every = only + Selected((Compared(known.column, Op.IN),), (list(named),))
    shape = Shape(known.table, (Cell(known.column, known.column.sql),), every.conditions)
    for row in await asking.rows(Plan(shape, every.values), known.table.source) or ():
        for candidate in named[row[0]]:
            candidate.known = True


def _names(told: Any, known: Known) -> list[Any]:
    if not isinstance(told, orjson.Fragment):
        return [] if told is None else [told]
    listed = orjson.loads(orjson.dumps(told))
    every = [str(name) for name in listed] if isinstance(listed, list) else []
    if known.column.type is not LONG:
        return every
    return [int(name) for name in every if NUMBER.fullmatch(name)]


async def _total(asking: Asking, question: Question) -> int:
    counts = await asyncio.gather(*(_count(asking, branch, question) for branch in question.table.branches))
    return sum(counts)


async def _count(asking: Asking, branch: Branch, question: Question) -> int:
    """Rows of a branch that are not said elsewhere."""
    every = branches.chosen(branch, question.table.key, question.chosen)
    for table in (branch.once, branch.table) if branch.once else (branch.table,):
        rows = await asking.rows(
            Plan(Shape(table, (), every.conditions, count=True), every.values), branch.table.source
        )
        if rows is not None:
            return int(rows[0][0])
    return 0
