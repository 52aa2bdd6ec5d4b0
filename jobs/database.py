"""Connections of the jobs to the hub: one bounded pool for records and queue. psycopg's errors end here."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection
from psycopg.errors import InsufficientPrivilege, InvalidSchemaName
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from hub.health import hub_unavailable
from hub.sessions import settling
from planning.errors import Busy, GatewayError, HubUnavailable, Internal

LOG = logging.getLogger(__name__)
Connection = AsyncConnection[Any]
Pool = AsyncConnectionPool[Connection]
SESSION = {
    "search_path": "uws",
    "timezone": "UTC",
    "datestyle": "ISO",
    "jit": "off",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "5s",
    "synchronous_commit": "on",
}
"""Settings of each session, made by a statement (`hub.sessions`).

The queue's own functions name their tables without a schema, hence search_path; synchronous_commit lets an
accepted job outlive a crash of the hub. A process that stands still while it chooses a job keeps the others from
choosing, so it loses its transaction before their statements end.
"""
POOL_TIMEOUT = 5.0
"""Seconds to wait for a connection of the pool."""
CONNECTION_OPTIONS = {
    "application_name": "jmmc-gateway-jobs", "connect_timeout": 5,
    "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 6000,
}  # fmt: skip
"""Options of every connection; one cut off from the network is given up after some ten seconds."""


async def connect(dsn: str) -> Connection:
    """Open a connection outside the pool, for LISTEN; the caller closes it. Raises `psycopg.Error`."""
    session = await Connection.connect(dsn, autocommit=True, **CONNECTION_OPTIONS)  # type: ignore[arg-type]
    try:
        await session.execute(settling(SESSION).encode())
    except BaseException:
        await session.close()
        raise
    return session


async def open_pool(dsn: str, size: int) -> Pool:
    """Open a pool of at most `size` connections as the role of jobs; the caller closes it.

    Raises
    ------
    HubUnavailable
        The hub does not answer, or refuses this role.
    """
    pool: Pool = AsyncConnectionPool(
        dsn, min_size=1, max_size=size, kwargs=CONNECTION_OPTIONS, open=False, timeout=POOL_TIMEOUT,
        check=AsyncConnectionPool.check_connection, configure=_prepare,
    )  # fmt: skip
    try:
        await pool.open(wait=True, timeout=POOL_TIMEOUT)
    except (psycopg.Error, PoolTimeout) as error:
        await pool.close()
        advice = "check GATEWAY_HUB_JOBS, or run `python -m gateway setup`"
        message = f"The hub does not let the role of jobs in ({_reason(error)}): {advice}"
        raise HubUnavailable(message) from error
    return pool


async def _prepare(session: Connection) -> None:
    """Make settings, and each statement a transaction of its own unless one is begun: three times fewer messages."""
    await session.set_autocommit(True)
    await session.execute(settling(SESSION).encode())


@asynccontextmanager
async def connection(pool: Pool) -> AsyncIterator[Connection]:
    """Borrow a connection of the pool.

    Raises
    ------
    Busy
        None became free in time.
    HubUnavailable
        The hub does not answer; also raised for a statement inside the context.
    Internal
        A statement failed, or the role may not execute it; logged.
    """
    try:
        async with pool.connection() as session:
            yield session
    except PoolTimeout as error:
        message = "The hub does not answer the jobs, or too much is asked of them: try again in a few seconds"
        raise Busy(message) from error
    except (psycopg.Error, ConnectorException) as error:
        raise _translated(error) from error


def _reason(error: psycopg.Error | PoolTimeout) -> str:
    if isinstance(error, psycopg.ProgrammingError):
        return "its DSN cannot be read"  # the text of the error may be a part of a password
    lines = str(error).splitlines()
    return lines[-1].strip() if lines else type(error).__name__


def _translated(error: psycopg.Error | ConnectorException) -> GatewayError:
    if isinstance(error.__cause__ or error, psycopg.OperationalError):
        LOG.warning("the hub does not answer the jobs: %s", error)
        return hub_unavailable()
    if isinstance(error.__cause__ or error, (InsufficientPrivilege, InvalidSchemaName)):
        LOG.error("the role of GATEWAY_HUB_JOBS may not keep jobs: %s", error.__cause__ or error)
        return Internal("The role of GATEWAY_HUB_JOBS may not write where it should: run `python -m gateway setup`")
    LOG.error("a statement of the jobs failed", exc_info=error)
    return Internal("The gateway made a mistake; it has been logged")
