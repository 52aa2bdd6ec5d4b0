"""`node(id:)` and `nodes(ids:)`: every row by its `id`, one statement a table, and what is no id of ours is told."""

import base64
from typing import Any

import orjson
import pytest
from test_entities import Recorder

from gateway.payloads import OPTIONS
from planning.node_ids import NodeId, node_id, read_node_id
from planning.sql import Statement
from resolvers.operation import Operations
from resolvers.request import OperationResult, Request
from schema.catalog import DECLARED
from schema.jsdc import STAR
from schema.obsportal import PROGRAM
from schema.oidb import GRANULE

NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Star { name } ... on Program { obsProgram } } }"
NODE = "query($id: ID!) { node(id: $id) { __typename id ... on Granule { granuleId star { id } } } }"


async def asked(operations: Operations, query: str, **variables: Any) -> tuple[OperationResult, list[Statement]]:
    """The answer, which is also the plain one, and the statements of the compiled way."""
    recorder: Any = Recorder(operations.hub)
    made = Operations(operations.schema, recorder, operations.limits, operations.largest_page)
    request = Request(query, None, variables)
    answer, statements = await made.answer(request), recorder.statements[:]
    plain = await made.execute_document(made.document(query), request)
    assert answer.payload == plain.payload
    return answer, statements


async def rows(operations: Operations, plural: str, fields: str) -> list[dict[str, Any]]:
    answer = await operations.answer(Request(f"{{ {plural}(first: 4) {{ nodes {{ {fields} }} }} }}"))
    return list(orjson.loads(orjson.dumps(answer.payload["data"][plural]["nodes"], option=OPTIONS)))


@pytest.mark.parametrize("table", DECLARED.tables.values(), ids=lambda table: table.qualified)
async def test_every_row_is_found_by_its_id(operations: Operations, table: Any) -> None:
    key = table.key.graphql
    known = await rows(operations, table.plural, f"__typename id {key}")
    query = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename id ... on {table.type_name} {{ {key} }} }} }}"
    answer, _ = await asked(operations, query, ids=[row["id"] for row in known])
    found = orjson.loads(orjson.dumps(answer.payload["data"]["nodes"], option=OPTIONS))
    assert found == known
    for row in known[:1]:  # of a table that has any in the sample
        single, _ = await asked(operations, f"query($id: ID!) {{ {table.singular}(id: $id) {{ id }} }}", id=row["id"])
        assert single.payload["data"] == {table.singular: {"id": row["id"]}}


async def test_many_are_one_statement_a_table(operations: Operations) -> None:
    stars, programs = await rows(operations, "stars", "id name"), await rows(operations, "programs", "id obsProgram")
    ids = [
        stars[0]["id"],
        programs[0]["id"],
        stars[1]["id"],
        node_id(STAR, -1),
        node_id(PROGRAM, "none"),
        stars[0]["id"],
    ]
    answer, statements = await asked(operations, NODES, ids=ids)
    assert "errors" not in answer.payload
    assert len(statements) == 2
    first, program, second, *nothing, again = answer.payload["data"]["nodes"]
    assert [first, second] == [{"__typename": "Star", **star} for star in stars[:2]]
    assert program == {"__typename": "Program", **programs[0]}
    assert nothing == [None, None]
    assert again == first


async def test_an_id_of_no_row_is_null(operations: Operations) -> None:
    for key in (-1, 2**63, 10**30):
        answer, _ = await asked(operations, NODE, id=node_id(GRANULE, key))
        assert answer.payload == {"data": {"node": None}}


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("", "is no id of this graph"),
        ("20000091", "is no id of this graph"),
        ("é", "is no id of this graph"),
        (_encoded("Granule:20000091"), "is no id of this graph"),
        (_encoded("2:Granule:20000091"), "is no id of this graph"),
        (_encoded("1:Nothing:20000091"), "is no id of this graph"),
        (_encoded("1:Query:1"), "is no id of this graph"),
        (_encoded("1:Granule:x"), "'x' is no id: a whole number is wanted"),
        (_encoded("1:Granule:020000091"), "a whole number is wanted"),
        (_encoded("1:Program:a\0b"), "NUL"),
    ],
)
async def test_what_is_no_id_is_told_and_costs_no_other(operations: Operations, wrong: str, message: str) -> None:
    (star, *_) = await rows(operations, "stars", "id")
    answer, _ = await asked(operations, NODES, ids=[star["id"], wrong])
    (error,) = answer.payload["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["nodes", 1], "BAD_INPUT")
    assert message in error["message"]
    found, nothing = answer.payload["data"]["nodes"]
    assert (found["id"], nothing) == (star["id"], None)
    alone, _ = await asked(operations, NODE, id=wrong)
    assert alone.payload["data"] == {"node": None}
    assert alone.payload["errors"][0]["path"] == ["node"]


async def test_a_field_of_one_type_tells_the_id_of_another(operations: Operations) -> None:
    for field in ("star", "program"):
        answer, _ = await asked(operations, f"query($id: ID!) {{ {field}(id: $id) {{ id }} }}", id=node_id(GRANULE, 5))
        (error,) = answer.payload["errors"]
        assert f"is the id of a Granule: {field} wants" in error["message"]


async def test_there_are_at_most_as_many_as_a_page_has_rows(operations: Operations) -> None:
    ids = [node_id(STAR, number) for number in range(operations.largest_page + 1)]
    answer, statements = await asked(operations, NODES, ids=ids)
    assert answer.payload["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert statements == []
    fewer, _ = await asked(operations, NODES, ids=ids[:30])
    assert fewer.cost == 100 + 30


@pytest.mark.parametrize(
    ("kind", "field"),
    {
        'ID = "x"': "node(id: $given) { id }",
        '[ID!] = ["x"]': "nodes(ids: $given) { id }",
        "[_Any!] = []": "_entities(representations: $given) { __typename }",
    }.items(),
)
async def test_null_where_a_default_would_do_costs_no_other_field(
    operations: Operations, kind: str, field: str
) -> None:
    request = Request(f"query($given: {kind}) {{ found: {field} __typename }}", None, {"given": None})
    answer = (await operations.answer(request)).payload
    plain = (await operations.execute_document(operations.document(request.query), request)).payload
    assert answer["data"] == plain["data"]
    assert [error["path"] for error in answer["errors"]] == [["found"]]


def test_an_id_has_its_type_and_key_and_nothing_else() -> None:
    assert read_node_id(node_id(PROGRAM, "60.A:9253")) == NodeId("Program", "60.A:9253")
    assert read_node_id("60.A-9253") is None
