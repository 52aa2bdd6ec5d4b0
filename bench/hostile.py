"""Sixteen ordinary clients, undisturbed and then beside clients of which each tries to hold the server still."""

import asyncio
import resource
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import asyncpg
import httpx

from bench import servers
from bench.attacks import ATTACKS, NAMED
from bench.client import Client, WrongAnswerError, get, post
from bench.cones import QUERY, RADIUS, Place, places_of_stars
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds
from bench.servers import ServerProcess
from schema.jsdc import STAR

CLIENTS, MINUTES = 16, 1.0
THINKING = 0.1
"""Seconds between two requests of an ordinary client."""
LONGEST = 30.0
"""Seconds that an ordinary client waits."""
SETTLING = 3.0
"""Seconds that attackers have to take hold before ordinary clients are looked at."""
SLOWER, ALIVE, GROWTH = 2.0, 100.0, 20.0
"""Goals: how many times longer p99 may be; ms of `/livez`; MB that memory may grow in the second half."""
NAMES: Mapping[str, str] = {"GATEWAY_RATE": "200", "GATEWAY_SHARE": "0.5"}


@dataclass(slots=True)
class Seen:
    """What ordinary clients and process managers saw in a while."""

    times: list[float] = field(default_factory=list)
    """Milliseconds of each answer."""
    wrong: list[str] = field(default_factory=list)
    alive: list[float] = field(default_factory=list)
    """Milliseconds of `/livez`."""
    down: int = 0
    """How often a source was called down."""
    memory: list[float] = field(default_factory=list)
    """MB of the server, by the second."""
    files: float = 0.0
    """Most MB of temporary files that the server had open."""


async def measure(places: Databases, minutes: float = MINUTES) -> list[Measurement]:
    """Half of the time undisturbed, the other half among attackers."""
    seconds, around = 30 * minutes, await places_of_stars(places.foreign)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 16_384), most))
    requests = [request for place in around for request in _requests(place)]
    async with servers.gateway(places.foreign, places.readers, places.jobs, settings=NAMES) as server:
        await watched(server, requests, 2)
        undisturbed = await watched(server, requests, seconds)
        before = await _spilt(places.owner)
        async with attacked(server.url):
            await asyncio.sleep(SETTLING)
            disturbed = await watched(server, requests, seconds)
        spilt = (await _spilt(places.owner) - before) / 1e6
    return [
        *_findings(undisturbed, disturbed),
        Measurement("PostgreSQL's temporary files", f"{spilt:.0f} MB", "", "", ""),
    ]


