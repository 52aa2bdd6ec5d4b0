"""Checks of how databases sort text, for `doctor`: their collations, and the indexes that pages by text want."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg

from hub.collations import bytewise, source_bytewise, wanted_text_indexes
from hub.finding import Finding
from hub.rows import Connection
from schema.named_queries import named_query
from schema.table import Source

DESCRIBED = named_query("hub/collations", "described")
ACTUAL = "pg_database_collation_actual_version(d.oid)"
PROVIDERS = {"c": "libc", "i": "ICU", "b": "built-in"}
"""Names of providers by their code in `pg_database.datlocprovider`."""


@dataclass(frozen=True, slots=True)
class DatabaseCollation:
    """The collation of a database."""

    name: str
    """Of the database."""
    provider: str
    locale: str
    collate: str
    """The locale of libc, which is another one where the provider is not libc."""
    recorded: str | None
    """The version of the collation when the database was made; None where its provider has none."""
    actual: str | None
    """The version that the server's library has now."""

    @property
    def words(self) -> str:
        """What it is called, as `libc en_US.UTF-8, version 2.36`."""
        version = f", version {self.recorded}" if self.recorded else ""
        return f"{PROVIDERS.get(self.provider, self.provider)} {self.locale}{version}"

    @property
    def bytewise(self) -> bool:
        """Whether it sorts text by bytes."""
        return bytewise(self.provider, self.collate)


async def examine_hub_text(hub: Connection) -> Finding:
    """Check the collation of the hub's own database. That its sessions merge no sorted rows is one of their limits."""
    return examine_collation("hub", await described(hub))


async def examine_text_through(hub: Connection, source: Source) -> Finding:
    """Check that the hub can tell how a source sorts text."""
    try:
        sorts = "by bytes" if await source_bytewise(hub, source) else "by a collation: it is compared by bytes instead"
    except Exception as error:  # noqa: BLE001 - any failure is the finding
        what = f"tells how it sorts text ({type(error).__name__})"
        return Finding(source.name, what, well=False, advice="run `python -m gateway setup` for its foreign tables")
    return Finding(source.name, f"sorts text {sorts}", well=True)


async def examine_text_at(connection: Connection, source: Source) -> AsyncIterator[Finding]:
    """Check the collation of a source, straight, and its indexes on text."""
    collation = await described(connection)
    yield examine_collation(source.name, collation)
    wanted = await wanted_text_indexes(connection, source)
    what = "indexes on text are in the order of bytes" if not collation.bytewise else "indexes on text serve its order"
    yield Finding(source.name, what, not wanted, f"pages by these columns are slow: {'; '.join(wanted)}")


async def described(connection: Connection) -> DatabaseCollation:
    """The collation of the database that is connected to; raises what the driver raises."""
    try:
        row = await connection.fetchrow(DESCRIBED.format(actual=ACTUAL))
    except asyncpg.UndefinedFunctionError:  # before PostgreSQL 15
        row = await connection.fetchrow(DESCRIBED.format(actual="NULL::text"))
    return DatabaseCollation(**dict(row))


def examine_collation(where: str, collation: DatabaseCollation) -> Finding:
    """Whether a collation is of the version that the database, which is called `where`, was made with."""
    same = collation.recorded == collation.actual or collation.actual is None
    now = "" if same else f", but {collation.actual} now"
    name = '"' + collation.name.replace('"', '""') + '"'
    advice = (
        f"text may have moved in its indexes, which then find nothing: REINDEX DATABASE {name}; "
        f"ALTER DATABASE {name} REFRESH COLLATION VERSION"
    )
    return Finding(where, f"collation {collation.words}{now}", same, advice)
