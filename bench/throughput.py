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
from bench.finding import Finding, milliseconds, not_run
from bench.questions import LIST, NESTED
from bench.servers import Server

CLIENTS = (1, 16, 64)
SECONDS, ROUNDS = 3.0, 2
MORE = 3.0
"""Goal: times PostGraphile's requests a second, its 99th percentile being no better."""
CHEAPER = 20.0
"""Goal: times that a 304 is cheaper than the answer it stands for, in the server's own CPU."""
ASKED = 400
TICK = os.sysconf("SC_CLK_TCK")


async def measure(places: Databases) -> list[Finding]:
    """Ask lists and nested lists in turn, over the same hub."""
    unavailable = servers.install_postgraphile()
    async with AsyncExitStack() as stack:
        running = {
            "hub": await stack.enter_async_context(servers.gateway(places.foreign)),
            "direct": await stack.enter_async_context(servers.gateway(places.foreign, places.readers)),
        }
        if not unavailable:
            running["postgraphile"] = await stack.enter_async_context(servers.postgraphile(places.foreign, local=False))
        found = await _loads(places.foreign, running)
        title = "{0} clients, lists and nested lists"
        findings = [
            finding
            for clients in CLIENTS
            for finding in _findings(
                title.format(clients), {name: found[name, clients] for name in running}, unavailable
            )
        ]
        return [*findings, *await _unchanged(running["direct"]), _stages(running["direct"])]


async def _loads(hub: str, running: Mapping[str, Server]) -> dict[tuple[str, int], list[float]]:
    """Milliseconds of each answer, by server and number of clients; servers take turns."""
    asked: dict[str, list[bytes]] = {name: [] for name in running}
    for question in (LIST, NESTED):
        made = questions.requests(question, await questions.keys(hub, question))
        for name in running:
            if name == "postgraphile":
                client = await Client.to(running[name].url)
                asked[name] += await questions.postgraphile_requests(client, question)
                client.close()
            else:
                asked[name] += made["gateway"]
    found: dict[tuple[str, int], list[float]] = {(name, clients): [] for name in running for clients in CLIENTS}
    for _ in range(ROUNDS):
        for clients in CLIENTS:
            for name, server in running.items():
                found[name, clients] += await _load(server, asked[name], clients)
    return found


async def _load(server: Server, requests: Sequence[bytes], clients: int) -> list[float]:
    spent: list[float] = []
    connected = [await Client.to(server.url) for _ in range(clients)]
    end = perf_counter() + SECONDS

    async def ask(client: Client, first: int) -> None:
        number = first
        while (start := perf_counter()) < end:
            await client.ask(requests[number % len(requests)])
            spent.append(1000 * (perf_counter() - start))
            number += 1

    await asyncio.gather(*(ask(client, 7 * place) for place, client in enumerate(connected)))
    for client in connected:
        client.close()
    return spent


def _findings(title: str, found: Mapping[str, list[float]], unavailable: str) -> list[Finding]:
    theirs = found.get("postgraphile")
    if theirs is None:
        return [not_run(title, "PostGraphile 5", unavailable)]
    return [_compared(f"{title}, {way}", found[way], theirs) for way in ("hub", "direct")]


def _compared(title: str, ours: Sequence[float], theirs: Sequence[float]) -> Finding:
    ratio, worst, their_worst = len(ours) / len(theirs), _ninety_ninth(ours), _ninety_ninth(theirs)
    met = ratio >= MORE and worst <= their_worst
    return Finding(
        title, _said(ours), "PostGraphile 5", _said(theirs), f"{ratio:.2g}× the requests", f"≥ {MORE:g}", met
    )


def _said(spent: Sequence[float]) -> str:
    rate = len(spent) / (ROUNDS * SECONDS)
    return f"{rate:.0f}/s, p99 {milliseconds(_ninety_ninth(spent))}"


def _ninety_ninth(spent: Sequence[float]) -> float:
    return quantiles(spent, n=100)[-1] if len(spent) > 1 else spent[0]


async def _unchanged(server: Server) -> list[Finding]:
    """The server's CPU for an answer, and for saying that it has not changed."""
    path = get("/graphql", query=LIST.gateway, variables='{"after": 0}')
    tag = _tag(server.url, path)
    held = path.replace(b"Accept: */*\r\n", b"Accept: */*\r\nIf-None-Match: " + tag.encode() + b"\r\n")
    whole, unchanged = await _cpu(server, path), await _cpu(server, held)
    ratio = whole / unchanged
    told = (milliseconds(unchanged), "CPU of the 200", milliseconds(whole), f"{ratio:.2g}× cheaper", f"≥ {CHEAPER:g}")
    return [Finding("CPU of a warm 304, 1 000 rows × 12 fields", *told, ratio >= CHEAPER)]


def _tag(url: str, request: bytes) -> str:
    with urlopen(Request(url + request.split()[1].decode())) as answer:  # noqa: S310 - a server of ours
        found = answer.headers.get("ETag")
    if not found:
        raise WrongAnswerError("no ETag")
    return str(found)


async def _cpu(server: Server, request: bytes) -> float:
    """Milliseconds of CPU that the server takes for a request."""
    client = await Client.to(server.url)
    for _ in range(20):
        await client.ask(request)
    spent = []
    for _ in range(3):
        before = _used(server)
        for _ in range(ASKED):
            await client.ask(request)
        spent.append((_used(server) - before) / ASKED)
    client.close()
    return max(median(spent), 1000 / TICK / ASKED)


def _used(server: Server) -> float:
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / TICK


def _stages(server: Server) -> Finding:
    """Where the time of a list goes, as the server tells it."""
    path = get("/graphql", query=LIST.gateway, variables='{"after": 0}').split()[1].decode()
    found: dict[str, list[float]] = {}
    for _ in range(40):
        with urlopen(Request(server.url + path)) as answer:  # noqa: S310
            for part in answer.headers["Server-Timing"].split(", "):
                name, _, spent = part.partition(";dur=")
                found.setdefault(name, []).append(float(spent))
    told = ", ".join(f"{name} {milliseconds(median(spent))}" for name, spent in found.items())
    return Finding("stages of a list of 1 000 rows × 12 fields", told, "", "", "")
