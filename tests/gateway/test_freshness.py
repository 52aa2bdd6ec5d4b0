"""An answer to GET is kept under the versions of what it was made from, and asked again without a database."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from resolvers.operation import Operations
from resolvers.rows import connect
from resolvers.watch import Watch
from sample.federation import Federation

STAR = '{ star(name: "HD 48329") { name } }'
OBSERVED = "{ exposures(first: 2) { nodes { expId } } }"
BOTH = '{ star(id: "1") { name } spicaTargets(first: 1) { nodes { targetMainId } } }'
FORMS = ("application/json", "application/graphql-response+json")


async def got(client: httpx.AsyncClient, query: str, held: str = "", **headers: str) -> httpx.Response:
    told = {"if-none-match": held} if held else {}
    return await client.get("/graphql", params={"query": query}, headers=told | headers)


async def tag(client: httpx.AsyncClient, query: str, **headers: str) -> str:
    """The tag, waited for while the versions are being found out."""
    for _ in range(100):
        response = await got(client, query, **headers)
        if "etag" in response.headers:
            assert response.headers["cache-control"] == "public, no-cache"
            assert "Accept" in response.headers["vary"]
            return response.headers["etag"]
        assert response.headers["cache-control"] == "no-store"
        await asyncio.sleep(0.05)
    raise AssertionError(response.text)


@pytest.mark.parametrize("query", [STAR, OBSERVED, BOTH, "{ __schema { queryType { name } } __typename }"])
async def test_what_is_held_is_not_asked_again(
    client: httpx.AsyncClient, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = await tag(client, query)

    async def never(*_: Any) -> Any:
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(Operations, "answer", never)
        for told in (held, f'W/{held}, "other"', "*"):
            response = await got(client, query, told)
            assert (response.status_code, response.content) == (304, b"")
            assert response.headers["etag"] == held
            assert "Accept" in response.headers["vary"]
        assert (
            await client.head("/graphql", params={"query": query}, headers={"if-none-match": held})
        ).status_code == 304
    assert (await got(client, query, '"another"')).status_code == 200


async def test_another_question_has_another_tag(client: httpx.AsyncClient) -> None:
    tags = [await tag(client, query, accept=form) for query in (STAR, OBSERVED, BOTH) for form in FORMS]
    assert len(set(tags)) == len(tags)
    assert all(each.startswith('"') for each in tags), "strong"
    assert (await got(client, STAR, tags[1], accept=FORMS[0])).status_code == 200


async def test_written_rows_end_what_is_held_of_their_source(client: httpx.AsyncClient, federation: Federation) -> None:
    held = {query: await tag(client, query) for query in (STAR, OBSERVED, BOTH)}
    owner = await connect(federation.sources["spica"])
    await owner.execute("UPDATE public.spica_followup SET run_status = run_status")
    await owner.close()
    for _ in range(100):
        answers = {query: (await got(client, query, held[query])).status_code for query in held}
        if answers[BOTH] == 200:
            break
        await asyncio.sleep(0.1)
    assert answers == {STAR: 304, OBSERVED: 304, BOTH: 200}
    assert await tag(client, BOTH) != held[BOTH]


async def test_without_versions_nothing_is_kept(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    held = await tag(client, STAR)
    monkeypatch.setattr(Watch, "version", lambda *_: None)
    response = await got(client, STAR, held)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers


@pytest.mark.parametrize("query", ['{ star(id: "x") { name } }', "{ nothing }", "mutation { __typename }"])
async def test_errors_are_not_kept(client: httpx.AsyncClient, query: str) -> None:
    for form in FORMS:
        response = await got(client, query, accept=form)
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers
        assert (await got(client, query, "*", accept=form)).status_code != 304


async def test_posts_and_tables_are_not_tagged(client: httpx.AsyncClient) -> None:
    posted = await client.post("/graphql", json={"query": STAR})
    table = await got(client, OBSERVED, accept="text/csv")
    assert not {"etag", "cache-control"} & {*posted.headers, *table.headers}


def test_every_source_touched_is_noted(app: Starlette) -> None:
    assert set(app.state.gateway.freshness.versions()) >= {"obsportal", "oidb", "jsdc", "spica", "identity"}
