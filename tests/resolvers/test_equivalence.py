"""Whatever is asked, the compiled way and graphql-core's plain way answer the same, and so do hub and direct route.

So do the parts that `@defer` makes of an answer, put together as clients do, in both of their forms.

`EQUIVALENCE_EXAMPLES=5000` draws that many documents at random; by default it is 300, always the same.
"""

import asyncio
import math
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import FieldNode
from hypothesis import HealthCheck, given, settings
from merging import merged, parts_of
from writing import Rows, requests

from gateway.incremental import V02, V2022
from hub.limits import DocumentLimits
from hub.rows import Hub
from planning.plan import Cell, Order, Plan, StatementShape
from planning.sql import statement
from resolvers.executor import Executed
from resolvers.operation import Operations, PreparedRequest
from resolvers.query import assemble
from resolvers.request import OperationResult, Request
from schema.catalog import DECLARED

pytestmark = pytest.mark.spatial

EXAMPLES = int(os.environ.get("EQUIVALENCE_EXAMPLES", "150"))
ANY_SIZE = DocumentLimits(100_000, 100, 10_000, 100, 100_000, 100, 100, deferred=1000, cost=10**9)
JSON = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


class Counted(Operations):
    """Operations that tell how often they gave up compiling, and how often an answer came in parts."""

    plain = 0
    parted = 0
    direct: Operations

    async def execute_field(self, asked: PreparedRequest, nodes: Sequence[FieldNode]) -> Executed:
        self.plain += 1
        return await super().execute_field(asked, nodes)


@pytest.fixture(scope="module")
def counted(still_hub: Hub, direct_hub: Hub) -> Counted:
    schema = assemble()._schema  # noqa: SLF001
    made = Counted(schema, still_hub, ANY_SIZE, largest_page=1000)
    made.direct = Operations(schema, direct_hub, ANY_SIZE, largest_page=1000)
    return made


