"""A server's start against an earlier build: its processor time until it is ready."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from bench import servers
from bench.builds import extract
from bench.client import Client, get
from bench.databases import Databases
from bench.logins import processor
from bench.measurement import Measurement, milliseconds
from bench.servers import ROOT, ServerProcess
from bench.small import BEFORE

ROUNDS, GOAL = 8, 0.6


async def measure(places: Databases) -> list[Measurement]:
    """Start both builds in turns, straight at the sources."""
    with tempfile.TemporaryDirectory() as folder:
        extract(BEFORE, Path(folder))
        roots = {"now": ROOT, "before": Path(folder)}
        spent = [await _started(places, roots) for _ in range(ROUNDS + 1)][1:]  # the first writes compiled modules
    part = median(turn["now"] / turn["before"] for turn in spent)
    now, before = (milliseconds(median(turn[name] for turn in spent)) for name in roots)
    ratio, goal = f"{part:.2f}× its time", f"≤ {GOAL:g}"
    question = "start until /readyz says so: processor time of the gateway"
    return [Measurement(question, now, f"build {BEFORE}", before, ratio, goal, part <= GOAL)]


async def _started(places: Databases, roots: Mapping[str, Path]) -> dict[str, float]:
    spent = {}
    for name, root in roots.items():
        async with servers.gateway(places.foreign, places.readers, root=root) as server:
            await _ready(server)
            spent[name] = processor(server)
    return spent


async def _ready(server: ServerProcess) -> None:
    client = await Client.to(server.url)
    while b'"ready"' not in await client.ask(get("/readyz")):  # noqa: ASYNC110 - it tells nobody by itself
        await asyncio.sleep(0.02)
    client.close()
