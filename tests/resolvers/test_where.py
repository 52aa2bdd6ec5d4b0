"""What `where` finds is what it says: every filter against a judge written in Python, over all rows of a table.

The judge knows three truths, as SQL does: a comparison with NULL is neither true nor false, and a row is found only
where all is true. NaN equals itself and is larger than anything, as PostgreSQL has it.
"""

import asyncio
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cmp_to_key
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from writing import Asking, Chance, Rows

from hub.rows import Hub
from planning import arguments, sql
from planning.plan import Cell, Order, Plan, StatementShape
from schema.catalog import DECLARED
from schema.column import Column
from schema.table import Table
from schema.types import DATETIME, FLOAT, INSTANT

Truth = bool | None
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

    def pattern(self, text: str) -> str:
        # Which letters beyond ASCII are one another's capitals is the database's own affair.
        return re.sub(r"[^ -~]", "_", super().pattern(text))

    @staticmethod
    def _is_sound(value: Any) -> bool:
        return value not in ("\\", "a\\") and "\0" not in str(value)


@st.composite
def conditions(draw: Callable[[st.SearchStrategy[Any]], Any], rows: Rows, table: Table) -> dict[str, Any]:
    return Sound(Chance(draw), rows).where(table)


def both(truths: Sequence[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def either(truths: Sequence[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False


def inverse(truth: Truth) -> Truth:
    return None if truth is None else not truth


def order(one: Any, other: Any) -> int:
    """-1, 0 or 1, NaN being larger than anything."""
    if isinstance(one, float):
        one, other = (one != one, one), (other != other, other)  # noqa: PLR0124
        if one[0] and other[0]:
            return 0
    return int(one > other) - int(one < other)


def matches(text: str, pattern: str, flags: int) -> bool:
    made = re.sub(r"\\(.)|(%)|(_)|(.)", _piece, pattern, flags=re.DOTALL)
    return re.fullmatch(made, text, re.DOTALL | flags) is not None


def _piece(found: re.Match[str]) -> str:
    return ".*" if found[2] else "." if found[3] else re.escape(found[1] or found[4])


OPERATORS: dict[str, Callable[[Any, Any], Truth]] = {
    "eq": lambda value, told: order(value, told) == 0,
    "ne": lambda value, told: order(value, told) != 0,
    "lt": lambda value, told: order(value, told) < 0,
    "le": lambda value, told: order(value, told) <= 0,
    "gt": lambda value, told: order(value, told) > 0,
    "ge": lambda value, told: order(value, told) >= 0,
    "between": lambda value, told: order(value, told[0]) >= 0 and order(value, told[1]) <= 0,
    "like": lambda value, told: matches(value, told, 0),
    "ilike": lambda value, told: matches(value, told, re.IGNORECASE | re.ASCII),
}


def compared(value: Any, op: str, told: Any) -> Truth:
    if op == "isNull":
        return (value is None or (isinstance(value, float) and not math.isfinite(value))) == told
    if op == "in":
        return either([compared(value, "eq", one) for one in told])
    return None if value is None else OPERATORS[op](value, told)


def judged(table: Table, row: Mapping[str, Any], where: Mapping[str, Any]) -> Truth:
    truths: list[Truth] = []
    for field, told in where.items():
        match field:
            case "and":
                truths.append(both([judged(table, row, part) for part in told]))
            case "or":
                truths.append(either([judged(table, row, part) for part in told]))
            case "not":
                truths.append(inverse(judged(table, row, told)))
            case _:
                column = table.by_field[field]
                truths += [compared(row[column.sql], op, kept(column, operand)) for op, operand in told.items()]
    return both(truths)


def kept(column: Column, told: Any) -> Any:
    """An operand as its column would keep it: rounded to a float of 32 bits, a time with a zone or without."""
    if isinstance(told, list):
        return [kept(column, one) for one in told]
    if column.type is FLOAT and not isinstance(told, bool):
        with np.errstate(over="ignore", under="ignore"):
            single = float(str(np.float32(told)))
        return single if math.isfinite(single) and single else told
    if column.type is DATETIME and isinstance(told, datetime):
        return told.replace(tzinfo=None)
    return told


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
        else:
            timed = table.by_field[field].type in (INSTANT, DATETIME)
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
