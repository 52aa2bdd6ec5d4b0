"""A million rows in every format: how long against the bare COPY of the same columns, and how much memory."""

import asyncio
from time import perf_counter
from urllib.parse import urlencode

import asyncpg

from adapters.votable.formats import FORMATS, Format
from bench.client import WrongAnswerError, download
from bench.databases import Databases
from bench.measurement import Measurement, milliseconds, spaced
from bench.servers import ServerProcess, gateway
from bench.streams import COLUMNS, MANY, WIDTH
from schema.jsdc import STAR

FEW = 1000
"""Rows of a first request, which loads what a format needs before its memory is measured."""
QUERY = f"SELECT TOP {{}} {COLUMNS} FROM {STAR.qualified}"
MOST = 150.0
"""Goal: megabytes by which the peak of memory may rise during a download."""


async def measure(places: Databases) -> list[Measurement]:
    """Download a million rows in each format, each from a new server, so that its peak of memory is that format's."""
    measurements = []
    for form in FORMATS:
        async with gateway(places.long) as server:
            measurements.append(await _measured(server, places, form))
    return measurements


async def _measured(server: ServerProcess, places: Databases, form: Format) -> Measurement:
    await _begun(server, form)
    before = server.peak_memory()
    rows, copy = await _copied(places.long)
    size = 0

    def add(block: bytes) -> None:
        nonlocal size
        size += len(block)

    start = perf_counter()
    first, _ = await download(server.url, _request(form, MANY), add)
    ours, more = 1000 * (perf_counter() - start), server.peak_memory() - before
    sizes = f"{size / 1e6:.0f} MB, memory {more:+.0f} MB"
    cost = f"{milliseconds(ours)}, first byte {milliseconds(1000 * first)}, {sizes}"
    title = f"{spaced(rows)} rows × {WIDTH} columns, {form.name}"
    ratio = f"{ours / copy:.2f}× its time"
    goal = f"≤ +{MOST:.0f} MB"
    return Measurement(title, cost, "bare COPY, text", milliseconds(copy), ratio, goal, more <= MOST)


async def _begun(server: ServerProcess, form: Format) -> None:
    """Download a few rows, trying again while the server is still connecting to its sources."""
    for patience in range(10, -1, -1):
        try:
            await download(server.url, _request(form, FEW))
        except WrongAnswerError:
            if not patience:
                raise
            await asyncio.sleep(2)
        else:
            return


def _request(form: Format, rows: int) -> bytes:
    params = {"LANG": "ADQL", "MAXREC": rows, "RESPONSEFORMAT": form.media_type, "QUERY": QUERY.format(rows)}
    return f"GET /tap/sync?{urlencode(params)} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode()


async def _copied(hub: str) -> tuple[int, float]:
    """Run the bare COPY: its number of rows, and milliseconds."""
    connection = await asyncpg.connect(hub, server_settings={"jit": "off"})

    async def ignore(_block: bytes) -> None:
        await asyncio.sleep(0)

    try:
        start = perf_counter()
        query = f"SELECT {COLUMNS} FROM {STAR.qualified} LIMIT {MANY}"
        status = await connection.copy_from_query(query, output=ignore)
        return int(status.split()[-1]), 1000 * (perf_counter() - start)
    finally:
        await connection.close()
