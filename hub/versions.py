"""Data versions: the questions whose answers change when a source's rows do, and who is told when they have.

Three things are asked of a source, all through the hub: what its PostgreSQL counts of rows written (every table, but as
late as it reports: at once, or up to ten seconds for a session that wrote twice in a second and is then idle), the file
of each table (TRUNCATE counts nothing), and what `Source.version` declares, which tells at once.
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
    """What has been written to a source's tables; of its catalogue only views, whose definition decides their rows."""
    relation = f"gw.{source.name}_counter" if source.name in SOURCES else "pg_catalog.pg_stat_all_tables"
    schemas = sorted({table.remote.partition(".")[0] for table in source.tables})
    held = " OR ".join(f"schemaname = '{schema}'" for schema in schemas)
    return COUNTERS.format(relation=relation, schemas=held)


def files(source: Source) -> str:
    """The files of these tables."""
    relation = f"gw.{source.name}_file" if source.name in SOURCES else "pg_catalog.pg_class"
    return FILES.format(relation=relation)


def mark(version: Version) -> str:
    """A declared part of a version."""
    table = version.table
    if version.latest:
        return LATEST.format(table=table.qualified, column=version.latest.sql)
    return ROWS.format(table=table.qualified, key=table.key.sql)


def digest(parts: Sequence[Iterable[Any]]) -> str:
    """A version's text: equal for equal answers, in every process that asks."""
    text = repr([[tuple(row) for row in rows] for rows in parts])
    return blake2s(text.encode(), digest_size=8).hexdigest()


class VersionChanges(AsyncIterator[str]):
    """Names of sources as their versions change: each once, however often it changed before it was taken."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self._some = asyncio.Event()

    def add(self, name: str) -> None:
        """Tell of a change."""
        self._names[name] = None
        self._some.set()

    def taken(self) -> set[str]:
        """All that have changed and were not taken yet."""
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
