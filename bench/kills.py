"""Gateway, source and hub killed again and again amid mutations: nothing is half done, lost, or done twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from bench.databases import Databases
from bench.measurement import Measurement, spaced
from bench.mortal import Mortal, MortalCluster, MortalGateway
from bench.mutations import WRITER, Mutators, shared_entries
from bench.replay import LATEST, Rows, replayed, rows_now
from bench.servers import ALONE
from gateway.commands.demo_people import login_settings, provided
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from sample.federation import Federation, build_federation

MUTATIONS, AT_ONCE, ENTRIES = 10_000, 64, 48
TIMES = 10
"""Kills of each kind."""
DOWN = 0.3
"""Seconds that what was killed is away."""
LONGEST = 60.0
"""Seconds in which the next kill must become due, and some request break by it."""


@dataclass(frozen=True, slots=True)
class Killed:
    """What came of mutations amid kills."""

    mutators: Mutators
    kills: int
    wrong: Sequence[str]
    """What is not there once, and where the history does not lead to the tables as they are."""


async def amid_kills(mutators: Mutators, mortals: Sequence[Mortal], owner_dsn: str) -> Killed:
    """Have mutations asked for while each of these is killed in turn; judge by the tables, as their owner."""
    owner = await asyncpg.connect(owner_dsn)
    before, since = await rows_now(owner), await owner.fetchval(LATEST)
    await owner.close()
    running = asyncio.create_task(mutators.ask_all())
    for number, mortal in enumerate(mortals, 1):
        due = number * mutators.number // (len(mortals) + 1)
        await _until(lambda due=due: mutators.answered.total() >= due, running)  # type: ignore[misc]
        unanswered = mutators.unanswered
        mortal.kill()
        await _until(lambda some=unanswered: mutators.unanswered > some, running)  # type: ignore[misc]
        await asyncio.sleep(DOWN)
        await mortal.rise()
    await running
    owner = await asyncpg.connect(owner_dsn)
    try:
        after = await rows_now(owner)
        led, wrong = await replayed(owner, before, since)
        differing = [f"{table} {key} is not as its history says" for table, key in _unlike(led, after)]
        return Killed(mutators, len(mortals), [*wrong, *differing, *await mutators.wrong(owner, after)])
    finally:
        await owner.close()


def _unlike(led: Rows, after: Rows) -> list[tuple[str, str]]:
    return [key for key in sorted(led.keys() | after.keys()) if led.get(key) != after.get(key)]


async def _until(so: Callable[[], bool], running: "asyncio.Task[None]") -> None:
    """Wait until something is so; raises what the clients raise, and `TimeoutError`."""
    until = time.monotonic() + LONGEST
    while not so():
        if running.done():
            running.result()
            return
        if time.monotonic() > until:
            raise TimeoutError
        await asyncio.sleep(0.005)


@asynccontextmanager
async def _apart() -> AsyncIterator[tuple[Cluster, Cluster, Federation]]:
    """A hub, and SPICA-DB on a server of its own."""
    binaries = find_binaries()
    with Cluster(binaries) as hub, Cluster(binaries) as source:
        yield hub, source, await build_federation(hub, None, lambda _what, _part: None, {"spica": source})


async def measure(_places: Databases) -> list[Measurement]:
    """Kill each `TIMES` times amid `MUTATIONS`, on clusters of their own."""
    async with _apart() as (hub, source, federation):
        with provided({}) as provider:
            assert provider is not None  # noqa: S101 - none is named
            told = {"GATEWAY_HUB": federation.hub, "GATEWAY_SPICA_WRITER": federation.source_writers["spica"]}
            gateway = MortalGateway({**ALONE, **login_settings(provider), **told})
            try:
                await gateway.rise()
                owner = await asyncpg.connect(federation.sources["spica"])
                entries = await shared_entries(owner, ENTRIES)
                await owner.close()
                mutators = Mutators(gateway.url, provider.token(WRITER), entries, MUTATIONS, AT_ONCE)
                mortals: list[Mortal] = [gateway, MortalCluster(source), MortalCluster(hub)] * TIMES
                return _measurements(await amid_kills(mutators, mortals, federation.sources["spica"]))
            finally:
                gateway.kill()


def _measurements(killed: Killed) -> list[Measurement]:
    asked, wrong, refused = killed.mutators, len(killed.wrong), len(killed.mutators.refused)
    what = f"{spaced(asked.number)} mutations, {asked.at_once} at once, amid {killed.kills} kills"
    judged = (("lost, half done, done twice, or not as the history says", wrong), ("refused for good", refused))
    listed = [
        Measurement(f"{what}: {name}", str(number), "mutations", spaced(asked.number), "", "0", not number)
        for name, number in judged
    ]
    again = Measurement(f"{what}: asked again", str(asked.unanswered), "done already", str(asked.answered[True]), "")
    return [*listed, again]
