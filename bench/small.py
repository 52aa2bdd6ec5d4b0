"""Small answers against an earlier build: processor time of the gateway, and requests a second of sixteen clients."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.request import Request, urlopen

from bench import questions, servers
from bench.builds import extract
from bench.client import Client, get, post
from bench.databases import Databases
from bench.logins import processor
from bench.measurement import Measurement, milliseconds
from bench.questions import LIST, NESTED, STAR
from bench.routes import stars
from bench.servers import ServerProcess

BEFORE = "d282958"
"""The build that part 6 landed."""
ROUNDS, SECONDS, CLIENTS = 12, 0.6, 16
BY_ID = f"query Q($id: ID!) {{ star(id: $id) {{ {STAR} }} }}"


@dataclass(frozen=True, slots=True)
class Goal:
    """Part of the earlier build's processor time, and times its requests; None for none."""

    processor: float | None = None
    requests: float | None = None


GOALS = {
    "a star by its number": Goal(0.65, 1.4),
    "304 of a list": Goal(0.65, 1.4),
    "a cone of 0.1° as VOTable": Goal(None, 1.4),
    "1 000 rows × 12 fields": Goal(),
    "100 rows with up to 20 below each": Goal(),
}


async def measure(places: Databases) -> list[Measurement]:
    """Ask both builds the same, straight at the sources, in turns."""
    async with _both(places) as running:
        asked = {name: await _requests(places, server) for name, server in running.items()}
        return [
            measured
            for title in GOALS
            for measured in await _compared(title, {name: asked[name][title] for name in running}, running)
        ]


@asynccontextmanager
async def _both(places: Databases) -> AsyncIterator[Mapping[str, ServerProcess]]:
    with tempfile.TemporaryDirectory() as folder:
        extract(BEFORE, Path(folder))
        async with (
            servers.gateway(places.foreign, places.readers) as now,
            servers.gateway(places.foreign, places.readers, root=Path(folder)) as before,
        ):
            yield {"now": now, "before": before}


async def _requests(places: Databases, server: ServerProcess) -> dict[str, list[bytes]]:
    found = await stars(places.foreign)
    by_key = {
        title: questions.requests(question, await questions.keys(places.foreign, question))["gateway"]
        for title, question in ((LIST.title, LIST), (NESTED.title, NESTED))
    }
    unchanged = get("/graphql", query=LIST.gateway, variables='{"after": 0}')
    return {
        "a star by its number": [post(BY_ID, {"id": str(star[0])}) for star in found],
        "304 of a list": [_held(server, unchanged)],
        "a cone of 0.1° as VOTable": [get("/scs/jsdc.star", RA=star[1], DEC=star[2], SR=0.1) for star in found],
        **by_key,
    }


def _held(server: ServerProcess, request: bytes) -> bytes:
    """The request of whoever has the answer of this server."""
    with urlopen(Request(server.url + request.split()[1].decode())) as answer:  # noqa: S310 - a server of ours
        tag = answer.headers["ETag"]
    return request.replace(b"Accept: */*\r\n", b"Accept: */*\r\nIf-None-Match: " + tag.encode() + b"\r\n")


async def _compared(
    title: str, requests: Mapping[str, Sequence[bytes]], running: Mapping[str, ServerProcess]
) -> list[Measurement]:
    spent: dict[str, list[float]] = {name: [] for name in running}
    rates: dict[str, list[float]] = {name: [] for name in running}
    order = list(running)
    for turn in range(ROUNDS + 1):
        for name in order:
            each, rate = await _load(running[name], requests[name])
            if turn:
                spent[name].append(each)
                rates[name].append(rate)
        order.reverse()
    goal, before = GOALS[title], f"build {BEFORE}"
    part, times = (
        median(now / earlier for now, earlier in zip(of["now"], of["before"], strict=True)) for of in (spent, rates)
    )
    taken = (milliseconds(median(spent["now"])), before, milliseconds(median(spent["before"])), f"{part:.2f}× its time")
    served = (f"{median(rates['now']):.0f}/s", before, f"{median(rates['before']):.0f}/s", f"{times:.2f}× its requests")
    cheap = (f"≤ {goal.processor:g}", part <= goal.processor) if goal.processor else ("", None)
    many = (f"≥ {goal.requests:g}", times >= goal.requests) if goal.requests else ("", None)
    return [
        Measurement(f"{title}, {CLIENTS} clients: processor time of the gateway", *taken, *cheap),
        Measurement(f"{title}, {CLIENTS} clients: requests", *served, *many),
    ]


async def _load(server: ServerProcess, requests: Sequence[bytes]) -> tuple[float, float]:
    """Milliseconds of processor time a request, and requests a second."""
    connected = [await Client.to(server.url) for _ in range(CLIENTS)]
    before, start, answered = processor(server), perf_counter(), 0

    async def ask(client: Client, number: int) -> None:
        nonlocal answered
        while perf_counter() < start + SECONDS:
            await client.ask(requests[number % len(requests)])
            number, answered = number + 1, answered + 1

    await asyncio.gather(*(ask(client, 7 * place) for place, client in enumerate(connected)))
    took, spent = perf_counter() - start, processor(server) - before
    for client in connected:
        client.close()
    return spent / answered, answered / took
