"""Filters take any number that GraphQL's Float and Long are: what a column cannot hold is unequal to all of it."""

from typing import Any

import pytest

from hub.rows import connect
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation


async def counted(operations: Operations, where: str) -> int:
    answer = (await operations.answer(Request(f"{{ stars(where: {{{where}}}) {{ totalCount }} }}"))).payload
    assert "errors" not in answer, answer
    return int(answer["data"]["stars"]["totalCount"])


@pytest.mark.parametrize("number", ["1e39", "1e308", "3.4028236e38"])
async def test_a_number_beyond_real_is_larger_than_all(operations: Operations, number: str) -> None:
    known = await counted(operations, "vmag: {isNull: false}")
    assert known > 0
    for condition, right in (
        (f"lt: {number}", known), (f"le: {number}", known), (f"gt: -{number}", known), (f"ne: {number}", known),
        (f"eq: {number}", 0), (f"gt: {number}", 0), (f"between: [-{number}, {number}]", known),
        (f"in: [{number}, -{number}]", 0),
    ):  # fmt: skip
        assert await counted(operations, f"vmag: {{{condition}}}") == right, condition


@pytest.mark.parametrize("number", ["1e-300", "1e-46"])
async def test_a_number_too_small_for_real_is_not_zero(operations: Operations, number: str) -> None:
    assert await counted(operations, f"vmag: {{eq: {number}}}") == 0
    beside = [await counted(operations, f"vmag: {{{op}: {number}}}") for op in ("gt", "lt")]
    assert sum(beside) == await counted(operations, "vmag: {isNull: false}")


async def test_a_number_of_real_equals_itself_as_it_is_told(operations: Operations) -> None:
    query = "{ stars(first: 300, where: {vmag: {isNull: false}}) { nodes { vmag { value } } } }"
    answer = (await operations.answer(Request(query))).payload["data"]["stars"]["nodes"]
    for value in {node["vmag"]["value"] for node in answer}:
        for condition in (f"eq: {value!r}", f"in: [{value!r}]", f"between: [{value!r}, {value!r}]"):
            assert await counted(operations, f"vmag: {{{condition}}}") > 0, condition


async def test_an_index_on_real_serves(federation: Federation) -> None:
    owner = await connect(federation.sources["jsdc"])
    try:
        plan = await owner.fetch("EXPLAIN SELECT jsdc_id FROM jsdc WHERE vmag < 1::double precision")
    finally:
        await owner.close()
    assert "Index" in "\n".join(line[0] for line in plan)


@pytest.mark.parametrize("number", [20000095.0, 20000095])
async def test_long_takes_a_whole_number_however_it_is_written(operations: Operations, number: Any) -> None:
    query = "query($keys: [Long!]) { granules(where: {granuleId: {in: $keys}}) { nodes { granuleId } } }"
    answer = (await operations.answer(Request(query, None, {"keys": [number]}))).payload
    assert answer["data"]["granules"]["nodes"] == [{"granuleId": 20000095}]
    literal = "{ granules(where: {granuleId: {eq: 20000095.0}}) { nodes { granuleId } } }"
    assert (await operations.answer(Request(literal))).payload["data"] == answer["data"]


@pytest.mark.parametrize("number", [0.5, 1e300, float("nan"), float("inf"), True, "20000095"])
async def test_long_takes_nothing_else(operations: Operations, number: Any) -> None:
    query = "query($keys: [Long!]) { granules(where: {granuleId: {in: $keys}}) { nodes { granuleId } } }"
    (error,) = (await operations.answer(Request(query, None, {"keys": [number]}))).payload["errors"]
    assert "a whole number of 64 bits is wanted" in error["message"]
