"""Variables are counted before they are coerced, and a request over a limit is refused by the number that was found."""

from dataclasses import replace
from typing import Any

import pytest

from resolvers import variables
from resolvers.operation import Operations
from resolvers.request import Request
from resolvers.variables import VariablesSize, measure

STARS = "query($w: StarFilter) { stars(where: $w, first: 1) { nodes { name } } }"
MATCHED = "query($p: Positions!) { crossmatch(radius: 2, first: 5, positions: $p) { totalCount } }"
CONDITION = {"ra": {"gt": 1}}


def nested(levels: int) -> Any:
    return CONDITION if levels == 0 else {"and": [nested(levels - 1)]}


SIZES: dict[str, tuple[Any, VariablesSize]] = {
    "nothing": ({}, VariablesSize(0, 1, 1, 0)),
    "a number": ({"n": 7}, VariablesSize(1, 1, 1, 1)),
    "a text": ({"name": "Vega"}, VariablesSize(1, 1, 1, 4)),
    "a long name": ({"n" * 9: "Vega"}, VariablesSize(1, 1, 1, 9)),
    "a list": ({"v": ["a", "bc", None]}, VariablesSize(4, 1, 2, 2)),
    "places": ({"p": [[1.0, 2.0], [3, 4]]}, VariablesSize(3, 1, 3, 1)),
    "conditions": ({"w": {"and": [CONDITION, CONDITION]}}, VariablesSize(8, 6, 5, 3)),
    "objects in lists of lists": ({"v": [[{"name": "x"}]]}, VariablesSize(3, 2, 4, 4)),
}


@pytest.mark.parametrize(("told", "size"), SIZES.values(), ids=SIZES)
def test_what_there_is_is_counted(told: Any, size: VariablesSize) -> None:
    assert measure(told) == size


async def refusal(operations: Operations, query: str, told: dict[str, Any]) -> str:
    answer = await operations.answer(Request(query, None, told))
    assert answer.refusal == 400
    assert answer.payload["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
    return str(answer.payload["errors"][0]["message"])


async def test_too_many_values_are_refused_with_their_number(operations: Operations) -> None:
    limit = operations.limits.values
    message = await refusal(operations, STARS, {"w": {"ra": {"in": [1.0] * limit}}})
    assert f"{limit + 3} values (a place on the sky is one) where {limit} are allowed" in message


async def test_too_many_objects_are_refused_and_not_coerced(operations: Operations, monkeypatch: Any) -> None:
    monkeypatch.setattr(operations, "_coerced", None)
    limit = operations.limits.objects
    message = await refusal(operations, STARS, {"w": {"and": [CONDITION] * limit}})
    assert f"{2 * limit + 2} objects where {limit} are allowed" in message


async def test_groups_in_each_other_have_a_limit(operations: Operations) -> None:
    for levels, refused in ((18, False), (19, True)):
        told = {"w": nested(levels)}
        answer = await operations.answer(Request(STARS, None, told))
        assert (answer.refusal == 400) == refused, answer.payload
    assert "levels where 40 are allowed" in answer.payload["errors"][0]["message"]


@pytest.mark.parametrize("field", ["eq", "like"])
async def test_no_text_is_longer_than_any_name(operations: Operations, field: str) -> None:
    limit = operations.limits.text
    message = await refusal(operations, STARS, {"w": {"name": {field: "x" * (limit + 1)}}})
    assert f"{limit + 1} characters in one text where {limit} are allowed" in message
    written = f'{{ stars(where: {{name: {{{field}: "{"x" * limit}"}}}}, first: 1) {{ nodes {{ name }} }} }}'
    assert f"{limit + 2} characters in one text where {limit} are allowed" in await refusal(operations, written, {})


@pytest.mark.parametrize("field", ["jsdcId: {eq: %s}", "vmag: {lt: %s.5}", "name: {eq: %s}"])
async def test_no_number_is_longer_than_any_that_is_meant(operations: Operations, field: str) -> None:
    written = f"{{ stars(where: {{{field % ('9' * 5000)}}}) {{ nodes {{ name }} }} }}"
    message = await refusal(operations, written, {})
    assert "characters in one number where 1000 are allowed" in message
    assert "999" not in message


async def test_what_is_documented_is_taken(operations: Operations) -> None:
    matched = await operations.answer(Request(MATCHED, None, {"p": [[0.0, -89.0]] * 100_000}))
    assert "errors" not in matched.payload
    listed = await operations.answer(Request(STARS, None, {"w": {"ra": {"in": [1.0] * 100_000}}}))
    assert "errors" not in listed.payload


async def test_what_needs_no_counting_is_within_the_limits(operations: Operations) -> None:
    limits = operations.limits
    assert min(limits.values, limits.objects, limits.text) >= variables.BRIEF
    assert limits.levels >= variables.BRIEF_LISTS


async def test_operations_of_a_document_have_a_limit(operations: Operations) -> None:
    made = Operations(operations.schema, operations.hub, replace(operations.limits, operations=2), 100)
    text = " ".join(f"query q{number} {{ __typename }}" for number in range(3))
    assert "3 operations where 2 are allowed" in await refusal(made, text, {})


async def test_an_answer_lists_some_errors_and_says_how_many_more_there_are(operations: Operations) -> None:
    question = "{ stars(first: 150) { nodes { name identifiers(first: -1) { nodes { designation } } } } }"
    payload = (await operations.answer(Request(question))).payload
    nodes, errors = payload["data"]["stars"]["nodes"], payload["errors"]
    failed = sum(node["identifiers"] is None for node in nodes)
    assert failed == len(nodes) > operations.limits.errors
    assert len(errors) == operations.limits.errors + 1
    assert errors[-1] == {
        "message": f"and {failed - operations.limits.errors} more errors, which are not listed",
        "extensions": errors[0]["extensions"],
    }
    assert errors[0]["path"] == ["stars", "nodes", 0, "identifiers"]
