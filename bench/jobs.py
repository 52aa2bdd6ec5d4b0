"""Jobs: what it costs that nobody waits, beside the same query asked of `/tap/sync`."""

import asyncio
from collections.abc import Mapping
from time import perf_counter

import httpx

from bench import servers
from bench.client import WrongAnswerError
from bench.databases import Databases
from bench.finding import Finding, milliseconds, spaced
from bench.servers import Server
from bench.streams import COLUMNS, ROWS
from bench.timing import compare
from schema.jsdc import STAR

ROUNDS, EACH = 5, 5
GOAL = 300.0
MANY, CLIENTS = 200, 20
TRIVIAL = {"LANG": "ADQL", "QUERY": f"SELECT TOP 5 {STAR.key.sql} FROM {STAR.qualified}"}
LARGE = {
    "LANG": "ADQL",
    "QUERY": f"SELECT TOP {ROWS} {COLUMNS} FROM {STAR.qualified}",
    "MAXREC": str(ROWS),
    "FORMAT": "votable/b2",
}


async def measure(places: Databases) -> list[Finding]:
    """Ask the same of both, in turns; then many jobs at once."""
    async with servers.gateway(places.foreign, places.readers, places.jobs) as ours:
        return [
            await _against_sync(ours, "Job of pyvo: create, run, wait, read, delete", TRIVIAL, EACH, GOAL),
            await _against_sync(ours, f"Job of {spaced(ROWS)} rows, BINARY2", LARGE, 1, None),
            await _at_once(ours),
        ]


async def _against_sync(ours: Server, question: str, told: Mapping[str, str], each: int, goal: float | None) -> Finding:
    async with _client(ours) as client:

        async def job(_number: int) -> None:
            await ran(client, told)

        async def sync(_number: int) -> None:
            (await client.post("/tap/sync", data=told)).raise_for_status()

        timings = await compare({"job": job, "sync": sync}, ROUNDS, each)
    spent, waited = timings["job"], timings["sync"]
    more = f"{milliseconds(spent.more_than(waited))} more"
    aim = (f"≤ {milliseconds(goal)}", spent.typical <= goal) if goal else ("", None)
    return Finding(question, milliseconds(spent.typical), "/tap/sync", milliseconds(waited.typical), more, *aim)


async def _at_once(ours: Server) -> Finding:
    """Jobs a second, and none that fails."""
    async with _client(ours) as client:

        async def several() -> None:
            for _ in range(MANY // CLIENTS):
                await ran(client, TRIVIAL)

        begun = perf_counter()
        await asyncio.gather(*(several() for _ in range(CLIENTS)))
        spent = perf_counter() - begun
    question = f"{MANY} jobs of {CLIENTS} clients"
    return Finding(question, f"{MANY / spent:.0f} a second", "", "", "")


async def ran(client: httpx.AsyncClient, told: Mapping[str, str]) -> None:
    """A job as pyvo's `run_async` asks for it, question by question; but it waits where pyvo would sleep."""
    job = (await client.post("/tap/async", data=told)).headers["location"]
    await client.get(job)
    await client.post(f"{job}/phase", data={"PHASE": "RUN"}, follow_redirects=True)
    known = ""
    while ">COMPLETED<" not in known:
        known = (await client.get(job, params={"WAIT": "-1"})).text
        if ">ERROR<" in known or ">ABORTED<" in known:
            raise WrongAnswerError(known[-500:])
    (await client.get(f"{job}/results/result")).raise_for_status()
    await client.delete(job)


def _client(ours: Server) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=ours.url, timeout=120)
