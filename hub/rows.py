"""From SQL to rows: pools of connections, fetches and streams; asyncpg's errors are translated to ours here, once."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

import anyio
import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

from hub.dependencies import UNKNOWN, record_dependency
from hub.fair_share import FairShare, PoolUse
from hub.health import REMOTE_FAILURES, HealthMonitor, broken, hub_unavailable
from hub.limits import Limits
from hub.quoting import inlined
from hub.refused import refused
from hub.row_counts import RowCounts
from hub.tracing import step
from planning.errors import BadInput, Busy, GatewayError, HubUnavailable, Internal, TimedOut
from planning.instants import stored_instant, zoned_instant, zoneless_instant
from planning.sql import Statement
from schema.catalog import DECLARED
from schema.named_queries import named_query
from schema.space import BODIES, SpatialBackend

LOG = logging.getLogger(__name__)
UNFIT = "A value is not one that its column can be compared with: mind its range and, in like, its escapes"
WRONG = {
    "21000": "A query that stands for one value has more than one row: add a condition, or TOP 1",
    "22003": "A number is too large for its type: in ADQL, CAST what it is made of AS DOUBLE PRECISION",
    "22012": "A number is divided by zero: leave those rows out, or make the zero NULL by CASE",
    "2201B": "A regular expression is not one that PostgreSQL can read",
    "2201E": "A logarithm is taken of zero or less: leave those rows out",
    "2201F": "A root or power is taken of a number that has none: leave those rows out",
    "22P02": "A character string cannot be read as the type that it is to be: in ADQL, mind CAST",
}
"""Messages for errors that depend on the rows, so that no check of the request could find them; by SQLSTATE."""
Record = Sequence[Any]
"""A row: a tuple of values that also answers to column names."""
Connection: TypeAlias = asyncpg.Connection
Pool: TypeAlias = asyncpg.Pool
Sink: TypeAlias = Callable[[bytes], Awaitable[None]]
"""Called with each block of a COPY's output."""
SESSION = {
    "jit": "off",
    "plan_cache_mode": "force_custom_plan",  # postgres_fdw ships more of a plan whose values are known
    "timezone": "UTC",
    "datestyle": "ISO",
    "extra_float_digits": "3",  # numbers in text with all their digits; PostgreSQL 11 writes fifteen of itself
    "default_transaction_read_only": "on",
    "search_path": "",
    "application_name": "jmmc-gateway",
    # The hub looks for its client while it waits for a source, or one that left would leave its statement running.
    "client_connection_check_interval": "500",
}
WATCHING = dict.fromkeys(("application_name", "postgres_fdw.application_name"), "jmmc-gateway-watch")
"""Settings by which administrators of the databases tell the health monitor's sessions from clients' requests."""
SPATIAL_EXTENSION = named_query("hub/rows", "spatial_extension")
"""The spatial extension that a source is indexed with: the first of these that it has."""
BROKEN = ("42P01", "42501", "42703", "3F000")
"""SQLSTATEs of a source whose table is missing, may not be read, or lacks a column that is declared."""
FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, ValueError)
"""Everything that connecting, or a statement on a plain connection, raises."""
UNMADE = ("3F000", "42P01")
"""SQLSTATEs of a hub that was never set up, or for an earlier release: statements name declared tables alone."""
ENDING = 2.0
"""Seconds in which a cancelled statement must end, before its connection is closed."""
RETRY = 2.0
"""Seconds before a direct connection to a source that did not answer is tried again."""


@dataclass(frozen=True, slots=True)
class Pools:
    """Connections to one database, by the time limit of their statements."""

    answers: asyncpg.Pool
    """For results that are fetched as a whole: `Limits.statement_seconds`."""
    streams: asyncpg.Pool
    """For results that are streamed, and for background work: `Limits.stream_seconds`."""


