"""GraphQL over HTTP: methods, negotiation, headers, and the page for people."""

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from urllib.parse import urljoin

import httpx
import pytest
from astropy.io.votable import parse_single_table
from graphql import build_schema
from graphql.utilities import find_breaking_changes
from refusal import Refusal
from serving import patient

from gateway.app import create_app
from resolvers.query import assemble
from sample.federation import Federation

QUERY = '{ star(name: "HD 48329") { name } }'
ANSWER = {"star": {"name": "HD 48329"}}
LIST = "{ stars(first: 3, orderBy: [{ jsdcId: ASC }]) { nodes { jsdcId name ra } } }"
JSON, STRICT = "application/json", "application/graphql-response+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


async def test_get_and_post_answer_alike(client: httpx.AsyncClient) -> None:
    posted = await client.post("/graphql", json={"query": QUERY})
    got = await client.get("/graphql", params={"query": QUERY})
    assert posted.json()["data"] == got.json()["data"] == ANSWER
    assert posted.headers["content-type"] == got.headers["content-type"] == f"{JSON}; charset=utf-8"
    assert "Accept" in got.headers["vary"]
    assert (await client.head("/graphql", params={"query": QUERY})).status_code == 200


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (STRICT, STRICT),
        (f"{STRICT}, {JSON};q=0.9", STRICT),
        (f"{JSON};q=0.5, {STRICT}", STRICT),
        (f"text/html, {STRICT}; charset=utf-8, */*;q=0.1", STRICT),
        ("image/png, */*;q=0.1", JSON),
        ("application/*", JSON),
    ],
)
async def test_json_is_negotiated(client: httpx.AsyncClient, accept: str | None, answered: str) -> None:
    headers = {"accept": accept} if accept else {}
    response = await client.post("/graphql", json={"query": QUERY}, headers=headers)
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"
    assert response.json()["data"] == ANSWER


@pytest.mark.parametrize("accept", ["image/png", "text/html", f"{JSON};q=0", "application/xml", "nonsense"])
async def test_what_is_not_offered_is_said(client: httpx.AsyncClient, accept: str) -> None:
    refusal = Refusal(await client.post("/graphql", json={"query": QUERY}, headers={"accept": accept}))
    assert (refusal.status, refusal.codes, refusal.kind) == (406, ["NOT_ACCEPTABLE"], JSON)


async def test_request_errors_are_400_except_to_clients_of_before_2023(client: httpx.AsyncClient) -> None:
    for query in ("{ stars {", "{ starz { nodes { name } } }"):
        body = {"query": query}
        for accept, status in ((STRICT, 400), ("*/*", 400), (JSON, 200)):
            response = await client.post("/graphql", json=body, headers={"accept": accept})
            assert response.status_code == status
            assert "data" not in response.json()
            assert Refusal(response).codes == ["BAD_INPUT"]