@asynccontextmanager
async def attacked(url: str, names: Iterable[str] = NAMED) -> AsyncIterator[None]:
    """While inside, each attack is made by a client of its own, in another process, which prints what it was told."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.attacks", url, *names, cwd=servers.ROOT, stdin=asyncio.subprocess.PIPE
    )
    try:
        yield
    finally:
        await process.communicate(b"")  # which ends its input; without one, Python before 3.12 leaves it open


async def watched(server: ServerProcess, requests: Sequence[bytes], seconds: float) -> Seen:
    """Have ordinary clients ask for so many seconds."""
    seen, end = Seen(), perf_counter() + seconds
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as manager:
        looking = asyncio.gather(_looking(server, manager, seen, end))
        await asyncio.gather(*(_ordinary(server.url, number, requests, seen, end) for number in range(CLIENTS)))
        await looking
    return seen


async def _ordinary(url: str, number: int, requests: Sequence[bytes], seen: Seen, end: float) -> None:
    """One client, at an address of its own, which begins elsewhere among the requests than the others."""
    told, start = f"Host: bench\r\nX-Forwarded-For: 203.0.113.{number + 1}".encode(), 7 * number
    client = await Client.to(url)
    for request in cycle((*requests[start:], *requests[:start])):
        if (begun := perf_counter()) >= end:
            break
        try:
            async with asyncio.timeout(LONGEST):
                answer = await client.ask(request.replace(b"Host: bench", told))
            if b'"errors"' in answer or b'value="ERROR"' in answer:
                seen.wrong.append(answer.decode(errors="replace")[:500])
        except (WrongAnswerError, OSError) as error:
            seen.wrong.append(f"{str(error)[:30]} … {str(error)[-200:]}")
            client.close()
            client = await Client.to(url)
        seen.times.append(1000 * (perf_counter() - begun))
        await asyncio.sleep(THINKING)
    client.close()


async def _looking(server: ServerProcess, manager: httpx.AsyncClient, seen: Seen, end: float) -> None:
    while perf_counter() < end:
        begun = perf_counter()
        with suppress(httpx.HTTPError):  # which is as slow as it is
            await manager.get("/livez")
        seen.alive.append(1000 * (perf_counter() - begun))
        with suppress(httpx.HTTPError):
            seen.down += (await manager.get("/readyz")).text.count('"down"')
        seen.memory.append(server.memory())
        seen.files = max(seen.files, _temporary(server.process.pid))
        await asyncio.sleep(0.5)


def _temporary(process: int) -> float:
    """MB of files that a process has open and that have no name any more."""
    size = 0
    for link in Path(f"/proc/{process}/fd").iterdir():
        try:
            if str(link.readlink()).endswith("(deleted)"):
                size += link.stat().st_size
        except OSError:
            continue
    return size / 1e6


def _requests(place: Place) -> Iterator[bytes]:
    ra, dec = place
    yield get(f"/scs/{STAR.qualified}", RA=ra, DEC=dec, SR=RADIUS)
    yield post(QUERY, {"cone": {"ra": ra, "dec": dec, "radius": RADIUS}})
    near = f"1 = CONTAINS(POINT(raj2000, dej2000), CIRCLE({ra}, {dec}, {RADIUS}))"
    yield get("/tap/sync", LANG="ADQL", QUERY=f"SELECT {STAR.key.sql} FROM {STAR.qualified} WHERE {near}")


def _findings(quiet: Seen, loud: Seen) -> list[Measurement]:
    what, beside = f"{CLIENTS} clients beside {len(ATTACKS)} attackers", "undisturbed"
    found = []
    for name, place, goal in (("p50", 49, None), ("p99", 98, SLOWER)):
        own, other = (quantiles(seen.times, n=100)[place] for seen in (loud, quiet))
        aim = (f"≤ {goal:g}×", own <= goal * other) if goal else ("", None)
        times = (milliseconds(own), beside, milliseconds(other), f"{own / other:.1f}× its time")
        found.append(Measurement(f"{what}: {name}", *times, *aim))
    middle = len(loud.memory) // 2
    growth, wrong = loud.memory[-1] - loud.memory[middle], len(loud.wrong)
    for answer in dict.fromkeys((*quiet.wrong, *loud.wrong)):
        print(f"  {answer!r}")
    return [
        *found,
        Measurement(f"{what}: refused or failed", str(wrong), "requests", str(len(loud.times)), "", "0", not wrong),
        Measurement(f"{what}: sources called down", str(loud.down), beside, str(quiet.down), "", "0", not loud.down),
        Measurement(
            f"{what}: slowest /livez", milliseconds(max(loud.alive)), beside, milliseconds(max(quiet.alive)), "",
            f"≤ {ALIVE:g} ms", max(loud.alive) <= ALIVE,
        ),
        Measurement(
            f"{what}: resident memory at the end", f"{loud.memory[-1]:.0f} MB", beside, f"{quiet.memory[-1]:.0f} MB",
            f"{growth:+.1f} MB since the middle", f"≤ +{GROWTH:g} MB", growth <= GROWTH,
        ),
        Measurement(f"{what}: temporary files of the server", f"{loud.files:.0f} MB", "", "", ""),
    ]  # fmt: skip


async def _spilt(owner: str) -> float:
    """Bytes that PostgreSQL has written to temporary files so far."""
    connection = await asyncpg.connect(owner)
    spilt = await connection.fetchval("SELECT sum(temp_bytes)::float8 FROM pg_stat_database")
    await connection.close()
    return float(spilt)
