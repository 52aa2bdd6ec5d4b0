"""Data versions: queries whose results change when a source's rows do, and an iterator over the changes.

Three things are read of a source, all through the hub: what its PostgreSQL counts of rows written (of every table, but
with the delay of its statistics: none, or up to ten seconds for a session that wrote twice in a second and is then
idle), the file of each table (TRUNCATE counts no row), and what `Source.version` declares, which has no delay.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from hashlib import blake2s
from typing import Any

from schema.catalog import SOURCES
from schema.named_queries import named_query
from schema.table import Source, Version

COUNTERS = named_query("hub/versions", "counters")
FILES = named_query("hub/versions", "files")
LATEST = named_query("hub/versions", "latest")
ROWS = named_query("hub/versions", "rows")


def counters(source: Source) -> str:
    """SQL of the counters of rows written to the tables of a source, and to its definitions of views."""
    relation = f"gw.{source.name}_counter" if source.name in SOURCES else "pg_catalog.pg_stat_all_tables"
    schemas = sorted({table.remote.partition(".")[0] for table in source.tables})
    held = " OR ".join(f"schemaname = '{schema}'" for schema in schemas)
    return COUNTERS.format(relation=relation, schemas=held)


def files(source: Source) -> str:
    """SQL of the file of each table whose OID is in `$1`."""
    relation = f"gw.{source.name}_file" if source.name in SOURCES else "pg_catalog.pg_class"
    return FILES.format(relation=relation)


def mark(version: Version) -> str:
    """SQL of a declared part of a version: the latest value of a column, or a small table whole."""
    table = version.table
    if version.latest:
        column = version.latest.sql
        present = f"{column} < 'infinity'" if version.latest.type.temporal else f"{column} IS NOT NULL"
        return LATEST.format(table=table.qualified, column=column, present=present)
    return ROWS.format(table=table.qualified, key=table.key.sql)


def digest(parts: Sequence[Iterable[Any]]) -> str:
    """A version: a text that is equal, in every process, for equal results of the queries above."""
    text = repr([[tuple(row) for row in rows] for rows in parts])
    return blake2s(text.encode(), digest_size=8).hexdigest()


class VersionChanges(AsyncIterator[str]):
    """Endless iterator over the names of sources whose version changes: each once, however often it did meanwhile."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self._some = asyncio.Event()

    def add(self, name: str) -> None:
        """Add a source that has changed."""
        self._names[name] = None
        self._some.set()

    def taken(self) -> set[str]:
        """Take all that have changed, without waiting."""
        names = set(self._names)
        self._names.clear()
        return names

    async def __anext__(self) -> str:
        while not self._names:
            self._some.clear()
            await self._some.wait()
        name = next(iter(self._names))
        del self._names[name]
        return name
