"""Which rows of a union's branches are said elsewhere: looked up for the rows at hand, never for all there are."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from hub.rows import Hub, Record
from planning import branches, sql
from planning.errors import GatewayError, SourceUnavailable, TimedOut
from planning.plan import Cell, Compared, Negated, Plan, Selected, StatementShape
from schema.duplicates import name_value
from schema.operators import Op
from schema.table import Branch, Column, Known, Table

FEW = 5000
"""Rows of a branch that are looked up one by one; where there are more, the hub compares all of them at once."""


@dataclass(frozen=True, slots=True)
class DuplicateLookup:
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


def name_columns(branch: Branch) -> tuple[Column, ...]:
    """The columns that tell what a row of a branch is called here and elsewhere."""
    return tuple(dict.fromkeys((branch.own, *(known.names for known in branch.known))))


async def known_elsewhere(
    asking: DuplicateLookup, branch: Branch, columns: Sequence[Column], rows: Sequence[Record]
) -> list[bool]:
    """Of each row, whether it is said elsewhere; a database that does not answer says nothing."""
    found = await asyncio.gather(*(_named(asking, known, columns, rows) for known in branch.known))
    return [any(row) for row in zip(*found, strict=True)] if found else [False] * len(rows)


async def _named(
    asking: DuplicateLookup, known: Known, columns: Sequence[Column], rows: Sequence[Record]
) -> list[bool]:
    place = columns.index(known.names)
    names = [list(_names(row[place], known)) for row in rows]
    wanted = list(dict.fromkeys(name for some in names for name in some))
    if not wanted:
        return [False] * len(rows)
    only = Selected((Compared(known.only[0], Op.EQ),), (known.only[1],)) if known.only else Selected()
    every = only + Selected((Compared(known.column, Op.IN),), (wanted,))
    shape = StatementShape(known.table, (Cell(known.column, known.column.sql),), every.conditions)
    there = {row[0] for row in await asking.rows(Plan(shape, every.values), known.table.source) or ()}
    return [not there.isdisjoint(some) for some in names]


def _names(told: Any, known: Known) -> Iterator[Any]:
    listed = orjson.loads(orjson.dumps(told)) if isinstance(told, orjson.Fragment) else [told]
    for name in listed if isinstance(listed, list) else []:
        value = name_value(name, known)
        if value is not None:
            yield value


async def union_total(asking: DuplicateLookup, table: Table, chosen: Selected) -> int:
    """How many rows of a union these conditions choose."""
    return sum(await asyncio.gather(*(_count(asking, branch, table.key, chosen) for branch in table.branches)))


async def _count(asking: DuplicateLookup, branch: Branch, key: Column, chosen: Selected) -> int:
    every = branches.chosen(branch, key, chosen)
    found = await _repeated(asking, branch, key, chosen)
    if found is None and branch.once:
        # Which of its databases does not answer is for their own branches to find out.
        rows = await DuplicateLookup(asking.hub).rows(_counting(branch.once, every), branch.table.source)
        if rows is not None:
            return int(rows[0][0])
    rows = await asking.rows(_counting(branch.table, every), branch.table.source)
    return int(rows[0][0]) - len(found or ()) if rows else 0


def _counting(table: Table, every: Selected) -> Plan:
    return Plan(StatementShape(table, (), every.conditions, count=True), every.values)


async def without_duplicates(hub: Hub, plan: Plan) -> Plan:
    """The plan to stream: of few rows, those said elsewhere are left out by name; of more, by the union's own view."""
    table, asking = plan.table, DuplicateLookup(hub)
    if table.repeated is None:
        return plan
    chosen = Selected(plan.shape.conditions, plan.values)
    found = await asyncio.gather(*(_repeated(asking, branch, table.key, chosen) for branch in table.branches))
    for failure in asking.failures.values():
        raise failure
    if any(one is None for one in found):
        return plan
    names = [name for one in found for name in one or ()]
    once = Selected((Negated(Compared(table.key, Op.IN)),), (names,)) + chosen
    return Plan(replace(plan.shape, table=table.repeated, conditions=once.conditions), once.values)


async def _repeated(asking: DuplicateLookup, branch: Branch, key: Column, chosen: Selected) -> list[str] | None:
    """The keys of the chosen rows of a branch that are said elsewhere; None if there are too many rows to look up."""
    if not branch.known:
        return []
    every, columns = branches.chosen(branch, key, chosen), name_columns(branch)
    shape = StatementShape(
        branch.table, tuple(Cell(column, column.sql) for column in columns), every.conditions, limit=FEW + 1
    )
    rows = await asking.rows(Plan(shape, every.values), branch.table.source) or ()
    if len(rows) > FEW:
        return None
    there = await known_elsewhere(asking, branch, columns, rows)
    return [branch.prefix + branch.spelled(row[0]) for row, known in zip(rows, there, strict=True) if known]
