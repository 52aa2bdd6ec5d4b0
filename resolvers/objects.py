"""Find an object by name: a star of JSDC, or whatever else the databases have observed under that name."""

import asyncio
from collections import Counter
from typing import Any

from hub.rows import Hub
from planning import sql
from planning.errors import GatewayError
from planning.plan import Cell, Compared, Plan, StatementShape
from resolvers import star_names
from schema.crossid import DESIGNATION, OBJECT, OBJECT_ID, RECORDS
from schema.designation import designation
from schema.operators import Op
from schema.table import Column, Table

KEPT = tuple(dict.fromkeys(through for _, _, through, _, _ in RECORDS))
"""Tables of the hub with the object of each record."""
LOOKED_AT = 1000
"""Most records of a table that are read to find the object that most of them belong to."""


async def find_object(hub: Hub, name: str) -> dict[Column, Any] | None:
    """Find the object with a name: JSDC's star of that name, else the object of most records with that name.

    Returns the columns of `OBJECT`, or None if nothing has the name. Raises `GatewayError`; while JSDC does not answer,
    it is raised only for names that no record has.
    """
    key = designation(star_names.checked_name(name))
    star, records = await asyncio.gather(
        _star(hub, name), asyncio.gather(*(_records(hub, table, key) for table in KEPT))
    )
    objects = Counter(number for some in records for number in some)
    if isinstance(star, GatewayError) and not objects:
        raise star
    number = star if isinstance(star, int) else next((most for most, _ in objects.most_common(1)), None)
    return None if number is None else dict(zip(OBJECT.columns, (number, name), strict=True))


async def _star(hub: Hub, name: str) -> int | GatewayError | None:
    try:
        return await star_names.find_star(hub, name)
    except GatewayError as error:
        return error


async def _records(hub: Hub, table: Table, key: str) -> list[int]:
    shape = StatementShape(table, (Cell(OBJECT_ID, "object"),), (Compared(DESIGNATION, Op.EQ),), limit=LOOKED_AT)
    return [row[0] for row in await hub.fetch(sql.statement(Plan(shape, (key,)), hub.bodies))]
