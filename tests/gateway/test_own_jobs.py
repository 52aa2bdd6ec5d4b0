"""Jobs of who has logged in: theirs from wherever they ask, and run with their rights; to others as if they were not there, and nobody is asked to log in."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from people import bearer, knowing

from adapters.tap import job as tap_job
from gateway.app import create_app
from gateway.commands.provider import Provider
from planning.asker import Asker, asker
from sample.federation import Federation

QUERY = {"LANG": "ADQL", "QUERY": "SELECT TOP 1 Name FROM jsdc.star", "PHASE": "RUN"}
PAGE = {"Sec-Fetch-Site": "same-origin"}


@pytest_asyncio.fixture(scope="module")
async def known(
    provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    spool = str(tmp_path_factory.mktemp("spool"))
    app = create_app(knowing(provider, federation, spool=spool, figures=False))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as made,
    ):
        yield made


async def made(known: httpx.AsyncClient, headers: dict[str, str]) -> str:
    """The path of a new job."""
    answer = await known.post("/tap/async", data=QUERY, headers=headers)
    assert answer.status_code == 303, answer.text
    return httpx.URL(answer.headers["location"]).path


async def listed(known: httpx.AsyncClient, headers: dict[str, str], path: str) -> bool:
    answer = await known.get("/tap/async", headers=headers)
    assert answer.status_code == 200
    return path.rpartition("/")[2] in answer.text


async def test_each_has_their_own(known: httpx.AsyncClient, provider: Provider) -> None:
    mine, same, other = (bearer(provider.token(login)) for login in ("pi-s01", "pi-s01", "admin"))
    path = await made(known, mine)
    told = await known.get(path, params={"WAIT": "20"}, headers=same)
    assert "<uws:ownerId>pi-s01</uws:ownerId>" in told.text
    assert (await known.get(f"{path}/owner", headers=mine)).text == "pi-s01"
    assert await listed(known, same | PAGE, path), "a page that somebody has logged in to has their list"
    for stranger, status, said in ((other, 404, "There is no such job"), ({}, 401, "log in")):
        assert not await listed(known, stranger, path)
        for part in (
            "",
            "/phase",
            "/parameters",
            "/owner",
            "/quote",
            "/plan",
            "/results",
            "/results/result",
            "/error",
            "/destruction",
        ):
            refused = await known.get(f"{path}{part}", headers=stranger)
            assert (refused.status_code, said in refused.text) == (status, True)
            assert len(refused.headers.get_list("www-authenticate")) == (3 if status == 401 else 0)
        assert (await known.get(path, params={"WAIT": "1"}, headers=stranger)).status_code == status
        assert (await known.post(f"{path}/phase", data={"PHASE": "ABORT"}, headers=stranger)).status_code == status
        assert (await known.post(path, data={"ACTION": "DELETE"}, headers=stranger)).status_code == status
        assert (await known.delete(path, headers=stranger)).status_code == status
    assert "<TR>" in (await known.get(f"{path}/results/result", headers=mine)).text
    assert (await known.delete(path, headers=mine)).status_code == 303
    assert (await known.get(path, headers=mine)).status_code == 404


async def test_what_nobody_made_is_anybody_s_who_knows_it(known: httpx.AsyncClient, provider: Provider) -> None:
    path = await made(known, {})
    mine = bearer(provider.token("pi-s01"))
    assert await listed(known, {}, path)
    assert not await listed(known, mine, path)
    assert not await listed(known, PAGE, path)
    assert (await known.get(f"{path}/owner", headers=mine)).text == ""
    assert (await known.delete(path, headers=mine)).status_code == 303


async def test_what_may_only_read_makes_no_job_and_changes_none(known: httpx.AsyncClient, provider: Provider) -> None:
    mine = bearer(provider.token("pi-s01"))
    tokens = {
        scope: (await known.post("/account/tokens", data={"label": "x", "scope": scope}, headers=mine)).json()["token"]
        for scope in ("read", "write")
    }
    path, reading = await made(known, bearer(tokens["write"])), bearer(tokens["read"])
    assert "COMPLETED" in (await known.get(path, params={"WAIT": "20"}, headers=reading)).text
    for part in ("", "/phase", "/parameters", "/executionduration", "/destruction"):
        headed = await known.head(f"{path}{part}", headers=reading)
        assert (headed.status_code, headed.content) == (200, b""), "HEAD changes nothing, for whomever"
    for refused in (
        await known.post("/tap/async", data=QUERY, headers=reading),
        await known.post(f"{path}/phase", data={"PHASE": "ABORT"}, headers=reading),
        await known.post(path, data={"ACTION": "DELETE"}, headers=reading),
        await known.delete(path, headers=reading),
    ):
        assert (refused.status_code, "may only read" in refused.text) == (403, True)
    assert "<TR>" in (await known.get(f"{path}/results/result", headers=reading)).text
    sync = {name: QUERY[name] for name in ("LANG", "QUERY")}
    assert (await known.post("/tap/sync", data=sync, headers=reading)).status_code == 200
    assert (await known.delete(path, headers=bearer(tokens["write"]))).status_code == 303


async def test_a_job_runs_with_the_rights_of_who_started_it(
    known: httpx.AsyncClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Asker] = []
    asked = tap_job.tap_request
    monkeypatch.setattr(tap_job, "tap_request", lambda *told, **more: (seen.append(asker()), asked(*told, **more))[1])
    for headers in (bearer(provider.token("coi-s01")), bearer(provider.token("admin")), {}):
        path = await made(known, headers)
        await known.get(path, params={"WAIT": "20"}, headers=headers)
        assert (await known.delete(path, headers=headers)).status_code == 303
    coi, admin, nobody = seen
    assert coi == Asker("coi-s01", frozenset({"COI S01"}), frozenset({("PI S01", "spica")}))
    assert (admin.login, admin.administers(), nobody.known) == ("admin", True, False)
