"""Persisted documents: Apollo's automatic ones, and the trusted list that may be the only way in."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from refusal import Refusal
from serving import patient

from gateway.app import create_app
from gateway.documents import trusted
from gateway.settings import SettingError, settings
from hub.rows import Hub
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation

STAR = 'query Star($name: String = "HD 48329") { star(name: $name) { name } }'
NAMED = {"star": {"name": "HD 48329"}}
TYPE = "{ __typename }"
STRICT = {"accept": "application/graphql-response+json"}
LEGACY = {"accept": "application/json"}


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def persisted(text: str, **told: Any) -> dict[str, Any]:
    """What Apollo's clients send."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}, **told}


@asynccontextmanager
async def serving(federation: Federation, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(patient(federation, **settings))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://g") as made:
        yield made


async def test_a_text_is_sent_once(client: httpx.AsyncClient) -> None:
    text = "query Once { __typename }"
    for headers in (STRICT, LEGACY):  # to the letter what @apollo/server 5 answers, whichever media type is wanted
        missed = await client.post("/graphql", json=persisted(text), headers=headers)
        assert (missed.status_code, missed.headers["cache-control"]) == (200, "no-store")
        assert missed.json() == {
            "errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]
        }
    assert (await client.post("/graphql", json=persisted(text, query=text))).json()["data"] == {"__typename": "Query"}
    assert (await client.post("/graphql", json=persisted(text))).json()["data"] == {"__typename": "Query"}
    asked = {"extensions": json.dumps(persisted(text)["extensions"])}
    got = await client.get("/graphql", params=asked)
    assert got.json()["data"] == {"__typename": "Query"}
    again = await client.get("/graphql", params=asked, headers={"if-none-match": got.headers["etag"]})
    assert again.status_code == 304
    assert (await client.get("/graphql", params={"documentId": f"sha256:{digest(text)}"})).json()["data"]


async def test_what_is_not_found_is_not_kept(client: httpx.AsyncClient) -> None:
    response = await client.get("/graphql", params={"documentId": "sha256:0"})
    assert (response.status_code, response.headers["cache-control"]) == (400, "no-store")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (persisted(STAR, query=TYPE), "is not the SHA-256"),
        ({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "x"}}, "query": TYPE}, "cannot be read"),
        ({"extensions": {"persistedQuery": {"version": 1}}}, "cannot be read"),
        ({"extensions": {"persistedQuery": 5}}, "cannot be read"),
        ({"documentId": 5}, "documentId is not a text"),
    ],
)
async def test_what_is_wrong_is_said(client: httpx.AsyncClient, told: dict[str, Any], message: str) -> None:
    refusal = Refusal(await client.post("/graphql", json=told))
    assert (refusal.status, refusal.codes) == (400, ["BAD_INPUT"])
    assert message in refusal.messages[0]


async def test_room_is_bounded_and_may_be_none(federation: Federation) -> None:
    texts = [f"query {name * 40} {{ __typename }}" for name in "abc"]
    async with serving(federation, max_persisted_bytes=2 * len(texts[0])) as client:
        for text in texts:
            assert (await client.post("/graphql", json=persisted(text, query=text))).status_code == 200
        found = [
            "data" in (await client.post("/graphql", json=persisted(text), headers=STRICT)).json() for text in texts
        ]
        assert found == [False, True, True]
    async with serving(federation, max_persisted_bytes=0) as client:
        assert (await client.post("/graphql", json=persisted(TYPE, query=TYPE))).status_code == 200
        refusal = await client.post("/graphql", json=persisted(TYPE), headers=STRICT)
        assert (refusal.status_code, refusal.headers["cache-control"]) == (200, "no-store")
        assert refusal.json()["errors"] == [
            {"message": "PersistedQueryNotSupported", "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"}}
        ]


RELAY = {"5d41402abc4b2a76b9719d911017c592": STAR}
MANIFEST = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [{"id": digest(STAR), "name": "Star", "type": "query", "body": STAR}],
}


@pytest.mark.parametrize("listed", [RELAY, MANIFEST], ids=["Relay", "Apollo"])
async def test_a_list_can_be_the_only_way_in(federation: Federation, tmp_path: Path, listed: dict[str, Any]) -> None:
    path = tmp_path / "documents.json"
    path.write_text(json.dumps(listed))
    async with serving(federation, documents=str(path), documents_only=True) as client:
        names = [*RELAY] if listed is RELAY else []
        for told in (
            *({"documentId": name} for name in names),
            {"documentId": digest(STAR)},
            persisted(STAR),
            {"query": STAR},
        ):
            assert (await client.post("/graphql", json=told)).json()["data"] == NAMED
        variables = {"documentId": digest(STAR), "variables": {"name": "Fomalhaut"}}
        assert (await client.post("/graphql", json=variables)).json()["data"]["star"]
        for told in ({"query": TYPE}, persisted(TYPE), persisted(TYPE, query=TYPE), {}, {"documentId": "x"}):
            refusal = Refusal(await client.post("/graphql", json=told, headers=STRICT))
            assert (refusal.status, refusal.codes) == (400, ["PERSISTED_QUERY_NOT_IN_LIST"])
        cone = {"RA": "344.4", "DEC": "-29.6", "SR": "1"}
        assert "<TR>" in (await client.get("/scs/jsdc.star", params=cone)).text, (
            "documents of our own are no stranger's"
        )


async def test_a_list_need_not_be_the_only_way_in(federation: Federation, tmp_path: Path) -> None:
    path = tmp_path / "documents.json"
    path.write_text(json.dumps(RELAY))
    async with serving(federation, documents=str(path)) as client:
        assert (await client.post("/graphql", json={"documentId": next(iter(RELAY))})).json()["data"] == NAMED
        assert (await client.post("/graphql", json={"query": TYPE})).json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 5}', '{"operations": [{"id": "a"}]}', '"x"'])
def test_a_list_that_cannot_be_read_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "documents.json"
    path.write_text(text)
    with pytest.raises(SettingError, match=r"GATEWAY_DOCUMENTS is .* hash → text is wanted"):
        trusted(str(path))
    with pytest.raises(SettingError, match="GATEWAY_DOCUMENTS"):
        trusted(str(tmp_path / "nowhere"))


def test_the_only_way_in_must_be_one() -> None:
    with pytest.raises(SettingError, match="GATEWAY_DOCUMENTS is missing"):
        settings({"GATEWAY_HUB": "postgresql://x", "GATEWAY_DOCUMENTS_ONLY": "true"})


async def test_strangers_do_not_put_out_what_is_trusted(hub: Hub, operations: Operations) -> None:
    made = Operations(operations.schema, hub, operations.limits, operations.largest_page)
    assert made.trust({"star": STAR, "old": "{ nothing }", "bad": "{"}).keys() == {"old", "bad"}
    assert (await made.answer(Request(STAR))).executed
    kept, stranger = made.document(STAR), made.document(TYPE)
    for number in range(1100):
        made.document(f"query {'x' * 4000}{number} {{ __typename }}")
    assert made.document(STAR) is kept
    assert made.document(TYPE) is not stranger
