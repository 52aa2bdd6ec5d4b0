"""Several processes at one port: one gateway to its clients, whichever of them answers, dies or is replaced."""

import asyncio
import os
import re
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest
from door import Door, opened
from serving import PATIENT
from waiting import until, within

from gateway.login.logins import Logins
from gateway.login.people import People
from gateway.metrics import merged
from gateway.settings import Settings
from gateway.workers.listening import addresses, listening
from gateway.workers.portion import portion
from gateway.workers.siblings import open_siblings
from gateway.workers.supervisor import Begin, Supervisor
from sample.federation import Federation

ANSWERING = re.compile(r"(\d) of 2 \(process (\d+)\)")
QUERY = "{ stars(first: 1) { nodes { name } } }"
HASH = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(QUERY.encode()).hexdigest()}}}


@pytest.fixture(scope="module")
def gateway(federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("workers")
    settings = {"hub_jobs": federation.jobs, "spool": folder / "spool", "job_workers": 0, "metrics": True}
    with opened(federation.hub, folder / "log", workers=2, silence_seconds=PATIENT, **settings) as door:
        until(lambda: len(answering(door)) == 2, 60)
        yield door


def answering(door: Door) -> dict[str, int]:
    """Number of the process of each worker, as enough connections find them."""
    found = (ANSWERING.search(_health(door)) for _ in range(12))
    return {match[1]: int(match[2]) for match in found if match}


def _health(door: Door) -> str:
    """Over a connection of its own, without all that a client of httpx makes for one."""
    connection = HTTPConnection(door.url.removeprefix("http://"), timeout=60)
    connection.request("GET", "/health", headers={"Connection": "close"})
    told = connection.getresponse().read().decode()
    connection.close()
    return told


async def asked(door: Door, stop: asyncio.Event) -> Counter[str]:
    """What a client gets on one connection after the other until `stop`."""
    results: Counter[str] = Counter()
    async with httpx.AsyncClient(base_url=door.url, timeout=60) as client:
        while not stop.is_set():
            try:
                results[str((await client.get("/scs/jsdc.star", params={"RA": 1, "DEC": 1, "SR": 1})).status_code)] += 1
            except httpx.HTTPError as error:
                results[type(error).__name__] += 1
            await asyncio.sleep(0.02)
    return results


def test_what_one_is_sent_the_other_knows(gateway: Door) -> None:
    assert httpx.post(f"{gateway.url}/graphql", json={"query": QUERY} | HASH).json()["data"]
    answers = [httpx.post(f"{gateway.url}/graphql", json=HASH).json() for _ in range(10)]
    assert all(answer.get("data") for answer in answers)


def test_metrics_are_of_all(gateway: Door) -> None:
    told = httpx.get(f"{gateway.url}/metrics").text
    assert told.count("# TYPE gateway_source_up ") == 1
    assert {f'gateway_source_up{{source="jsdc",worker="{number}"}} 1.0' for number in (1, 2)} <= set(told.splitlines())


async def test_none_fails_while_all_are_replaced_and_few_when_one_is_killed(gateway: Door) -> None:
    before, stop = answering(gateway), asyncio.Event()
    clients = [asyncio.create_task(asked(gateway, stop)) for _ in range(2)]
    gateway.process.send_signal(signal.SIGHUP)
    after: dict[str, int] = {}

    def replaced() -> bool:
        after.update(answering(gateway))
        return len(after) == 2 and not set(after.values()) & set(before.values())

    await asyncio.to_thread(until, replaced, 60)
    stop.set()
    results = sum(await asyncio.gather(*clients), Counter())
    assert set(results) == {"200"}

    killed = after["1"]
    os.kill(killed, signal.SIGKILL)
    async with gateway.client() as client:
        assert (await client.get("/livez")).status_code == 200, "also where it waits for the next worker"
    await asyncio.to_thread(until, lambda: answering(gateway).get("1") not in (None, killed), 60)
    assert answering(gateway)["2"] == after["2"], "the other goes on"


def test_a_gateway_that_cannot_start_says_so_and_ends(tmp_path: Path) -> None:
    def run(_begin: Begin) -> int:
        os.write(os.open(tmp_path / "begun", os.O_CREAT | os.O_APPEND | os.O_WRONLY), b"x")
        return 3

    assert Supervisor(addresses("127.0.0.1", 0), 1, run).supervise() == 1
    assert (tmp_path / "begun").read_bytes() == b"x", "it is not tried for ever"


def test_a_port_that_another_has_is_refused() -> None:
    places = addresses("127.0.0.1", 0)
    first, second = listening(places), listening(places)
    with pytest.raises(OSError, match="in use"):
        addresses("127.0.0.1", first[0].getsockname()[1])
    for one in (*first, *second):
        one.close()
    with socket.socket() as plain:
        plain.bind(("127.0.0.1", 0))
        plain.listen()
        with pytest.raises(OSError, match="in use"):
            addresses("127.0.0.1", plain.getsockname()[1])


@pytest.mark.parametrize("number", [1, 2, 3])
def test_limits_are_divided(number: int) -> None:
    whole = Settings("postgresql://hub", max_requests=7, job_workers=0, connections=2)
    each = portion(whole, number)
    assert each.max_requests == {1: 7, 2: 4, 3: 3}[number]
    assert each.job_workers == 0, "what nobody does no worker does"
    assert each.connections == {1: 2, 2: 1, 3: 1}[number], "none has nothing"
    assert each.rate == whole.rate, "it is counted by all together"


async def taken(led: list[int]) -> bool:
    return led == [0, 1]


async def test_one_leads_and_another_does_when_it_resigns() -> None:
    with open_siblings(2) as siblings:
        first, second, led = siblings.worker(0), siblings.worker(1), list[int]()
        second._name = "other"  # noqa: SLF001 - the two are one process here

        async def work(index: int) -> None:
            led.append(index)
            await asyncio.Event().wait()

        async with first.opened(), second.opened():
            first.lead(lambda: work(0))
            await asyncio.sleep(0)
            second.lead(lambda: work(1))
            heard: list[str] = []
            second.on("said", heard.append)
            second.answering("who", lambda: b"second")
            first.tell("said", "x" * 1000)
            assert await first.ask("who") == [b"second"]
            assert (led, heard) == ([0], ["x" * 1000])
            await first.resign()
            assert await within(lambda: taken(led), 10)


def test_a_login_that_ends_is_told_to_the_others() -> None:
    told: list[str] = []
    logins = Logins(People(None, frozenset()), None, None, None)
    logins.tell = told.append
    logins.ended("jane")
    logins.forget("joe")
    assert told == ["jane"], "what another has told is not told again"


def test_texts_of_metrics_are_one() -> None:
    one = b'# HELP a A\n# TYPE a gauge\na{worker="1"} 1.0\n# HELP b B\n# TYPE b gauge\nb{worker="1"} 2.0\n'
    other = b'# HELP a A\n# TYPE a gauge\na{worker="2"} 3.0\n'
    assert merged([one, other]) == (
        b'# HELP a A\n# TYPE a gauge\na{worker="1"} 1.0\na{worker="2"} 3.0\n# HELP b B\n# TYPE b gauge\nb{worker="1"} 2.0\n'
    )
