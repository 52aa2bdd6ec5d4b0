"""Sessions of PostgreSQL and their settings, whatever stands between: nothing, or a pooler as PgBouncer.

Settings are made by a statement, not by parameters of the connection, of which PgBouncer refuses or ignores most. A
pooler that lends a server's session for as long as a client is connected changes nothing else. One that lends it for a
transaction (`pool_mode = transaction`) keeps neither settings nor prepared statements from one to the next: there, each
statement is in a transaction of its own that begins with all settings, which takes a message before it and one after.
"""

from collections.abc import Mapping
from typing import Any

import asyncpg

from hub.quoting import quoted
from schema.named_queries import named_query

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
CONNECTING = 2.0
"""Seconds that a connection may take, and each look at it."""
BACKEND = "SELECT pg_backend_pid()"
UNSETTLED = named_query("hub/sessions", "unsettled")
LOOKS = 3
"""How often two connections are looked at."""
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
"""SQL: the beginning of a transaction that only reads, and sees no later change."""
END = "ROLLBACK"
"""SQL: the end of a transaction that only read."""


class PoolingError(Exception):
    """A database cannot be used through the pooler before it; the message says why and what would be right."""


class TransactionConnection:
    """A connection through a pooler of transactions, each of whose statements begins with these settings."""

    def __init__(self, connection: asyncpg.Connection, settings: Mapping[str, str]) -> None:
        self._connection = connection
        self._begin = beginning(settings)

    async def fetch(self, query: str, *values: Any) -> Any:
        """All rows of a statement that reads; raises what the driver raises."""
        try:
            await self._connection.execute(self._begin)
            return await self._connection.fetch(query, *values)
        finally:
            if self._connection.is_in_transaction():
                await self._connection.execute(END)

    def is_closed(self) -> bool:
        """Whether it is closed."""
        return bool(self._connection.is_closed())

    def terminate(self) -> None:
        """Close it at once."""
        self._connection.terminate()


def settling(settings: Mapping[str, str], *, local: bool = False) -> str:
    """SQL that makes settings, for the session or, with `local`, until the transaction ends."""
    calls = (f"set_config({quoted(name)}, {quoted(value)}, {str(local).lower()})" for name, value in settings.items())
    return f"SELECT {', '.join(calls)}"


def beginning(settings: Mapping[str, str]) -> str:
    """SQL that begins a transaction which only reads, with these settings; all that it reads is of one snapshot."""
    return f"{SNAPSHOT}; {settling(settings, local=True)}"


async def lends_transactions(dsn: str) -> bool:
    """Whether a pooler stands before a database that lends its sessions for single transactions.

    A pooler makes up the process number that a connection is told at its start. Of two connections, each then has a
    session of its own as long as it is connected, or they have any that is free. Raises what the driver raises.
    """
    first = await _bare(dsn)
    try:
        if await _backend(first) == first.get_server_pid():
            return False
        second = await _bare(dsn)
        try:
            return await _exchanged(first, second)
        finally:
            second.terminate()
    finally:
        first.terminate()


async def settle(connection: asyncpg.Connection, settings: Mapping[str, str], seconds: float = CONNECTING) -> None:
    """Make settings of a new session; where that fails, the connection is closed and the driver's error raised."""
    try:
        await connection.execute(settling(settings), timeout=seconds)
    except BaseException:
        connection.terminate()
        raise


async def require_settings(connection: Any, settings: Mapping[str, str]) -> None:
    """Check that settings are in force; raises `PoolingError`, which names those that are not."""
    lost = await connection.fetch(UNSETTLED, list(settings), list(settings.values()))
    if lost:
        names = ", ".join(row[0] for row in lost)
        message = f"what its sessions are told is lost on the way ({names}): its pooler must keep it, or be left out"
        raise PoolingError(message)


async def require_sessions(dsn: str, what: str) -> None:
    """Check that no pooler lends single transactions where `what` needs sessions; raises `PoolingError`."""
    if await lends_transactions(dsn):
        need = f"{what} needs sessions: have it lend those (pool_mode = session), or leave it out"
        message = f"the pooler before it lends single transactions, and {need}"
        raise PoolingError(message)


def reason(error: BaseException) -> str:
    """Why a database could not be connected to, as a sentence for the log; it has no password."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ValueError) and not isinstance(error, asyncpg.PostgresError):
        # The text of the error may be a part of a password.
        return "its DSN cannot be read, in whose password what is no letter and no digit is written as %40 and the like"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return next(iter(str(error).splitlines()), "") or type(error).__name__


async def _exchanged(first: asyncpg.Connection, second: asyncpg.Connection) -> bool:
    """Whether a connection is given another session, as it is when that which it had is kept for a transaction."""
    own, others = set(), set()
    for _ in range(LOOKS):
        own |= {await _backend(first), await _backend(first)}  # a pooler that takes turns gives two
        await second.execute("BEGIN", timeout=CONNECTING)
        others.add(await _backend(second))
        try:
            own.add(await _backend(first))
        except TimeoutError:  # there is no more than one session, and the other has it
            return True
        await second.execute(END, timeout=CONNECTING)
    return len(own) > 1 or len(others) > 1 or own == others


async def _bare(dsn: str) -> asyncpg.Connection:
    return await asyncpg.connect(dsn, timeout=CONNECTING, statement_cache_size=0)


async def _backend(connection: asyncpg.Connection) -> int:
    return int(await connection.fetchval(BACKEND, timeout=CONNECTING))
