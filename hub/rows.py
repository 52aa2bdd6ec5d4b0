"""From SQL to rows: pools of connections, fetches and streams; asyncpg's errors are translated to ours here, once."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from hub.collations import CollationWatch
from hub.connections import Connections
from hub.dependencies import UNKNOWN, record_dependency, record_releases
from hub.driver_errors import RAISED, lost
from hub.ending import ended
from hub.extents import Extents
from hub.flow import Sink, flowing
from hub.health import HealthMonitor, broken, hub_unavailable
from hub.kept_rows import KeptRows
from hub.limits import Limits
from hub.measure import copy_measured, measured
from hub.pool_turns import PoolTurns, PoolUse
from hub.pools import Pools, open_pools, set_for_one, spatial_body, watching
from hub.quoting import inlined
from hub.refused import refused
from hub.row_counts import RowCounts
from hub.sessions import PoolingError, reason, require_sessions, settle
from hub.shares import Share
from hub.tracing import step
from hub.version_reader import REMOTE_FAILURES
from planning.errors import BadInput, Busy, GatewayError, HubUnavailable, Internal, TimedOut
from planning.routing import UNKNOWN as NOTHING_KNOWN
from planning.sql import Statement
from schema.catalog import DECLARED, SOURCES
from schema.table import PUBLISHED, USER

if TYPE_CHECKING:
    from hub.source_writer import SourceWriter  # which translates errors of the driver by functions of this module

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
BROKEN = ("42P01", "42501", "42703", "3F000")
"""SQLSTATEs of a source whose table is missing, may not be read, or lacks a column that is declared."""
FAILURES = (*RAISED, ValueError)
"""Everything that connecting, or a statement on a plain connection, raises."""
UNMADE = ("3F000", "42P01")
"""SQLSTATEs of a hub that was never set up, or for an earlier release: statements name declared tables alone."""
REPUBLISHED = ("42P01", "42703", "42804", "42883", "0A000")
"""SQLSTATEs of a published table that is gone, or has other columns or types than when the statement was written."""
RETRY = 2.0
"""Seconds before a direct connection to a source that did not answer is tried again."""


class Hub:
    """Connections to the hub's database and, where their DSNs are given, to sources directly; every pool is bounded."""

    def __init__(self, pools: Pools, watch: HealthMonitor, limits: Limits) -> None:
        self._pools = pools
        self._direct: dict[str, Pools] = {}
        self.limits = limits
        self._opening: list[asyncio.Task[None]] = []
        self._turns = PoolTurns(watch, limits.acquire_seconds, limits.share)
        self.health = watch
        self.catalog = DECLARED
        """The tables there are now, for background work: swapped whole when what is published changes."""
        self.writers: dict[str, SourceWriter] = {}
        """What writes to sources, by name; none of those that this gateway only reads."""
        self.left_out: tuple[str, ...] = ()
        """Published tables that are not in `catalog`, since their names are taken: for people, in /health."""
        self.row_counts = RowCounts(self)
        self.extents = Extents(self)
        self.kept = KeptRows(watch, self.fetch, self._record)
        """Rows found by a key, for the next request that looks for them."""
        self.databases = NOTHING_KNOWN
        """What is known of the databases, as `planning.sql.statement` wants it: it grows as they answer."""
        self.collations = CollationWatch(pools.answers, watch, self._order_learnt)

    def open_direct(self, dsns: Mapping[str, str]) -> None:
        """Start connecting to these sources, by name; statements go to each directly once it has answered."""
        self._opening = [asyncio.create_task(self._open(name, dsn)) for name, dsn in dsns.items()]

    async def settled(self) -> None:
        """Wait until every source of `open_direct` has answered, and every database has told how it sorts text.

        One that is down is waited for.
        """
        await asyncio.gather(*self._opening, self.collations.settled())

    def _order_learnt(self, name: str, *, bytewise: bool) -> None:
        self.databases = self.databases.with_order(name, bytewise=bytewise)

    async def _open(self, source: str, dsn: str) -> None:
        said = ""
        while source not in self._direct:
            try:
                await self._connect_directly(source, dsn)
            except (PoolingError, *FAILURES) as error:
                if said != (said := reason(error)):
                    LOG.warning("%s is asked through the hub, not directly: %s", source, said)
                await asyncio.sleep(RETRY)

    async def _connect_directly(self, source: str, dsn: str) -> None:
        pools = await open_pools(dsn, self.limits, self.limits.direct, self.limits.direct)
        try:
            body = await spatial_body(pools.answers, SOURCES[source])
        except BaseException:
            await pools.close()
            raise
        self._direct[source] = pools
        self.databases = self.databases.with_backend(source, body)

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

    async def _fetch(self, pool: Connections, statement: Statement, seconds: float | None) -> list[Record]:
        async with self._connection(pool, statement) as connection:
            rows: list[Record] = await connection.fetch(statement.text, *statement.values, timeout=seconds)
            return rows

    def _read(self, statement: Statement) -> Pools:
        """The pools of the database that a statement is sent to; no row is read but through here, which records it."""
        self._record(statement)
        return self._direct[statement.sources[0]] if statement.direct else self._pools

    @staticmethod
    def _record(statement: Statement) -> None:
        record_dependency((UNKNOWN,) if statement.varies else statement.sources)
        if statement.dated:
            record_releases(statement.sources)

    def blocks(self, statement: Statement, options: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        """Stream the output of `COPY (statement) TO STDOUT`, in the blocks that PostgreSQL sends.

        At most four blocks wait for a slow reader. Closing the iterator cancels the statement; `aclosing` does so for
        sure. Many rows of a statement that says how they are measured may come after a block of figures
        (`hub.measure`).

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
        pools = self._read(statement)
        rows = self._flowing(partial(self._copy, pools.streams, statement, options=options))
        if not statement.measure or pools.transactional:
            return rows

        def again(seconds: float) -> AsyncGenerator[bytes, None]:
            return self._flowing(partial(self._measured, pools.streams, statement, options=options, seconds=seconds))

        return measured(rows, again)

    @staticmethod
    def _flowing(copied: Callable[[Sink], Awaitable[None]]) -> AsyncGenerator[bytes, None]:
        async def copy(output: Sink) -> None:
            try:
                await copied(output)
            except GatewayError:
                record_dependency((UNKNOWN,))  # so that nobody keeps what broke off
                raise

        return flowing(copy)

    async def _copy(self, pool: Connections, statement: Statement, output: Sink, options: Mapping[str, Any]) -> None:
        async with self._copying(pool, statement) as connection:
            await connection.copy_from_query(await inlined(connection, statement), output=output, **options)

    async def _measured(
        self, pool: Connections, statement: Statement, output: Sink, options: Mapping[str, Any], seconds: float
    ) -> None:
        async with self._copying(pool, statement) as connection:
            await copy_measured(connection, statement, output, options, seconds)

    @asynccontextmanager
    async def _copying(self, pool: Connections, statement: Statement) -> AsyncIterator[PoolConnectionProxy]:
        async with self._connection(pool, statement, streamed=True) as connection:
            try:
                yield connection
            except BaseException:
                # asyncpg takes a COPY cut short for ended before PostgreSQL says so: its connection is spoilt.
                await connection.close(timeout=1)
                raise

    def use(self) -> Iterator[PoolUse]:
        """How many connections each pool has and uses at the moment, for metrics."""
        for name, pools in {"hub": self._pools, **self._direct}.items():
            for what, pool in (("answers", pools.answers), ("streams", pools.streams)):
                yield PoolUse(f"{name}, {what}", pool.size, pool.idle, pool.largest)

    def shares(self) -> Iterator[tuple[str, Share]]:
        """What clients hold of each pool, by its name."""
        for name, pools in {"hub": self._pools, **self._direct}.items():
            for what, pool in (("answers", pools.answers), ("streams", pools.streams)):
                yield f"connections: {name}, {what}", self._turns.shares(pool)

    async def close(self) -> None:
        """Stop the health monitor and close every connection; statements under way get a second to end."""
        await self.extents.stop()
        await self.row_counts.stop()
        await self.health.stop()
        await self.collations.stop()
        await ended(self._opening)
        await asyncio.gather(*(pools.close() for pools in (self._pools, *self._direct.values())))
        await asyncio.gather(*(writer.close() for writer in self.writers.values()))

    @asynccontextmanager
    async def _connection(
        self, pool: Connections, statement: Statement, *, streamed: bool = False
    ) -> AsyncIterator[PoolConnectionProxy]:
        for source in statement.sources:
            self.health.require(source)
        try:
            async with self._turns.held(pool, () if statement.direct else statement.sources, streamed=streamed):
                connection, well = await self._lend(pool), False
                try:
                    used = self.health.using(statement.sources, connection.terminate)
                    with step("statement", statement.sources), used:
                        await set_for_one(connection, statement.settings)
                        yield connection
                        well = True
                finally:
                    await pool.give_back(connection, well=well)
        except RAISED as error:
            raise self._translated(error, statement) from error

    async def _lend(self, pool: Connections) -> PoolConnectionProxy:
        try:
            return await pool.lend(self.limits.acquire_seconds)
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
        if not _at_source(error, statement) and (known := _of_hub(error, state, statement)):
            return known
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


def _of_hub(error: Exception, state: str, statement: Statement) -> GatewayError | None:
    """The error of a hub that lacks what a statement names; None for other errors."""
    if state in REPUBLISHED and {PUBLISHED, USER} & set(statement.sources):
        LOG.info("of what is published, or kept by users: %s", error)
        return HubUnavailable("A table of this query has just been replaced or removed: ask again in a few seconds")
    if state in UNMADE:
        LOG.error("%s: run `python -m gateway setup`, the hub is not set up for this release", error)
        return HubUnavailable("The gateway's own database is not set up for this release: tell who runs it")
    return None


def _at_source(error: Exception, statement: Statement) -> bool:
    """Whether the error was raised at a source, not at the hub."""
    return statement.direct or "remote SQL" in (getattr(error, "context", None) or "")


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
        pools = await open_pools(dsn, limits, limits.connections, limits.streams, least=1)
    except (PoolingError, *FAILURES) as error:
        message = f"The hub does not answer as it should ({reason(error)}): check GATEWAY_HUB"
        raise HubUnavailable(message) from error
    # One of them may be behind a pool of transactions, and is asked little: each statement brings its settings.
    told = {name: partial(watching, where, transactional=True) for name, where in (direct or {}).items()}
    watch.start(partial(watching, dsn, transactional=pools.transactional), told)
    hub = Hub(pools, watch, limits)
    hub.open_direct(direct or {})
    hub.collations.start()
    return hub


async def connect(dsn: str, settings: Mapping[str, str] | None = None) -> Connection:
    """A plain connection, for setting databases up and examining them; the caller closes it.

    `settings` are PostgreSQL's of the session, by name; None leaves those of the role and the server. Raises what the
    driver raises, which `FAILURES` lists, as do its statements.
    """
    connection = await asyncpg.connect(dsn, timeout=10, statement_cache_size=0)
    if settings:
        await settle(connection, settings)
    return connection


async def listening(dsn: str) -> Connection:
    """A plain connection for LISTEN; raises also `PoolingError`, before a pooler that passes no notifications on."""
    await require_sessions(dsn, "LISTEN")
    return await connect(dsn)
