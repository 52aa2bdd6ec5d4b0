"""Sixty-four clients that ask cones, TAP and GraphQL in turn for two minutes: no error, and no growth of memory."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import cycle
from statistics import quantiles
from time import perf_counter

from bench import servers
from bench.client import Client, get, post
from bench.cones import QUERY, RADIUS, Place, places_of_stars
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds
from bench.servers import ServerProcess
from schema.jsdc import STAR

CLIENTS, SECONDS = 64, 120.0
SETTLED = 0.25
"""Fraction of the time after which memory is first read."""
GROWTH = 10.0
"""Goal: megabytes by which memory may have grown at the end."""


async def measure(places: Databases) -> list[Measurement]:
    """Load a server for two minutes. Raises `WrongAnswerError` for any status but 200."""
    around = await places_of_stars(places.foreign)
    async with servers.gateway(places.foreign, places.readers, places.jobs) as server:
        requests = [request for place in around for request in _requests(place)]
        times, settled, end = await _load(server, requests)
    typical, worst = (quantiles(times, n=100)[place] for place in (49, 98))
    rate = f"{len(times) / SECONDS:.0f}/s, p50 {milliseconds(typical)}, p99 {milliseconds(worst)}"
    title = f"{CLIENTS} clients, cones, TAP and GraphQL, {SECONDS:g} s without an error"
    return [
        Measurement(title, rate, "", "", ""),
        Measurement(
            f"{title}: resident memory at its end", f"{end:.0f} MB", f"itself, after {SETTLED * SECONDS:g} s",
            f"{settled:.0f} MB", f"{end - settled:+.1f} MB", f"≤ +{GROWTH:g} MB", end - settled <= GROWTH,
        ),
    ]  # fmt: skip


def _requests(place: Place) -> Iterator[bytes]:
    ra, dec = place
    yield get(f"/scs/{STAR.qualified}", RA=ra, DEC=dec, SR=RADIUS)
    yield post(QUERY, {"cone": {"ra": ra, "dec": dec, "radius": RADIUS}})
    columns = ", ".join(column.sql for column in STAR.columns if column.principal)
    near = (
        f"1 = CONTAINS(POINT({', '.join(column.sql for column in STAR.position or ())}), CIRCLE({ra}, {dec}, {RADIUS}))"
    )
    yield get("/tap/sync", LANG="ADQL", QUERY=f"SELECT {columns} FROM {STAR.qualified} WHERE {near}")


async def _load(server: ServerProcess, requests: Sequence[bytes]) -> tuple[list[float], float, float]:
    """Milliseconds of each answer; memory once settled, and at the end."""
    times: list[float] = []
    end = perf_counter() + SECONDS

    async def ask(number: int) -> None:
        client = await Client.to(server.url)
        for request in cycle((*requests[number:], *requests[:number])):
            if (start := perf_counter()) >= end:
                break
            await client.ask(request)
            times.append(1000 * (perf_counter() - start))
        client.close()

    clients = asyncio.gather(*(ask(7 * number) for number in range(CLIENTS)))
    await asyncio.sleep(SETTLED * SECONDS)
    settled = server.memory()
    await clients
    return times, settled, server.memory()