@pytest.fixture(scope="module")
def rows(runner: asyncio.Runner, counted: Counted) -> Rows:
    async def some(table: Any) -> list[Any]:
        cells = tuple(Cell(column, column.sql) for column in table.columns)
        found = await counted.hub.fetch(
            statement(Plan(StatementShape(table, cells, order=(Order(table.key),), limit=4000)))
        )
        nothing = dict.fromkeys(column.sql for column in table.columns)  # of a table that has no rows, nothing is known
        return list(found[:: max(1, len(found) // 25)]) or [nothing]

    return {table: runner.run(some(table)) for table in DECLARED.tables.values()}


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
        before = counted.plain
        answer = runner.run(_both(counted, request))
        seen["compiled"] += counted.plain == before or "__type(" in request.query
        _count(seen, answer)
        if "Boolean!" in request.query:
            # The same text with other switches: another selection, which the cache of plans must not confuse with the first.
            runner.run(_both(counted, replace(request, variables=dict(_switched(request.variables)))))

    equal()
    assert seen["compiled"] > 0.9 * seen["all"], seen
    assert seen["with rows"] > 0.6 * seen["all"], seen
    assert seen["with errors"] > 0.02 * seen["all"], seen
    assert counted.parted > 0.3 * seen["all"], (counted.parted, seen)


HELD = {
    "nothing of an edge": ("{ stars(first: 2) { edges { cursor @skip(if: true) } } }", {}),
    "nothing of a node": ("{ stars(first: 2) { nodes { name @skip(if: true) } edges { node { ra @include(if: false) } } } }", {}),
    "nothing of a page": ("{ stars(first: 2) { totalCount @skip(if: true) pageInfo { endCursor @skip(if: true) } } }", {}),
    "nothing of a quantity": ("{ stars(first: 2) { nodes { vmag { value @skip(if: true) } } } }", {}),
    "nothing at all": ("{ stars(first: 2) @skip(if: true) { totalCount } }", {}),
    "null for a key that has a default": ('query($id: ID = "x") { program(id: $id) { obsProgram } __typename }', {"id": None}),
    "null for a radius that has a default": (
        "query($r: Float = 1) { targets(first: 2) { nodes { exposures(cone: {ra: 1, dec: 1, radius: $r}) { totalCount } } } }",
        {"r": None},
    ),
    "null for a switch that has a default": (
        "query($b: Boolean = true) { stars(first: 1) { totalCount @include(if: $b) } __typename }", {"b": None}
    ),
    "null in a list": (
        "query($x: Float = 1) { stars(first: 1, where: {vmag: {in: [$x]}}) { totalCount } __typename }", {"x": None}
    ),
    "a variable of the wrong type": ("query($n: Int) { stars(first: $n) { totalCount } }", {"n": "two"}),
    "a variable that is missing": ("query($n: Int!) { stars(first: $n) { totalCount } }", {}),
    "an enum that is not one": ("query($d: Direction!) { stars(orderBy: [{name: $d}]) { totalCount } }", {"d": "UP"}),
    "two columns in one term": (
        "query($o: [StarOrder!]) { stars(orderBy: $o) { totalCount } }", {"o": [{"name": "ASC", "ra": "ASC"}]}
    ),
    "the same link under two names": (
        "{ targets(first: 3) { nodes { a: exposures(first: 1) { nodes { expId } } b: exposures(last: 2) { totalCount } } } }",
        {},
    ),
    "introspection between rows": (
        ('{ a: __typename b: star(name: "HD 48329") { name } c: __schema { queryType { name } } ...F @include(if: true)'
        ' e: stars(first: 5000) { totalCount } __type(name: "Star") { name } }'
        ' fragment F on Query { d: __type(name: "Star") { kind ...G } } fragment G on __Type { fields { name } }'), {}
    ),
    "an argument that turns out wrong deep below": (
        ("query($r: Float = 1) { programs(first: 2) { nodes { obsProgram observations(first: 1) { nodes"
        " { exposures(first: 2, cone: {ra: 1, dec: 1, radius: $r}) { totalCount } } } } } targets(first: 1) { totalCount } }"),
        {"r": None},
    ),
    "how names were found": (
        """query($n: String = "VEGA") {
          star(name: $n) { a: nameMatch { kind __typename others } nameMatch { name } targets(first: 1) { nodes { star { nameMatch { kind } } } } }
          b: star(name: "Sirius B") { nameMatch { kind } } c: star(id: "91262") { nameMatch { kind } }
          d: star(near: {name: $n, radius: 0.1}) { nameMatch { kind @skip(if: true) } }
          object(name: $n) { nameMatch { kind } granules(cone: {name: "sirius", radius: 9}, first: 1) { nameMatch { kind } } }
          stars(cone: {name: $n, radius: 0.1}, first: 1) { nameMatch { kind name } } obscore(first: 1) { nameMatch { kind } }
        }""", {}
    ),
    "pages of many parents, whose rows another row opens": (
        "{ datalinks(first: 9) { nodes { granule { datalinks(first: 1) { nodes { accessUrl } } } } } }", {}
    ),
    "links and introspection": (
        '{ star(name: "HD 48329") { identifiers(first: 2) { nodes { star { name } } } } __type(name: "Star") { name } }', {}
    ),
}  # fmt: skip


@pytest.mark.parametrize(("query", "variables"), HELD.values(), ids=HELD)
def test_both_ways_hold(runner: asyncio.Runner, counted: Counted, query: str, variables: dict[str, Any]) -> None:
    answer = runner.run(_both(counted, Request(query, None, variables)))
    assert answer.payload.get("data") is not None or answer.payload["errors"]


async def _both(operations: Counted, request: Request) -> OperationResult:
    """The answer, compared with the plain one and with that of the direct route."""
    document = operations.document(request.query)
    assert document.errors == (), request.query
    answer = await operations.answer(request)
    summed = "Aggregate" in request.query
    _alike(answer, await operations.execute_document(document, request), exactly=not summed)
    _alike(answer, await operations.direct.answer(request), exactly=not summed)
    for form in (V2022, V02):
        parts = await parts_of(operations, request, form)
        assert _unordered(merged(parts)) == _unordered(answer.payload)
        operations.parted += len(parts) > 1
    return answer


def _alike(answer: OperationResult, other: OperationResult, *, exactly: bool) -> None:
    """Rows come in another order straight from a source, or for one parent, and so the last digits of their sums."""
    (data, errors), (other_data, other_errors) = _comparable(answer), _comparable(other)
    assert errors == other_errors
    assert data == other_data or (not exactly and _close(orjson.loads(data), orjson.loads(other_data))), (
        data,
        other_data,
    )


def _close(one: Any, other: Any) -> bool:
    match one, other:
        case float(), float():
            return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
        case dict(), dict():
            return one.keys() == other.keys() and all(_close(value, other[key]) for key, value in one.items())
        case list(), list():
            return len(one) == len(other) and all(map(_close, one, other))
    return bool(one == other)


def _switched(variables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in variables.items():
        yield name, not value if isinstance(value, bool) else value


def _comparable(answer: OperationResult) -> tuple[bytes, Counter[Any]]:
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


def _unordered(payload: Mapping[str, Any]) -> tuple[bytes, Counter[Any]]:
    """The same whatever the order of response keys: those of a fragment come when it comes."""
    data = orjson.dumps(orjson.loads(orjson.dumps(payload.get("data"), option=JSON)), option=orjson.OPT_SORT_KEYS)
    return data, Counter(orjson.dumps(error, option=orjson.OPT_SORT_KEYS) for error in payload.get("errors", ()))


def _count(seen: Counter[str], answer: OperationResult) -> None:
    seen["all"] += 1
    seen["with errors"] += "errors" in answer.payload
    seen["with rows"] += any(_filled(value) for value in (answer.payload.get("data") or {}).values())


def _filled(value: Any) -> bool:
    """Whether a root field has a row, a group, a count or a cursor."""
    if isinstance(value, list):
        return bool(value)
    if not isinstance(value, dict):
        return False
    listed = value.keys() & {"nodes", "edges"}
    return any(value[key] for key in listed) if listed else any(part is not None for part in value.values())
