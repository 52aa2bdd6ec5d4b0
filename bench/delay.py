"""A distance: a socket that passes everything on to a PostgreSQL, each way so many milliseconds later.

`python -m bench.delay DIRECTORY FROM-PORT TO-SOCKET MILLISECONDS` listens on `DIRECTORY/.s.PGSQL.FROM-PORT`.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

BLOCK = 262_144


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Pass blocks on, each after its time; several may be on their way."""
    loop = asyncio.get_running_loop()
    arrivals: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def arrive() -> None:
        while True:
            due, block = await arrivals.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not block:
                writer.close()
                return
            writer.write(block)
            await writer.drain()

    arriving = asyncio.create_task(arrive())
    while block := await reader.read(BLOCK):
        arrivals.put_nowait((loop.time() + seconds, block))
    arrivals.put_nowait((loop.time() + seconds, b""))
    await arriving


async def _between(target: str, seconds: float, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
    far, forth = await asyncio.open_unix_connection(target)
    await asyncio.gather(_pass(near, forth, seconds), _pass(far, back, seconds), return_exceptions=True)


async def _serve(directory: str, port: str, target: str, milliseconds: str) -> None:
    path = Path(directory) / f".s.PGSQL.{port}"
    server = await asyncio.start_unix_server(partial(_between, target, float(milliseconds) / 2000), path)
    path.chmod(0o777)
    print("listening", flush=True)
    await server.serve_forever()


@asynccontextmanager
async def distance(socket_directory: str, port: int, milliseconds: float) -> AsyncIterator[str]:
    """A PostgreSQL's socket directory, but a round trip of so many milliseconds away."""
    with TemporaryDirectory(prefix="far-", dir="/tmp") as directory:  # a socket's path is short
        os.chmod(directory, 0o755)  # noqa: PTH101, S103 - the hub's server is another user
        target = f"{socket_directory}/.s.PGSQL.{port}"
        command = [sys.executable, "-m", "bench.delay", directory, str(port), target, str(milliseconds)]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=dict(os.environ))
        try:
            assert process.stdout  # noqa: S101 - told to mypy
            await process.stdout.readline()
            yield directory
        finally:
            process.terminate()
            await process.wait()


if __name__ == "__main__":
    uvloop.run(_serve(*sys.argv[1:5]))
