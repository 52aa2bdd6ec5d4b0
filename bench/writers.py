"""Sixty-four who write and sixty-four who read, for two minutes: no change is lost, and readers hardly notice.

Turns with and without writers follow one another, so that what else the machine does is in both. Writers read a row,
and write one more than they read of the version that they read: where another was first they are told, and begin again.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from statistics import quantiles
from time import perf_counter
from typing import Any

import asyncpg
import orjson

from bench import servers
from bench.client import Client, post
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds
from bench.mutations import WRITER, Entry, shared_entries
from bench.servers import ALONE
from gateway.commands.demo_people import login_settings, provided
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from sample.federation import build_federation

PEOPLE, ROWS = 64, 16
TURN, TURNS = 20.0, 6
"""Seconds of a turn, and how many there are with writers, and without them."""
READ_EVERY, WRITE_EVERY = 1.0, 4.0
"""Seconds from one request of a reader, and from one change of a writer, to the next: faster than people are.

Together they take some half of a processor: what is left of two is what the machine needs to answer on time.
"""
MOST = 1.3
"""Times the time of the slowest hundredth without writers that it may take with them."""
READ = """query R($id: ID!) { spicaTarget(id: $id) { targetMainId spt vmag completionRate version
  programs { nodes { progname priorityPi nobsRequired } } runs(first: 3) { nodes { tplStart runStatus } } } }"""
SEEN = """query S($id: Long!, $name: String!) {
  spicaTargetPrograms(first: 1, where: { spicadbId: { eq: $id }, progname: { eq: $name } }) {
    nodes { nobsRequired version } } }"""
WRITE = """mutation W($id: Long!, $name: String!, $number: Int!, $version: Int!) {
  setSpicaTargetProgram(input: { spicadbId: $id, progname: $name, nobsRequired: $number, version: $version }) {
    userErrors { code } } }"""
COUNTED = "SELECT sum(coalesce(nobs_required, 0)) FROM public.spica_target_program"
RECORDED = "SELECT count(*) FROM gw.history WHERE column_name = 'nobs_required' AND door = 'graphql'"


@dataclass
class Crowd:
    """Those who read and write at a gateway."""

    url: str
    token: str
    entries: Sequence[Entry]
    written: int = 0
    told: int = 0
    """Changes that another was before."""
    times: Mapping[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})
    """Milliseconds of the readers' answers, by whether there were writers."""

    async def turn(self, *, writers: bool, seconds: float) -> None:
        """Read, and where `writers` write, for so long."""
        end = perf_counter() + seconds
        reading = [self._read(number, end, self.times[writers]) for number in range(PEOPLE)]
        writing = [self._write(number, end) for number in range(PEOPLE if writers else 0)]
        await asyncio.gather(*reading, *writing)

    async def _read(self, number: int, end: float, times: list[float]) -> None:
        requests = cycle(post(READ, {"id": str(target)}) for target, _ in self.entries)
        async for client in self._paced(number, end, READ_EVERY):
            start = perf_counter()
            answer = await client.ask(next(requests))
            times.append(1000 * (perf_counter() - start))
            assert b'"errors"' not in answer, answer  # noqa: S101 - a reader is never refused

    async def _write(self, number: int, end: float) -> None:
        entry = self.entries[number % len(self.entries)]
        async for client in self._paced(number, end, WRITE_EVERY):
            while not await self._written(client, entry):
                self.told += 1
            self.written += 1

    async def _written(self, client: Client, entry: Entry) -> bool:
        """Write one more than is read; False where another has done so meanwhile."""
        wanted = dict(zip(("id", "name"), entry, strict=True))
        seen = await self._asked(client, SEEN, wanted)
        (row,) = seen["spicaTargetPrograms"]["nodes"]
        given = {**wanted, "number": (row["nobsRequired"] or 0) + 1, "version": row["version"]}
        errors = (await self._asked(client, WRITE, given))["setSpicaTargetProgram"]["userErrors"]
        assert {error["code"] for error in errors} <= {"CONFLICT"}, errors  # noqa: S101 - nothing else is wrong
        return not errors

    async def _asked(self, client: Client, query: str, variables: Mapping[str, Any]) -> Any:
        head, _, rest = post(query, variables).partition(b"\r\n")
        told = orjson.loads(await client.ask(head + f"\r\nAuthorization: Bearer {self.token}\r\n".encode() + rest))
        assert "errors" not in told, told  # noqa: S101 - as above
        return told["data"]

    async def _paced(self, number: int, end: float, every: float) -> AsyncIterator[Client]:
        """A client, when it is to ask again, until the end; they begin one after another."""
        client, due = await Client.to(self.url), perf_counter() + every * number / PEOPLE
        while due < end:
            await asyncio.sleep(due - perf_counter())
            yield client
            due = max(due + every, perf_counter())
        client.close()


async def measure(_places: Databases) -> list[Measurement]:
    """Let them work in turns, on a cluster of their own, and count afterwards."""
    async with _crowd() as (crowd, owner):
        before, since = await owner.fetchval(COUNTED), await owner.fetchval(RECORDED)
        await crowd.turn(writers=True, seconds=2)
        for times in crowd.times.values():
            times.clear()
        for number in range(2 * TURNS):
            await crowd.turn(writers=bool(number % 2), seconds=TURN)
        counted, recorded = await owner.fetchval(COUNTED) - before, await owner.fetchval(RECORDED) - since
    return _measurements(crowd, counted, recorded)


@asynccontextmanager
async def _crowd() -> AsyncIterator[tuple[Crowd, asyncpg.Connection]]:
    with Cluster(find_binaries()) as cluster, provided({}) as provider:
        assert provider is not None  # noqa: S101 - none is named
        made = await build_federation(cluster, None, lambda _what, _part: None)
        settings = {**ALONE, **login_settings(provider), "GATEWAY_SPICA_WRITER": made.source_writers["spica"]}
        owner = await asyncpg.connect(made.sources["spica"])
        entries = await shared_entries(owner, ROWS)
        async with servers.gateway(made.hub, {"spica": made.readers["spica"]}, settings=settings) as server:
            yield Crowd(server.url, provider.token(WRITER), entries), owner
        await owner.close()


def _measurements(crowd: Crowd, counted: int, recorded: int) -> list[Measurement]:
    alone, beside = (quantiles(crowd.times[writers], n=100)[98] for writers in (False, True))
    what = f"{PEOPLE} who write and {PEOPLE} who read"
    lost = max(abs(crowd.written - counted), abs(crowd.written - recorded))
    ratio = beside / alone
    return [
        Measurement(
            f"{what}: changes that are lost, or not in the history", str(lost), "changes", str(crowd.written),
            "", "0", not lost,
        ),
        Measurement(f"{what}: told that another was first", str(crowd.told), "changes", str(crowd.written), ""),
        Measurement(
            f"{what}: the readers' p99", milliseconds(beside), "without writers", milliseconds(alone),
            f"{ratio:.2f}× its time", f"≤ {MOST:g}", ratio <= MOST,
        ),
    ]  # fmt: skip
