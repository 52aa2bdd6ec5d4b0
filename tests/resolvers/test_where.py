"""What `where` finds is what it says: every filter against a judge written in Python, over all rows of a table.

What related rows must meet has a test of its own (`test_related`).
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judging import judged, order
from writing import Asking, Chance, Rows

from hub.rows import Hub
from planning import arguments, sql
from planning.plan import Cell, Order, Plan, StatementShape
from schema.catalog import DECLARED
from schema.derived import instants
from schema.table import Table
from schema.types import DATETIME, INSTANT

EXAMPLES = 60
NAMED = (
    "jsdc.badcal",
    "obsportal.exposure",
    "oidb.granule",
    "spica.target",
    "spica.followup",
    "obsportal.instrument_mode",
)
SOME = [pytest.param(DECLARED.tables[name], id=name) for name in NAMED]


class Sound(Asking):
    """Conditions without those that must be refused."""

    def bad(self, among: Sequence[Any]) -> Any:
        return 2 if among == [0, 1, 3] else self.chance.pick([value for value in among if self._is_sound(value)])

    def relations(self, table: Table, depth: int) -> dict[str, Any]:  # noqa: ARG002 - as the base: here, one table is judged
        return {}

    def pattern(self, text: str) -> str:
        # Which letters beyond ASCII are one another's capitals is the database's own affair.
        return re.sub(r"[^ -~]", "_", super().pattern(text))

    @staticmethod
    def _is_sound(value: Any) -> bool:
        return value not in ("\\", "a\\") and "\0" not in str(value)


@st.composite
def conditions(draw: Callable[[st.SearchStrategy[Any]], Any], rows: Rows, table: Table) -> dict[str, Any]:
    return Sound(Chance(draw), rows).where(table)


def coerced(table: Table, where: Any) -> Any:
    """Conditions as graphql-core hands them over, without the nulls that are refused: times are times, all with a zone."""
    if isinstance(where, list):
        return [coerced(table, part) for part in where]
    made = {}
    for field, told in where.items():
        if told is None:
            continue
        if field in ("and", "or", "not"):
            made[field] = coerced(table, told)
        elif field == "night":
            made[field] = {"site": str(told["site"]), "date": date.fromisoformat(told["date"])}
        else:
            column = table.by_field.get(field)
            timed = field in instants(table) or (column is not None and column.type in (INSTANT, DATETIME))
            made[field] = {op: _moment(one) if timed else one for op, one in told.items() if one is not None}
    return made


def _moment(told: Any) -> Any:
    if isinstance(told, list):
        return [_moment(one) for one in told]
    if not isinstance(told, str):
        return told
    parsed = datetime.fromisoformat(told)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


async def rows_of(hub: Hub, table: Table) -> list[Any]:
    cells = tuple(Cell(column, column.sql) for column in table.columns)
    return list(await hub.fetch(sql.statement(Plan(StatementShape(table, cells, order=(Order(table.key),))))))


@pytest.fixture(scope="module")
def rows(runner: asyncio.Runner, still_hub: Hub) -> Rows:
    return {DECLARED.tables[name]: runner.run(rows_of(still_hub, DECLARED.tables[name])) for name in NAMED}


@pytest.mark.parametrize("table", SOME)
def test_where_finds_what_it_says(runner: asyncio.Runner, still_hub: Hub, rows: Rows, table: Table) -> None:
    found_some = 0

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(conditions(rows, table))
    def says(told: dict[str, Any]) -> None:
        nonlocal found_some
        where = coerced(table, told)
        chosen = arguments.selected(table, {"where": where})
        plan = Plan(StatementShape(table, (Cell(table.key, "key"),), chosen.conditions), chosen.values)
        found = {row[0] for row in runner.run(still_hub.fetch(sql.statement(plan)))}
        assert found == {row[table.key.sql] for row in rows[table] if judged(table, row, where) is True}
        found_some += 0 < len(found) < len(rows[table])

    says()
    assert found_some > EXAMPLES / 10


@pytest.mark.parametrize("table", SOME)
def test_order_is_what_it_says(runner: asyncio.Runner, still_hub: Hub, rows: Rows, table: Table) -> None:
    for column in table.columns:
        if not column.type.orderable:
            continue
        shape = StatementShape(table, (Cell(table.key, "key"),), order=(Order(column), Order(table.key)))
        found = [row[0] for row in runner.run(still_hub.fetch(sql.statement(Plan(shape))))]
        assert found == in_order(rows[table], column.sql, table.key.sql), column.name


def in_order(rows: Sequence[Mapping[str, Any]], column: str, key: str) -> list[Any]:
    """Keys by a column, NULLs last, then by key."""
    by_key = sorted(rows, key=lambda row: row[key])
    known = sorted((row for row in by_key if row[column] is not None), key=lambda row: cmp_to_key(order)(row[column]))
    return [row[key] for row in (*known, *(row for row in by_key if row[column] is None))]
