"""Writing to the hub, as a role that may: one connection for batches, a pool for requests of users; COPY both ways."""

import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from io import BytesIO
from typing import Any

import asyncpg

from hub.connections import ENDING, closed, ended
from hub.dependencies import UNKNOWN, record_dependency
from hub.driver_errors import CONNECTION, RAISED, lost
from hub.flow import Sink, flowing
from hub.health import hub_unavailable
from hub.limits import PART
from hub.pools import keep
from hub.refused import refused
from hub.rows import FAILURES, UNMADE, Connection, Pool, Record
from hub.sessions import SESSION, PoolingError, reason, require_sessions, settle
from hub.shares import Share, Turns, holder
from hub.version_reader import REMOTE_FAILURES
from planning.errors import BadInput, Busy, GatewayError, HubUnavailable, Internal, SourceUnavailable, TimedOut

LOG = logging.getLogger(__name__)
REPEATED = "23505"
"""SQLSTATE of a value that a unique index has already."""
PATIENCE = 5.0
"""Seconds to wait for a connection of `Writers`, before `Busy`."""


class Writer:
    """One connection to the hub as a role that may write there; whoever opened it closes it.

    Its methods raise what the driver raises; within `transaction`, or `held` of `Writers`, that becomes `GatewayError`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def transaction(self, source: str) -> AbstractAsyncContextManager[None]:
        """A transaction that also reads this source, rolled back on any error; raises `GatewayError`."""
        return transaction(self._connection, source)

    async def run(self, text: str, *values: Any) -> int:
        """Run a statement, or several if there are no values; returns how many rows the last one wrote, 0 for DDL."""
        tag: str = await self._connection.execute(text, *values)
        count = tag.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def fetch(self, text: str, *values: Any) -> list[Record]:
        """All rows of a statement."""
        rows: list[Record] = await self._connection.fetch(text, *values)
        return rows

    async def read(self, query: str) -> bytes:
        """The whole output of a binary COPY of a query."""
        read = bytearray()

        async def take(block: bytes) -> None:
            read.extend(block)

        await self._connection.copy_from_query(query, output=take, format="binary")
        return bytes(read)

    def blocks(self, query: str) -> AsyncIterator[bytes]:
        """The output of a binary COPY of a query, in blocks as they come; closing the iterator cancels it."""

        async def copy(output: Sink) -> None:
            await self._connection.copy_from_query(query, output=output, format="binary")

        return flowing(copy)

    async def copy(self, relation: str, columns: Sequence[str], rows: bytes | AsyncIterator[bytes]) -> None:
        """Add rows to a relation (`schema.name`) from the input of a binary COPY."""
        schema_name, _, table = relation.partition(".")
        source = BytesIO(rows) if isinstance(rows, bytes) else rows
        await self._connection.copy_to_table(
            table, source=source, columns=columns, schema_name=schema_name, format="binary"
        )

    async def add(self, relation: str, columns: Sequence[str], rows: Iterable[Record]) -> None:
        """Add rows, as tuples in the order of `columns`, to a relation (`schema.name`)."""
        schema_name, _, table = relation.partition(".")
        await self._connection.copy_records_to_table(table, records=rows, columns=columns, schema_name=schema_name)

    async def close(self) -> None:
        """Close the connection, within a second, whatever it is doing."""
        await left(self._connection)


class Writers:
    """A bounded pool of such connections, of which one client holds a part; whoever opened it closes it."""

    def __init__(self, pool: Pool, part: float = PART) -> None:
        self._pool = pool
        self._turns = Turns(Share("tables being written to the hub", pool.get_max_size(), part))

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Writer]:
        """Hold one connection, each statement a transaction of its own.

        Raises `ShareTaken` or `Busy` where none is free in time, and `GatewayError` for what the driver raises inside.
        """
        async with self._connection() as connection:
            yield Writer(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Writer]:
        """Hold one connection in a transaction, which is rolled back on any error; raises as `held`."""
        async with self._connection() as connection, connection.transaction():
            yield Writer(connection)

    @property
    def share(self) -> Share:
        """What clients hold of it."""
        return self._turns.clients

    async def close(self) -> None:
        """Close every connection; statements under way get a second to end."""
        await closed(self._pool)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        async with self._turns.held(holder(), PATIENCE), lent(self._pool, PATIENCE) as connection:
            yield connection


async def open_writers(dsn: str, size: int, seconds: float, part: float = PART) -> Writers:
    """Open a pool of up to `size` connections as the role that writes for users; raises `HubUnavailable`.

    `seconds` is the time limit of each statement, `part` what one client may hold of the pool.
    """
    return Writers(await write_pool(dsn, size, seconds), part)


async def open_writer(dsn: str, seconds: float) -> Writer:
    """Open one connection as the role that writes; `seconds` limits each statement. Raises `HubUnavailable`."""
    return Writer(await writing(dsn, seconds))


async def writing(dsn: str, seconds: float) -> Connection:
    """The driver's connection under `open_writer`."""
    settings = _settings(seconds) | {"work_mem": "64MB"}
    try:
        await require_sessions(dsn, "writing")
        connection = await asyncpg.connect(dsn, timeout=10)
        await settle(connection, settings)
        return connection
    except (PoolingError, *FAILURES) as error:
        message = f"The hub does not answer as it should ({reason(error)}): check GATEWAY_HUB_WRITER"
        raise HubUnavailable(message) from error


