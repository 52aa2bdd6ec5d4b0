"""Apollo Federation: rows by their keys, one statement a table, whatever is asked of how many."""

from typing import Any, cast

import orjson
import pytest

from gateway.payloads import OPTIONS
from hub.kept_rows import KeptRows
from hub.rows import Hub
from planning.sql import Statement
from resolvers.operation import Operations
from resolvers.request import OperationResult, Request
from schema.catalog import DECLARED

QUERY = """query($told: [_Any!]!) { _entities(representations: $told) {
  __typename
  ... on Star { name identifiers(first: 2) { nodes { designation } } }
  ... on Program { obsProgram title: obsProgramTitle }
} }"""
NO_NUMBERS = ("2000_0091", "２０", "+5", " 5", "5 ", "05", "5.0", "0x5", "1e3", "9" * 5000)
"""What Python, or another language, reads as a number, and no key is written as."""


class Recorder:
    """A hub that remembers what it was asked, and has kept no rows yet."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.databases = hub.databases
        self.kept = KeptRows(hub.health, self.fetch, hub._record)  # noqa: SLF001
        self.statements: list[Statement] = []

    async def fetch(self, statement: Statement) -> Any:
        self.statements.append(statement)
        return await self._hub.fetch(statement)


async def asked(operations: Operations, *told: Any, query: str = QUERY) -> tuple[OperationResult, list[Statement]]:
    recorder = Recorder(operations.hub)
    made = Operations(operations.schema, cast("Hub", recorder), operations.limits, operations.largest_page)
    request = Request(query, None, {"told": list(told)})
    answer, statements = await made.answer(request), recorder.statements[:]
    plain = await made.execute_document(made.document(query), request)
    assert answer.payload == plain.payload
    return answer, statements


async def ids(operations: Operations, plural: str, key: str) -> list[Any]:
    answer = await operations.answer(Request(f"{{ {plural}(first: 5) {{ nodes {{ {key} }} }} }}"))
    told = orjson.loads(orjson.dumps(answer.payload["data"][plural]["nodes"], option=OPTIONS))
    return [node[key] for node in told]


async def test_one_statement_a_table_and_level(operations: Operations) -> None:
    stars, programs = await ids(operations, "stars", "jsdcId"), await ids(operations, "programs", "obsProgram")
    told = [{"__typename": "Star", "jsdcId": star} for star in (*stars, stars[0], str(stars[1]), -1)]
    told.insert(2, {"__typename": "Program", "obsProgram": programs[0]})
    answer, statements = await asked(operations, *told)
    found = answer.payload["data"]["_entities"]
    assert "errors" not in answer.payload
    assert len(statements) == 3
    assert [row and row["__typename"] for row in found] == ["Star", "Star", "Program", *["Star"] * 5, None]
    assert found[2]["obsProgram"] == programs[0]
    assert found[6] == found[0]
    assert found[7] == found[1]
    assert all(row["identifiers"]["nodes"] for row in found if row and row["__typename"] == "Star")


@pytest.mark.parametrize("type_name", DECLARED.entities)
async def test_every_type_has_its_rows(operations: Operations, type_name: str) -> None:
    table = DECLARED.entities[type_name]
    key = table.key.graphql
    query = f"query($told: [_Any!]!) {{ _entities(representations: $told) {{ ... on {type_name} {{ {key} }} }} }}"
    keys = await ids(operations, table.plural, key)
    answer, _ = await asked(operations, *({"__typename": type_name, key: told} for told in keys), query=query)
    found = orjson.loads(orjson.dumps(answer.payload["data"]["_entities"], option=OPTIONS))
    assert [row[key] for row in found] == keys


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"__typename": "Nothing", "id": 1}, "'Nothing' is no entity"),
        ({"jsdcId": 1}, "None is no entity"),
        (5, "None is no entity"),
        ({"__typename": ["Star"]}, "is no entity"),
        ({"__typename": "Star"}, "Star wants its key jsdcId"),
        ({"__typename": "Star", "jsdcId": "x"}, "a whole number is wanted"),
        ({"__typename": "Star", "jsdcId": True}, "Star wants its key"),
        ({"__typename": "Star", "jsdcId": 1.5}, "Star wants its key"),
        *(({"__typename": "Star", "jsdcId": text}, "a whole number is wanted") for text in NO_NUMBERS),
        ({"__typename": "SpicaRun", "tplStart": "+999999-01-01T00:00:00Z"}, "an ISO 8601 time is wanted"),
        ({"__typename": "Program", "obsProgram": "a\0b"}, "NUL"),
    ],
)
async def test_a_wrong_one_costs_itself(operations: Operations, told: Any, message: str) -> None:
    star = {"__typename": "Star", "jsdcId": (await ids(operations, "stars", "jsdcId"))[0]}
    answer, _ = await asked(operations, star, told, star)
    rows, errors = answer.payload["data"]["_entities"], answer.payload["errors"]
    assert rows[0] == rows[2] is not None
    assert rows[1] is None
    assert [(error["path"], error["extensions"]["code"]) for error in errors] == [(["_entities", 1], "BAD_INPUT")]
    assert message in errors[0]["message"]


@pytest.mark.parametrize("key", [10**30, 1e30, -(2**63) - 1, 2**63, str(2**63)])
async def test_a_key_out_of_range_is_that_of_no_row(operations: Operations, key: Any) -> None:
    program = {"__typename": "Program", "obsProgram": (await ids(operations, "programs", "obsProgram"))[0]}
    star = {"__typename": "Star", "jsdcId": (await ids(operations, "stars", "jsdcId"))[0]}
    answer, _ = await asked(operations, star, {"__typename": "Star", "jsdcId": key}, program)
    assert "errors" not in answer.payload
    first, missing, last = answer.payload["data"]["_entities"]
    assert (first["__typename"], missing, last["obsProgram"]) == ("Star", None, program["obsProgram"])


async def test_a_whole_number_with_a_point_is_a_key_as_it_is_a_long(operations: Operations) -> None:
    number = (await ids(operations, "stars", "jsdcId"))[0]
    answer, _ = await asked(operations, *({"__typename": "Star", "jsdcId": key} for key in (number, float(number))))
    first, second = answer.payload["data"]["_entities"]
    assert first == second is not None


@pytest.mark.parametrize("number", [2**63, 10**30, -(2**63) - 1])
async def test_a_number_out_of_range_in_a_condition_is_named(operations: Operations, number: int) -> None:
    for operand in (f"eq: {number}", f"in: [1, {number}]", f"between: [1, {number}]"):
        answer = await operations.answer(
            Request(f"{{ stars(where: {{jsdcId: {{{operand}}}}}) {{ nodes {{ name }} }} }}")
        )
        (error,) = answer.payload["errors"]
        assert "64 bits" in error["message"], error
        assert str(number) in error["message"]


async def test_entities_have_a_cost(operations: Operations) -> None:
    told = [{"__typename": "Star", "jsdcId": number} for number in range(30)]
    answer, _ = await asked(operations, *told)
    assert answer.cost == (100 + 30) + (100 + 60)
    many = [{"__typename": "Star", "jsdcId": number} for number in range(100_000)]
    refused = await operations.answer(Request(QUERY, None, {"told": many}))
    assert refused.payload["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


async def test_the_service_tells_its_keys(operations: Operations) -> None:
    sdl = (await operations.answer(Request("{ _service { sdl } }"))).payload["data"]["_service"]["sdl"]
    assert 'schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])' in sdl
    for table in DECLARED.entities.values():
        assert f'type {table.type_name} implements Node @key(fields: "{table.key.graphql}", resolvable: true) {{' in sdl
    assert "type PageInfo @shareable {" in sdl
