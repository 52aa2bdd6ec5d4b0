"""Answers in parts over HTTP: who gets them, how they are written, and that nobody keeps them."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from door import Apart, Door
from refusal import Refusal
from waiting import within

from hub.rows import connect

QUERY = """{ star(name: "HD 48329") { name ... @defer(label: "observed") { exposures(first: 1) { totalCount nodes { expId } } } } }"""
FIRST = {"star": {"name": "HD 48329"}}
V2022, V02 = "multipart/mixed;deferSpec=20220824", "multipart/mixed;incrementalSpec=v0.2"
JSON, STRICT = "application/json", "application/graphql-response+json"
APOLLO = f"{V2022},{STRICT},{JSON};q=0.9"
URQL = f"{STRICT}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed"


def payloads(response: httpx.Response) -> list[dict[str, Any]]:
    """The parts of a body whose boundary is `-`, as RFC 2046 has it."""
    before, *parts, after = response.content.split(b"\r\n---")
    assert (before, after) == (b"", b"--\r\n")
    heads, bodies = zip(*(part.removeprefix(b"\r\n").split(b"\r\n\r\n", 1) for part in parts), strict=True)
    assert set(heads) == {b"Content-Type: application/json; charset=utf-8"}
    return [json.loads(body) for body in bodies]


@pytest.mark.parametrize(
    ("accept", "spec"),
    [
        (APOLLO, "deferSpec=20220824"),
        (f"{V02},{STRICT}", "incrementalSpec=v0.2"),
        (URQL, "incrementalSpec=v0.2"),
        ("multipart/mixed", "incrementalSpec=v0.2"),
        ("Multipart/Mixed; deferSpec=20220824, application/json", "deferSpec=20220824"),
        (f"{V2022};q=0.5, {V02}", "incrementalSpec=v0.2"),
    ],
)
async def test_parts_come_in_the_form_that_is_accepted(client: httpx.AsyncClient, accept: str, spec: str) -> None:
    response = await client.post("/graphql", json={"query": QUERY}, headers={"accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == f'multipart/mixed;boundary="-";{spec}'
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers
    assert "Accept" in response.headers["vary"]
    first, last = payloads(response)
    assert (first["data"], first["hasNext"], last["hasNext"]) == (FIRST, True, False)
    assert first["extensions"]["cost"]["requested"] > 0
    (entry,) = last["incremental"]
    assert entry["data"]["exposures"]["totalCount"] == 3
    assert ("pending" in first, "id" in entry, "path" in entry) == (spec[0] == "i", spec[0] == "i", spec[0] == "d")


@pytest.mark.parametrize("accept", [None, "*/*", JSON, STRICT, f"{V2022};q=0, {JSON}", "multipart/*, application/json"])
async def test_whoever_does_not_ask_for_parts_gets_one_answer(client: httpx.AsyncClient, accept: str | None) -> None:
    headers = {"accept": accept} if accept else {}
    response = await client.post("/graphql", json={"query": QUERY}, headers=headers)
    assert response.headers["content-type"].startswith("application/")
    assert response.json()["data"]["star"]["exposures"]["totalCount"] == 3
    assert "hasNext" not in response.json()


async def test_by_get_too_and_nobody_keeps_them(client: httpx.AsyncClient) -> None:
    asked: dict[str, Any] = {"url": "/graphql", "params": {"query": QUERY}}
    whole = await client.get(**asked, headers={"accept": STRICT})
    parts = await client.get(**asked, headers={"accept": URQL})
    assert (len(payloads(parts)), parts.headers["cache-control"]) == (2, "no-store")
    assert "etag" in whole.headers
    assert "etag" not in parts.headers
    headed = await client.head(**asked, headers={"accept": URQL})
    assert headed.headers["content-type"] == whole.headers["content-type"]


@pytest.mark.parametrize("accept", [APOLLO, "multipart/mixed"])
@pytest.mark.parametrize(
    "query", ['{ star(name: "HD 48329") { name } }', QUERY.replace('"observed"', '"observed", if: false')]
)
async def test_what_is_not_deferred_is_json(client: httpx.AsyncClient, accept: str, query: str) -> None:
    response = await client.post("/graphql", json={"query": query}, headers={"accept": accept})
    assert response.headers["content-type"] == f"{STRICT}; charset=utf-8"
    assert response.json()["data"]["star"]["name"] == "HD 48329"


async def test_a_refusal_is_json(client: httpx.AsyncClient) -> None:
    twice = '{ star(id: "1") { ... @defer(label: "a") { name } ... @defer(label: "a") { ra } } }'
    refusal = Refusal(await client.post("/graphql", json={"query": twice}, headers={"accept": APOLLO}))
    assert (refusal.status, refusal.codes, refusal.kind) == (400, ["BAD_INPUT"], STRICT)


async def test_persisted_documents_have_parts_too(client: httpx.AsyncClient) -> None:
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(QUERY.encode()).hexdigest()}}
    for sent in ({"query": QUERY, "extensions": persisted}, {"extensions": persisted}):
        response = await client.post("/graphql", json=sent, headers={"accept": APOLLO})
        assert len(payloads(response)) == 2


async def test_as_a_table_nothing_is_deferred(client: httpx.AsyncClient) -> None:
    query = "{ stars(first: 2) { nodes { name ... @defer { ra } } } }"
    response = await client.post("/graphql", json={"query": query}, headers={"accept": f"text/csv, {V2022}"})
    assert response.text.splitlines()[0] == "Name,RAJ2000"


@asynccontextmanager
async def locked(apart: Apart) -> AsyncIterator[Any]:
    """While inside, whoever reads exposures waits; the connection that is yielded sees it."""
    locking, looking = [await connect(apart.federation.sources["obsportal"]) for _ in range(2)]
    try:
        async with locking.transaction():
            await locking.execute("LOCK TABLE portal.exposure IN ACCESS EXCLUSIVE MODE")
            yield looking
    finally:
        await locking.close()
        await looking.close()


WAITING = """SELECT count(*) FROM pg_stat_activity WHERE usename = 'gateway_reader' AND wait_event_type = 'Lock'
AND query LIKE '%target_id = ANY%'"""
"""What waits for the exposures of a star; what the hub reads of itself, their number and extents, waits beside it."""


@pytest.mark.timed
async def test_a_client_that_leaves_after_the_first_part_takes_the_others_along(door: Door, apart: Apart) -> None:
    async with locked(apart) as looking:

        async def waiting() -> bool:
            return bool(await looking.fetchval(WAITING))

        async def gone() -> bool:
            return not await waiting()

        headers = {"accept": V02}
        async with (
            door.client() as client,
            client.stream("POST", "/graphql", json={"query": QUERY}, headers=headers) as answer,
        ):
            blocks = answer.aiter_raw()
            first = await asyncio.wait_for(anext(blocks), 5)
            assert b'"name":"HD 48329"' in first
            assert first.endswith(b"\r\n---"), "with the boundary that clients wait for"
            await within(waiting, 5)
        await within(gone, 2)


@pytest.mark.timed
async def test_a_part_has_the_deadline_of_its_statement(apart: Apart, door: Door) -> None:
    async with locked(apart), door.client() as client:
        response = await client.post("/graphql", json={"query": QUERY}, headers={"accept": V02})
        first, last = payloads(response)
    assert "errors" not in first
    (entry,) = last["incremental"]
    assert entry["data"] == {"exposures": None}
    (error,) = entry["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["star", "exposures"], "TIMED_OUT")
