"""Identify the row of a singular field: by its key, by any of its names, or as the nearest to a position."""

from collections.abc import Mapping
from math import asin, cos, degrees, radians, sin, sqrt
from typing import Any

from hub.rows import Hub
from planning import arguments, sql
from planning.errors import BadInput
from planning.plan import Cell, HasDesignation, Plan, Selected, StatementShape
from resolvers import star_names
from resolvers.selection import Root
from schema.catalog import NAMES
from schema.designation import designation
from schema.table import Table

WIDEST = 1.0
"""Largest radius, in degrees, of the cone in which the nearest row is searched."""


async def identifying_condition(hub: Hub, root: Root, params: Mapping[str, Any]) -> Selected | None:
    """Return the condition that selects the row.

    Parameters
    ----------
    root
        A field with the arguments `id` and, for tables with names, `name` and `near` (a cone).
    params
        Its coerced arguments, exactly one of which must be given.

    Returns
    -------
    Selected or None
        None if no row is within the cone.

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
            return _with_name(root.table, params["name"])
        case "near":
            return await _nearest(hub, root.table, params)
        case _:
            return arguments.key(root.table, params["id"])


def _with_name(table: Table, name: str) -> Selected:
    link = NAMES[table]
    assert link.designation is not None  # noqa: S101 - for mypy: links of NAMES have one
    return Selected((HasDesignation(link, link.designation),), (designation(star_names.checked_name(name)),))


async def _nearest(hub: Hub, table: Table, params: Mapping[str, Any]) -> Selected | None:
    cone = (await star_names.resolve_star_name(hub, {"cone": params["near"]}))["cone"]
    chosen = arguments.selected(table, {"cone": cone})
    if cone["radius"] > WIDEST:
        message = f"near.radius is {cone['radius']}: degrees from 0 to {WIDEST:g} are wanted"
        raise BadInput(message)
    assert table.position is not None  # noqa: S101 - `arguments.selected` has checked
    cells = tuple(Cell(column, column.sql) for column in (table.key, *table.position))
    rows = await hub.fetch(
        sql.statement(Plan(StatementShape(table, cells, chosen.conditions), chosen.values), hub.bodies)
    )
    if not rows:
        return None
    return arguments.key(
        table, min(rows, key=lambda row: (_separation(cone["ra"], cone["dec"], row[1], row[2]), row[0]))[0]
    )


def _separation(ra: float, dec: float, other_ra: float, other_dec: float) -> float:
    """Angle between two positions, all in degrees, by the haversine formula."""
    half_ra, half_dec = radians(ra - other_ra) / 2, radians(dec - other_dec) / 2
    across = cos(radians(dec)) * cos(radians(other_dec)) * sin(half_ra) ** 2
    return degrees(2 * asin(min(1.0, sqrt(sin(half_dec) ** 2 + across))))
