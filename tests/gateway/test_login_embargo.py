"""Who logs in sees what is theirs of OiDB: by each way in, in answers that are kept, and in jobs."""

from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
import pytest_asyncio
from people import basic, bearer, knowing
from waiting import within

from gateway.app import create_app
from gateway.commands.provider import Provider
from hub.rows import connect
from sample.federation import Federation

GRANULE, URL = 8_000_000_000, "https://x.invalid/theirs.fits"
QUERY = f"{{ granules(where: {{granuleId: {{eq: {GRANULE}}}}}) {{ nodes {{ granuleId accessUrl }} }} }}"
ADQL = f"SELECT id, access_url FROM oidb.granule WHERE id = {GRANULE}"
TOOL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "adql", "arguments": {"query": ADQL}}}
PAGE = {"Sec-Fetch-Site": "same-origin"}
Headers = Mapping[str, str]


@pytest_asyncio.fixture(scope="module")
async def known(
    provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    connection = await connect(federation.sources["oidb"])
    await connection.execute(
        """INSERT INTO public.oidb (id, calib_level, target_name, data_rights, obs_release_date, datapi, access_url, nb_channels)
        VALUES ($1, 2, 'theirs', 'secure', '2999-01-01', 'Another / PI S01', $2, 5)""",
        GRANULE,
        URL,
    )
    app = create_app(knowing(provider, federation, spool=str(tmp_path_factory.mktemp("spool")), max_age=60))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as made,
    ):
        yield made
    await connection.execute("DELETE FROM public.oidb WHERE id = $1", GRANULE)
    await connection.close()


def ways(provider: Provider, login: str) -> list[Headers]:
    return [bearer(provider.token(login)), basic(login, provider.passwords[login]) | PAGE]


@pytest.mark.parametrize(
    ("login", "theirs"), [("pi-s01", True), ("admin", True), ("coi-s01", False), ("stranger", False)]
)
async def test_what_is_theirs_is_open(
    known: httpx.AsyncClient, provider: Provider, login: str, *, theirs: bool
) -> None:
    for headers in ways(provider, login):
        told = await known.post("/graphql", json={"query": QUERY}, headers=headers)
        assert told.json()["data"]["granules"]["nodes"][0]["accessUrl"] == (URL if theirs else None)
        table = await known.get("/tap/sync", params={"LANG": "ADQL", "QUERY": ADQL}, headers=headers)
        assert (URL in table.text) is theirs
        tool = await known.post("/mcp", json=TOOL, headers={**headers, "Accept": "application/json, text/event-stream"})
        assert str(GRANULE) in tool.json()["result"]["structuredContent"]["csv"]
        assert (URL in tool.text) is theirs
        file = await known.get("/get-data.html", params={"id": GRANULE}, headers=headers)
        assert file.status_code == (303 if theirs else 403)


async def test_the_sample_has_files_that_one_of_its_people_finds_and_a_stranger_does_not(
    known: httpx.AsyncClient, provider: Provider
) -> None:
    query = """{ granules(where: { obsCollection: { eq: "sample_spica" }, datapi: { eq: "PI S05" },
        obsReleaseDate: { isNull: true } }, first: 100) { nodes { calibLevel accessUrl } } }"""
    for login, theirs in (("pi-s05", True), ("admin", True), ("stranger", False), ("pi-s01", False)):
        told = await known.post("/graphql", json={"query": query}, headers=bearer(provider.token(login)))
        nodes = told.json()["data"]["granules"]["nodes"]
        assert {node["calibLevel"] for node in nodes} == {1}
        assert {node["accessUrl"] is not None for node in nodes} == {theirs}


async def test_who_has_not_logged_in_is_told_how(known: httpx.AsyncClient) -> None:
    assert URL not in (await known.post("/graphql", json={"query": QUERY})).text
    answer = await known.get("/get-data.html", params={"id": GRANULE})
    assert answer.status_code == 401
    assert any(one.startswith("Basic") for one in answer.headers.get_list("www-authenticate"))


async def test_an_answer_to_one_is_never_another_s(known: httpx.AsyncClient, provider: Provider) -> None:
    of = {login: bearer(provider.token(login)) for login in ("pi-s01", "stranger")} | {"": {}}
    for path, parameters in (("/graphql", {"query": QUERY}), ("/tap/sync", {"LANG": "ADQL", "QUERY": ADQL})):
        first = {login: await known.get(path, params=parameters, headers=headers) for login, headers in of.items()}
        tags = {login: answer.headers.get("etag", "") for login, answer in first.items()}
        assert "private" in first["pi-s01"].headers["cache-control"]
        assert {"Authorization", "Cookie"} <= {name.strip() for name in first["pi-s01"].headers["vary"].split(",")}
        for login, headers in of.items():
            for tag in filter(None, tags.values()):
                again = await known.get(path, params=parameters, headers=headers | {"If-None-Match": tag})
                assert again.status_code in (200, 304)
                assert again.status_code == 200 or tag == tags[login]
                assert again.status_code == 304 or (URL in again.text) == (login == "pi-s01")


async def test_a_cache_asks_who_asks_where_somebody_may_see_more(known: httpx.AsyncClient) -> None:
    star = {"query": '{ star(name: "HD 48329") { name } }'}
    for path, parameters, personal in (
        ("/graphql", {"query": QUERY}, True),
        ("/tap/sync", {"LANG": "ADQL", "QUERY": ADQL}, True),
        ("/sia", {"POS": "CIRCLE 344.4127 -29.6222 0.1"}, True),
        ("/graphql", star, False),
    ):

        async def kept(path: str = path, parameters: dict[str, str] = parameters) -> httpx.Response | None:
            answer = await known.get(path, params=parameters)
            return answer if answer.headers["cache-control"] == "public, max-age=60" else None

        answer = await within(kept, 5)
        again = await known.get(path, params=parameters, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        for one in (answer, again):
            named = [name.strip() for name in one.headers["vary"].split(",")]
            assert [named.count(name) for name in ("Authorization", "Cookie")] == [int(personal)] * 2


async def test_a_job_has_what_its_maker_may_see(known: httpx.AsyncClient, provider: Provider) -> None:
    for login, theirs in (("pi-s01", True), ("stranger", False), ("", False)):
        headers = bearer(provider.token(login)) if login else {}
        sent = {"LANG": "ADQL", "QUERY": ADQL, "PHASE": "RUN"}
        job = httpx.URL((await known.post("/tap/async", data=sent, headers=headers)).headers["location"]).path
        assert "COMPLETED" in (await known.get(job, params={"WAIT": "20"}, headers=headers)).text
        assert (URL in (await known.get(f"{job}/results/result", headers=headers)).text) is theirs
