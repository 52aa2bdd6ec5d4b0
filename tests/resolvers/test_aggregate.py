"""Groups of rows are what counting and summing up in Python makes of the rows, NULL, NaN and infinities included."""

import math
import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import pytest
from orjson import Fragment

from hub.rows import Hub
from planning import sql
from planning.operands import shown_real
from planning.plan import Cell, Function, Plan, StatementShape
from resolvers import aggregate
from resolvers.operation import Operations
from resolvers.request import Request
from schema.aggregate_types import averaged, measured
from schema.catalog import DECLARED
from schema.column import Column
from schema.table import Table
from schema.types import DOUBLE

TABLE = [pytest.param(table, id=name) for name, table in DECLARED.tables.items()]


def mean(values: Sequence[Any]) -> float:
    return float(statistics.mean(values)) if isinstance(values[0], int) else statistics.fmean(values)


def place(value: Any, column: Column) -> Any:
    """What sorts as a value does: a time by its year, since that of one beyond 1 to 9999 is text with a sign."""
    if not column.type.temporal:
        return value
    return (value.year, value.isoformat()[4:]) if isinstance(value, datetime) else (int(value[:7]), value[7:])


def made(function: Function, values: Sequence[Any], column: Column) -> Any:
    """What a function makes of the values of a group, which may be none."""
    if function is Function.COUNT_DISTINCT:
        return len(set(values))
    made_of = {
        Function.AVG: mean,
        Function.SUM: lambda numbers: float(sum(numbers)) if isinstance(numbers[0], int) else math.fsum(numbers),
        Function.STDDEV: lambda numbers: statistics.stdev(numbers) if len(numbers) > 1 else None,
        Function.MEDIAN: lambda numbers: float(statistics.median(map(float, numbers))),
        Function.MIN: partial(min, key=partial(place, column=column)),
        Function.MAX: partial(max, key=partial(place, column=column)),
    }
    return made_of[function](values) if values else None


def told(row: Mapping[str, Any], column: Column) -> Any:
    """A value as JSON would have it."""
    value = row[column.sql]
    return None if isinstance(value, Fragment) or (isinstance(value, float) and not math.isfinite(value)) else value


def naively(
    rows: Sequence[Mapping[str, Any]], by: Sequence[Column], measures: Sequence[tuple[Function, Column]], order: str
) -> list[tuple[Any, ...]]:
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {} if by else {(): []}
    for row in rows:
        groups.setdefault(tuple(told(row, column) for column in by), []).append(row)

    def measured(group: Sequence[Mapping[str, Any]], function: Function, column: Column) -> Any:
        return made(function, [value for row in group if (value := told(row, column)) is not None], column)

    def position(group: tuple[Any, ...]) -> tuple[Any, ...]:
        keys = zip(group, by, strict=False)
        key = ((value is None, 0 if value is None else place(value, column)) for value, column in keys)
        return (-group[len(by)] if order == "COUNT" else 0, *key)

    found = [(*key, len(group), *(measured(group, *measure) for measure in measures)) for key, group in groups.items()]
    return sorted(found, key=position)


def assert_same(found: Sequence[Sequence[Any]], wanted: Sequence[Sequence[Any]]) -> None:
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        for left, right in zip(one, other, strict=True):
            assert left == right or math.isclose(left, right, rel_tol=1e-5, abs_tol=1e-9), (list(one), other)


async def rows_of(hub: Hub, table: Table) -> list[Any]:
    cells = tuple(Cell(column, column.sql) for column in table.columns)
    return list(await hub.fetch(sql.statement(Plan(StatementShape(table, cells)), hub.databases)))


