"""An answer to GET is kept under the versions of what it was made from, and asked again without a database."""

import asyncio
import itertools
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest
from breaking_off import break_off
from starlette.applications import Starlette
from waiting import within

from gateway.freshness import NUMBERS, Freshness
from hub.dependencies import DECLARATIONS
from hub.health import HealthMonitor
from hub.rows import Hub, connect
from resolvers.operation import Operations
from sample.federation import Federation
from schema import tap_schema

STAR = '{ star(name: "HD 48329") { name } }'
OBSERVED = "{ exposures(first: 2) { nodes { expId } } }"
BOTH = '{ star(id: "1") { name } spicaTargets(first: 1) { nodes { targetMainId } } }'
CONE = {"RA": "344.4127", "DEC": "-29.6222", "SR": "5"}
DOORS: dict[str, tuple[str, dict[str, str], str]] = {
    "cone": ("/scs/jsdc.star", CONE, "*/*"),
    "cone in FITS": ("/scs/jsdc.star", CONE | {"RESPONSEFORMAT": "fits"}, "*/*"),
    "cone in Parquet": ("/scs/spica.target", CONE | {"SR": "180"}, "application/vnd.apache.parquet"),
    "the Obs Portal's search": ("/search.votable", {"ra": "344.4127", "dec": "-29.6222", "radius": "30"}, "*/*"),
    "GraphQL in CSV": ("/graphql", {"query": OBSERVED}, "text/csv"),
    "links": ("/datalink/oidb.granule/links", {"ID": "1"}, "*/*"),
    "ADQL": ("/tap/sync", {"LANG": "ADQL", "QUERY": "SELECT TOP 2 name FROM jsdc.star ORDER BY vmag"}, "*/*"),
    "tables": ("/tap/tables", {}, "*/*"),
    "capabilities": ("/tap/capabilities", {}, "*/*"),
    "capabilities beside the services": ("/capabilities", {}, "*/*"),
    "TAP_SCHEMA": ("/tap/sync", {"LANG": "ADQL", "QUERY": "SELECT * FROM tap_schema.schemas"}, "*/*"),
}
FORMS = ("application/json", "application/graphql-response+json")


@pytest.fixture(scope="module", autouse=True)
async def quiet(hub: Hub) -> None:
    """What other tests wrote before is counted late by PostgreSQL: wait until no version changes any more."""
    changes, names = hub.health.changes(), {"some"}
    while names:
        await asyncio.sleep(2.5)
        names = changes.taken()


async def got(client: httpx.AsyncClient, query: str, held: str = "", **headers: str) -> httpx.Response:
    told = {"if-none-match": held} if held else {}
    return await client.get("/graphql", params={"query": query}, headers=told | headers)


async def tag(client: httpx.AsyncClient, query: str, **headers: str) -> str:
    """The tag, waited for while the versions are being found out."""
    return await within(lambda: _tag_now(got(client, query, **headers)), 5)


async def _tag_now(asking: Awaitable[httpx.Response]) -> str:
    """The tag of an answer; none, and nothing is to be kept, while versions are being found out."""
    response = await asking
    assert response.status_code == 200, response.text
    assert "Accept" in response.headers["vary"]
    found = response.headers.get("etag", "")
    assert response.headers["cache-control"] == ("public, no-cache" if found else "no-store")
    return found


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

    async def changed() -> dict[str, int]:
        answers = {query: (await got(client, query, held[query])).status_code for query in held}
        return answers if answers[BOTH] == 200 else {}

    assert await within(changed, 10) == {STAR: 304, OBSERVED: 304, BOTH: 200}
    assert await tag(client, BOTH) != held[BOTH]


