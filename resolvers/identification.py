"""Identify the row of a singular field: by its key, by any of its names, or as the nearest to a position."""

from collections.abc import Mapping
from typing import Any

from hub.rows import Hub, Record
from planning import arguments, sql
from planning.branches import located
from planning.errors import BadInput
from planning.node_ids import key_of_node
from planning.plan import Cell, Plan, StatementShape
from resolvers import star_names
from resolvers.selection import Root
from resolvers.statements import fetch
from schema.name_match import NameMatch
from schema.table import Table
from sky.separation import separation

WIDEST = 1.0
"""Largest radius, in degrees, of the cone in which the nearest row is searched."""


async def identified_row(
    hub: Hub, root: Root, params: Mapping[str, Any], cells: tuple[Cell, ...]
) -> tuple[Record | None, NameMatch | None]:
    """Fetch the row of a singular field.

    Parameters
    ----------
    root
        A field with the arguments `id` (a key, or the `id` of a row) and, for tables with names, `name` and `near`.
    params
        Its coerced arguments, exactly one of which must be given.
    cells
        What is wanted of the row.

    Returns
    -------
    tuple
        The row, None if there is none; and how the name was found that it, or its cone, was given by, if one was.

    Raises
    ------
    BadInput
        None or several of the arguments are given, or the cone is too wide.
    GatewayError
        A source does not answer.
    """
    ways = [name for name in root.field.definition.args if name in ("id", "name", "near")]
    given = [name for name in ways if params.get(name) is not None]
    if len(given) != 1:
        message = f"{root.table.singular} wants {'either ' if len(ways) > 1 else ''}{' or '.join(ways)}"
        raise BadInput(message)
    match given[0]:
        case "name":
            star = await star_names.find_star(hub, params["name"], cells)
            return (star.row, star.match) if star else (None, None)
        case "near":
            placed = await star_names.resolve_star_name(hub, {"cone": params["near"]})
            key = await _nearest(hub, root.table, placed["cone"])
            row = None if key is None else await _row(hub, root.table, key, cells)
            return row, star_names.name_match_of(placed)
        case _:
            own = key_of_node(root.table, params["id"])
            return await _row(hub, root.table, params["id"] if own is None else own, cells), None


async def _row(hub: Hub, table: Table, key: Any, cells: tuple[Cell, ...]) -> Record | None:
    place = located(table, arguments.key(table, key))
    if place is None:
        return None
    where, chosen = place
    plan = Plan(StatementShape(where, cells, chosen.conditions, limit=1), chosen.values)
    rows = await fetch(hub, plan)
    return rows[0] if rows else None


async def _nearest(hub: Hub, table: Table, cone: Mapping[str, Any]) -> Any:
    """Key of the row that is nearest to the centre of a cone; None if none is in it."""
    chosen = arguments.selected(table, {"cone": cone})
    if cone["radius"] > WIDEST:
        message = f"near.radius is {cone['radius']}: degrees from 0 to {WIDEST:g} are wanted"
        raise BadInput(message)
    assert table.position is not None  # noqa: S101 - `arguments.selected` has checked
    cells = tuple(Cell(column, column.sql) for column in (table.key, *table.position))
    rows = await hub.fetch(
        sql.statement(Plan(StatementShape(table, cells, chosen.conditions), chosen.values), hub.databases)
    )
    if not rows:
        return None
    return min(rows, key=lambda row: (separation(cone["ra"], cone["dec"], row[1], row[2]), row[0]))[0]
