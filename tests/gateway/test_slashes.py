"""Repeated and trailing slashes are one, at every door, for every method, without a redirection."""

from collections.abc import Callable

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from websockets.sync.client import connect

from gateway.door import Endpoint
from gateway.doors import DOORS

FOMALHAUT = {"RA": "344.4127", "DEC": "-29.6222", "SR": "0.1", "RESPONSEFORMAT": "csv"}
QUERY = {"LANG": "ADQL", "QUERY": "SELECT TOP 2 Name FROM jsdc.star ORDER BY Name", "FORMAT": "csv"}
SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda path: f"{path}/",
    lambda path: f"{path}///",
    lambda path: f"/{path}",
    lambda path: path.replace("/", "//"),
    lambda path: path.replace("/", "///") + "//",
)
REQUESTS = {
    "/tap/sync": QUERY,
    "/tap/capabilities": {},
    "/tap/tables": {"detail": "min"},
    "/tap/examples": {},
    "/scs/jsdc.star": FOMALHAUT,
    "/sia": {"POS": "CIRCLE 344.4127 -29.6222 1", "RESPONSEFORMAT": "csv"},
    "/sia/capabilities": {},
    "/search.votable": {"ra": "344.4127", "dec": "-29.6222"},
    "/oidb/search": {"caliblevel": "2", "perpage": "2"},
    "/datalink/links": {"ID": "ivo://jmmc.fr/oidb?000020000091"},
    "/moc/jsdc.star": {"RESPONSEFORMAT": "json"},
    "/xmatch/tables": {"action": "getVizieRTableNames"},
    "/graphql": {"query": "{ __typename }"},
    "/livez": {},
    "/": {},
}


async def told(client: httpx.AsyncClient, method: str, path: str, params: dict[str, str]) -> tuple[int, str, str]:
    # As a whole URL: a path that begins with two slashes would name a host.
    url = f"http://gateway{path}"
    answer = await (client.post(url, data=params) if method == "POST" else client.request(method, url, params=params))
    return answer.status_code, answer.headers.get("content-type", ""), answer.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("path", REQUESTS)
async def test_repeated_and_trailing_slashes_are_one(client: httpx.AsyncClient, path: str, method: str) -> None:
    plain = await told(client, method, path, REQUESTS[path])
    assert plain[0] == 200 or (method == "POST" and plain[0] in (405, 415))
    for spelled in {spelling(path) for spelling in SPELLINGS}:
        assert await told(client, method, spelled, REQUESTS[path]) == plain, spelled


async def test_every_path_of_every_door_is_found(client: httpx.AsyncClient) -> None:
    paths = [endpoint.path for door in DOORS for endpoint in door.endpoints if isinstance(endpoint, Endpoint)]
    for path in paths:
        spelled = path.replace("{table}", "jsdc.star").replace("{job}", "nothing").replace("{exposure}", "nothing")
        answer = await client.head(f"http://gateway//{spelled[1:]}//")
        assert "There is nothing at" not in answer.text
        assert not answer.is_redirect or answer.headers["location"].startswith(
            ("http://gateway/", "docs/", "/night")
        ), path


async def test_jobs(client: httpx.AsyncClient) -> None:
    answer = await client.post("http://gateway/tap//async/", data=QUERY)
    assert answer.status_code == 303
    job = answer.headers["location"]
    assert job.startswith("http://gateway/tap/async/")
    name = job.rpartition("/")[2]
    assert (await client.post(f"http://gateway/tap//async//{name}//phase/", data={"PHASE": "RUN"})).status_code == 303
    assert (await client.get(f"http://gateway//tap/async/{name}/", params={"WAIT": "20"})).status_code == 200
    assert (await client.get(f"http://gateway//tap/async/{name}/parameters/")).text.count("<uws:parameter ") == 3
    assert (await client.delete(f"http://gateway/tap//async/{name}/")).status_code == 303


@pytest.mark.parametrize(
    "path", ["//evil.test", "//evil.test/", "/%2Fevil.test/", "//evil.test//docs", "/\\evil.test/"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nobody_is_sent_to_another_host(client: httpx.AsyncClient, path: str, method: str) -> None:
    answer = await client.request(method, f"http://gateway{path}")
    assert (answer.status_code, "location" in answer.headers) == (404, False)


@pytest.mark.parametrize("path", ["/docs", "//docs", "/docs/doors", "/docs//doors"])
async def test_pages_are_in_folders(client: httpx.AsyncClient, path: str) -> None:
    """Their links are relative, so a folder's address ends in a slash; the way to it does not depend on Host."""
    answer = await client.get(f"http://gateway{path}", headers={"host": "evil.test"})
    assert (answer.status_code, answer.headers["location"]) == (307, f"{path.rpartition('/')[2]}/")
    posted = await client.post(f"http://gateway{path}", data={"a": "b"})
    assert (posted.status_code, "GET" in posted.headers["allow"]) == (405, True)


async def test_pages_and_files_are_there(client: httpx.AsyncClient) -> None:
    for path in ("/docs/", "//docs//", "/docs/doors/", "/docs//doors//tap.html", "/static//icon.svg"):
        answer = await client.get(f"http://gateway{path}")
        assert (answer.status_code, bool(answer.content)) == (200, True), path
    assert (await client.post("http://gateway/docs/", data={"a": "b"})).status_code == 405


@pytest.mark.parametrize("path", ["/graphql", "//graphql", "/graphql/", "//graphql//"])
def test_sockets(server: str, path: str) -> None:
    with connect(server.replace("http", "ws") + path, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        socket.send('{"type": "connection_init"}')
        assert "connection_ack" in str(socket.recv(5))


async def test_a_refusal_is_the_doors_own(client: httpx.AsyncClient) -> None:
    answer = await client.get("http://gateway//scs//nothing/", params=FOMALHAUT | {"RESPONSEFORMAT": "votable"})
    assert answer.status_code == 404
    assert fromstring(answer.content).find(".//{*}INFO[@name='QUERY_STATUS']").get("value") == "ERROR"
