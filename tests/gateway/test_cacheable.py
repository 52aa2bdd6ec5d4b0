"""Every answer that has an ETag keeps it exactly as long as what it was made from, whoever made it.

Each route is asked here, so that one that is added is too. What an answer was made from is known from elsewhere: from
the statements that an observer sees go out, and from what is said beside for those that need none.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from waiting import within

from gateway.cacheable import CacheableResponse, CacheableStream, declared
from gateway.documents import Documents
from gateway.door import Doors
from gateway.doors import DOORS
from gateway.events import EventResponse
from gateway.freshness import Freshness
from gateway.middleware.conditional import Conditional
from gateway.routes.getstar import ALIASES
from gateway.state import State, state_of
from hub import health
from hub.cache import Cache
from hub.dependencies import DECLARATIONS, OPENINGS, RELEASES, SCHEMA
from hub.tracing import disregard, observe
from planning.sql import Statement
from resolvers.query import assemble
from resolvers.streams import Stream
from schema.catalog import DECLARED
from schema.column import Column
from schema.jsdc import BADCAL, STAR
from schema.table import Table
from schema.types import DOUBLE

CONE = {"RA": "344.4127", "DEC": "-29.6222", "SR": "5"}


@dataclass(frozen=True)
class Asked:
    """A question, and what its answer is made from that no statement tells."""

    path: str
    params: dict[str, str] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    accept: str = "*/*"

    async def ask(self, client: httpx.AsyncClient, held: str = "") -> httpx.Response:
        headers = {"accept": self.accept} | ({"if-none-match": held} if held else {})
        return await client.get(self.path, params=self.params, headers=headers)


def graphql(query: str, *beside: str, accept: str = "application/json") -> Asked:
    return Asked("/graphql", {"query": query}, frozenset(beside), accept)


def adql(query: str) -> Asked:
    return Asked("/tap/sync", {"LANG": "ADQL", "QUERY": query})


def document(path: str) -> Asked:
    return Asked(path, beside=frozenset({DECLARATIONS}))


KEPT: dict[str, list[Asked]] = {
    "/graphql": [
        graphql('{ star(name: "HD 48329") { name } }'),
        graphql('{ star(id: "1") { name } spicaTargets(first: 1) { nodes { targetMainId } } }'),
        graphql('{ object(name: "Fomalhaut") { star { name } exposures { totalCount } } }'),
        graphql("{ obscore(first: 2) { nodes { obsId } totalCount } }"),
        graphql("{ granules(first: 1, search: {public: true}) { nodes { granuleId } } }", RELEASES),
        graphql("{ exposuresAggregate(groupBy: [INSTRUMENT_NAME]) { count } }"),
        graphql('{ distinctValues(table: "spica.target", column: "spicadb_id") { value } }'),
        graphql("{ crossmatch(positions: [[344.4127, -29.6222]], radius: 10) { nodes { star { name } } } }"),
        graphql(f"{{ {BADCAL.plural}(first: 1) {{ totalCount }} }}", "jsdc"),
        graphql('{ statistics(sources: ["spica", "oidb"]) { key value } }', "spica", "oidb"),
        graphql('{ spicaNight(date: "2026-12-01", pops: "451215", first: 1) { nodes { targetMainId } } }'),
        graphql("{ __schema { queryType { name } } }", SCHEMA),
        graphql("{ __typename }", SCHEMA),
        graphql("{ exposures(first: 2) { nodes { expId } } }", accept="text/csv"),
        graphql('{ stars(cone: {name: "HD 48329", radius: 1}) { nodes { name } } }', accept="text/csv"),
        Asked("/graphql", {"query": "{ exposures(first: 2) { nodes { expId } } }", "RESPONSEFORMAT": "csv"}),
    ],
    "/graphql/schema.graphql": [Asked("/graphql/schema.graphql", beside=frozenset({SCHEMA}))],
    "/scs/{table}": [Asked("/scs/jsdc.star", CONE), Asked("/scs/ivoa.obscore", CONE, frozenset({RELEASES, OPENINGS})), Asked("/scs/spica.target", CONE)],
    "/search.votable": [Asked("/search.votable", {"ra": "344.4127", "dec": "-29.6222", "radius": "30"})],
    "/tap/sync": [
        adql("SELECT TOP 2 name FROM jsdc.star ORDER BY vmag"),
        adql("SELECT TOP 2 g.id FROM oidb.granule AS g JOIN crossid.granule AS i ON i.id = g.id"),
        adql("SELECT TOP 1 obs_id FROM ivoa.obscore"),
        adql("SELECT TOP 1 id FROM oidb.granule WHERE DISTANCE(POINT(s_ra, s_dec), ivo_simbadpoint('HD 48329')) < 90"),
        adql("SELECT TOP 1 obs_id FROM ivoa.obsplan"),
        adql("SELECT * FROM tap_schema.schemas"),
    ],
    "/sia": [Asked("/sia", {"POS": "CIRCLE 344.4127 -29.6222 1"}, frozenset({RELEASES, OPENINGS}))],
    "/night": [
        Asked("/night", {"DATE": "2026-12-01", "POPS": "451215"}),
        Asked("/night", {"DATE": "2026-12-01", "POPS": "451215", "FORMAT": "asprox"}),
    ],
    "/visibility": [
        Asked("/visibility", {"POS": "1,2", "TIME": "61375/61376", "STATIONS": "UTs"}, frozenset({DECLARATIONS})),
    ],
    "/oidb/search": [
        Asked("/oidb/search", {"perpage": "2"}, frozenset({RELEASES})),
        Asked("/oidb/search", {"public": "yes", "perpage": "2"}, frozenset({RELEASES})),
        Asked("/oidb/search", {"conesearch": "HD 48329,J2000,2,arcmin"}, frozenset({RELEASES})),
    ],
    "/getstar": [
        Asked("/getstar", {"star": "HD 48329"}),
        Asked("/getstar", {"star": "HD 48329", "format": "tsv"}),
        Asked("/getstar", {"star": "HD 48329", "format": "votable1.4"}),
    ],
    **{alias: [Asked(alias, {"star": "HD 48329"})] for alias in ALIASES},
    "/badcal-dsa/SubmitCone": [Asked("/badcal-dsa/SubmitCone", {"RA": "0.0", "DEC": "0.0", "SR": "360.0"})],
    "/star/{name:path}": [Asked("/star/HD 48329", {"format": "json"}, frozenset({RELEASES}))],
    "/datalink/links": [Asked("/datalink/links", {"ID": "ivo://jmmc.fr/oidb?000020000095"}, frozenset({RELEASES, OPENINGS}))],
    "/datalink/{table}/links": [
        Asked("/datalink/oidb.granule/links", {"ID": "1"}, frozenset({RELEASES})),
        Asked("/datalink/jsdc.star/links", {"ID": "1"}),
    ],
    "/moc/{table}": [
        Asked("/moc/jsdc.star", {"order": "3"}, frozenset({"jsdc"})),
        Asked("/moc/ivoa.obscore", {"order": "3"}, frozenset(DECLARED.tables["ivoa.obscore"].databases)),
    ],
    "/hips/{table}/{path:path}": [
        Asked("/hips/jsdc.star/Norder1/Allsky.tsv", beside=frozenset({"jsdc"})),
        Asked("/hips/spica.target/density/Norder3/Allsky.png", beside=frozenset({"spica"})),
        document("/hips/jsdc.star/metadata.xml"),
    ],
    "/tap/tables/{table:path}": [document("/tap/tables/jsdc.star")],
    **{
        path: [document(path)]
        for path in (
            "/tap/capabilities", "/capabilities", "/tap/tables", "/tables", "/tap/examples", "/sia/capabilities",
             "/datalink/capabilities", "/hipslist/capabilities", "/visibility/capabilities",
        )
    },
}  # fmt: skip
"""By route: questions whose answers may be kept."""
UNKEPT = {
    "/tap", "/tap/availability", "/availability", "/sia/availability", "/datalink/availability", "/visibility/availability", "/tap/async",
    "/tap/async/{job}", *(f"/tap/async/{{job}}/{part}" for part in (
        "phase", "parameters", "executionduration", "destruction", "quote", "plan", "owner", "results", "results/result",
        "error")),
    "/tap/user_tables", "/tap/user_tables/{table:path}", "/tap/permissions/{table:path}", "/tap/table-update",
    "/tap/table-update/{job}", *(f"/tap/table-update/{{job}}/{part}" for part in (
        "phase", "parameters", "executionduration", "destruction", "quote", "owner", "results", "results/result", "error")),
    "/xmatch", "/xmatch/api/v1/sync", "/xmatch/tables", "/xmatch/api/v1/sync/tables", "/oai", "/oai/capabilities",
    "/oai/availability", "/", "/health", "/livez", "/readyz", "/docs",
    "/hats", "/hats/capabilities", "/hats/availability", "/hats/{table}/{path:path}",  # files have tags of their own, and no other content ever
    "/hipslist", "/hipslist/availability", "/find", "/detail/exposure/{exposure}", "/sky", "/compare", "/browse", "/browse/{table}",
    "/spica", "/spica/import", "/spica/night", "/spica/programs/{name}", "/spica/targets", "/spica/targets/{key}",
    "/graphiql", "/adql", "/statistics", "/schema", "/doubts", "/star", "/get-data.html", *(f"{root}{path}" for root in ("/restxq/catalogs", "/exist/restxq/catalogs") for path in (
        "", "/meta/{catalogue}", "/accounts/{catalogue}", "/delegations", "/status", "/{catalogue}", "/{catalogue}/{id}",
        "/{catalogue}/{id}/{key}")),
    *(f"/restxq/oidb/{path}" for path in (
        "granule/{id}", "datalink", "datalink/capabilities", "datalink/availability",
        "collection", "collection/{id:path}", "keyword", "instrument", "instrument/{name}/mode",
        "mirror/granules", "status")),
}  # fmt: skip
"""Routes whose answers may not."""
QUESTIONS = [
    pytest.param(asked, id=f"{path} {number}") for path, listed in KEPT.items() for number, asked in enumerate(listed)
]
OURS: ContextVar[set[str] | None] = ContextVar("ours", default=None)


@contextmanager
def traced() -> Iterator[set[str]]:
    """The sources of the statements that go out for what is asked inside, be it in other tasks."""

    @contextmanager
    def observer(step: str, about: Sequence[str]) -> Iterator[None]:
        ours = OURS.get()
        if ours is not None and step == "statement":
            ours.update(about)
        yield

    sources: set[str] = set()
    token = OURS.set(sources)
    observe(observer)
    try:
        yield sources
    finally:
        disregard(observer)
        OURS.reset(token)


@pytest.fixture(scope="module", autouse=True)
async def quiet(app: Starlette) -> None:
    """What other tests wrote before is counted late by PostgreSQL: wait until no version changes any more.

    A change of what is published makes all anew, and forgets what was answered, which is done before the next probe.
    """
    changes, names = app.state.gateway.hub.health.changes(), {"some"}
    while names:
        await asyncio.sleep(health.PERIOD + 0.5)
        names = changes.taken()


def test_every_route_is_asked(app: Starlette) -> None:
    found = {route.path for route in app.routes if isinstance(route, Route) and "GET" in (route.methods or ())}
    assert found == {*KEPT, *UNKEPT}
    assert not {*KEPT} & UNKEPT


async def tagged(client: httpx.AsyncClient, app: Starlette, asked: Asked) -> tuple[str, set[str]]:
    """The tag, waited for while versions and figures are being found out, and what it was made from."""

    async def once() -> tuple[str, set[str]] | None:
        app.state.gateway.hub.kept.rows = Cache(0)  # what is kept needs no statement
        with traced() as sources:
            response = await asked.ask(client)
        assert response.status_code in (200, 503), response.text
        tag = response.headers.get("etag")
        return (tag, sources | asked.beside) if tag else None

    return await within(once, 20)


def changed(patch: pytest.MonkeyPatch, source: str) -> None:
    version = Freshness.version
    patch.setattr(
        Freshness, "version", lambda freshness, name: "another" if name == source else version(freshness, name)
    )


@pytest.mark.parametrize("asked", QUESTIONS)
async def test_an_answer_is_kept_until_a_source_of_it_changes(
    client: httpx.AsyncClient, app: Starlette, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, made_from = await tagged(client, app, asked)
    assert made_from
    every = app.state.gateway.freshness.versions()
    assert set(every) >= made_from
    for source in every:
        with monkeypatch.context() as patch:
            changed(patch, source)
            answer = await asked.ask(client, held)
            assert answer.status_code == (200 if source in made_from else 304), source
            assert (answer.headers.get("etag") == held) == (source not in made_from), source
    assert (await asked.ask(client, held)).status_code in (200, 304), "as the last change has been remembered, or not"


@pytest.mark.parametrize("path", sorted(UNKEPT))
async def test_what_is_of_the_moment_has_no_tag(client: httpx.AsyncClient, path: str) -> None:
    for _ in range(2):
        answer = await client.get(
            path.replace(":path", "").format(
                job="1",
                catalogue="spica",
                id="1",
                key="ra",
                name="SPICA",
                table="jsdc.star",
                exposure="SPICA",
                path="none",
            ),
            headers={"if-none-match": "*"},
        )
        assert answer.status_code != 304
        assert "etag" not in answer.headers


@pytest.mark.parametrize(
    "query",
    ["{ tables { name } }", "{ dataModels { key } }", '{ star(id: "x") { name } }', "{ tables { name } __typename }"],
)
async def test_what_nobody_knows_the_sources_of_has_no_tag(client: httpx.AsyncClient, query: str) -> None:
    answer = await graphql(query).ask(client)
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


MEMORY = {"stars": 0}


async def forgetful(http: Request) -> Response:
    """A new door that thinks of nothing: what it reads, remembers and answers is its own affair."""
    state = state_of(http.scope)
    MEMORY["stars"] += len(await state.hub.fetch(Statement("SELECT 1", (), ("jsdc",))))
    return Response(f"{MEMORY['stars']} {state.hub.health.version('spica')}")


async def empty(_: Request) -> Response:
    """Another, which says that its answers may be kept, but not what they are made from."""
    return CacheableResponse(str(MEMORY["stars"]))


async def mindful(http: Request) -> Response:
    [[one]] = await state_of(http.scope).hub.fetch(Statement("SELECT 1", (), ("jsdc",)))
    return CacheableResponse(str(one))


async def both(http: Request) -> Response:
    [[one]] = await state_of(http.scope).hub.fetch(Statement("SELECT 1", (), ("jsdc",)))
    return declared(f"{STAR.description} {one}", "text/plain")


async def test_a_door_that_forgets_everything_has_no_tag(app: Starlette, client: httpx.AsyncClient) -> None:
    await tagged(client, app, KEPT["/scs/{table}"][0])  # so that JSDC has a version
    handlers = {"forgetful": forgetful, "empty": empty, "mindful": mindful, "both": both}
    routes = [Route(f"/scs/{name}", handler) for name, handler in handlers.items()]
    fake = Starlette(routes=routes, middleware=[Middleware(Conditional, doors=Doors(DOORS))])
    fake.state.gateway = app.state.gateway
    async with httpx.AsyncClient(transport=httpx.ASGITransport(fake), base_url="http://gateway") as asking:
        for name in ("forgetful", "empty"):
            for held in ("", "*"):
                answer = await Asked(f"/scs/{name}").ask(asking, held)
                assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
                assert "etag" not in answer.headers
        for name, sources in (("mindful", {"jsdc"}), ("both", {"jsdc", DECLARATIONS})):
            await keeps(asking, Asked(f"/scs/{name}"), sources, app.state.gateway.freshness)


async def keeps(asking: httpx.AsyncClient, asked: Asked, sources: set[str], freshness: Freshness) -> None:
    held = (await asked.ask(asking)).headers["etag"]
    for source in freshness.versions():
        with pytest.MonkeyPatch.context() as patch:
            changed(patch, source)
            assert (await asked.ask(asking, held)).status_code == (200 if source in sources else 304), source


async def test_tags_outlive_a_catalogue_but_those_of_declarations(app: Starlette, client: httpx.AsyncClient) -> None:
    """As they outlive a process: another one with the same schema answers with the same tags."""
    rows, told = KEPT["/scs/{table}"][0], document("/tap/tables")
    state: State = app.state.gateway
    held = [(await tagged(client, app, asked))[0] for asked in (rows, told)]
    app.state.gateway = state.with_catalog(DECLARED.with_published(()), state.operations.schema)
    try:
        again = [(await tagged(client, app, asked))[0] for asked in (rows, told)]
    finally:
        app.state.gateway = state
    assert [one == other for one, other in zip(held, again, strict=True)] == [True, False]


async def test_tags_are_those_of_one_list_of_trusted_documents(app: Starlette, client: httpx.AsyncClient) -> None:
    """What is asked by its name is another question where the list has another text for it."""
    state: State = app.state.gateway
    rows = KEPT["/scs/{table}"][0]
    held = (await tagged(client, app, rows))[0]
    tags = set()
    for text in ("{ stars { name } }", "{ badcals { name } }"):
        documents = Documents({"mine": text}, 0, only=False)
        app.state.gateway = replace(state, documents=documents).with_catalog(DECLARED, state.operations.schema)
        try:
            tags.add((await tagged(client, app, rows))[0])
        finally:
            app.state.gateway = state
    assert len({held, *tags}) == 3


MINE = Table(
    "published", "mine", "published.mine", "MineRow", "mine", "Mine", (Column("id", DOUBLE, "A number", key=True),)
)
WHOLE = '{ tables(source: "published") { name } __type(name: "Query") { fields { name } } first: stars(first: 1) { nodes { name } } }'


async def test_a_request_sees_one_catalogue(app: Starlette, client: httpx.AsyncClient) -> None:
    """However often it changes while requests are under way."""
    state: State = app.state.gateway
    catalog = DECLARED.with_published((MINE,))
    schema = (await asyncio.to_thread(assemble, catalog))._schema  # noqa: SLF001
    states = [state, state.with_catalog(catalog, schema)]
    seen = set()

    async def ask(number: int) -> None:
        await asyncio.sleep(number / 500)
        data = (await client.post("/graphql", json={"query": WHOLE})).json()["data"]
        has = [
            "published.mine" in {table["name"] for table in data["tables"]},
            "mine" in {one["name"] for one in data["__type"]["fields"]},
        ]
        assert has[0] == has[1]
        seen.add(has[0])

    async def swap() -> None:
        for turn in range(200):
            app.state.gateway = states[turn % 2]
            await asyncio.sleep(0.002)

    try:
        await asyncio.gather(swap(), *map(ask, range(60)))
    finally:
        app.state.gateway = state
    assert seen == {True, False}


async def test_the_state_is_that_of_the_first_look() -> None:
    app: Any = Starlette()
    app.state.gateway = "before"
    scope: dict[str, Any] = {"app": app}
    look = partial(state_of, scope)
    first = look()
    app.state.gateway = "after"
    assert [first, look(), state_of({"app": app})] == ["before", "before", "after"]


class Left:
    """A client that leaves with the first bytes of its answer, which then never finds room."""

    def __init__(self) -> None:
        self._leaving = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._leaving.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message.get("body"):
            self._leaving.set()
            await asyncio.Event().wait()

    async def ask(self, response: Response) -> None:
        async with asyncio.timeout(5):
            await response({"type": "http", "method": "GET"}, self.receive, self.send)


async def test_what_is_sent_is_closed_when_its_client_leaves() -> None:
    """At once, though somebody may hold it still: the traceback of what was cancelled does."""
    closed = False

    async def content() -> AsyncGenerator[bytes, None]:
        nonlocal closed
        try:
            while True:
                yield b"row"
        finally:
            closed = True

    held = content()
    await Left().ask(CacheableStream(held, {}))
    assert closed


async def test_a_subscription_is_closed_when_its_client_leaves() -> None:
    class Noted(Stream):
        closed = False
        event = property(lambda _: None)

        def __init__(self) -> None:
            """It has no source."""

        async def take(self, _seconds: float | None) -> None:
            """Nothing happens."""

        def close(self) -> None:
            self.closed = True

    stream = Noted()
    response = EventResponse(stream, max_cost=1)
    await Left().ask(response)
    assert stream.closed
