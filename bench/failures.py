"""A source killed and restarted again and again under load: what that costs those who need it, and those who do not."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from bench import servers
from bench.databases import Databases
from bench.measurement import Measurement
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from sample.federation import build_federation

TIMES = 10
LONGEST = 3.0
"""Goal: seconds from a source's return to its first answer."""
NEEDLESS = {
    "star": (
        "/graphql",
        {"query": '{ star(name: "HD 48329") { name identifiers(first: 2) { nodes { identifier } } } }'},
    ),
    "granules": ("/graphql", {"query": "{ granules(first: 5) { nodes { id collection { name } } } }"}),
    "cone": ("/scs/jsdc.star", {"RA": "344.4127", "DEC": "-29.6222", "SR": "1"}),
    "spica": (
        "/graphql",
        {"query": "{ spicaTargets(first: 3) { nodes { targetMainId runs { nodes { runStatus } } } } }"},
    ),
}
NEEDING = {"query": '{ star(name: "HD 48329") { name } exposures(first: 2) { nodes { expId } } }'}


class Load:
    """Clients that send requests until they are ended, and counts of their answers."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._over = asyncio.Event()
        self.asked = 0
        self.lost: list[str] = []
        self.codes: set[str] = set()
        self.refused = 0

    async def needless(self, path: str, params: dict[str, str]) -> None:
        """Ask for rows of other sources: each answer must be complete."""
        while not self._over.is_set():
            answer = await self._client.get(path, params=params)
            self.asked += 1
            if answer.status_code != 200 or '"errors"' in answer.text or 'value="ERROR"' in answer.text:
                self.lost.append(answer.text[:200])
            await asyncio.sleep(0.02)

    async def needing(self) -> None:
        """Ask for rows of the source and of another at once: the other's must be there, the error have its code."""
        while not self._over.is_set():
            answer = (await self._client.post("/graphql", json=NEEDING)).json()
            self.asked += 1
            if (answer.get("data") or {}).get("star") != {"name": "HD 48329"}:
                self.lost.append(str(answer)[:200])
            for error in answer.get("errors", ()):
                self.refused += 1
                self.codes.add(f"{error['extensions']['code']} {error['extensions'].get('source')}")
            await asyncio.sleep(0.02)

    def end(self) -> None:
        """End all clients after their current request."""
        self._over.set()


async def back(client: httpx.AsyncClient) -> float:
    """Seconds until the source answers again."""
    start = time.monotonic()
    while "errors" in (await client.post("/graphql", json=NEEDING)).json():
        if time.monotonic() - start > 10:
            raise TimeoutError
        await asyncio.sleep(0.02)
    return time.monotonic() - start


@dataclass(frozen=True, slots=True)
class Outcome:
    """Counts of answers while a source was killed and restarted."""

    load: Load
    recovery: list[float]
    """Seconds from each return to the first answer."""


async def flap(client: httpx.AsyncClient, fall: Callable[[], None], rise: Callable[[], object], times: int) -> Outcome:
    """Take a source down and up under a mixed load of eleven clients."""
    load, recovery = Load(client), []
    tasks = [asyncio.create_task(load.needless(*question)) for question in NEEDLESS.values() for _ in range(2)]
    tasks += [asyncio.create_task(load.needing()) for _ in range(3)]
    for _ in range(times):
        await asyncio.sleep(0.5)
        fall()
        await asyncio.sleep(1)
        await asyncio.to_thread(rise)
        recovery.append(await back(client))
    load.end()
    await asyncio.gather(*tasks)
    return Outcome(load, recovery)


async def measure(_places: Databases) -> list[Measurement]:
    """The Obs Portal comes and goes on a cluster of its own."""
    binaries = find_binaries()
    with Cluster(binaries) as hub, Cluster(binaries) as portal:
        federation = await build_federation(hub, None, lambda _what, _part: None, {"obsportal": portal})
        async with (
            servers.gateway(federation.hub) as server,
            httpx.AsyncClient(base_url=server.url, timeout=20) as client,
        ):
            outcome = await flap(client, portal.crash, portal.start, TIMES)
    load, longest = outcome.load, max(outcome.recovery)
    lost, wrong = len(load.lost), len(load.codes - {"SOURCE_UNAVAILABLE obsportal"})
    what = f"a source killed and restarted {TIMES} times"
    return [
        Measurement(f"{what}: lost without need", str(lost), "requests", str(load.asked), "", "0", not lost),
        Measurement(f"{what}: refused with another code", str(wrong), "refused", str(load.refused), "", "0", not wrong),
        Measurement(f"{what}: back after", f"{longest:.2f} s", "", "", "", f"< {LONGEST:g} s", longest < LONGEST),
    ]
