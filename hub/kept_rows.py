"""Rows found by a key, kept in memory for as long as their sources have the version that they were read under.

Links to one lead to few rows: a list of a hundred exposures names a handful of observations, which name one programme
and one instrument. Whatever was read for one request is there for the next, whoever asks: rows that a right has a part
in are never kept, nor are those of a source without a version. A write is seen when its source has another version, as
with ETags: at once where it was made through this gateway, within a second where it was not.
"""

import sys
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

from hub.cache import Cache
from hub.health import HealthMonitor
from planning.sql import Statement

ROOM = 32_000_000
"""Bytes of rows that are kept."""
MOST = 1_000
"""Keys of one statement: more are asked for at once, as looking for each takes as long."""
Record = Sequence[Any]
Name = tuple[str, tuple[str, ...], Hashable]
"""Of a row: the text of its statement, the versions of its sources, its key."""


class KeptRows:
    """Answers statements whose only value is an array of keys, and whose rows begin with their key.

    Parameters
    ----------
    health
        Knows the versions of sources.
    fetch
        Fetches the rows of a statement.
    record
        Notes that what is being made depends on the sources of a statement.
    """

    def __init__(
        self,
        health: HealthMonitor,
        fetch: Callable[[Statement], Awaitable[list[Record]]],
        record: Callable[[Statement], None],
    ) -> None:
        self._health, self._fetch, self._record = health, fetch, record
        self.rows: Cache[Name, tuple[Record, ...]] = Cache(ROOM)

    async def fetch(self, statement: Statement, keys: Sequence[Any]) -> list[Record]:
        """The rows of these keys, in any order; raises as `Hub.fetch`."""
        versions = None if statement.dated or statement.varies else self._versions(statement)
        if versions is None or len(keys) > MOST:
            return await self._fetch(statement)
        kept = {key: self.rows.get((statement.text, versions, key)) for key in keys}
        missing = [key for key, rows in kept.items() if rows is None]
        found = [row for rows in kept.values() if rows for row in rows]
        if not missing:
            self._record(statement)
            return found
        fetched = await self._fetch(replace(statement, values=(missing,)))
        if self._versions(statement) == versions:
            self._keep(statement.text, versions, missing, fetched)
        return [*found, *fetched]

    async def whole(self, statement: Statement) -> list[Record]:
        """All rows of a statement, of which many ask the same; raises as `Hub.fetch`."""
        versions = None if statement.dated or statement.varies else self._versions(statement)
        if versions is None:
            return await self._fetch(statement)
        name = (statement.text, versions, tuple(statement.values))
        if (kept := self.rows.get(name)) is not None:
            self._record(statement)
            return list(kept)
        rows = await self._fetch(statement)
        if self._versions(statement) == versions:
            self.rows.put(name, tuple(rows), _bytes(name, rows))
        return rows

    def _versions(self, statement: Statement) -> tuple[str, ...] | None:
        """The versions of a statement's sources; None where one has none."""
        versions = [version for source in statement.sources if (version := self._health.version(source)) is not None]
        return tuple(versions) if len(versions) == len(statement.sources) else None

    def _keep(self, text: str, versions: tuple[str, ...], keys: Sequence[Any], fetched: Sequence[Record]) -> None:
        by_key: dict[Any, list[Record]] = {key: [] for key in keys}
        for row in fetched:
            by_key.setdefault(row[0], []).append(row)
        for key, rows in by_key.items():
            self.rows.put((text, versions, key), tuple(rows), _bytes(key, rows))


def _bytes(key: Hashable, rows: Sequence[Record]) -> int:
    """About how many bytes of memory they take, with what the cache has for each."""
    return 400 + sys.getsizeof(key) + sum(map(sys.getsizeof, (cell for row in rows for cell in row)))
