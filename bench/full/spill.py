"""The temporary files that a server has at once while questions are asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import asyncpg

PERIOD = 0.25
"""Seconds between two looks."""
SIZE = "SELECT coalesce(sum(size), 0)::bigint FROM pg_ls_tmpdir()"


@dataclass(slots=True)
class Spill:
    """Bytes of temporary files."""

    most: int = 0
    """The most at once, of all databases of the server."""


@asynccontextmanager
async def spilling(owner: str) -> AsyncIterator[Spill]:
    """While inside, look at the temporary files of the server that this DSN leads to, as a superuser."""
    spill = Spill()
    connection = await asyncpg.connect(owner)
    task = asyncio.create_task(_look(connection, spill))
    try:
        yield spill
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        connection.terminate()


async def _look(connection: asyncpg.Connection, spill: Spill) -> None:
    while True:
        spill.most = max(spill.most, await connection.fetchval(SIZE))
        await asyncio.sleep(PERIOD)
