"""Duplicates among the branches of a union: rows that another source has too, looked up for the rows at hand only."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from hub.rows import Hub, Record
from planning import branches
from planning.errors import GatewayError, SourceUnavailable, TimedOut
from planning.plan import Cell, Compared, Negated, Plan, Selected, StatementShape
from resolvers.statements import fetch
from schema.column import Column
from schema.duplicates import name_value
from schema.operators import Op
from schema.table import Branch, Known, Table

FEW = 5000
"""Most rows of a branch whose names are looked up; of more rows, the hub compares all of them in SQL."""


@dataclass(frozen=True, slots=True)
class DuplicateLookup:
    """Runs the statements of one request over a union, and collects the databases that do not answer."""

    hub: Hub
    failures: dict[str, GatewayError] = field(default_factory=dict)
    """The first error of each source that did not answer, by its name."""

    async def rows(self, plan: Plan, source: str) -> list[Record] | None:
        """Fetch the rows of a plan; None if its source does not answer, which is added to `failures`.

        Raises `GatewayError` for every other failure.
        """
        try:
            return await fetch(self.hub, plan)
        except (SourceUnavailable, TimedOut) as error:
            error.source = error.source or source
            self.failures.setdefault(error.source, error)
            return None


def name_columns(branch: Branch) -> tuple[Column, ...]:
    """Return the columns needed to find duplicates: the branch's identifier and its names in other sources."""
    return tuple(dict.fromkeys((branch.own, *(known.names for known in branch.known))))


async def known_elsewhere(
    lookup: DuplicateLookup, branch: Branch, columns: Sequence[Column], rows: Sequence[Record]
) -> list[bool]:
    """Tell for each row of a branch whether another source has it; a source that does not answer has none.

    Parameters
    ----------
    columns
        Columns of `rows`, in order; `name_columns(branch)` are among them.

    Returns
    -------
    list
        One truth value for each row.
    """
    by_known = await asyncio.gather(*(_known_by(lookup, known, columns, rows) for known in branch.known))
    return [any(row) for row in zip(*by_known, strict=True)] if by_known else [False] * len(rows)


async def _known_by(
    lookup: DuplicateLookup, known: Known, columns: Sequence[Column], rows: Sequence[Record]
) -> list[bool]:
    place = columns.index(known.names)
    names = [list(_names(row[place], known)) for row in rows]
    unique_names = list(dict.fromkeys(name for some in names for name in some))
    if not unique_names:
        return [False] * len(rows)
    only = Selected((Compared(known.only[0], Op.EQ),), (known.only[1],)) if known.only else Selected()
    every = only + Selected((Compared(known.column, Op.IN),), (unique_names,))
    shape = StatementShape(known.table, (Cell(known.column, known.column.sql),), every.conditions)
    known_names = {row[0] for row in await lookup.rows(Plan(shape, every.values), known.table.source) or ()}
    return [not known_names.isdisjoint(some) for some in names]


def _names(cell: Any, known: Known) -> Iterator[Any]:
    """Yield the names in a cell, which is a JSON list or one name, as the other source spells them."""
    listed = orjson.loads(orjson.dumps(cell)) if isinstance(cell, orjson.Fragment) else [cell]
    for name in listed if isinstance(listed, list) else []:
        value = name_value(name, known)
        if value is not None:
            yield value


async def union_total(lookup: DuplicateLookup, table: Table, chosen: Selected) -> int:
    """Count the rows of a union that meet conditions, each observation once; a silent source counts as empty."""
    return sum(await asyncio.gather(*(_count(lookup, branch, table.key, chosen) for branch in table.branches)))


async def _count(lookup: DuplicateLookup, branch: Branch, key: Column, chosen: Selected) -> int:
    every = branches.chosen(branch, key, chosen)
    duplicates = await _duplicate_keys(lookup, branch, key, chosen)
    if duplicates is None and branch.once:
        # Which of its databases does not answer is for their own branches to find out.
        rows = await DuplicateLookup(lookup.hub).rows(_counting(branch.once, every), branch.table.source)
        if rows is not None:
            return int(rows[0][0])
    rows = await lookup.rows(_counting(branch.table, every), branch.table.source)
    return int(rows[0][0]) - len(duplicates or ()) if rows else 0


def _counting(table: Table, every: Selected) -> Plan:
    return Plan(StatementShape(table, (), every.conditions, count=True), every.values)


async def deduplicated_plan(hub: Hub, plan: Plan) -> Plan:
    """Rewrite the plan of a stream so that a union gives each observation once; other plans are returned as they are.

    If no branch has more than `FEW` chosen rows, their duplicates are excluded by key from the view with all rows;
    otherwise the union's own view finds them in SQL. Raises `GatewayError` if a source does not answer.
    """
    table, lookup = plan.table, DuplicateLookup(hub)
    if table.repeated is None:
        return plan
    chosen = Selected(plan.shape.conditions, plan.values)
    by_branch = await asyncio.gather(*(_duplicate_keys(lookup, branch, table.key, chosen) for branch in table.branches))
    for failure in lookup.failures.values():
        raise failure
    if any(keys is None for keys in by_branch):
        return plan
    duplicates = [key for keys in by_branch for key in keys or ()]
    once = Selected((Negated(Compared(table.key, Op.IN)),), (duplicates,)) + chosen
    return Plan(replace(plan.shape, table=table.repeated, conditions=once.conditions), once.values)


async def _duplicate_keys(lookup: DuplicateLookup, branch: Branch, key: Column, chosen: Selected) -> list[str] | None:
    """The keys of the branch's chosen rows that another source has too; None if there are more than `FEW` rows."""
    if not branch.known:
        return []
    every, columns = branches.chosen(branch, key, chosen), name_columns(branch)
    shape = StatementShape(
        branch.table, tuple(Cell(column, column.sql) for column in columns), every.conditions, limit=FEW + 1
    )
    rows = await lookup.rows(Plan(shape, every.values), branch.table.source) or ()
    if len(rows) > FEW:
        return None
    flags = await known_elsewhere(lookup, branch, columns, rows)
    return [branch.prefix + branch.spelled(row[0]) for row, known in zip(rows, flags, strict=True) if known]
