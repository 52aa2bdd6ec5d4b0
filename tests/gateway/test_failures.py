"""A database that falls, hangs or dies in the middle costs its own part of the answers, for as long as it is away."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
from door import Apart, Door, grown
from refusal import Refusal
from waiting import BUSY, within

pytestmark = pytest.mark.timed

AWAY = "Obs Portal does not answer at the moment: the rest of the gateway does; try again shortly"
BOTH = '{ star(name: "HD 48329") { name } exposures(first: 1) { nodes { expId } } }'
FOMALHAUT = {"RA": "344.4127", "DEC": "-29.6222", "SR": "1"}
ELSEWHERE = {
    "star": ("/graphql", {"query": '{ star(name: "HD 48329") { name } }'}),
    "granules": ("/graphql", {"query": "{ granules(first: 5) { nodes { granuleId } } }"}),
    "introspection": ("/graphql", {"query": "{ __schema { queryType { name } } }"}),
    "jsdc.star": ("/scs/jsdc.star", FOMALHAUT),
    "oidb.granule": ("/scs/oidb.granule", FOMALHAUT),
    "spica.target": ("/scs/spica.target", FOMALHAUT),
    "readyz": ("/readyz", {}),
}
"""Questions that have no need of the Obs Portal."""
Toggle = Callable[[Apart], None]


def crash(apart: Apart) -> None:
    apart.portal.crash()


def restart(apart: Apart) -> None:
    apart.portal.start()


def processes(data: Path) -> Iterator[int]:
    """The postmaster of a data directory and all that it started."""
    postmaster = int((data / "postmaster.pid").read_text().splitlines()[0])
    yield postmaster
    for task in Path(f"/proc/{postmaster}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


def signalled(number: signal.Signals) -> Toggle:
    def send(apart: Apart) -> None:
        for process in processes(Path(apart.portal.log).parent / "cluster"):
            with suppress(ProcessLookupError):  # one that was ending
                os.kill(process, number)

    return send


@contextmanager
def away(apart: Apart, down: Toggle, up: Toggle) -> Iterator[Callable[[], None]]:
    """The Obs Portal is down inside, and comes back when told or at the end."""
    down(apart)
    back = False

    def bring() -> None:
        nonlocal back
        if not back:
            up(apart)
            back = True

    try:
        yield bring
    finally:
        bring()


async def healthy(client: httpx.AsyncClient) -> bool:
    if "down" in (await client.get("/readyz")).text:
        return False
    answer = (await client.post("/graphql", json={"query": BOTH})).json()
    return "errors" not in answer and bool(answer["data"]["exposures"]["nodes"])


@pytest.fixture
async def client(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    async with door.client(limits=httpx.Limits(max_connections=60)) as made:
        await within(lambda: healthy(made), 10)
        yield made
        await within(lambda: healthy(made), 10)


@pytest.fixture
def quiet(door: Door) -> Iterator[None]:
    """An outage is no defect: it leaves no stack trace in the log."""
    before = len(door.log.read_text())
    yield
    assert "Traceback" not in door.log.read_text()[before:]


@asynccontextmanager
async def bystanders(client: httpx.AsyncClient, number: int = 20) -> AsyncIterator[list[float]]:
    """Clients that ask for what is elsewhere, all the time; each answer must be right."""
    spent: list[float] = []
    stop = asyncio.Event()

    async def ask(path: str, told: dict[str, str]) -> None:
        while not stop.is_set():
            start = time.monotonic()
            answer = await client.get(path, params=told)
            spent.append(time.monotonic() - start)
            assert answer.status_code == 200, answer.text
            assert '"errors"' not in answer.text, answer.text
            assert 'value="ERROR"' not in answer.text, answer.text
            await asyncio.sleep(0.05)

    questions = list(ELSEWHERE.values())
    tasks = [asyncio.create_task(ask(*questions[index % len(questions)])) for index in range(number)]
    try:
        yield spent
    finally:
        stop.set()
        await asyncio.gather(*tasks)


DISASTERS = {"crash": (crash, restart), "freeze": (signalled(signal.SIGSTOP), signalled(signal.SIGCONT))}


@pytest.mark.parametrize("disaster", DISASTERS)
@pytest.mark.usefixtures("quiet")
async def test_a_source_away_costs_its_own_part(apart: Apart, client: httpx.AsyncClient, disaster: str) -> None:
    async with bystanders(client) as spent:
        with away(apart, *DISASTERS[disaster]) as bring:
            start = time.monotonic()
            told, cone, search = await asyncio.gather(
                client.post("/graphql", json={"query": BOTH}),
                client.get("/scs/obsportal.exposure", params=FOMALHAUT),
                client.post("/search.votable", data={"ra": "344.4127", "dec": "-29.6222"}),
            )
            assert time.monotonic() - start < BUSY * 3
            assert told.status_code == 200
            refusal = Refusal(told)
            assert refusal.data == {"star": {"name": "HD 48329"}, "exposures": None}
            assert told.json()["errors"] == [
                {
                    "message": AWAY,
                    "locations": [{"line": 1, "column": 35}],
                    "path": ["exposures"],
                    "extensions": {"code": "SOURCE_UNAVAILABLE", "source": "obsportal"},
                }
            ]
            for response in (cone, search):
                assert response.status_code == 503
                assert response.headers["retry-after"] == "2"
                assert Refusal(response).messages[0].startswith("Obs Portal does not answer")
            await within(lambda: marked_down(client), 3)
            refused = []
            for _ in range(20):  # known to be down, it is refused without being asked
                start = time.monotonic()
                Refusal(await client.get("/scs/obsportal.exposure", params=FOMALHAUT))
                refused.append(time.monotonic() - start)
            assert min(refused) < 0.5
            bring()
            await within(lambda: healthy(client), 5)
    assert len(spent) > 50
    assert max(spent) < BUSY * 2


async def marked_down(client: httpx.AsyncClient) -> bool:
    told = await client.get("/readyz")
    assert told.status_code == 200
    return bool(told.json()["sources"] == {"obsportal": "down", "oidb": "up", "jsdc": "up", "spica": "up"})


@pytest.mark.usefixtures("quiet")
async def test_a_source_away_costs_its_part_of_a_union(apart: Apart, client: httpx.AsyncClient) -> None:
    query = "{ obscore(first: 1000) { totalCount nodes { source } } }"
    whole = (await client.post("/graphql", json={"query": query})).json()["data"]["obscore"]
    assert {node["source"] for node in whole["nodes"]} == {"oidb", "obsportal", "spica"}
    with away(apart, crash, restart):
        for _ in range(2):  # at once, and when the watch has seen it
            told = await client.post("/graphql", json={"query": query})
            assert told.status_code == 200
            found = told.json()["data"]["obscore"]
            assert {node["source"] for node in found["nodes"]} == {"oidb", "spica"}
            assert found["totalCount"] == len(found["nodes"])
            assert [error["extensions"] for error in told.json()["errors"]] == [
                {"code": "SOURCE_UNAVAILABLE", "source": "obsportal"}
            ]
            assert told.json()["errors"][0]["path"] == ["obscore"]
            await within(lambda: marked_down(client), 3)
        cone = await client.get("/scs/ivoa.obscore", params=FOMALHAUT)
        assert cone.status_code == 503
        assert Refusal(cone).messages[0].startswith("Obs Portal does not answer")


ALL = {"query": "{ exposures(first: 20000000) { nodes { expId obsProgramTitle targetName expProjectedBaselines } } }"}


@pytest.mark.parametrize("disaster", DISASTERS)
@pytest.mark.usefixtures("quiet")
async def test_a_stream_cut_off_ends_as_a_votable_that_says_so(
    apart: Apart, client: httpx.AsyncClient, disaster: str
) -> None:
    down, up = DISASTERS[disaster]
    async with grown(apart.federation.sources["obsportal"], 2000):
        text = bytearray()
        headers = {"accept": "application/x-votable+xml"}
        async with client.stream("POST", "/graphql", json=ALL, headers=headers) as response:
            assert response.status_code == 200
            chunks = response.aiter_bytes()
            text += await anext(chunks)
            with away(apart, down, up):
                start = time.monotonic()
                async for chunk in chunks:
                    text += chunk
                assert time.monotonic() - start < BUSY * 10
        await within(lambda: healthy(client), 10)
    root = ET.fromstring(text.decode())  # noqa: S314 - ours
    infos = [node for node in root.iter() if node.tag.endswith("INFO") and node.get("name") == "QUERY_STATUS"]
    assert [node.get("value") for node in infos] == ["OK", "ERROR"]
    assert "Obs Portal does not answer" in (infos[1].text or "")
    assert text.count(b"<TR>") > 1000


async def test_a_csv_cut_off_breaks_the_connection(apart: Apart, client: httpx.AsyncClient) -> None:
    async with grown(apart.federation.sources["obsportal"], 2000):
        async with client.stream("POST", "/graphql", json=ALL, headers={"accept": "text/csv"}) as response:
            chunks = response.aiter_bytes()
            await anext(chunks)
            with away(apart, crash, restart), pytest.raises(httpx.RemoteProtocolError):
                async for _ in chunks:
                    pass
        await within(lambda: healthy(client), 10)


async def test_the_hub_away(apart: Apart, client: httpx.AsyncClient) -> None:
    apart.hub.crash()
    try:
        for _ in range(3):  # at once, and when the watch has seen it
            start = time.monotonic()
            told, cone, ready = await asyncio.gather(
                client.post("/graphql", json={"query": BOTH}),
                client.get("/scs/jsdc.star", params=FOMALHAUT),
                client.get("/readyz"),
            )
            assert time.monotonic() - start < BUSY * 3
            refusal = Refusal(told)
            assert refusal.data == {"star": None, "exposures": None}
            assert refusal.codes == ["HUB_UNAVAILABLE"] * 2
            assert cone.status_code == 503
            assert cone.headers["retry-after"] == "2"
            assert re.match("The gateway's own database does not answer", Refusal(cone).messages[0])
            await asyncio.sleep(0.7)
        ready = await client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["hub"] == "down"
        assert (await client.get("/livez")).status_code == 200
    finally:
        apart.hub.start()
    await within(lambda: healthy(client), 5)