@pytest.mark.parametrize("table", TABLE)
async def test_groups_of_hostile_rows(hostile: Hub, table: Table) -> None:
    rows = await rows_of(hostile, table)
    orderable = [column for column in table.columns if column.type.orderable]
    # The mean of two of the smallest doubles is one, but their sum is none.
    means = [(Function.AVG, column) for column in averaged(table) if column.type is not DOUBLE]
    numbers = [column for column in measured(table) if column.type is not DOUBLE]
    means += [(function, column) for column in numbers for function in (Function.SUM, Function.STDDEV, Function.MEDIAN)]
    every = (Function.MIN, Function.MAX, Function.COUNT_DISTINCT)
    measures = (*((function, column) for column in orderable for function in every), *means)
    for index, column in enumerate(orderable):
        by = (column, orderable[index // 2]) if index % 2 else (column,)
        order = ("KEY", "COUNT")[index % 3 == 0]
        asked = {"groupBy": [each.graphql for each in by], "orderBy": order}
        plan = aggregate.groups_plan(table, asked, measures)
        found, more = await aggregate.fetch_groups(hostile, plan)
        assert_same(found, naively(rows, tuple(dict.fromkeys(by)), measures, order))
        assert not more
    plan = aggregate.groups_plan(table, {}, measures)
    assert_same((await aggregate.fetch_groups(hostile, plan))[0], naively(rows, (), measures, "KEY"))


@pytest.mark.parametrize("table", TABLE)
async def test_groups_of_the_sample(hub: Hub, table: Table) -> None:
    rows = await rows_of(hub, table)
    means = (Function.AVG, Function.SUM, Function.STDDEV, Function.MEDIAN)
    measures = tuple((function, column) for column in measured(table) for function in means)
    by = next(column for column in reversed(table.columns) if column.type.orderable and column is not table.key)
    plan = aggregate.groups_plan(table, {"groupBy": [by.graphql], "orderBy": "COUNT", "first": 50}, measures)
    found, more = await aggregate.fetch_groups(hub, plan)
    wanted = naively(rows, (by,), measures, "COUNT")
    assert_same(found, wanted[:50])
    assert more == (len(wanted) > 50)


async def test_groups_are_answered(operations: Operations) -> None:
    question = """{
      all: exposuresAggregate { count min { expMjdStart } }
      none: exposuresAggregate(where: {expId: {eq: "none"}}) { count max { expId expTau0 } avg { expTau0 } hasNext }
      by: exposuresAggregate(groupBy: [INTERFEROMETER_NAME], orderBy: COUNT, first: 1) { key { interferometerName expId } count hasNext }
      cone: starsAggregate(groupBy: [F_VMAG], cone: {name: "Fomalhaut", radius: 3}) { key { fVmag } count }
    }"""
    answer = await operations.answer(Request(question))
    data = answer.payload["data"]
    assert "errors" not in answer.payload
    assert data["none"] == [
        {"count": 0, "max": {"expId": None, "expTau0": None}, "avg": {"expTau0": None}, "hasNext": False}
    ]
    assert data["all"][0]["count"] > 100
    assert data["by"][0]["key"] == {"interferometerName": "VLTI", "expId": None}
    assert data["by"][0]["hasNext"] is True
    assert {"HIP", "HIP2"} & {group["key"]["fVmag"] for group in data["cone"]}


async def test_sums_and_medians_of_reals_are_reals(operations: Operations) -> None:
    question = "{ starsAggregate(groupBy: [NAME], first: 300) { count min { ldd } sum { ldd } median { ldd } } }"
    asked = Request(question)
    answer = await operations.answer(asked)
    assert answer.payload == (await operations.execute_document(operations.document(question), asked)).payload
    of_one = [group for group in answer.payload["data"]["starsAggregate"] if group["count"] == 1]
    assert len(of_one) > 100
    assert all(group["sum"] == group["median"] == group["min"] for group in of_one)


def test_a_real_is_shown_as_numpy_shows_it() -> None:
    bits = np.random.default_rng(14).integers(0, 1 << 32, 5000, np.uint32)
    singles = [single for single in bits.view(np.float32) if np.isfinite(single) and single]
    assert [shown_real(float(single)) for single in singles] == [float(str(single)) for single in singles]
    assert [shown_real(number) for number in (0.0, 1.2345678901e39, 1e-50)] == [0.0, 1.2345678901e39, 1e-50]


@pytest.mark.parametrize(("told", "code", "word"), [
    ("first: -1", "BAD_INPUT", "from 0"),
    ("first: 1001", "LIMIT_EXCEEDED", "1000"),
    ("groupBy: [NAME], cone: {ra: 1, dec: 100, radius: 1}", "BAD_INPUT", "cone.dec"),
    ('cone: {name: "nobody", radius: 1}', "NOT_FOUND", "nobody"),
])  # fmt: skip
async def test_refusals(operations: Operations, told: str, code: str, word: str) -> None:
    answer = await operations.answer(Request(f"{{ starsAggregate({told}) {{ count }} }}"))
    assert answer.payload["data"] == {"starsAggregate": None}
    assert answer.payload["errors"][0]["extensions"]["code"] == code
    assert word in answer.payload["errors"][0]["message"]
