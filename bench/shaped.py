"""A slow line: a port that passes everything on to another, back at so many megabits a second.

`python -m bench.shaped FROM-PORT TO-PORT MEGABITS` listens on 127.0.0.1.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

import uvloop

from bench.servers import free_port

BLOCK = 16_384
LATE = 0.02
"""Seconds that may be caught up with: timers are no more exact than milliseconds."""


async def _forth(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while block := await reader.read(BLOCK):
        writer.write(block)
        await writer.drain()


async def _back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rate: float) -> None:
    """Pass blocks on at `rate` bytes a second; what is not read yet waits at the sender, as it would on a line."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while block := await reader.read(BLOCK):
        due = max(due, loop.time() - LATE) + len(block) / rate
        await asyncio.sleep(max(0.0, due - loop.time()))
        writer.write(block)
        await writer.drain()
    writer.close()


async def _between(target: int, rate: float, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
    far, forth = await asyncio.open_connection("127.0.0.1", target, limit=BLOCK)
    sending = asyncio.create_task(_forth(near, forth))
    try:
        await _back(far, back, rate)
    finally:
        sending.cancel()
        forth.close()


async def _serve(port: str, target: str, megabits: str) -> None:
    passing = partial(_between, int(target), float(megabits) * 1e6 / 8)
    server = await asyncio.start_server(passing, "127.0.0.1", int(port))
    print("listening", flush=True)
    await server.serve_forever()


@asynccontextmanager
async def line(url: str, megabits: float) -> AsyncIterator[str]:
    """The address of a server at the other end of a line of so many megabits a second."""
    port = free_port()
    command = [sys.executable, "-m", "bench.shaped", str(port), str(urlsplit(url).port), str(megabits)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=dict(os.environ))
    try:
        assert process.stdout  # noqa: S101 - told to mypy
        await process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    uvloop.run(_serve(*sys.argv[1:4]))
