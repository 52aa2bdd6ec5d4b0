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
from schema.table import Source, Version


def counters(source: Source) -> str:
    """What has been written to a source's tables; of its catalogue only views, whose definition decides their rows."""
    relation = f"gw.{source.name}_counter" if source.name in SOURCES else "pg_catalog.pg_stat_all_tables"
    schemas = sorted({table.remote.partition(".")[0] for table in source.tables})
    held = " OR ".join(f"schemaname = '{schema}'" for schema in schemas)
    return (
        f"SELECT relid, n_tup_ins, n_tup_upd, n_tup_del FROM {relation} "  # noqa: S608 - declared
        f"WHERE {held} OR (schemaname = 'pg_catalog' AND relname = 'pg_rewrite') ORDER BY relid"
    )


def files(source: Source) -> str:
    """The files of these tables."""
    relation = f"gw.{source.name}_file" if source.name in SOURCES else "pg_catalog.pg_class"
    return f"SELECT oid, relfilenode FROM {relation} WHERE oid = ANY($1::oid[]) ORDER BY oid"  # noqa: S608 - declared


def mark(version: Version) -> str:
    """A declared part of a version."""
    if version.latest:  # max() would be planned here, and its first 5 000 rows fetched: 11 ms for 0.6
        latest = version.latest.sql
        return (
            f"SELECT {latest} FROM {version.table.qualified} "  # noqa: S608 - declared
            f"WHERE {latest} IS NOT NULL ORDER BY {latest} DESC LIMIT 1"
        )
    return f"SELECT * FROM {version.table.qualified} ORDER BY {version.table.key.sql}"  # noqa: S608


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