@pytest.mark.parametrize(("accept", "status"), [(STRICT, 294), (JSON, 200), ("*/*", 200)])
async def test_a_partial_answer_has_its_status(client: httpx.AsyncClient, accept: str, status: int) -> None:
    query = f'{{ good: {QUERY[2:-2]} bad: star(id: "x") {{ name }} }}'
    response = await client.post("/graphql", json={"query": query}, headers={"accept": accept})
    assert response.status_code == status
    assert response.json()["data"] == {"good": {"name": "HD 48329"}, "bad": None}
    assert [error["path"] for error in response.json()["errors"]] == [["bad"]]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/x-votable+xml", "application/x-votable+xml"),
        ("text/xml", "text/xml"),
        ("application/x-votable+xml;serialization=BINARY2", "application/x-votable+xml;serialization=BINARY2"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv, */*;q=0.1", "text/csv"),
    ],
)
async def test_tables_are_negotiated(client: httpx.AsyncClient, accept: str, kind: str) -> None:
    wanted = (await client.post("/graphql", json={"query": LIST})).json()["data"]["stars"]["nodes"]
    response = await client.get("/graphql", params={"query": LIST}, headers={"accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"].removesuffix("; charset=utf-8") == kind
    assert "Accept" in response.headers["vary"]
    if kind in ("text/csv", "text/tab-separated-values"):
        rows = list(csv.reader(io.StringIO(response.text), delimiter="\t" if "tab-" in kind else ","))
        assert rows[0] == ["jsdc_id", "Name", "RAJ2000"]
        found = [(int(row[0]), row[1], float(row[2])) for row in rows[1:]]
    else:
        assert ("BINARY2" in response.text) == ("BINARY2" in accept)
        table = parse_single_table(io.BytesIO(response.content)).to_table()
        found = [(int(row["jsdc_id"]), str(row["Name"]), float(row["RAJ2000"])) for row in table]
    assert found == [tuple(node.values()) for node in wanted]


async def test_one_operation_of_several(client: httpx.AsyncClient) -> None:
    query = f"query A {QUERY} query B {{ __typename }}"
    for name, data in (("A", ANSWER), ("B", {"__typename": "Query"})):
        body = {"query": query, "operationName": name}
        assert (await client.post("/graphql", json=body)).json()["data"] == data
        assert (await client.get("/graphql", params=body)).json()["data"] == data
    for body in ({"query": query}, {"query": query, "operationName": "C"}):
        refusal = Refusal(await client.post("/graphql", json=body))
        assert refusal.messages[0].endswith("the document has A, B")


async def test_variables(client: httpx.AsyncClient) -> None:
    query = "query($name: String!, $with: Boolean = false) { star(name: $name) { name ra @include(if: $with) } }"
    for told, fields in (({"name": "HD 48329"}, {"name"}), ({"name": "HD 48329", "with": True}, {"name", "ra"})):
        posted = await client.post("/graphql", json={"query": query, "variables": told})
        got = await client.get("/graphql", params={"query": query, "variables": json.dumps(told)})
        assert posted.json() == got.json()
        assert set(posted.json()["data"]["star"]) == fields
    refusal = Refusal(await client.post("/graphql", json={"query": query}))
    assert "$name" in refusal.messages[0]
    assert (
        "variables cannot be read"
        in Refusal(await client.get("/graphql", params={"query": query, "variables": "{"})).messages[0]
    )


async def test_a_page_of_another_origin_may_ask(client: httpx.AsyncClient) -> None:
    asked = {
        "origin": "https://www.jmmc.fr",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    preflight = await client.options("/graphql", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "content-type" in preflight.headers["access-control-allow-headers"].lower()
    for door in ("/graphql", "/scs/jsdc.star"):
        answer = await client.get(door, params={"query": QUERY}, headers={"origin": "https://www.jmmc.fr"})
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.fixture
async def strict(federation: Federation) -> AsyncIterator[httpx.AsyncClient]:
    """A door without introspection and page, for one origin."""
    app = create_app(
        patient(federation, introspection=False, graphiql=False, origins="https://aspro.jmmc.fr, https://www.jmmc.fr")
    )
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as made,
    ):
        yield made


async def test_settings_close_what_they_name(client: httpx.AsyncClient, strict: httpx.AsyncClient) -> None:
    introspection = {"query": "{ __schema { queryType { name } } __typename }"}
    assert (await client.post("/graphql", json=introspection)).json()["data"]["__schema"] == {
        "queryType": {"name": "Query"}
    }
    refusal = Refusal(await strict.post("/graphql", json=introspection, headers={"accept": STRICT}))
    assert refusal.status == 400
    assert "introspection" in refusal.messages[0].lower()
    file = Refusal(await strict.get("/graphql/schema.graphql"))
    assert (file.status, "GATEWAY_INTROSPECTION" in file.messages[0]) == (404, True)
    assert (await strict.post("/graphql", json={"query": "{ __typename }"})).json()["data"] == {"__typename": "Query"}
    assert (await strict.get("/graphql", headers={"accept": BROWSER})).status_code == 400
    for origin, told in (("https://www.jmmc.fr", "https://www.jmmc.fr"), ("https://elsewhere.test", None)):
        response = await strict.get("/livez", headers={"origin": origin})
        assert response.headers.get("access-control-allow-origin") == told


async def test_graphiql_takes_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/graphql", headers={"accept": BROWSER})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert not re.search(r"https?:|//", page.text)
    assets = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assets = [asset for asset in assets if asset.startswith("/web/")]
    assert len(assets) >= 5
    for asset in assets:
        answer = await client.get(urljoin("http://gateway/graphql", asset))
        assert answer.status_code == 200, asset
        assert len(answer.content) > 100
        assert ("css" if asset.endswith("css") else "javascript") in answer.headers["content-type"]
    asked = await client.get("/graphql", params={"query": QUERY}, headers={"accept": BROWSER})
    assert asked.json()["data"] == ANSWER
    unknown = await client.get("/graphql", params={"documentId": "0" * 64}, headers={"accept": BROWSER})
    assert "html" not in unknown.headers["content-type"]


async def test_time_is_told(client: httpx.AsyncClient) -> None:
    for accept in (JSON, "text/csv"):
        answer = await client.post("/graphql", json={"query": LIST}, headers={"accept": accept})
        told = re.findall(r"(\w+);dur=(\d+\.\d\d)(?:, |$)", answer.headers["server-timing"])
        assert [name for name, _ in told] == ["parse", "plan", "run", "write"]
        assert 0 < sum(float(duration) for _, duration in told) < 5000


async def test_the_way_in(client: httpx.AsyncClient) -> None:
    doors = re.findall(r"^ +(/\S+)", (await client.get("/")).text, re.MULTILINE)
    assert {"/graphql", "/scs/jsdc.star", "/search.votable", "/livez", "/readyz"} <= set(doors)
    for door in doors:
        assert (await client.get(door)).status_code != 404
    page = (await client.get("/", headers={"accept": BROWSER})).text
    assert set(doors) <= set(re.findall(r'<li><a href="([^"]*)">', page))
    assert (await client.get("/livez")).json() == {"status": "alive"}
    up = dict.fromkeys(("obsportal", "oidb", "jsdc", "spica"), "up")
    assert (await client.get("/readyz")).json() == {"status": "ready", "hub": "up", "sources": up}


@pytest.mark.parametrize(
    "path", ["/nowhere", "/scs", "/scs/", "/static/nothing.js", "/static/%2e%2e/app.py", "/.env", "/graphql/x"]
)
async def test_nothing_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/graphql"),
        ("DELETE", "/scs/jsdc.star"),
        ("PATCH", "/search.votable"),
        ("POST", "/livez"),
        ("POST", "/"),
    ],
)
async def test_methods_that_no_door_takes(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


async def test_a_hundred_thousand_positions_are_taken(federation: Federation) -> None:
    query = "query($p: Positions!) { crossmatch(positions: $p) { totalCount unmatchedCount } }"
    places = [[number * 0.0036 % 360, number % 179 - 89.0] for number in range(100_000)]
    app = create_app(patient(federation))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway", timeout=60) as client,
    ):
        answer = await client.post("/graphql", json={"query": query, "variables": {"p": places}})
        told = answer.json()["data"]["crossmatch"]
        long = await client.post("/graphql", json={"query": "{ __typename }" + " " * 256_000})
    assert told["totalCount"] + told["unmatchedCount"] == 100_000
    assert (long.status_code, long.json()["errors"][0]["extensions"]["code"]) == (413, "BODY_TOO_LARGE")


async def test_the_schema_is_a_file_with_a_tag(client: httpx.AsyncClient) -> None:
    whole = await client.get("/graphql/schema.graphql")
    assert (whole.status_code, whole.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert find_breaking_changes(build_schema(whole.text), assemble()._schema) == []  # noqa: SLF001
    held = await client.get("/graphql/schema.graphql", headers={"If-None-Match": whole.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")
