"""Whatever is asked, the compiled way and graphql-core's plain way answer the same.

`EQUIVALENCE_EXAMPLES=5000` draws that many documents at random; by default it is 150, always the same.
"""

import asyncio
import os
from collections import Counter
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from writing import Rows, requests

from resolvers.limits import DocumentLimits
from resolvers.operation import Answer, Document, Operations, Request
from resolvers.plan import Cell, Order, Plan, Shape
from resolvers.query import assemble
from resolvers.rows import Hub
from resolvers.sql import statement
from schema.catalog import TABLES

EXAMPLES = int(os.environ.get("EQUIVALENCE_EXAMPLES", "150"))
ANY_SIZE = DocumentLimits(100_000, 100, 10_000, 100, 100_000, 100, 100)
JSON = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


class Counted(Operations):
    """Operations that tell how often they gave up compiling."""

    plain = 0

    async def plainly(self, document: Document, request: Request) -> Answer:
        self.plain += 1
        return await super().plainly(document, request)


@pytest.fixture(scope="module")
def counted(still_hub: Hub) -> Counted:
    return Counted(assemble()._schema, still_hub, ANY_SIZE, largest_page=1000)  # noqa: SLF001


@pytest.fixture(scope="module")
def rows(runner: asyncio.Runner, counted: Counted) -> Rows:
    async def some(table: Any) -> list[Any]:
        cells = tuple(Cell(column, column.sql) for column in table.columns)
        found = await counted.hub.fetch(statement(Plan(Shape(table, cells, order=(Order(table.key),), limit=4000))))
        return list(found[:: max(1, len(found) // 25)])

    return {table: runner.run(some(table)) for table in TABLES.values()}


def test_compiled_and_plain_answers_are_equal(runner: asyncio.Runner, counted: Counted, rows: Rows) -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize="EQUIVALENCE_EXAMPLES" not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    @given(requests(counted.schema, rows))
    def equal(request: Request) -> None:
        document = counted.document(request.query)
        assert document.errors == (), request.query
        before = counted.plain
        answer = runner.run(counted.answer(request))
        seen["compiled"] += counted.plain == before
        assert _comparable(answer) == _comparable(runner.run(counted.plainly(document, request)))
        _count(seen, answer)

    equal()
    assert seen["compiled"] > 0.9 * seen["all"], seen
    assert seen["with rows"] > 0.6 * seen["all"], seen
    assert seen["with errors"] > 0.02 * seen["all"], seen


def _comparable(answer: Answer) -> tuple[bytes, Counter[Any]]:
    errors = (
        (
            error["message"],
            tuple(error.get("path") or ()),
            str(error.get("locations")),
            error.get("extensions", {}).get("code"),
        )
        for error in answer.payload.get("errors", ())
    )
    return orjson.dumps(answer.payload.get("data"), option=JSON), Counter(errors)


def _count(seen: Counter[str], answer: Answer) -> None:
    seen["all"] += 1
    seen["with errors"] += "errors" in answer.payload
    seen["with rows"] += any(_filled(value) for value in (answer.payload.get("data") or {}).values())


def _filled(value: Any) -> bool:
    """Whether a root field has a row, a count or a cursor."""
    if not isinstance(value, dict):
        return False
    listed = value.keys() & {"nodes", "edges"}
    return any(value[key] for key in listed) if listed else any(part is not None for part in value.values())
