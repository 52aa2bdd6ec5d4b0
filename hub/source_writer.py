"""Writing to a source: straight to it, in one transaction of one connection, for a person, and recorded by the source.

    async with writer.transaction(person, "graphql") as transaction:
        await transaction.apply(change)

What is inside is committed as a whole, or nothing of it is: also where the client leaves, or a connection is lost. A
mutation has one source, so that there is no half of it; and never goes through the hub, whose foreign tables know no
defaults of columns and whose transactions commit one source after another.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from hub.connections import ENDING, closed
from hub.dependencies import UNKNOWN, record_dependency
from hub.driver_errors import CONNECTION, RAISED, lost
from hub.health import HealthMonitor
from hub.pools import decode
from hub.rows import FAILURES
from hub.sessions import reason
from hub.source_transaction import SourceTransaction
from planning.asker import Asker
from planning.errors import Busy, GatewayError, Internal, SourceUnavailable, TimedOut
from planning.refused_changes import refused_change
from planning.write_rights import row_rights
from schema.catalog import SOURCES
from schema.change_fault import ChangeFault
from schema.named_queries import named_query
from schema.table import Source

LOG = logging.getLogger(__name__)
PATIENCE = 5.0
"""Seconds to wait for a connection."""
SECONDS = 12.0
"""Longest time of a statement; the role's own limit is shorter, and says more."""
SIZE = 8
"""Connections, at most."""
BEGIN = named_query("hub/source_writer", "begin")
WAITED = ("55P03", "40P01", "40001")
"""SQLSTATEs of a row that another held for too long, or in a circle."""


class SourceWriter:
    """A bounded pool of connections to a source, as its role that writes; whoever opened it closes it."""

    def __init__(self, source: Source, pool: asyncpg.Pool, health: HealthMonitor) -> None:
        self.source = source
        self._pool, self._health = pool, health

    @asynccontextmanager
    async def transaction(self, person: Asker, door: str, *, dry: bool = False) -> AsyncIterator[SourceTransaction]:
        """A transaction for a person, who came in by a door; committed if nothing is raised inside, and not `dry`.

        Once it is committed, the version of the source is another. What is read in it is for this person: an answer
        made of it is not kept.

        Raises
        ------
        ChangeRefused
            Nobody has logged in, or, unless `dry`, what they logged in with only reads; or as what is inside raises.
        GatewayError
            `Busy`, `TimedOut`, `SourceUnavailable` or `Internal`; nothing was written then, unless the connection was
            lost while it was committed: with an idempotency key the request can be made again.
        """
        record_dependency((UNKNOWN,))
        require_login(person, writes=not dry)
        try:
            connection = await self._pool.acquire(timeout=PATIENCE)
        except TimeoutError as error:
            message = f"Everything that writes to {self.source.title} is at work: try again in a few seconds"
            raise Busy(message, self.source.name) from error
        except CONNECTION as error:
            raise self._translated(error) from error
        try:
            transaction = connection.transaction()
            await transaction.start()
            try:
                number = await connection.fetchval(BEGIN, person.login, door, row_rights(person, self.source))
                yield SourceTransaction(self.source, connection, person)
            except BaseException:
                await transaction.rollback()
                raise
            await (transaction.rollback() if dry else transaction.commit())
        except RAISED as error:
            raise self._translated(error) from error
        finally:
            with suppress(*RAISED):  # whatever becomes of the connection: what was committed is
                await self._pool.release(connection, timeout=ENDING)
        if not dry:
            self._health.written(self.source.name, number)

    async def close(self) -> None:
        """Close every connection; statements under way get a second to end."""
        await closed(self._pool)

    def _translated(self, error: Exception) -> GatewayError:
        state, title = str(getattr(error, "sqlstate", None) or ""), self.source.title
        if state in WAITED:
            return Busy(f"Somebody else is changing the same rows of {title}: try again", self.source.name)
        if isinstance(error, asyncpg.QueryCanceledError | TimeoutError):
            return TimedOut(f"Writing to {title} took too long, and nothing was written: ask for fewer rows at once")
        if lost(error) or isinstance(error, asyncpg.InternalClientError):
            LOG.warning("%s does not take what is written: %s: %s", self.source.name, type(error).__name__, error)
            message = f"{title} does not answer: make the request again, with its idempotency key if it had one"
            return SourceUnavailable(message, self.source.name)
        LOG.error("writing to %s failed", self.source.name, exc_info=error)
        return Internal("The gateway made a mistake; it has been logged")


def require_login(person: Asker, *, writes: bool = False) -> None:
    """Raise `ChangeRefused` unless somebody has logged in; and, where it `writes`, by what may write at all."""
    if not person.known:
        raise refused_change(ChangeFault.UNAUTHENTICATED, "Nobody may write without having logged in")
    if writes and not person.writes:
        raise refused_change(ChangeFault.FORBIDDEN, "What you logged in with may read only: use one that may write")


async def open_source_writer(source: str, dsn: str, health: HealthMonitor) -> SourceWriter:
    """Open a pool as the role that writes to a source, by its name; raises `SourceUnavailable`."""
    try:
        # asyncpg's own reset at each release: no setting of one person ever reaches the next.
        pool = await asyncpg.create_pool(
            dsn, min_size=0, max_size=SIZE, init=decode, command_timeout=SECONDS, timeout=2
        )
    except FAILURES as error:
        message = f"{SOURCES[source].title} cannot be written to ({reason(error)})"
        raise SourceUnavailable(message, source) from error
    return SourceWriter(SOURCES[source], pool, health)
