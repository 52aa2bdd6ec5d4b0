"""A connection that is given back serves the next statement, whatever became of the last."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
import pytest_asyncio

from hub.connections import Connections
from hub.limits import Limits
from hub.pools import open_pools
from hub.rows import connect
from hub.sessions import BACKEND
from sample.federation import Federation

SECONDS = 0.4
"""Time limit of a statement."""


@pytest_asyncio.fixture
async def connections(federation: Federation) -> AsyncIterator[Connections]:
    """One connection."""
    pools = await open_pools(federation.hub, Limits(statement_seconds=SECONDS), 1, 1)
    yield pools.answers
    await pools.close()


async def refused_value(connections: Connections, _: pytest.MonkeyPatch) -> None:
    """The driver refuses to encode it, when the statement is prepared already."""
    with pytest.raises(asyncpg.DataError):
        await connections.fetch("SELECT $1::integer", 2**31)


async def left(connections: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client leaves when the statement is prepared and its values are not sent yet."""
    prepare = asyncpg.Connection._get_statement  # noqa: SLF001 - between this and the values nothing else is called

    async def prepare_and_leave(*values: object, **options: object) -> None:
        await prepare(*values, **options)
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(asyncpg.Connection, "_get_statement", prepare_and_leave)
        with pytest.raises(asyncio.CancelledError):
            await connections.fetch("SELECT $1::integer", 1)


@pytest.mark.parametrize("broken_off", [refused_value, left])
async def test_the_time_of_a_statement_that_broke_off_ends_with_it(
    connections: Connections,
    monkeypatch: pytest.MonkeyPatch,
    broken_off: Callable[[Connections, pytest.MonkeyPatch], Awaitable[None]],
) -> None:
    before = (await connections.fetch(BACKEND))[0][0]
    await broken_off(connections, monkeypatch)
    await asyncio.sleep(1.5 * SECONDS)
    assert (await connections.fetch(BACKEND))[0][0] == before


async def test_one_that_the_server_closed_is_lent_to_nobody(connections: Connections, federation: Federation) -> None:
    closed = (await connections.fetch(BACKEND))[0][0]
    owner = await connect(federation.owner)
    try:
        await owner.fetchval("SELECT pg_terminate_backend($1, 5000)", closed)
    finally:
        await owner.close()
    await asyncio.sleep(0.1)
    assert (await connections.fetch(BACKEND))[0][0] != closed
