"""Introspection costs what it takes: the fields that graphql-core executes are counted before it does."""

from typing import Any

import pytest
from graphql import Executor, FieldNode, OperationDefinitionNode, get_introspection_query, parse
from graphql.execution import executor

from resolvers.collector import fragment_details
from resolvers.introspection_count import ExecutionCount
from resolvers.operation import Operations
from resolvers.request import Request

QUERIES = {
    "the usual query": get_introspection_query(specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True),
    "types in types": "{ __schema { types { kind fields { name type { name ofType { name fields { name } } } } } } }",
    "a type": '{ __type(name: "Star") { name fields { args { name defaultValue type { kind ofType { name } } } } } }',
    "enumerations and unions": "{ __schema { types { enumValues { name } possibleTypes { name } interfaces { name } } } }",
    "directives": "{ __schema { description queryType { name } directives { name locations args { name } } } }",
}  # fmt: skip


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_as_many_fields_are_counted_as_are_executed(
    operations: Operations, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    executed = 0
    execute_field = executor.Executor.execute_field

    def counting(*told: Any, **named: Any) -> Any:
        nonlocal executed
        executed += 1
        return execute_field(*told, **named)

    document = parse(query)
    fragments = fragment_details(document.definitions)
    counted = ExecutionCount(operations.schema, operations.catalog, fragments, 10**6)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    fields = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    number = sum(map(counted.of, fields))
    monkeypatch.setattr(executor.Executor, "execute_field", counting)
    built = Executor.build(operations.schema, document)
    assert isinstance(built, Executor)
    built.execute_operation()
    assert executed - 1 == pytest.approx(number, rel=0.02)


async def test_the_whole_schema_may_be_asked_once_but_not_ten_times(operations: Operations) -> None:
    whole = "__schema { types { name fields { name args { name type { name } } type { name ofType { name } } } } }"
    once = await operations.answer(Request(f"{{ {whole} }}"))
    assert once.executed
    assert once.cost is not None
    assert once.cost > 10_000
    many = await operations.answer(Request(f"{{ {' '.join(f'a{n}: {whole}' for n in range(20))} }}"))
    assert many.refusal == 400
    assert many.payload["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_the_usual_query_is_affordable(operations: Operations) -> None:
    answer = await operations.answer(Request(get_introspection_query()))
    assert answer.whole
    assert answer.cost is not None
    assert answer.cost < 0.6 * operations.limits.cost
