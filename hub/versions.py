"""Data versions: queries whose results change when a source's rows do, and an iterator over the changes.

What PostgreSQL counts of rows written changes with every table, but with the delay of its statistics: none, or up to
ten seconds for a session that wrote twice in a second and is then idle. Counters begin at zero again, so when they did
so last belongs to them, as do what they do not count (names, files, columns of tables) and when the server started,
which is another time after a failover, or where a snapshot was put back. At a standby no counter ever moves: what it
has replayed does. `Source.version` declares what has no delay. None of it returns to what it was: no version does.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

from planning.text_order import TextOrder
from schema.catalog import SOURCES
from schema.foreign import CATALOGUE, POSITION
from schema.named_queries import named_query
from schema.table import Source, Version

COUNTERS = named_query("hub/versions", "counters")
PARTS = (
    named_query("hub/versions", "relations"),
    named_query("hub/versions", "columns"),
    named_query("hub/versions", "resets"),
    named_query("hub/versions", "start"),
    named_query("hub/versions", "position"),
)
"""What else a catalogue tells, part by part: each gives rows of the part's name, and of texts."""
WHOLE = "\nUNION ALL ".join(PARTS)
"""All of that in one statement."""
LATEST = named_query("hub/versions", "latest")
ROWS = named_query("hub/versions", "rows")
SYSTEM = r"schemaname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND schemaname !~ '^pg_(toast_)?temp_'"
"""All but PostgreSQL's own schemas: a view may read tables of any."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the catalogue of a source is reached."""

    source: Source
    direct: bool = False
    """On a connection to the source itself, not by the hub's foreign tables; so are what the hub holds itself."""

    def query(self, text: str) -> str:
        """The SQL of one of the queries above."""
        if not self.direct:
            relations = {name: f"gw.{self.source.name}_{name}" for name in CATALOGUE}
            return text.format(**relations, row_version="row_version", schemas=self._schemas)
        relations = {name: relation for name, (relation, _) in CATALOGUE.items()}
        relations["position"] = f"({POSITION}) AS position"
        return text.format(**relations, row_version="xmin", schemas=self._schemas)

    @property
    def _schemas(self) -> str:
        if self.source.name in SOURCES:
            return f"({SYSTEM})"
        return " OR ".join(
            f"schemaname = '{name}'"
            for name in sorted({table.remote.partition(".")[0] for table in self.source.declared})
        )

    @property
    def marked(self) -> bool:
        """Whether the declared parts of the version are read this way: their tables are those of the hub."""
        return not self.direct or self.source.name not in SOURCES

    @property
    def names(self) -> list[str]:
        """Names of the declared relations, without schemas."""
        tables = self.source.tables or self.source.declared
        return sorted({table.remote.partition(".")[2] for table in tables})


def mark(version: Version) -> str:
    """SQL of a declared part of a version: the latest value of a column, or a small table whole."""
    table = version.table
    if version.latest:
        column = version.latest.sql
        present = f"{column} < 'infinity'" if version.latest.type.temporal else f"{column} IS NOT NULL"
        return LATEST.format(table=table.qualified, column=column, present=present)
    columns = (f"{column.sql}::text" if column.type.temporal else column.sql for column in table.stored)
    text = table.key.type.sql == "text"
    order = f"{table.key.sql} {TextOrder.STRAIGHT.sorting(descending=False)}" if text else table.key.sql
    return ROWS.format(columns=", ".join(columns), table=table.qualified, order=order)


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
