"""Pools of connections to a database, and how each connection is made ready: its settings, and how values are read."""

import asyncio
from dataclasses import dataclass

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

from hub.connections import Connections
from hub.limits import Limits
from hub.sessions import (
    CONNECTING,
    SESSION,
    WATCHING,
    PoolingError,
    TransactionConnection,
    beginning,
    lends_transactions,
    require_settings,
    settle,
    settling,
)
from hub.version_reader import PATIENCE, VersionConnection
from planning.instants import stored_instant, zoned_instant, zoneless_instant
from planning.sql import Settings
from schema.named_queries import named_query
from schema.sky_keys import keyed_tables
from schema.space import BODIES, SpatialBackend, body_of
from schema.table import Source

SPATIAL_EXTENSION = named_query("hub/rows", "spatial_extension")
"""The spatial extension that a source is indexed with: the first of these that it has."""
KEYED_RELATIONS = named_query("hub/rows", "keyed_relations")
"""The tables of a source that have an index on keys of places."""


@dataclass(frozen=True, slots=True)
class Pools:
    """Connections to one database, by the time limit of their statements."""

    answers: Connections
    """For results that are fetched as a whole: `Limits.statement_seconds`."""
    streams: Connections
    """For results that are streamed, and for background work: `Limits.stream_seconds`."""
    transactional: bool = False
    """Whether a pooler lends a session for each transaction anew (`hub.sessions`)."""

    async def close(self) -> None:
        """Close every connection; statements under way get a second to end."""
        await asyncio.gather(self.answers.close(), self.streams.close())


async def open_pools(dsn: str, limits: Limits, answers: int, streams: int, least: int = 0) -> Pools:
    """Pools of at most so many connections for answers and for streams, of which `least` are opened at once.

    The caller closes them. Raises what the driver raises, and `PoolingError` where settings do not come through.
    """
    transactional = await lends_transactions(dsn)
    pools = Pools(
        await _pool(dsn, least, answers, limits.statement_seconds, transactional=transactional),
        await _pool(dsn, least, streams, limits.stream_seconds, transactional=transactional),
        transactional,
    )
    try:
        async with pools.answers.lent(CONNECTING) as connection:
            await require_settings(connection, SESSION)
    except BaseException:
        await pools.close()
        raise
    return pools


async def _pool(dsn: str, least: int, size: int, seconds: float, *, transactional: bool) -> Connections:
    settings = SESSION | {"statement_timeout": str(round(seconds * 1000))}

    async def prepare(connection: asyncpg.Connection) -> None:
        await decode(connection)
        if not transactional:
            await settle(connection, settings)

    async def begin(connection: PoolConnectionProxy) -> None:
        await connection.execute(beginning(settings))

    # Without `reset`, asyncpg asks RESET ALL and three more of each connection given back: half of a by-key request.
    pool = await asyncpg.create_pool(
        dsn,
        min_size=least,
        max_size=size,
        init=prepare,
        setup=begin if transactional else None,
        reset=keep,
        command_timeout=seconds + 2,
        timeout=2,
        statement_cache_size=0 if transactional else 256,
        max_inactive_connection_lifetime=300,
    )
    return Connections(pool, keeps=not transactional)


async def spatial_body(connections: Connections, source: Source) -> SpatialBackend:
    """The spatial body of a source: with keys where all its tables have them; raises `PoolingError` for none."""
    extensions = await connections.fetch(SPATIAL_EXTENSION, list(BODIES))
    indexed = {name for (name,) in await connections.fetch(KEYED_RELATIONS)}
    keyed = {table.remote for table in keyed_tables(source)} <= indexed
    found = body_of(extensions[0][0] if extensions else None, keyed=keyed)
    if found is None:
        message = f"it has none of {', '.join(BODIES)}, nor keys of HEALPix"
        raise PoolingError(message)
    return found


async def set_for_one(connection: PoolConnectionProxy, settings: Settings) -> None:
    """Make settings that hold until the connection is given back; raises what the driver raises."""
    if settings:
        begun = connection.is_in_transaction()
        await connection.execute(settling(dict(settings), local=True) if begun else beginning(dict(settings)))


async def keep(_connection: asyncpg.Connection) -> None:
    """No session state is ever left on a connection: what `set_for_one` begins, `Connections.give_back` ends."""


async def decode(connection: asyncpg.Connection) -> None:
    """Have a connection read values as answers have them."""
    # float4 in text, or 0.38144228 becomes 0.38144227862358093; JSON passes through as it is. The driver's own times
    # fail for a year after 9999, and its infinities are years 1 and 9999; these take as long (0.6 µs a cell).
    await connection.set_type_codec("float4", schema="pg_catalog", encoder=repr, decoder=float, format="text")
    for name, decoder in (("timestamptz", zoned_instant), ("timestamp", zoneless_instant)):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=stored_instant, decoder=decoder, format="tuple"
        )
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=orjson.Fragment, format="text")


async def watching(dsn: str, *, transactional: bool) -> VersionConnection:
    """A connection of the health monitor, which closes it and bounds the time of it; raises what the driver raises."""
    connection = await asyncpg.connect(dsn, timeout=PATIENCE, statement_cache_size=0 if transactional else 100)
    settings = SESSION | WATCHING
    if transactional:
        return TransactionConnection(connection, settings)
    await settle(connection, settings, PATIENCE)
    watched: VersionConnection = connection
    return watched
