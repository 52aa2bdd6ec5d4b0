"""Follow links the plain way, one origin row at a time, without joins: the oracle of the compiled way."""

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
    Centred,
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
from schema.column import Column
from schema.operators import Op
from schema.table import Lineage, Link, Neighbourhood, Table, Through

Fetch: TypeAlias = Callable[[Plan], Awaitable[list[Record]]]
CONVERTIBLE = re.compile("[1-9][0-9]{0,17}")


async def link_conditions(fetch: Fetch, link: Link, params: Mapping[str, Any], key: Any) -> Selected:
    """Conditions that select the rows a link leads to from the row with this key.

    Parameters
    ----------
    fetch
        Runs a plan and returns its records.
    params
        Coerced arguments of the link's field, as a neighbourhood's `radius` in degrees.
    key
        Value of the link's origin column in the origin row.
    """
    match link.bridge:
        case Lineage():
            return await _lineage(fetch, link, link.bridge, key)
        case Neighbourhood():
            return await _neighbourhood(fetch, link.bridge, params, key)
        case _:
            ends = (await target_keys(fetch, link, [key])).get(key, [])
            return Selected((Compared(link.to_column, Op.IN),), (ends,))


async def target_keys(fetch: Fetch, link: Link, keys: list[Any]) -> dict[Any, list[Any]]:
    """Map each key to the values that the target column must equal: the key, converted, or the bridge table's."""
    if not isinstance(link.bridge, Through):
        return {key: _converted(link, key) for key in keys}
    near, end = link.bridge.near, link.bridge.far
    rows = await fetch(_plan(link.bridge.table, (near, end), Compared(near, Op.IN), keys))
    ends: dict[Any, list[Any]] = {}
    for start, end_key in rows:
        if end_key is not None:
            ends.setdefault(start, []).append(end_key)
    return ends


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


async def _neighbourhood(fetch: Fetch, bridge: Neighbourhood, params: Mapping[str, Any], key: int) -> Selected:
    table = bridge.table
    origin = dict(
        zip(table.columns, (await fetch(_plan(table, table.columns, Compared(table.key, Op.EQ), key)))[0], strict=True)
    )
    bad = await fetch(Plan(StatementShape(bridge.excluded.table, (Cell(bridge.excluded.far, "far"),))))
    conditions: list[Condition] = [Negated(Compared(table.key, Op.IN))]
    values: list[Any] = [[key, *(row[0] for row in bad if row[0] is not None)]]
    selected = fit(bridge, params)
    argument_values = iter(selected.values)
    assert table.position  # noqa: S101
    for condition in selected.conditions:
        match condition:
            case Nearby():
                place = [origin[column] for column in table.position]
                conditions.append(InCone())
                values += [*place, next(argument_values)]
                if params.get("cone") is None:
                    conditions.append(Centred())
                    values += place
            case SimilarTo(column):
                conditions.append(Compared(column, Op.BETWEEN))
                within = next(argument_values)
                values += _around(origin[column], within)
            case Compared(_, op) | AnyOf((Compared(_, op), *_)):
                conditions.append(condition)
                values += islice(argument_values, op.arity.bound)
    return Selected(tuple(conditions), tuple(values))


def _around(centre: float | None, within: float) -> list[float | None]:
    return [None, None] if centre is None else [centre - within, centre + within]


def _plan(table: Table, columns: tuple[Column, ...], condition: Condition, value: Any) -> Plan:
    return Plan(StatementShape(table, tuple(Cell(column, column.sql) for column in columns), (condition,)), (value,))
