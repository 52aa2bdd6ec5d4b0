"""A body that says it is compressed is refused by the name of its coding, at every door that reads one."""

import gzip
import re
from urllib.parse import urlencode

import httpx
import pytest
from asked_as import HEADER, AskedAs
from starlette.applications import Starlette
from starlette.routing import Route

from planning.asker import Asker

FORM = gzip.compress(urlencode({"QUERY": "SELECT 1", "LANG": "ADQL", "RA": 1, "DEC": 1, "SR": 1}).encode())
PARAMETER = re.compile(r"{\w+")
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")


def posted(app: Starlette) -> list[str]:
    """Paths that take POST, of no job in particular: what there is not is not found first."""
    paths = [route.path for route in app.routes if isinstance(route, Route) and "POST" in (route.methods or ())]
    return [
        path.replace("{table}", "jsdc.star").replace("{table:path}", "mine")
        for path in paths
        if not {"{job", "{id", "{catalogue"} & {found[0] for found in PARAMETER.finditer(path)}
    ]


@pytest.fixture
def known(app: Starlette) -> httpx.AsyncClient:
    """Somebody who has logged in: doors that write ask that first, and read nothing of nobody's body."""
    transport = httpx.ASGITransport(AskedAs(app, {"ann": Asker("ann@x.org")}))
    return httpx.AsyncClient(transport=transport, base_url="http://gateway", headers={HEADER: "ann"})


@pytest.mark.parametrize("coding", ["gzip", "Deflate", "br, gzip"])
async def test_it_is_refused_by_name(app: Starlette, known: httpx.AsyncClient, coding: str) -> None:
    paths = posted(app)
    assert {"/graphql", "/tap/sync", "/xmatch"} <= set(paths)
    for path in paths:
        for kind in KINDS if path != "/graphql" else ("application/json",):
            headers = {"Content-Type": kind, "Content-Encoding": coding}
            answer = await known.post(path, content=FORM, headers=headers, follow_redirects=True)
            assert answer.status_code == 415, (path, kind, answer.text[:300])
            assert answer.headers["accept-encoding"] == "identity", (path, kind)
            assert coding.lower() in answer.text, (path, kind)


@pytest.mark.parametrize("path", ["/restxq/oidb/granule", "/restxq/catalogs/spica"])
async def test_doors_that_write_ask_first_who_it_is(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(path, content=FORM, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 401
    assert "gzip" not in answer.text


async def test_identity_is_no_coding(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers={"Content-Encoding": "identity"})
    assert answer.json()["data"] == {"__typename": "Query"}
