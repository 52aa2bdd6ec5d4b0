"""The jobs' connections to the hub: a bounded pool that their records and the queue share. Only here psycopg fails."""

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
from planning.errors import Busy, GatewayError, HubUnavailable, Internal

LOG = logging.getLogger(__name__)
Connection = AsyncConnection[Any]
Pool = AsyncConnectionPool[Connection]
SESSION = "-c search_path=uws -c timezone=UTC -c jit=off -c statement_timeout=10s -c synchronous_commit=on"
"""The queue's own functions name their tables without a schema. A job that was accepted outlives a crash of the hub."""
PATIENCE = 5.0
"""Seconds that a connection is waited for."""
TOLD = {
    "options": SESSION, "application_name": "jmmc-gateway-jobs", "connect_timeout": 5,
    "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 6000,
}  # fmt: skip
"""Of every connection; one whose other end is cut off from the network is given up after some ten seconds."""


async def connect(dsn: str) -> Connection:
    """A connection that is no pool's, for listening; raises `psycopg.Error`."""
    return await Connection.connect(dsn, autocommit=True, **TOLD)  # type: ignore[arg-type]


async def open_pool(dsn: str, size: int) -> Pool:
    """Connect as the role of jobs; raises `HubUnavailable`."""
    pool: Pool = AsyncConnectionPool(
        dsn, min_size=1, max_size=size, kwargs=TOLD, open=False, timeout=PATIENCE,
        check=AsyncConnectionPool.check_connection, configure=_each_by_itself,
    )  # fmt: skip
    try:
        await pool.open(wait=True, timeout=PATIENCE)
    except (psycopg.Error, PoolTimeout) as error:
        await pool.close()
        message = "The hub does not let the role of jobs in: check GATEWAY_HUB_JOBS, or run `python -m gateway setup`"
        raise HubUnavailable(message) from error
    return pool


async def _each_by_itself(held: Connection) -> None:
    """Every statement is a transaction, where no other is begun: three times fewer messages."""
    await held.set_autocommit(True)


@asynccontextmanager
async def connection(pool: Pool) -> AsyncIterator[Connection]:
    """One of the pool's connections; raises `GatewayError`, also for what goes wrong inside."""
    try:
        async with pool.connection() as held:
            yield held
    except PoolTimeout as error:
        message = "The hub does not answer the jobs, or too much is asked of them: try again in a few seconds"
        raise Busy(message) from error
    except (psycopg.Error, ConnectorException) as error:
        raise _translated(error) from error


def _translated(error: psycopg.Error | ConnectorException) -> GatewayError:
    if isinstance(error.__cause__ or error, psycopg.OperationalError):
        LOG.warning("the hub does not answer the jobs: %s", error)
        return hub_unavailable()
    if isinstance(error.__cause__ or error, (InsufficientPrivilege, InvalidSchemaName)):
        LOG.error("the role of GATEWAY_HUB_JOBS may not keep jobs: %s", error.__cause__ or error)
        return Internal("The role of GATEWAY_HUB_JOBS may not write where it should: run `python -m gateway setup`")
    LOG.error("a statement of the jobs failed", exc_info=error)
    return Internal("The gateway made a mistake; it has been logged")
