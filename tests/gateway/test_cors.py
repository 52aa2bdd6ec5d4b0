"""Pages of other origins: any of them without credentials, or those that are listed with them (Fetch standard, CORS)."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from serving import patient

from gateway.app import create_app
from sample.federation import Federation

OURS, OTHER = "https://aspro.jmmc.fr", "https://elsewhere.test"
QUERY = {"query": '{ star(name: "HD 48329") { name } }'}
ASKED = ("/graphql", "/scs/jsdc.star", "/livez", "/nothing")
BROKEN = {
    "/scs/jsdc.star": "gateway.routes.cone.parse_cone_search",
    "/tap/sync": "gateway.handlers.tap.tap_request",
    "/": "gateway.routes.index.state_of",
}
CREDENTIALS = "access-control-allow-credentials"


@pytest_asyncio.fixture(scope="module", params=[f"{OURS}, https://www.jmmc.fr", f"{OURS},*"], ids=["listed", "any"])
async def web(federation: Federation, request: pytest.FixtureRequest) -> AsyncIterator[tuple[httpx.AsyncClient, bool]]:
    """A gateway, and whether its origins are listed; a star among them stands for any."""
    app = create_app(patient(federation, origins=request.param))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        yield client, "*" not in request.param


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("origin", [OURS, OTHER, None, "null"])
@pytest.mark.parametrize("cookie", [False, True])
async def test_answers_say_who_may_read_them(
    web: tuple[httpx.AsyncClient, bool], path: str, origin: str | None, cookie: bool
) -> None:
    client, listed = web
    headers = ({"origin": origin} if origin else {}) | ({"cookie": "session=1"} if cookie else {})
    answer = await client.get(path, params=QUERY, headers=headers)
    allowed = origin if listed and origin == OURS else "*" if not listed and origin else None
    assert answer.headers.get("access-control-allow-origin") == allowed
    assert answer.headers.get(CREDENTIALS) == ("true" if listed and allowed else None)
    assert ("content-disposition" in answer.headers.get("access-control-expose-headers", "").lower()) == bool(allowed)
    vary = [name.strip().lower() for name in answer.headers.get("vary", "").split(",")]
    assert vary.count("origin") == int(listed), "a cache is to keep one for each origin only where they differ"
    assert ("accept" in vary) == (path == "/graphql" or "etag" in answer.headers)


async def test_what_is_unchanged_says_the_same(web: tuple[httpx.AsyncClient, bool]) -> None:
    client, listed = web
    first = await client.get("/graphql", params=QUERY, headers={"origin": OURS})
    again = await client.get("/graphql", params=QUERY, headers={"origin": OURS, "if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    for name in ("access-control-allow-origin", CREDENTIALS, "vary"):
        assert sorted(again.headers.get(name, "").split(", ")) == sorted(first.headers.get(name, "").split(", "))
    assert ("Origin" in again.headers["vary"]) == listed


@pytest.mark.parametrize(("path", "refused"), BROKEN.items())
async def test_mistakes_of_ours_can_be_read_too(
    web: tuple[httpx.AsyncClient, bool], path: str, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    client, listed = web
    monkeypatch.setattr(refused, fail)
    answer = await client.get(path, params=QUERY, headers={"origin": OURS})
    assert answer.status_code == 500
    assert answer.headers["access-control-allow-origin"] == (OURS if listed else "*")
    assert "x-request-id" in answer.headers["access-control-expose-headers"].lower()
    assert answer.headers["x-request-id"]
    assert "The gateway made a mistake" in answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
@pytest.mark.parametrize("origin", [OURS, OTHER])
async def test_preflights(web: tuple[httpx.AsyncClient, bool], method: str, origin: str) -> None:
    client, listed = web
    headers = {"access-control-request-method": method, "access-control-request-headers": "content-type,x-mine"}
    answer = await client.options("/tap/async", headers=headers | {"origin": origin})
    allowed = not listed or origin == OURS
    assert answer.status_code == (200 if allowed else 400)
    assert answer.headers.get("access-control-allow-origin") == ((origin if listed else "*") if allowed else None)
    assert answer.headers.get(CREDENTIALS) == ("true" if listed and allowed else None)
    if allowed:
        assert answer.headers["access-control-allow-headers"] == "content-type,x-mine"
        assert method in answer.headers["access-control-allow-methods"]


async def test_other_methods_are_not_allowed(web: tuple[httpx.AsyncClient, bool]) -> None:
    client, _ = web
    headers = {"access-control-request-method": "PATCH", "origin": OURS}
    assert (await client.options("/graphql", headers=headers)).status_code == 400
