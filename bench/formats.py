"""A million rows in every format: how long against the bare COPY of the same columns, and how much memory."""

import asyncio
from time import perf_counter
from urllib.parse import urlencode

import asyncpg

from adapters.votable.formats import FORMATS, Format
from bench.client import WrongAnswerError, download
from bench.databases import Databases
from bench.finding import Finding, milliseconds, spaced
from bench.servers import Server, gateway
from bench.streams import COLUMNS, MANY, WIDTH
from schema.jsdc import STAR

FEW = 1000
"""Rows that are asked for first, so that what a format needs once is there before it is measured."""
QUERY = f"SELECT TOP {{}} {COLUMNS} FROM {STAR.qualified}"
MOST = 150.0
"""Megabytes more than before, at most: fixed, however many rows there are."""


async def measure(places: Databases) -> list[Finding]:
    """Ask a server of its own for each format, so that its peak of memory is that format's."""
    findings = []
    for form in FORMATS:
        async with gateway(places.long) as server:
            findings.append(await _measured(server, places, form))
    return findings


async def _measured(server: Server, places: Databases, form: Format) -> Finding:
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
    told = f"{milliseconds(ours)}, first byte {milliseconds(1000 * first)}, {size / 1e6:.0f} MB, memory {more:+.0f} MB"
    title = f"{spaced(rows)} rows × {WIDTH} columns, {form.name}"
    ratio = f"{ours / copy:.2f}× its time"
    return Finding(title, told, "bare COPY, text", milliseconds(copy), ratio, f"≤ +{MOST:.0f} MB", more <= MOST)


async def _begun(server: Server, form: Format) -> None:
    """Ask for a few rows, as soon as the server has found its sources: it counts and maps them as it starts."""
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
    told = {"LANG": "ADQL", "MAXREC": rows, "RESPONSEFORMAT": form.media_type, "QUERY": QUERY.format(rows)}
    return f"GET /tap/sync?{urlencode(told)} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode()


async def _copied(hub: str) -> tuple[int, float]:
    """How many rows a bare COPY sends, and in how many milliseconds."""
    connection = await asyncpg.connect(hub, server_settings={"jit": "off"})

    async def ignore(_block: bytes) -> None:
        await asyncio.sleep(0)

    try:
        start = perf_counter()
        query = f"SELECT {COLUMNS} FROM {STAR.qualified} LIMIT {MANY}"
        told = await connection.copy_from_query(query, output=ignore)
        return int(told.split()[-1]), 1000 * (perf_counter() - start)
    finally:
        await connection.close()
