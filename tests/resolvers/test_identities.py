"""A field `id` identifies an object among all of the graph: nothing else is called so, and every row of a table has it."""

from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from resolvers.operation import Operations
from resolvers.query import assemble
from resolvers.request import Request
from schema.catalog import DECLARED
from schema.column import VALUE_OF_ID, Column
from schema.table import Table
from schema.types import DOUBLE, LONG

NUMBERED = Table(
    "published", "numbered", "published.numbered", "NumberedRow", "numbered", "Rows whose id says nothing",
    (Column("row_number", LONG, "Number of the row", key=True), Column("ID", LONG, "Of something else"),
     Column("v", DOUBLE, "A value")),
)  # fmt: skip
CACHED_BY = {"id", "_id"}
"""Fields by which Apollo Client, urql and Relay merge objects."""


def misnamed(schema: GraphQLSchema) -> list[str]:
    """What is called `id` and is no `ID!` of an object, nor an argument that takes one."""
    wrong = []
    for kind in schema.type_map.values():
        if kind.name.startswith("__") or not isinstance(
            kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)
        ):
            continue
        for name, field in kind.fields.items():
            whole = isinstance(field.type, GraphQLNonNull) and str(field.type) == "ID!"
            if name in CACHED_BY and not (whole and not isinstance(kind, GraphQLInputObjectType)):
                wrong.append(f"{kind.name}.{name}: {field.type}")
            for argument, taken in getattr(field, "args", {}).items():
                if argument in CACHED_BY and get_named_type(taken.type).name != "ID":
                    wrong.append(f"{kind.name}.{name}({argument}: {taken.type})")
    return wrong


def identified(schema: GraphQLSchema) -> set[str]:
    types = (kind for kind in schema.type_map.values() if isinstance(kind, GraphQLObjectType))
    return {kind.name for kind in types if CACHED_BY & set(kind.fields)}


def test_only_objects_have_an_id() -> None:
    schema = assemble(DECLARED)._schema  # noqa: SLF001
    assert not misnamed(schema)
    assert identified(schema) == set(DECLARED.by_type)


def test_a_published_column_id_is_a_value() -> None:
    schema = assemble(DECLARED.with_published((NUMBERED,)))._schema  # noqa: SLF001
    assert not misnamed(schema)
    assert "NumberedRow" in identified(schema)
    for name in ("NumberedRow", "NumberedRowValues", "NumberedRowFilter"):
        assert VALUE_OF_ID in schema.get_type(name).fields  # type: ignore[union-attr]


async def asked(operations: Operations, query: str) -> dict[str, Any]:
    request = Request(query)
    answer = (await operations.answer(request)).payload
    plain = (await operations.execute_document(operations.document(query), request)).payload
    assert answer == plain
    assert "errors" not in answer, answer
    return answer["data"]  # type: ignore[no-any-return]


async def test_an_id_is_unique_across_the_graph_and_finds_its_row(operations: Operations) -> None:
    seen: dict[str, str] = {}
    for table in DECLARED.tables.values():
        query = f"{{ {table.plural}(first: 3) {{ nodes {{ id {table.key.graphql} }} }} }}"
        for node in (await asked(operations, query))[table.plural]["nodes"]:
            assert node["id"] not in seen, (table.qualified, seen[node["id"]])
            seen[node["id"]] = table.qualified
            one = f'{{ {table.singular}(id: "{node["id"]}") {{ id {table.key.graphql} }} }}'
            assert (await asked(operations, one))[table.singular] == node
    assert len(seen) > 20


async def test_the_id_of_another_type_is_no_key(operations: Operations) -> None:
    star = (await asked(operations, "{ stars(first: 1) { nodes { id } } }"))["stars"]["nodes"][0]["id"]
    answer = await operations.answer(Request(f'{{ granule(id: "{star}") {{ id }} }}'))
    assert answer.payload["errors"][0]["extensions"]["code"] == "BAD_INPUT"


@pytest.mark.parametrize("text", ["2000_0091", "+20000091", " 20000091", "２０００００９１", "020000091", "2e7", ""])
async def test_a_key_has_one_text(operations: Operations, text: str) -> None:
    answer = await operations.answer(Request(f'{{ granule(id: "{text}") {{ granuleId }} }}'))
    assert "a whole number is wanted" in answer.payload["errors"][0]["message"]
