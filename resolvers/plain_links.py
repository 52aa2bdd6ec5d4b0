"""Where links lead, the plain way: one origin at a time, by conditions of its own that need no join."""

import re
from collections.abc import Awaitable, Callable, Mapping
from itertools import islice
from typing import Any, TypeAlias

from hub.rows import Record
from planning.calibrators import fit
from planning.plan import (
    AllOf,
    AnyOf,
    Cell,
    Compared,
    Condition,
    InCone,
    Nearby,
    Negated,
    Plan,
    Selected,
    SimilarTo,
    StatementShape,
)
from schema.operators import Op
from schema.table import Column, Lineage, Link, Neighbourhood, Table, Through

Fetch: TypeAlias = Callable[[Plan], Awaitable[list[Record]]]
CONVERTIBLE = re.compile("[1-9][0-9]{0,17}")


async def reached(fetch: Fetch, link: Link, told: Mapping[str, Any], key: Any) -> Selected:
    """The conditions that select what a link leads to from the row with this key."""
    match link.bridge:
        case Lineage():
            return await _lineage(fetch, link, link.bridge, key)
        case Neighbourhood():
            return await _neighbourhood(fetch, link.bridge, told, key)
        case _:
            ends = (await far(fetch, link, [key])).get(key, [])
            return Selected((Compared(link.to_column, Op.IN),), (ends,))


async def far(fetch: Fetch, link: Link, keys: list[Any]) -> dict[Any, list[Any]]:
    """What the column that a link leads to is equal to, for each key: the key itself, or what the bridge has for it."""
    if not isinstance(link.bridge, Through):
        return {key: _converted(link, key) for key in keys}
    near, end = link.bridge.near, link.bridge.far
    rows = await fetch(_plan(link.bridge.table, (near, end), Compared(near, Op.IN), keys))
    found: dict[Any, list[Any]] = {}
    for start, reached_end in rows:
        if reached_end is not None:
            found.setdefault(start, []).append(reached_end)
    return found


def _converted(link: Link, key: Any) -> list[Any]:
    if not link.converts:
        return [key]
    if isinstance(key, str):
        return [int(key)] if CONVERTIBLE.fullmatch(key) else []
    return [str(key)]


async def _lineage(fetch: Fetch, link: Link, bridge: Lineage, key: str) -> Selected:
    rows = await fetch(_plan(bridge.table, (bridge.program,), Compared(bridge.exposure, Op.EQ), key))
    equal = [Compared(column, Op.EQ) for column in (link.to_column, link.to_column, bridge.granule_program)]
    log = AllOf((equal[0], Compared(bridge.level, Op.EQ)))
    published = AllOf((equal[1], equal[2], Compared(bridge.level, Op.GT)))
    program = rows[0][0] if rows else None
    if program is None:
        return Selected((log,), (key, 0))
    return Selected((AnyOf((log, published)),), (key, 0, key.partition("_")[0], program, 0))


async def _neighbourhood(fetch: Fetch, bridge: Neighbourhood, told: Mapping[str, Any], key: int) -> Selected:
    table = bridge.table
    found = dict(
        zip(table.columns, (await fetch(_plan(table, table.columns, Compared(table.key, Op.EQ), key)))[0], strict=True)
    )
    bad = await fetch(Plan(StatementShape(bridge.excluded.table, (Cell(bridge.excluded.far, "far"),))))
    conditions: list[Condition] = [Negated(Compared(table.key, Op.IN))]
    values: list[Any] = [[key, *(row[0] for row in bad if row[0] is not None)]]
    wanted = fit(bridge, told)
    given = iter(wanted.values)
    assert table.position  # noqa: S101
    for condition in wanted.conditions:
        match condition:
            case Nearby():
                conditions.append(InCone())
                values += [*(found[column] for column in table.position), next(given)]
            case SimilarTo(column):
                conditions.append(Compared(column, Op.BETWEEN))
                within = next(given)
                values += _around(found[column], within)
            case Compared(_, op):
                conditions.append(condition)
                values += islice(given, op.arity.bound)
    return Selected(tuple(conditions), tuple(values))


def _around(middle: float | None, within: float) -> list[float | None]:
    return [None, None] if middle is None else [middle - within, middle + within]


def _plan(table: Table, columns: tuple[Column, ...], condition: Condition, value: Any) -> Plan:
    return Plan(StatementShape(table, tuple(Cell(column, column.sql) for column in columns), (condition,)), (value,))
