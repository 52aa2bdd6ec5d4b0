"""GraphQL over HTTP, rule by rule: what npm's `graphql-http` audits (`make audit`), under its names, and the newer draft."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from refusal import Refusal

JSON, STRICT = "application/json", "application/graphql-response+json"
ASK = {"query": "{ __typename }"}
TYPE = {"query": "query Type($name: String!) { __type(name: $name) { name } }", "variables": {"name": "sometype"}}
NO_FIELD = {"query": "{ 8f31403dfe404bccbb0e835f2629c6a7 }"}
NO_ID = {"query": "query CoerceFailure($id: ID!){ __typename }", "variables": {"id": None}}


@dataclass(frozen=True)
class Rule:
    """A POST of JSON, and what must come of it."""

    body: Any
    status: int = 200
    accept: str | None = None
    kind: str | None = None
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": JSON})


def each(name: str, bad: list[Any], **others: Any) -> dict[str, Rule]:
    return {f"{name} {value!r}": Rule({**ASK, **others, name: value}, 400) for value in bad}


RULES = {
    "22EB": Rule(ASK, accept=STRICT, kind=STRICT),
    "4655": Rule(ASK, accept=JSON, kind=JSON),
    "47DE": Rule(ASK, accept="*/*", kind=JSON),
    "80D8": Rule(ASK, kind=JSON),
    "BF61": Rule({"query": '{ __type(name: "Run🏃Swim🏊") { name } }'}, headers={"content-type": f"{JSON}; charset=utf-8"}),
    "9ABE": Rule(ASK, 415, headers={}),
    "A5BF": Rule(None, 400),
    "423L": Rule({"notquery": "{ __typename }"}, 400, STRICT),
    **each("query", [{"obj": "ect"}, 0, False, ["array"]]),
    **each("operationName", [{"obj": "ect"}, 0, False, ["array"]]),
    **each("variables", ["string", 0, False, ["array"]]),
    **each("extensions", ["string", 0, False, ["array"]]),
    "8161": Rule({"query": "query Query { __typename }", "operationName": "Query"}, accept=STRICT),
    "B8B3": Rule({"query": "query Query { __typename }", "operationName": "Query"}, accept=JSON),
    **{f"94B null {name}": Rule({**ASK, name: None}, accept=STRICT) for name in ("variables", "operationName", "extensions")},
    **{f"022 null {name}": Rule({**ASK, name: None}, accept=JSON) for name in ("variables", "operationName", "extensions")},
    "2EA1": Rule(TYPE, accept=STRICT),
    "28B9": Rule(TYPE, accept=JSON),
    "428F": Rule({**ASK, "extensions": {"some": "value"}}, accept=STRICT),
    "1B7A": Rule({**ASK, "extensions": {"some": "value"}}, accept=JSON),
    "BCF8": Rule('{ "not a JSON', 400, JSON),
    "B7N8": Rule('{ "not a JSON', 400, STRICT),
    "572B": Rule({"query": "{"}, 200, JSON),
    "FDE2": Rule(NO_FIELD, 200, JSON),
    "7B9B": Rule(NO_ID, 200, JSON),
    "556A, D586": Rule({"query": "{"}, 400, STRICT),
    "74FF, 5E5B": Rule(NO_FIELD, 400, STRICT),
    "86EE": Rule(NO_ID, 400, STRICT),
    "another charset": Rule(ASK, 415, headers={"content-type": f"{JSON}; charset=utf-16"}),
    "a charset by another name": Rule(ASK, headers={"content-type": f"{JSON}; charset=UTF8"}),
    "a form's text": Rule(ASK, 415, headers={"content-type": "text/plain"}),
}  # fmt: skip
REQUEST_ERRORS = ("572B", "FDE2", "7B9B", "556A, D586", "74FF, 5E5B", "86EE")


@pytest.mark.parametrize("name", RULES)
async def test_rule(client: httpx.AsyncClient, name: str) -> None:
    rule = RULES[name]
    body = rule.body if isinstance(rule.body, str) else json.dumps(rule.body) if rule.body is not None else ""
    request = client.build_request("POST", "/graphql", content=body.encode(), headers=rule.headers)
    del request.headers["accept"]
    request.headers.update({"accept": rule.accept} if rule.accept else {})
    response = await client.send(request)
    assert response.status_code == rule.status
    assert response.headers["content-type"].endswith("; charset=utf-8")
    assert response.headers["content-type"].startswith(rule.kind or "application/")
    answered = rule.status == 200 and name not in REQUEST_ERRORS
    assert ("data" in response.json()) == answered
    assert ("errors" in response.json()) != answered


@pytest.mark.parametrize("accept", [STRICT, JSON])
async def test_get(client: httpx.AsyncClient, accept: str) -> None:
    params = {
        **TYPE,
        "variables": json.dumps(TYPE["variables"]),
        "extensions": '{"some": "value"}',
        "operationName": "",
    }
    response = await client.get("/graphql", params=params, headers={"accept": accept})
    assert (response.status_code, response.json()["data"]) == (200, {"__type": None})


@pytest.mark.parametrize("accept", [STRICT, JSON])
async def test_a_get_changes_nothing(client: httpx.AsyncClient, accept: str) -> None:
    ask = {"query": "mutation { __typename }"}
    got = await client.get("/graphql", params=ask, headers={"accept": accept})
    assert (got.status_code, got.headers["allow"], Refusal(got).codes) == (405, "POST", ["METHOD_NOT_ALLOWED"])
    posted = await client.post("/graphql", json=ask, headers={"accept": STRICT})
    assert (posted.status_code, posted.json()) == (200, {"data": {"__typename": "Mutation"}})


async def test_methods(client: httpx.AsyncClient) -> None:
    options = await client.options("/graphql")
    assert options.status_code == 204
    assert set(options.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    head = await client.head("/graphql", params=ASK)
    assert (head.status_code, head.text) == (200, "")
    assert head.headers["content-length"] == (await client.get("/graphql", params=ASK)).headers["content-length"]
    put = await client.put("/graphql", json=ASK)
    assert put.status_code == 405
    assert set(put.headers["allow"].split(", ")) >= {"GET", "HEAD", "POST"}
    assert Refusal(put).codes == ["METHOD_NOT_ALLOWED"]
    assert Refusal(put).messages == [f"PUT is not taken here: use {put.headers['allow']}"]
    table = Refusal(await client.delete("/tap/sync"))
    assert (table.status, table.messages[0].startswith("DELETE is not taken here: use ")) == (405, True)
