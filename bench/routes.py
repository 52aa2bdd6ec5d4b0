"""The direct route to a source and the one through the hub, with sources at no distance and some milliseconds away."""

import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg

from bench.client import Client, asker, download, post
from bench.cones import QUERY as CONE
from bench.databases import Databases
from bench.delay import distance
from bench.measurement import Measurement, milliseconds
from bench.questions import STAR
from bench.servers import ServerProcess, gateway
from bench.timing import Ask, Timing, compare
from hub.installation import readdress

DISTANCES = (0.0, 4.0)
"""Round trip to the sources, ms."""
ROUNDS, EACH = 5, 40
FARTHEST = 8.0
"""Goal: milliseconds that a cone may take, straight, at the longest distance."""
TABLE = f"{{ stars(first: 100000) {{ nodes {{ {STAR} }} }} }}"
QUESTIONS = {
    "a star by its number": f"query Q($id: ID!) {{ star(id: $id) {{ {STAR} }} }}",
    "a cone of 0.1°": CONE,
    "1 000 rows × 12 fields": f"query Q($after: Long!) {{ stars(where: {{jsdcId: {{gt: $after}}}}, first: 1000)"
    f" {{ nodes {{ {STAR} }} }} }}",
}


async def measure(places: Databases) -> list[Measurement]:
    """Ask the same questions by both routes, at every distance."""
    measurements: list[Measurement] = []
    for apart in DISTANCES:
        async with _running(places, apart) as running:
            for title, query in QUESTIONS.items():
                timings = await _compared(running, _requests(query, await stars(places.foreign)))
                measurements.append(_measurement(f"{title}, sources {apart:g} ms away", timings, apart))
            measurements.append(await _streamed(running, apart))
    return measurements


@asynccontextmanager
async def _running(places: Databases, apart: float) -> AsyncIterator[Mapping[str, ServerProcess]]:
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(distance(places.socket_directory, places.port, apart))
        far = {name: dsn.replace(places.socket_directory, place) for name, dsn in places.readers.items()}
        await readdress(places.owner, far)
        stack.push_async_callback(readdress, places.owner, places.readers)
        yield {
            "hub": await stack.enter_async_context(gateway(places.foreign)),
            "direct": await stack.enter_async_context(gateway(places.foreign, far)),
        }


async def stars(hub: str) -> list[asyncpg.Record]:
    """Two hundred stars with their places, in a fixed order."""
    some = "SELECT jsdc_id, raj2000, dej2000 FROM jsdc.star WHERE jsdc_id % 2000 = 7 LIMIT 200"
    connection = await asyncpg.connect(hub)
    try:
        stars: list[Any] = await connection.fetch(some)
    finally:
        await connection.close()
    random.Random(1).shuffle(stars)  # noqa: S311 - a fixed order, not a secret
    return stars


def _requests(query: str, stars: Sequence[asyncpg.Record]) -> list[bytes]:
    return [
        post(query, {"id": str(star[0]), "after": star[0], "cone": {"ra": star[1], "dec": star[2], "radius": 0.1}})
        for star in stars
    ]


async def _compared(running: Mapping[str, ServerProcess], requests: Sequence[bytes]) -> dict[str, Timing]:
    clients = {name: await Client.to(server.url) for name, server in running.items()}
    try:
        for request in requests[:3]:
            assert len({await client.ask(request) for client in clients.values()}) == 1, "the two ways differ"  # noqa: S101
        return await compare({name: asker(client, requests) for name, client in clients.items()}, ROUNDS, EACH)
    finally:
        for client in clients.values():
            client.close()


def _measurement(title: str, timings: Mapping[str, Timing], apart: float) -> Measurement:
    direct, hub = timings["direct"], timings["hub"]
    aimed = apart == DISTANCES[-1] and "cone" in title
    return Measurement(
        f"direct route: {title}",
        milliseconds(direct.typical),
        "through the hub",
        milliseconds(hub.typical),
        f"{direct.times(hub):.2g}× faster",
        f"≤ {FARTHEST:g} ms" if aimed else "",
        direct.typical <= FARTHEST if aimed else None,
    )


async def _streamed(running: Mapping[str, ServerProcess], apart: float) -> Measurement:
    request = post(TABLE, accept="application/x-votable+xml", close=True)

    def asker(server: ServerProcess) -> Ask:
        return lambda _number: download(server.url, request)

    timings = await compare({name: asker(server) for name, server in running.items()}, 3, 1)
    return _measurement(f"100 000 rows as VOTable, sources {apart:g} ms away", timings, apart)
