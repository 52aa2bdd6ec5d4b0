"""A PostgreSQL for these tests alone, with a table of every scalar and the values that break writers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import nasty
import pytest

from localpg.binaries import find_binaries
from localpg.cluster import Cluster

UTF16 = Path(__file__).parents[2] / "sql/hub/utf16.sql"
SESSION = {"jit": "off", "timezone": "UTC", "search_path": ""}


@pytest.fixture(scope="session")
def scratch() -> Iterator[Cluster]:
    with Cluster(find_binaries()) as started:
        yield started


@pytest.fixture(scope="session")
async def connection(scratch: Cluster) -> AsyncIterator[asyncpg.Connection]:
    """A session set up as the gateway's are, in a database that holds the nasty table."""
    connection = await asyncpg.connect(**scratch.address("postgres"), server_settings=SESSION)
    await connection.execute(UTF16.read_text())
    await connection.execute(nasty.DDL)
    await connection.executemany(nasty.INSERT, nasty.ROWS)
    yield connection
    await connection.close()