async def write_pool(dsn: str, size: int, seconds: float) -> asyncpg.Pool:
    """The driver's pool under `open_writers`."""
    settings = _settings(seconds) | {"application_name": "jmmc-gateway-jobs"}

    async def prepare(connection: Connection) -> None:
        await settle(connection, settings)

    try:
        await require_sessions(dsn, "writing")
        return await asyncpg.create_pool(
            dsn, min_size=1, max_size=size, init=prepare, reset=keep, timeout=10,
            command_timeout=seconds + 2, max_inactive_connection_lifetime=300,
        )  # fmt: skip
    except (PoolingError, *FAILURES) as error:
        message = f"The hub does not answer as it should ({reason(error)}): check GATEWAY_HUB_JOBS"
        raise HubUnavailable(message) from error


def _settings(seconds: float) -> dict[str, str]:
    return SESSION | {"default_transaction_read_only": "off", "statement_timeout": str(round(seconds * 1000))}


@asynccontextmanager
async def lent(pool: asyncpg.Pool, seconds: float) -> AsyncIterator[Connection]:
    """A connection of a pool, waited for at most so many seconds; raises `Busy`, `GatewayError`.

    What is read on it belongs to no source: an answer made of it is not cached.
    """
    record_dependency((UNKNOWN,))
    try:
        connection = await pool.acquire(timeout=seconds)
    except TimeoutError as error:
        message = "Everything that writes to the hub is at work: try again in a few seconds"
        raise Busy(message) from error
    except CONNECTION as error:
        raise hub_unavailable() from error
    well = False
    try:
        yield connection
        well = True
    except RAISED as error:
        raise _unwritten(error) from error
    finally:
        with suppress(*RAISED):  # whatever becomes of the connection: what was done on it is
            await ended(connection, well=well)
        with suppress(*RAISED):
            await pool.release(connection, timeout=ENDING)


def _unwritten(error: Exception) -> GatewayError:
    state = str(getattr(error, "sqlstate", ""))
    if state == REPEATED:
        return BadInput("A value is there already, in a column where each may be there once")
    if state.startswith("22"):
        return BadInput(f"A value is not one that its column can hold: {error}")
    if not lost(error) and (too_large := refused(state)):
        LOG.warning("refused by PostgreSQL, %s: %s", state, error)
        return too_large
    role = "The role of GATEWAY_HUB_JOBS may not write where it should: run `python -m gateway setup`"
    return _translated(error, role, "Writing to the hub took too long")


def _translated(error: Exception, role: str, late: str) -> GatewayError:
    """Our error; `role` is its message where the role may not write, `late` where time ran out."""
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return Internal(role)
    if isinstance(error, (asyncpg.QueryCanceledError, TimeoutError)):
        return TimedOut(late)
    if lost(error):
        return _absent(error)
    if str(getattr(error, "sqlstate", "")) in UNMADE:
        return HubUnavailable(f"The hub is not set up for this release, run `python -m gateway setup`: {error}")
    LOG.error("writing to the hub failed", exc_info=error)
    return Internal("The gateway made a mistake; it has been logged")


def _absent(error: Exception) -> GatewayError:
    LOG.warning("the hub does not take what is written: %s: %s", type(error).__name__, error)
    return hub_unavailable()


@asynccontextmanager
async def transaction(connection: Connection, source: str) -> AsyncIterator[None]:
    """A transaction that also reads a source, rolled back on any error; raises `GatewayError`."""
    try:
        async with connection.transaction():
            yield
    except RAISED as error:
        raise _failed(error, source) from error


async def left(connection: Connection) -> None:
    """Close a connection within a second, whatever it is doing; no error of the driver is raised."""
    with suppress(*RAISED):
        await connection.close(timeout=1)


def _failed(error: Exception, source: str) -> GatewayError:
    if not lost(error) and str(getattr(error, "sqlstate", "")).startswith(REMOTE_FAILURES):
        return SourceUnavailable(f"A source of this batch ({source} or JSDC) does not answer", source)
    role = "The role of GATEWAY_HUB_WRITER may not write to the schema crossid: gateway_identity may"
    return _translated(error, role, f"{source} took too long")