async def test_without_versions_nothing_is_kept(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    held = await tag(client, STAR)
    monkeypatch.setattr(HealthMonitor, "version", lambda *_: None)
    response = await got(client, STAR, held)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers


async def test_a_change_that_no_version_shows_yet_has_another_tag(
    client: httpx.AsyncClient, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the watch a second to see it, and PostgreSQL up to ten to count it."""
    monkeypatch.setattr(HealthMonitor, "version", lambda *_: "the same")
    query = '{ collection(id: "unseen") { title } }'
    owner = await connect(federation.sources["oidb"])
    try:
        answers = []
        for title in ("one", "two", "one"):
            await owner.execute(
                "INSERT INTO public.collection (id, title) VALUES ('unseen', $1) "
                "ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title",
                title,
            )
            answers.append(await got(client, query))
    finally:
        await owner.execute("DELETE FROM public.collection WHERE id = 'unseen'")
        await owner.close()
    assert [answer.json()["data"]["collection"]["title"] for answer in answers] == ["one", "two", "one"]
    first, second, third = (answer.headers["etag"] for answer in answers)
    assert first == third != second


async def test_what_changes_while_it_is_answered_is_not_kept(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = itertools.count()
    monkeypatch.setattr(HealthMonitor, "version", lambda *_: str(next(looks)))
    for answer in (await got(client, STAR), await asked(client, "cone")):
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in answer.headers


@pytest.mark.parametrize("query", ['{ star(id: "x") { name } }', "{ nothing }", "mutation { __typename }"])
async def test_errors_are_not_kept(client: httpx.AsyncClient, query: str) -> None:
    for form in FORMS:
        response = await got(client, query, accept=form)
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers
        assert (await got(client, query, "*", accept=form)).status_code != 304


async def test_posts_are_not_tagged(client: httpx.AsyncClient) -> None:
    posted = await client.post("/graphql", json={"query": STAR})
    form = await client.post("/scs/jsdc.star", data=dict(CONE))
    assert not {"etag", "cache-control"} & {*posted.headers, *form.headers}


def test_every_source_touched_is_noted(app: Starlette) -> None:
    assert set(app.state.gateway.freshness.versions()) >= {"obsportal", "oidb", "jsdc", "spica", "crossid"}


def test_what_is_published_anew_ends_what_is_held_of_declarations(app: Starlette) -> None:
    made = [Freshness(app.state.gateway.hub.health, "salt", 0) for _ in range(2)]
    for source in (DECLARATIONS, tap_schema.NAME):
        tags = {one.headers(("", "/tap/tables?"), [source], one.versions(), "")["ETag"] for one in made}
        assert len(tags) == 2, "a unit may have changed, which the schema of GraphQL does not tell"


async def asked(client: httpx.AsyncClient, door: str, held: str = "", **headers: str) -> httpx.Response:
    path, told, accept = DOORS[door]
    return await client.get(
        path, params=told, headers={"accept": accept} | ({"if-none-match": held} if held else {}) | headers
    )


async def tag_of(client: httpx.AsyncClient, door: str) -> str:
    """The tag of a table, waited for while versions are being found out."""
    return await within(lambda: _tag_now(asked(client, door)), 5)


@pytest.mark.parametrize("door", DOORS)
async def test_a_vo_answer_that_is_held_touches_no_database(
    client: httpx.AsyncClient, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = await tag_of(client, door)

    def never(*_: Any) -> Any:
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(Hub, "fetch", never)
        patch.setattr(Hub, "blocks", never)
        response = await asked(client, door, held)
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", held)
    assert (await asked(client, door, '"another"')).status_code == 200
    assert (await asked(client, door, held, host="elsewhere")).status_code == 200, "documents hold addresses"


async def test_a_change_at_the_source_ends_what_is_held_of_its_tables(
    client: httpx.AsyncClient, federation: Federation
) -> None:
    held = {door: await tag_of(client, door) for door in ("cone", "cone in FITS", "cone in Parquet")}
    assert len(set(held.values())) == 3
    owner = await connect(federation.sources["spica"])
    await owner.execute("UPDATE public.spica_followup SET run_status = run_status")
    await owner.close()

    async def changed() -> dict[str, int]:
        answers = {door: (await asked(client, door, held[door])).status_code for door in held}
        return answers if answers["cone in Parquet"] == 200 else {}

    assert await within(changed, 10) == {"cone": 304, "cone in FITS": 304, "cone in Parquet": 200}


async def test_a_long_answer_has_a_tag_of_its_own(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.first_block.LARGEST", 1)
    tags = [await tag_of(client, "cone") for _ in range(2)]
    assert tags[0] != tags[1]
    assert [(await asked(client, "cone", tag)).status_code for tag in tags] == [304, 304], "each client keeps its own"
    for _ in range(NUMBERS):
        await tag_of(client, "cone")
    assert (await asked(client, "cone", tags[0])).status_code == 200, "forgotten"


@pytest.mark.parametrize("door", DOORS)
async def test_head_says_what_get_does(client: httpx.AsyncClient, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.first_block.AT_ONCE", 20.0)  # so that the answer is whole, however slow the machine
    held = await tag_of(client, door)
    path, told, accept = DOORS[door]
    answer, whole = await client.head(path, params=told, headers={"accept": accept}), await asked(client, door)
    assert bool(answer.headers.get("etag")) is bool(whole.headers.get("etag"))
    said = ("cache-control", "content-type", "content-length", "vary")
    assert [answer.headers.get(name) for name in said] == [whole.headers[name] for name in said]
    again = await client.head(path, params=told, headers={"accept": accept, "if-none-match": held})
    assert (again.status_code, again.headers["etag"]) == (304, held)


async def test_head_says_no_length_that_it_does_not_know(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.first_block.LARGEST", 1)
    path, told, _accept = DOORS["cone"]
    answer = await client.head(path, params=told)
    assert (answer.status_code, answer.content) == (200, b"")
    assert not {"content-length", "etag"} & set(answer.headers)


async def test_an_answer_that_broke_off_is_not_kept(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.first_block.LARGEST", 1)
    await tag_of(client, "cone")
    with monkeypatch.context() as patch:
        break_off(patch)
        failed = await asked(client, "cone")
        assert 'value="ERROR"' in failed.text
    assert (await asked(client, "cone", failed.headers["etag"])).status_code == 200


async def test_what_has_no_version_is_not_kept(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    held = await tag_of(client, "cone")
    monkeypatch.setattr(HealthMonitor, "version", lambda *_: None)
    response = await asked(client, "cone", held)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers


async def test_a_refusal_and_what_is_of_the_moment_are_not_kept(client: httpx.AsyncClient) -> None:
    for path in ("/scs/jsdc.star?RA=x", "/tap/availability", "/scs/nothing?RA=1&DEC=1&SR=1"):
        response = await client.get(path, headers={"if-none-match": "*"})
        assert response.status_code != 304
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers


@pytest.mark.parametrize(
    "query", ["SELECT TOP 1 RAND() AS x FROM jsdc.star", "SELECT name FROM jsdc.star WHERE jsdc_id < 5 AND RAND(3) < 1"]
)
async def test_what_is_drawn_by_lot_is_not_kept(client: httpx.AsyncClient, query: str) -> None:
    await tag_of(client, "ADQL")  # so that JSDC has a version
    told = {"LANG": "ADQL", "QUERY": query}
    response = await client.get("/tap/sync", params=told)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store"), response.text
    assert "etag" not in response.headers
    assert (await client.get("/tap/sync", params=told, headers={"if-none-match": "*"})).status_code == 200
