"""How each database sorts text: whether by bytes, as far as the hub can know.

A database sorts by its collation and a column may have one of its own, so both are read: of the hub as it is, of each
source through the foreign tables `gw.<source>_locale` and `gw.<source>_collation`. What cannot be read is not known,
and `planning.text_order` says what that costs.
"""

import asyncio
import logging
from typing import Any, Protocol

import asyncpg

from hub.ending import ended
from hub.health import HealthMonitor
from planning.routing import HUB
from schema.catalog import SOURCES
from schema.named_queries import named_query
from schema.table import Source

LOG = logging.getLogger(__name__)
LOCAL = named_query("hub/collations", "local")
COLUMNS = named_query("hub/collations", "columns")
DATABASE = named_query("hub/collations", "database")
TEXT_INDEXES = named_query("hub/collations", "text_indexes")
FORMER_DATABASE = named_query("hub/collations", "former_database")
BYTEWISE = frozenset({"C", "POSIX", "ucs_basic", "pg_c_utf8", "C.UTF-8", "C.utf8"})
"""Locales and collations that sort by code points."""
LIBC, BUILTIN = "c", "b"
"""Providers, as `pg_database.datlocprovider` tells them; the locales of the built-in one all sort by code points."""


PERIOD, RETRY = 60.0, 2.0
"""Seconds before a database is asked again, which may have become another one; before one that did not answer is."""


class CollationConnection(Protocol):
    """What is needed of a connection to the hub, or of a pool of them."""

    async def fetch(self, query: str, *values: Any) -> Any: ...  # noqa: D102


class Learn(Protocol):
    """Called with the name of a database, and whether it is known to sort text by bytes."""

    def __call__(self, name: str, *, bytewise: bool) -> None: ...  # noqa: D102


class CollationWatch:
    """Learns how the hub and the sources sort text, and goes on asking.

    Parameters
    ----------
    hub
        Connections to the hub.
    health
        Tells which source answers: the others are not asked.
    learn
        Called each time that a database has answered or failed to.
    """

    def __init__(self, hub: CollationConnection, health: HealthMonitor, learn: Learn) -> None:
        self._hub, self._health, self._learn = hub, health, learn
        self._told = {name: asyncio.Event() for name in (HUB, *SOURCES)}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start asking."""
        self._tasks = [asyncio.create_task(self._follow(name)) for name in self._told]

    async def settled(self) -> None:
        """Wait until every database has answered once."""
        await asyncio.gather(*(told.wait() for told in self._told.values()))

    async def stop(self) -> None:
        """Stop asking."""
        await ended(self._tasks)

    async def _follow(self, name: str) -> None:
        while True:
            answered = await self._ask(name)
            await asyncio.sleep(PERIOD if answered else RETRY)

    async def _ask(self, name: str) -> bool:
        """Whether the database has answered."""
        try:
            self._health.require(name)
            if name == HUB:
                found = await local_bytewise(self._hub)
            else:
                found = await source_bytewise(self._hub, SOURCES[name])
        except Exception as error:  # noqa: BLE001 - whatever went wrong, it is not known
            LOG.info("%s: how it sorts text is not known: %s", name, error)
            self._learn(name, bytewise=False)
            return False
        self._learn(name, bytewise=found)
        self._told[name].set()
        return True


def bytewise(provider: str, locale: str) -> bool:
    """Whether a database of a provider and a locale (`datcollate`) sorts text by its bytes."""
    return provider == BUILTIN or (provider == LIBC and locale in BYTEWISE)


async def local_bytewise(hub: CollationConnection) -> bool:
    """Whether the hub's own database sorts text by its bytes; raises what the driver raises."""
    [told] = await hub.fetch(LOCAL)
    return bytewise(*told)


async def source_bytewise(hub: CollationConnection, source: Source) -> bool:
    """Whether a source sorts all of its declared text by its bytes; raises what the driver raises.

    False too where the source shows the hub none of its relations.
    """
    shown = await hub.fetch(COLUMNS.format(source=source.name), [table.remote for table in source.tables])
    names = {name for name, _ in shown}
    own = {collation for _, collation in shown if collation is not None}
    if len(names) != 1 or own - BYTEWISE:
        return False
    [told] = await _database(hub, source, names.pop())
    return bytewise(*told)


async def wanted_text_indexes(source_connection: CollationConnection, source: Source) -> list[str]:
    """CREATE INDEX for each b-tree on text that a source has and that sorts by a collation, in the order of bytes.

    Parameters
    ----------
    source_connection
        Straight to the source.
    source
        Whose declared relations are looked at, and the tables below its views.

    Returns
    -------
    list[str]
        Empty where the source sorts by bytes, or has these indexes. Raises what the driver raises.
    """
    [told] = await source_connection.fetch(LOCAL)
    if bytewise(*told):
        return []
    found = await source_connection.fetch(TEXT_INDEXES, [table.remote for table in source.tables])
    return [f"CREATE INDEX ON {relation} ({column} text_pattern_ops)" for relation, column in found]


async def _database(hub: CollationConnection, source: Source, name: str) -> Any:
    try:
        return await hub.fetch(DATABASE.format(source=source.name), name)
    except asyncpg.UndefinedColumnError:
        return await hub.fetch(FORMER_DATABASE.format(source=source.name), name)