class Hub:
    """Connections to the hub's database and, where their DSNs are given, to sources directly; every pool is bounded."""

    def __init__(self, pools: Pools, watch: HealthMonitor, limits: Limits) -> None:
        self._pools = pools
        self._direct: dict[str, Pools] = {}
        self.limits = limits
        self._opening: list[asyncio.Task[None]] = []
        self._shares = FairShare(watch, limits.acquire_seconds)
        self.health = watch
        self.catalog = DECLARED
        """The tables there are now, for background work: swapped whole when what is published changes."""
        self.left_out: tuple[str, ...] = ()
        """Published tables that are not in `catalog`, since their names are taken: for people, in /health."""
        self.row_counts = RowCounts(self)
        self.bodies: dict[str, SpatialBackend] = {}
        """Spatial extension of each source that is connected to directly, as `planning.sql.statement` wants it."""

    def open_direct(self, dsns: Mapping[str, str]) -> None:
        """Start connecting to these sources, by name; statements go to each directly once it has answered."""
        self._opening = [asyncio.create_task(self._open(name, dsn)) for name, dsn in dsns.items()]

    async def settled(self) -> None:
        """Wait until every source of `open_direct` has answered; one that is down is waited for."""
        await asyncio.gather(*self._opening)

    async def _open(self, source: str, dsn: str) -> None:
        pools = await _pools(dsn, self.limits, self.limits.direct, max(1, self.limits.direct // 2))
        self._direct[source] = pools
        while source not in self.bodies:
            try:
                extensions = await pools.answers.fetch(SPATIAL_EXTENSION, list(BODIES))
                self.bodies[source] = BODIES[extensions[0][0]]
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, IndexError) as error:
                LOG.info("%s is not connected to directly yet: %s", source, type(error).__name__)
                await asyncio.sleep(RETRY)

    async def fetch(self, statement: Statement, seconds: float | None = None) -> list[Record]:
        """Fetch all rows of a statement.

        Parameters
        ----------
        statement
            The statement; it goes to its source directly where it says so.
        seconds
            Time limit; None for that of the pool (`Limits.statement_seconds`).

        Raises
        ------
        GatewayError
            `SourceUnavailable` or `HubUnavailable` where a database does not answer, `Busy` where no connection was
            free in time, `TimedOut`, `BadInput` for a value that PostgreSQL refuses, `Internal` for a defect.
        """
        return await self._fetch(self._read(statement).answers, statement, seconds)

    async def slowly(self, statement: Statement) -> list[Record]:
        """Fetch with the time limit of streams, for background work; raises as `fetch`."""
        return await self._fetch(self._read(statement).streams, statement, None)

    async def _fetch(self, pool: asyncpg.Pool, statement: Statement, seconds: float | None) -> list[Record]:
        async with self._connection(pool, statement) as connection:
            rows: list[Record] = await connection.fetch(statement.text, *statement.values, timeout=seconds)
            return rows

    def _read(self, statement: Statement) -> Pools:
        """The pools of the database that a statement is sent to; no row is read but through here, which records it."""
        record_dependency((UNKNOWN,) if statement.varies else statement.sources)
        return self._direct[statement.sources[0]] if statement.direct else self._pools

    def blocks(self, statement: Statement, options: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        """Stream the output of `COPY (statement) TO STDOUT`, in the blocks that PostgreSQL sends.

        At most four blocks wait for a slow reader. Closing the iterator cancels the statement; `aclosing` does so for
        sure.

        Parameters
        ----------
        statement
            A query; its values are written into the text, since COPY binds none.
        options
            Of asyncpg's `copy_from_query`, as `{"format": "binary"}`.

        Raises
        ------
        GatewayError
            As `fetch`; while the iterator is read.
        """
        pool = self._read(statement).streams

        async def copy(output: Sink) -> None:
            try:
                await self._copy(pool, statement, output, options)
            except GatewayError:
                record_dependency((UNKNOWN,))  # so that nobody keeps what broke off
                raise

        return flowing(copy)

    async def _copy(self, pool: asyncpg.Pool, statement: Statement, output: Sink, options: Mapping[str, Any]) -> None:
        async with self._connection(pool, statement) as connection:
            try:
                await connection.copy_from_query(await inlined(connection, statement), output=output, **options)
            except BaseException:
                # asyncpg takes a COPY cut short for ended before PostgreSQL says so: its connection is spoilt.
                await connection.close(timeout=1)
                raise

    def use(self) -> Iterator[PoolUse]:
        """How many connections each pool has and uses at the moment, for metrics."""
        for name, pools in {"hub": self._pools, **self._direct}.items():
            for what, pool in (("answers", pools.answers), ("streams", pools.streams)):
                yield PoolUse(f"{name}, {what}", pool.get_size(), pool.get_idle_size(), pool.get_max_size())

    async def close(self) -> None:
        """Stop the health monitor and close every connection; statements under way get a second to end."""
        await self.row_counts.stop()
        await self.health.stop()
        for task in self._opening:
            task.cancel()
        every = (self._pools, *self._direct.values())
        await asyncio.gather(*(closed(pool) for pools in every for pool in (pools.answers, pools.streams)))

    @asynccontextmanager
    async def _connection(self, pool: asyncpg.Pool, statement: Statement) -> AsyncIterator[PoolConnectionProxy]:
        for source in statement.sources:
            self.health.require(source)
        try:
            async with self._shares.held(pool, () if statement.direct else statement.sources):
                connection = await self._acquire(pool)
                try:
                    with step("statement", statement.sources), ExitStack() as uses:
                        for source in statement.sources:
                            uses.enter_context(self.health.using(source, connection.terminate))
                        yield connection
                finally:
                    with suppress(TimeoutError):  # PostgreSQL before 18 may lose a cancel, and then waits for 30 s
                        await pool.release(connection, timeout=ENDING)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            raise self._translated(error, statement) from error

    async def _acquire(self, pool: asyncpg.Pool) -> PoolConnectionProxy:
        try:
            return await pool.acquire(timeout=self.limits.acquire_seconds)
        except TimeoutError as error:
            message = "Every connection to the hub is taken: try again in a few seconds"
            raise Busy(message) from error

    def _translated(self, error: Exception, statement: Statement) -> GatewayError:
        state = getattr(error, "sqlstate", None) or ""
        down = [source for source in statement.sources if not self.health.up(source)]
        if down:
            return self.health.unavailable(down[0])
        if isinstance(error, (asyncpg.QueryCanceledError, TimeoutError)):
            return TimedOut("The question took too long: ask for less at once, or add a condition")
        if isinstance(error, asyncpg.DataError) or state.startswith("22") or state in WRONG:
            return BadInput(WRONG.get(state, UNFIT))
        if lost(error) and not statement.direct:
            LOG.warning("a connection to the hub was lost: %s: %s", type(error).__name__, error)
            return hub_unavailable()
        if state in UNMADE and not _at_source(error, statement):
            LOG.error("%s: run `python -m gateway setup`, the hub is not set up for this release", error)
            return HubUnavailable("The gateway's own database is not set up for this release: tell who runs it")
        return self._of_source(error, state, statement)

    def _of_source(self, error: Exception, state: str, statement: Statement) -> GatewayError:
        if (statement.direct and lost(error)) or state.startswith(REMOTE_FAILURES):
            LOG.warning("%s: %s: %s", "+".join(statement.sources), type(error).__name__, error)
            for source in statement.sources:
                self.health.report(source)
            return self.health.unavailable(statement.sources[0])
        if not lost(error) and (too_large := refused(state)):
            LOG.info("refused by PostgreSQL, %s: %s", state, error)
            return too_large
        if state in BROKEN and _at_source(error, statement):
            LOG.error("%s lacks what a statement needs: %s", "+".join(statement.sources), error)
            return broken(statement.sources)
        LOG.error("statement failed: %s", statement.text, exc_info=error)
        return Internal("The gateway made a mistake; it has been logged")


async def flowing(copy: Callable[[Sink], Awaitable[Any]]) -> AsyncGenerator[bytes, None]:
    """The output of a COPY as an iterator: `copy` is called with where to send blocks, of which at most four wait."""
    sender, receiver = anyio.create_memory_object_stream[bytes](4)

    async def run() -> None:
        async with sender:
            await copy(sender.send)

    task = asyncio.create_task(run())
    try:
        async for block in receiver:
            yield block
        await task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, GatewayError):
            await task
        receiver.close()


def _at_source(error: Exception, statement: Statement) -> bool:
    """Whether the error was raised at a source, not at the hub."""
    return statement.direct or "remote SQL" in (getattr(error, "context", None) or "")


def lost(error: Exception) -> bool:
    """Whether our connection is gone. A plain ERROR is not that: the hub raises one where its own, to a source, is."""
    severity = getattr(error, "severity_en", None)
    if severity is not None:
        return bool(severity != "ERROR")
    return isinstance(error, (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError))


async def open_hub(dsn: str, limits: Limits, watch: HealthMonitor, direct: Mapping[str, str] | None = None) -> Hub:
    """Connect to the hub and start the health monitor; the caller closes the hub.

    Parameters
    ----------
    dsn
        The hub, as the role that reads.
    limits
        Sizes of the pools, and time limits.
    watch
        The health monitor, not started yet.
    direct
        DSNs of sources, by name, that a statement goes to directly where it concerns one of them alone. None for none.

    Raises
    ------
    HubUnavailable
        The hub does not answer.
    """
    try:
        pools = await _pools(dsn, limits, limits.connections, limits.streams, least=1)
    except FAILURES as error:
        message = f"The hub does not answer ({type(error).__name__}): check GATEWAY_HUB"
        raise HubUnavailable(message) from error
    watch.start(lambda: _connect(dsn))
    hub = Hub(pools, watch, limits)
    hub.open_direct(direct or {})
    return hub


async def _pools(dsn: str, limits: Limits, answers: int, streams: int, least: int = 0) -> Pools:
    return Pools(
        await _pool(dsn, least, answers, limits.statement_seconds),
        await _pool(dsn, least, streams, limits.stream_seconds),
    )


async def _pool(dsn: str, least: int, size: int, seconds: float) -> asyncpg.Pool:
    # Without `reset`, asyncpg asks RESET ALL and three more of each connection given back: half of a by-key request.
    return await asyncpg.create_pool(
        dsn,
        min_size=least,
        max_size=size,
        init=_prepare,
        reset=keep,
        command_timeout=seconds + 2,
        timeout=2,
        server_settings=SESSION | {"statement_timeout": str(round(seconds * 1000))},
        statement_cache_size=256,
        max_inactive_connection_lifetime=300,
    )


async def closed(pool: asyncpg.Pool) -> None:
    """Close a pool: statements under way get a second to end, and are then cut off."""
    try:
        await asyncio.wait_for(pool.close(), 1)
    except TimeoutError:
        pool.terminate()


async def keep(_connection: asyncpg.Connection) -> None:
    """No session state is ever left on a connection: settings are made at connection, transactions are implicit."""


async def _prepare(connection: asyncpg.Connection) -> None:
    # float4 in text, or 0.38144228 becomes 0.38144227862358093; JSON passes through as it is. The driver's own times
    # fail for a year after 9999, and its infinities are years 1 and 9999; these take as long (0.6 µs a cell).
    await connection.set_type_codec("float4", schema="pg_catalog", encoder=repr, decoder=float, format="text")
    for name, decoder in (("timestamptz", zoned_instant), ("timestamp", zoneless_instant)):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=stored_instant, decoder=decoder, format="tuple"
        )
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=orjson.Fragment, format="text")


async def _connect(dsn: str) -> asyncpg.Connection:
    return await asyncpg.connect(dsn, server_settings=SESSION | WATCHING, timeout=2)


async def connect(dsn: str, settings: Mapping[str, str] | None = None) -> Connection:
    """A plain connection, for setting databases up and examining them; the caller closes it.

    `settings` are PostgreSQL's of the session, by name; None leaves those of the role and the server. Raises what the
    driver raises, which `FAILURES` lists, as do its statements.
    """
    return await asyncpg.connect(dsn, server_settings=settings, timeout=10)
