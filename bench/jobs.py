"""Asynchronous jobs beside the same query at `/tap/sync`."""

import asyncio
from collections.abc import Mapping
from time import perf_counter

import httpx

from bench import servers
from bench.client import WrongAnswerError
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds, spaced
from bench.servers import ServerProcess
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


async def measure(places: Databases) -> list[Measurement]:
    """Run the same query as a job and at `/tap/sync`, in turns; then many jobs at once."""
    async with servers.gateway(places.foreign, places.readers, places.jobs) as ours:
        return [
            await _against_sync(ours, "Job of pyvo: create, run, wait, read, delete", TRIVIAL, EACH, GOAL),
            await _against_sync(ours, f"Job of {spaced(ROWS)} rows, BINARY2", LARGE, 1, None),
            await _at_once(ours),
        ]


async def _against_sync(
    server: ServerProcess, question: str, params: Mapping[str, str], repeats: int, goal: float | None
) -> Measurement:
    async with _client(server) as client:

        async def job(_number: int) -> None:
            await ran(client, params)

        async def sync(_number: int) -> None:
            (await client.post("/tap/sync", data=params)).raise_for_status()

        timings = await compare({"job": job, "sync": sync}, ROUNDS, repeats)
    ours, theirs = timings["job"], timings["sync"]
    more = f"{milliseconds(ours.more_than(theirs))} more"
    aim = (f"≤ {milliseconds(goal)}", ours.typical <= goal) if goal else ("", None)
    return Measurement(question, milliseconds(ours.typical), "/tap/sync", milliseconds(theirs.typical), more, *aim)


async def _at_once(ours: ServerProcess) -> Measurement:
    """Jobs a second of many clients at once; raises if one fails."""
    async with _client(ours) as client:

        async def several() -> None:
            for _ in range(MANY // CLIENTS):
                await ran(client, TRIVIAL)

        start = perf_counter()
        await asyncio.gather(*(several() for _ in range(CLIENTS)))
        seconds = perf_counter() - start
    question = f"{MANY} jobs of {CLIENTS} clients"
    return Measurement(question, f"{MANY / seconds:.0f} a second", "", "", "")


async def ran(client: httpx.AsyncClient, params: Mapping[str, str]) -> None:
    """Run a job with the requests of pyvo's `run_async`, but wait with WAIT where pyvo would sleep."""
    job = (await client.post("/tap/async", data=params)).headers["location"]
    await client.get(job)
    await client.post(f"{job}/phase", data={"PHASE": "RUN"}, follow_redirects=True)
    document = ""
    while ">COMPLETED<" not in document:
        document = (await client.get(job, params={"WAIT": "-1"})).text
        if ">ERROR<" in document or ">ABORTED<" in document:
            raise WrongAnswerError(document[-500:])
    (await client.get(f"{job}/results/result")).raise_for_status()
    await client.delete(job)


def _client(ours: ServerProcess) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=ours.url, timeout=120)
