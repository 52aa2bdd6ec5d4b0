"""Resolve names of stars, in any spelling that astronomers use, to stars of JSDC and their positions."""

from collections.abc import Mapping
from typing import Any

from hub.rows import Hub
from planning import sql
from planning.errors import BadInput, NotFound
from planning.plan import Cell, Compared, Order, Plan, StatementShape
from resolvers.oidb_search import expand_search
from schema import jsdc
from schema.catalog import NAMES
from schema.designation import designation
from schema.operators import Op

STAR = NAMES[jsdc.STAR]
"""The link from names to stars."""


async def find_star(hub: Hub, name: str) -> int | None:
    """Return the `jsdc_id` of the star with a name, None if no star has it; raises `BadInput`, `GatewayError`."""
    row: tuple[int | None, ...] = await _found(hub, name, (Cell(STAR.from_column, "star"),))
    return row[0] if row else None


async def resolve_star_name(hub: Hub, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Replace the name of a cone by the star's position, and OiDB's `search` by conditions and a cone.

    Parameters
    ----------
    arguments
        Coerced arguments of a GraphQL field; without a cone or `search` they are returned as they are.

    Returns
    -------
    Mapping
        The arguments, whose cone has `ra`, `dec` (ICRS degrees) and `radius` (degrees).

    Raises
    ------
    NotFound
        No star of JSDC has the name.
    BadInput
        The cone has a name and a position, or `search` is invalid.
    """
    arguments = expand_search(arguments)
    cone = arguments.get("cone")
    if cone is None or cone.get("name") is None:
        return arguments
    if cone.get("ra") is not None or cone.get("dec") is not None:
        message = "cone wants either name, or ra and dec, not both"
        raise BadInput(message)
    assert jsdc.STAR.position is not None  # noqa: S101 - for mypy
    position = await _found(
        hub, cone["name"], tuple(Cell(column, column.sql, (STAR,)) for column in jsdc.STAR.position)
    )
    if not position:
        message = f"No star of JSDC is called {cone['name']!r}: give ra and dec instead"
        raise NotFound(message)
    return {**arguments, "cone": {"ra": position[0], "dec": position[1], "radius": cone["radius"]}}


def checked_name(name: str) -> str:
    """Return the name unless it holds a NUL character, which PostgreSQL cannot take; raises `BadInput`."""
    if "\0" in name:
        message = "A name cannot hold a NUL character"
        raise BadInput(message)
    return name


async def _found(hub: Hub, name: str, cells: tuple[Cell, ...]) -> tuple[Any, ...]:
    assert STAR.designation is not None  # noqa: S101 - for mypy: NAMES has such links alone
    equal = (Compared(STAR.designation, Op.EQ),)
    shape = StatementShape(STAR.origin, cells, equal, (Order(STAR.origin.key),), limit=1)
    rows = await hub.fetch(sql.statement(Plan(shape, (designation(checked_name(name)),)), hub.bodies))
    return tuple(rows[0]) if rows else ()
