"""The field `asOf` of rows whose changes are recorded: the row as it was, its changes since then undone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import orjson
import strawberry
from strawberry.types.field import StrawberryField

from hub.rows import Hub, Record
from planning.plan import Cell, Compared, Plan, StatementShape
from resolvers.statements import fetch
from schema.object_types import row_class
from schema.operators import Op
from schema.scalars import DateTime
from schema.spica import SOURCE, VERSION
from schema.spica_changes import CHANGE, CHANGE_COLUMN, CHANGE_OLD, CHANGE_TABLE, CHANGE_TIME, CHANGE_VERSION
from schema.table import Link, Table

FIELD = "asOf"
CELLS = tuple(Cell(column, column.sql) for column in (CHANGE.key, CHANGE_COLUMN, CHANGE_OLD, CHANGE_VERSION))
LINKS: Mapping[Table, Link] = {link.origin: link for link in SOURCE.links if link.target is CHANGE}
"""Tables whose changes are recorded for everybody, with the link to them."""


def fields(table: Table) -> dict[str, StrawberryField]:
    """The field, by its name, for the type of a table; none for a table whose changes are not recorded."""
    if (link := LINKS.get(table)) is None:
        return {}

    async def resolve(root: strawberry.Parent[Any], info: strawberry.Info[Any, None], time: Any) -> Any:
        row = {column.sql: root[column.sql] for column in table.columns}
        load = partial(_changes, info.context.hub, link, time)
        changes = await info.context.loader(link, {FIELD: time}, load).load(row[link.from_column.sql])
        return undone(table, row, changes)

    when = Annotated[DateTime, strawberry.argument(description="The moment")]
    resolve.__annotations__ |= {"time": when, "return": Any}
    about = (
        "The row as it was at a moment, as far as changes are recorded; null before it was made. Links are those of now"
    )
    field: StrawberryField = strawberry.field(
        resolver=resolve, name=FIELD, description=about, graphql_type=row_class(table) | None
    )
    return {FIELD: field}


async def _changes(hub: Hub, link: Link, time: datetime, keys: list[Any]) -> list[list[Record]]:
    """What has become another since a moment, for each row of these keys: one statement for all of them."""
    conditions = (Compared(link.to_column, Op.IN), Compared(CHANGE_TABLE, Op.EQ), Compared(CHANGE_TIME, Op.GT))
    cells = (*CELLS, Cell(link.to_column, link.to_column.sql))
    plan = Plan(StatementShape(CHANGE, cells, conditions), (keys, link.origin.qualified, time))
    by_key: dict[Any, list[Record]] = {key: [] for key in keys}
    for *change, key in await fetch(hub, plan):
        by_key[key].append(change)
    return list(by_key.values())


def undone(table: Table, row: Mapping[str, Any], changes: Sequence[Record]) -> dict[str, Any] | None:
    """A row with changes undone, the last first.

    Parameters
    ----------
    row
        The row as it is, by names in the hub.
    changes
        Number, column, old value and version of each change of it since the moment that is wanted, in any order.

    Returns
    -------
    dict[str, Any] | None
        The row as it was, of the version before its first change. None where the changes begin with its making.
    """
    columns = {column.remote_name: column for column in table.stored}
    state = dict(row)
    for _, name, old, version in sorted(changes, key=lambda change: change[0], reverse=True):
        column = columns.get(name)
        value = orjson.loads(orjson.dumps(old))
        if column is table.key and value is None:
            return None
        if column is not None:
            state |= {column.sql: value, VERSION.sql: max(1, version - 1)}
    return state
