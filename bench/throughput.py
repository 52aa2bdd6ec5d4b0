"""Many clients at once against PostGraphile; what a 304 costs; where the server's time goes."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from urllib.request import Request, urlopen

from bench import questions, servers
from bench.client import Client, WrongAnswerError, get
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds, not_run
from bench.questions import LIST, NESTED
from bench.servers import ServerProcess

CLIENTS = (1, 16, 64)
SECONDS, ROUNDS = 3.0, 2
MORE = 3.0
"""Goal: times PostGraphile's requests a second, its 99th percentile being no better."""
CHEAPER = 20.0
"""Goal: times that a 304 is cheaper than the answer it stands for, in the server's own CPU."""
ASKED = 400
TICK = os.sysconf("SC_CLK_TCK")


async def measure(places: Databases) -> list[Measurement]:
    """Ask lists and nested lists in turn, over the same hub."""
    unavailable = servers.install_postgraphile()
    async with AsyncExitStack() as stack:
        running = {
            "hub": await stack.enter_async_context(servers.gateway(places.foreign)),
            "direct": await stack.enter_async_context(servers.gateway(places.foreign, places.readers)),
        }
        if not unavailable:
            running["postgraphile"] = await stack.enter_async_context(servers.postgraphile(places.foreign, local=False))
        times = await _loads(places.foreign, running)
        title = "{0} clients, lists and nested lists"
        measurements = [
            measurement
            for clients in CLIENTS
            for measurement in _measurements(
                title.format(clients), {name: times[name, clients] for name in running}, unavailable
            )
        ]
        return [*measurements, *await _unchanged(running["direct"]), _stages(running["direct"])]


async def _loads(hub: str, running: Mapping[str, ServerProcess]) -> dict[tuple[str, int], list[float]]:
    """Milliseconds of each answer by server and number of clients; servers take turns in each round."""
    requests: dict[str, list[bytes]] = {name: [] for name in running}
    for question in (LIST, NESTED):
        variants = questions.requests(question, await questions.keys(hub, question))
        for name in running:
            if name == "postgraphile":
                client = await Client.to(running[name].url)
                requests[name] += await questions.postgraphile_requests(client, question)
                client.close()
            else:
                requests[name] += variants["gateway"]
    times: dict[tuple[str, int], list[float]] = {(name, clients): [] for name in running for clients in CLIENTS}
    for _ in range(ROUNDS):
        for clients in CLIENTS:
            for name, server in running.items():
                times[name, clients] += await _load(server, requests[name], clients)
    return times


async def _load(server: ServerProcess, requests: Sequence[bytes], clients: int) -> list[float]:
    times: list[float] = []
    connected = [await Client.to(server.url) for _ in range(clients)]
    end = perf_counter() + SECONDS

    async def ask(client: Client, first: int) -> None:
        number = first
        while (start := perf_counter()) < end:
            await client.ask(requests[number % len(requests)])
            times.append(1000 * (perf_counter() - start))
            number += 1

    await asyncio.gather(*(ask(client, 7 * place) for place, client in enumerate(connected)))
    for client in connected:
        client.close()
    return times


def _measurements(title: str, times: Mapping[str, list[float]], unavailable: str) -> list[Measurement]:
    theirs = times.get("postgraphile")
    if theirs is None:
        return [not_run(title, "PostGraphile 5", unavailable)]
    return [_compared(f"{title}, {route}", times[route], theirs) for route in ("hub", "direct")]


def _compared(title: str, ours: Sequence[float], theirs: Sequence[float]) -> Measurement:
    ratio, worst, their_worst = len(ours) / len(theirs), _ninety_ninth(ours), _ninety_ninth(theirs)
    met = ratio >= MORE and worst <= their_worst
    return Measurement(
        title, _rate(ours), "PostGraphile 5", _rate(theirs), f"{ratio:.2g}× the requests", f"≥ {MORE:g}", met
    )


def _rate(times: Sequence[float]) -> str:
    rate = len(times) / (ROUNDS * SECONDS)
    return f"{rate:.0f}/s, p99 {milliseconds(_ninety_ninth(times))}"


def _ninety_ninth(times: Sequence[float]) -> float:
    return quantiles(times, n=100)[-1] if len(times) > 1 else times[0]


async def _unchanged(server: ServerProcess) -> list[Measurement]:
    """Compare the server's CPU time for a 200 and for a 304 of the same request."""
    path = get("/graphql", query=LIST.gateway, variables='{"after": 0}')
    tag = _tag(server.url, path)
    held = path.replace(b"Accept: */*\r\n", b"Accept: */*\r\nIf-None-Match: " + tag.encode() + b"\r\n")
    whole, unchanged = await _cpu(server, path), await _cpu(server, held)
    ratio = whole / unchanged
    costs = (milliseconds(unchanged), "CPU of the 200", milliseconds(whole), f"{ratio:.2g}× cheaper", f"≥ {CHEAPER:g}")
    return [Measurement("CPU of a warm 304, 1 000 rows × 12 fields", *costs, ratio >= CHEAPER)]


def _tag(url: str, request: bytes) -> str:
    with urlopen(Request(url + request.split()[1].decode())) as answer:  # noqa: S310 - a server of ours
        tag = answer.headers.get("ETag")
    if not tag:
        raise WrongAnswerError("no ETag")
    return str(tag)


async def _cpu(server: ServerProcess, request: bytes) -> float:
    """Milliseconds of CPU time that the server takes for a request, the median of three rounds."""
    client = await Client.to(server.url)
    for _ in range(20):
        await client.ask(request)
    times = []
    for _ in range(3):
        before = _used(server)
        for _ in range(ASKED):
            await client.ask(request)
        times.append((_used(server) - before) / ASKED)
    client.close()
    return max(median(times), 1000 / TICK / ASKED)


def _used(server: ServerProcess) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / TICK


def _stages(server: ServerProcess) -> Measurement:
    """Median milliseconds of each stage of a list, from its `Server-Timing` headers."""
    path = get("/graphql", query=LIST.gateway, variables='{"after": 0}').split()[1].decode()
    times: dict[str, list[float]] = {}
    for _ in range(40):
        with urlopen(Request(server.url + path)) as answer:  # noqa: S310
            for stage in answer.headers["Server-Timing"].split(", "):
                name, _, duration = stage.partition(";dur=")
                times.setdefault(name, []).append(float(duration))
    texts = ", ".join(f"{name} {milliseconds(median(duration))}" for name, duration in times.items())
    return Measurement("stages of a list of 1 000 rows × 12 fields", texts, "", "", "")
