"""Introspection is executed once for a text, in a thread, and then answered from memory."""

import asyncio
from typing import Any

import pytest
from graphql import get_introspection_query

from resolvers import operation
from resolvers.operation import Operations
from resolvers.request import Request
from schema.catalog import DECLARED

TYPE = '{ __type(name: "Star") { name fields { name } } __typename }'


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The operations that were executed."""
    operations: list[Any] = []
    execute = operation.execute_plainly

    async def counted(schema: Any, document: Any, executed: Any, *more: Any) -> Any:
        operations.append(executed)
        return await execute(schema, document, executed, *more)

    monkeypatch.setattr(operation, "execute_plainly", counted)
    return operations


def fresh(operations: Operations) -> Operations:
    return operations.with_catalog(DECLARED, operations.schema)


async def test_a_text_is_executed_once(operations: Operations, executed: list[Any]) -> None:
    made, request = fresh(operations), Request(get_introspection_query())
    first = (await made.answer(request)).payload
    assert (await made.answer(request)).payload == first
    assert len(executed) == 1
    plain = await made.execute_document(made.document(request.query), request)
    assert first == plain.payload


async def test_each_field_and_text_has_its_own_answer(operations: Operations, executed: list[Any]) -> None:
    made = fresh(operations)
    texts = [
        '{ a: __type(name: "Star") { name } b: __type(name: "Granule") { name } }',
        '{ a: __type(name: "Band") { name } }',
    ]
    told = [(await made.answer(Request(text))).payload["data"] for text in (*texts, *texts)]
    assert told == [{"a": {"name": "Star"}, "b": {"name": "Granule"}}, {"a": {"name": "Band"}}] * 2
    assert len(executed) == 3


async def test_what_variables_have_a_part_in_is_not_kept(operations: Operations, executed: list[Any]) -> None:
    made = fresh(operations)
    query = "query($name: String!) { __type(name: $name) { name } }"
    for name in ("Star", "Granule"):
        answer = await made.answer(Request(query, None, {"name": name}))
        assert answer.payload == {"data": {"__type": {"name": name}}}
    assert len(executed) == 2


async def test_another_schema_is_asked_anew(operations: Operations, executed: list[Any]) -> None:
    for made in (fresh(operations), fresh(operations)):
        assert (await made.answer(Request(TYPE))).whole
    assert len(executed) == 2


async def test_others_are_answered_meanwhile(operations: Operations) -> None:
    made, order = fresh(operations), []
    query = get_introspection_query().replace("query IntrospectionQuery", "query Again")
    made.document(query)  # parsed and validated before: that is another matter

    async def asked(text: str) -> None:
        await made.answer(Request(text))
        order.append(text)

    await asyncio.gather(asked(query), asked("{ __typename }"))
    assert order == ["{ __typename }", query]
