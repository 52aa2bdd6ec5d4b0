"""Find an object by name: a star of JSDC, or whatever else the databases have observed under that name."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.rows import Hub
from planning import sql
from planning.errors import GatewayError
from planning.plan import Cell, Compared, Plan, StatementShape
from resolvers import star_names
from schema.column import Column
from schema.crossid import DESIGNATION, OBJECT, OBJECT_ID, RECORDS
from schema.name_match import NameMatch
from schema.operators import Op
from schema.table import Table

KEPT = tuple(dict.fromkeys(through for _, _, through, _, _ in RECORDS))
"""Tables of the hub with the object of each record."""
LOOKED_AT = 1000
"""Most records of a table that are read to find the object that most of them belong to."""


@dataclass(frozen=True, slots=True)
class NamedObject:
    """An object that was found by name."""

    row: Mapping[Column, Any]
    """Values of the columns of `OBJECT`."""
    match: NameMatch | None
    """How its star was found; None for an object that only records know by that name."""


async def find_object(hub: Hub, name: str) -> NamedObject | None:
    """Find the object with a name: JSDC's star of that name, else the object of most records with that name.

    Returns None if nothing has the name. Raises `GatewayError`; while JSDC does not answer, it is raised only for names
    that no record has.
    """
    key = star_names.designation_key(name)
    star, records = await asyncio.gather(
        _star(hub, name), asyncio.gather(*(_records(hub, table, key) for table in KEPT))
    )
    objects = Counter(number for some in records for number in some)
    if isinstance(star, GatewayError) and not objects:
        raise star
    match = star if isinstance(star, NameMatch) else None
    number = match.star.star if match else next((most for most, _ in objects.most_common(1)), None)
    return None if number is None else NamedObject(dict(zip(OBJECT.columns, (number, name), strict=True)), match)


async def _star(hub: Hub, name: str) -> NameMatch | GatewayError | None:
    try:
        star = await star_names.find_star(hub, name)
        return star.match if star else None
    except GatewayError as error:
        return error


async def _records(hub: Hub, table: Table, key: str) -> list[int]:
    shape = StatementShape(table, (Cell(OBJECT_ID, "object"),), (Compared(DESIGNATION, Op.EQ),), limit=LOOKED_AT)
    return [row[0] for row in await hub.fetch(sql.statement(Plan(shape, (key,)), hub.databases))]
