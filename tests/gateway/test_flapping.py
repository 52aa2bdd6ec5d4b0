"""A source killed and restarted again and again: nothing that did without it is lost, and it is soon back each time."""

import asyncio
import time

import httpx
from door import Apart, Door

TIMES = 4
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
    """Clients that ask all the time, and what came of it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._over = asyncio.Event()
        self.asked = 0
        self.lost: list[str] = []
        self.codes: set[str] = set()
        self.refused = 0

    async def needless(self, path: str, told: dict[str, str]) -> None:
        """Ask for what is elsewhere; each answer must be whole."""
        while not self._over.is_set():
            answer = await self._client.get(path, params=told)
            self.asked += 1
            if answer.status_code != 200 or '"errors"' in answer.text or 'value="ERROR"' in answer.text:
                self.lost.append(answer.text[:200])
            await asyncio.sleep(0.02)

    async def needing(self) -> None:
        """Ask for what the source has, beside something else: that must be there, and the error have its code."""
        while not self._over.is_set():
            answer = (await self._client.post("/graphql", json=NEEDING)).json()
            self.asked += 1
            if answer["data"]["star"] != {"name": "HD 48329"}:
                self.lost.append(str(answer)[:200])
            for error in answer.get("errors", ()):
                self.refused += 1
                self.codes.add(f"{error['extensions']['code']} {error['extensions'].get('source')}")
            await asyncio.sleep(0.02)

    def end(self) -> None:
        """No more."""
        self._over.set()


async def back(client: httpx.AsyncClient) -> float:
    """Seconds until the source answers again."""
    start = time.monotonic()
    while "errors" in (await client.post("/graphql", json=NEEDING)).json():
        assert time.monotonic() - start < 10
        await asyncio.sleep(0.02)
    return time.monotonic() - start


async def test_a_source_that_comes_and_goes(apart: Apart, door: Door) -> None:
    recovery = []
    async with door.client(limits=httpx.Limits(max_connections=40)) as client:
        load = Load(client)
        tasks = [asyncio.create_task(load.needless(*question)) for question in NEEDLESS.values() for _ in range(2)]
        tasks += [asyncio.create_task(load.needing()) for _ in range(3)]
        for _ in range(TIMES):
            await asyncio.sleep(0.5)
            apart.portal.crash()
            await asyncio.sleep(1)
            await asyncio.to_thread(apart.portal.start)
            recovery.append(await back(client))
        load.end()
        await asyncio.gather(*tasks)
    assert load.lost == []
    assert load.codes == {"SOURCE_UNAVAILABLE obsportal"}
    assert load.refused > TIMES
    assert load.asked > 100
    assert max(recovery) < 3
