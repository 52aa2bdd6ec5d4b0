"""Names of stars: from any spelling that astronomers use to JSDC's star and its place."""

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


async def find_star(hub: Hub, name: str) -> int | None:
    """JSDC's number of the star that bears a name, None where none does."""
    row: tuple[int | None, ...] = await _found(hub, name, (Cell(STAR.from_column, "star"),))
    return row[0] if row else None


async def resolve_star_name(hub: Hub, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Arguments whose cone has a place instead of a name; raises `NotFound` for a name that no star of JSDC bears.

    OiDB's `search` becomes conditions and a cone before.
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
    """The name, if it can be looked up; raises `BadInput`."""
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
