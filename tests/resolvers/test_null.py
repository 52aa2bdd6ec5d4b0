"""What is told as null is what `isNull` finds, of every column of every table, with NaN, infinities and far times."""

import math
from typing import Any

import pytest

from hub.rows import Hub
from planning import arguments, sql
from planning.instants import INFINITY, MINUS_INFINITY
from planning.plan import Cell, Plan, StatementShape
from schema.catalog import DECLARED
from schema.column import Column
from schema.table import Table


async def keys(hub: Hub, table: Table, column: Column, *, null: bool) -> set[Any]:
    chosen = arguments.selected(table, {"where": {column.graphql: {"isNull": null}}})
    shape = StatementShape(table, (Cell(table.key, "key"),), chosen.conditions)
    return {row[0] for row in await hub.fetch(sql.statement(Plan(shape, chosen.values)))}


def shown_as_null(value: Any) -> bool:
    return (
        value is None or value in (INFINITY, MINUS_INFINITY) or (isinstance(value, float) and not math.isfinite(value))
    )


@pytest.mark.parametrize("table", [pytest.param(table, id=name) for name, table in DECLARED.tables.items()])
async def test_is_null_finds_what_is_told_as_null(hostile: Hub, table: Table) -> None:
    cells = tuple(Cell(column, column.sql) for column in table.columns)
    rows = await hostile.fetch(sql.statement(Plan(StatementShape(table, cells))))
    for place, column in enumerate(table.columns):
        at = table.columns.index(table.key)
        null = {row[at] for row in rows if shown_as_null(row[place])}
        assert await keys(hostile, table, column, null=True) == null, column.name
        assert await keys(hostile, table, column, null=False) == {row[at] for row in rows} - null, column.name
