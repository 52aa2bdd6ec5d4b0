"""A log of what is added that is kept in the hub: any process resumes any event, however long ago that was.

It grows while any gateway serves that may write (GATEWAY_HUB_WRITER), and what was added while none did is found when
one starts. All of them look at it when the source changes; the first one finds what is new, and the others that it is
up to this version already.
"""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from hub.addition_log import Addition, AdditionLog, WatchedHub, until_multiple
from hub.known_keys import KnownKeys, names_in
from hub.writer import Writer, open_writer
from planning.sql import Statement
from schema.named_queries import named_query
from schema.table import Table

LOCK = 7_246_106
"""Number of the advisory lock under which a log is added to."""
SECONDS = 60.0
"""Time limit of one statement."""
LOCK_IT = named_query("hub/additions", "lock")
READ = named_query("hub/additions", "log")
BEGIN = named_query("hub/additions", "begin")
END = named_query("hub/additions", "end")
LOGGED = named_query("hub/additions", "logged")
AFTER = named_query("hub/additions", "after")
FILL = named_query("hub/additions", "fill")
FORGET = named_query("hub/additions", "forget")
COLUMNS = ("position", "hash", "key")
HUB = ("crossid",)
"""What the hub holds itself."""


class KeptLog(AdditionLog):
    """A log in the hub; `dsn` is the hub's, as the role that may write it."""

    def __init__(self, hub: WatchedHub, table: Table, dsn: str) -> None:
        super().__init__(hub, table)
        self._dsn = dsn
        names = names_in(table) | {"log": table.name}
        texts = (LOGGED, AFTER, FILL, FORGET)
        self._logged, self._after, self._fill, self._forget = (text.format_map(names) for text in texts)
        self._learnt = 0
        """The last position whose hash is among the known ones."""

    async def after(self, position: int) -> list[Addition]:
        """The same; it is held as long as the row is there."""
        rows = await self._hub.slowly(Statement(self._after, (position, until_multiple(position)), HUB))
        return [Addition(row[0], row[1]) for row in rows]

    async def _last(self) -> int:
        rows = await self._hub.slowly(Statement(READ, (self._table.qualified,), HUB))
        for name, _, latest in rows:
            if name == self.name:
                self._grow_to(latest)
        return self.latest

    async def _first(self) -> None:
        await self._look(changed=True)

    async def _look(self, *, changed: bool) -> None:
        writer = await open_writer(self._dsn, SECONDS)
        try:
            async with writer.transaction(self._table.source):
                name, latest = await self._brought_up(writer, changed=changed)
        except BaseException:
            self._known, self._learnt = KnownKeys(self._hub, self._table), 0  # some may not have been written
            raise
        finally:
            await writer.close()
        self.name = name
        self._grow_to(latest)

    async def _brought_up(self, writer: Writer, *, changed: bool) -> tuple[str, int]:
        """Return the name and last position of the log, once it is up to the source's version."""
        await writer.fetch(LOCK_IT, LOCK)
        version = self._hub.health.version(self._table.source) or ""
        name, latest, logged = await self._read(writer)
        if changed and version and version == logged:
            return name, latest
        await self._catch_up(writer, latest)
        new, gone = await self._known.compare()
        await writer.run(self._forget, gone.tolist())
        async for rows in self._known.read(new):
            await writer.add(f"additions.{self._table.name}", COLUMNS, _numbered(rows, latest))
            latest += len(rows)
        await writer.run(END, self._table.qualified, version, latest)
        return name, latest

    async def _read(self, writer: Writer) -> tuple[str, int, str]:
        rows = await writer.fetch(READ, self._table.qualified)
        if rows:
            name, version, latest = rows[0]
            return name, latest, version
        name = token_hex(4)
        await writer.run(BEGIN, self._table.qualified, name)
        return name, await writer.run(self._fill), ""

    async def _catch_up(self, writer: Writer, latest: int) -> None:
        [(packed,)] = await writer.fetch(self._logged, self._learnt)
        await self._known.learn(packed)
        self._learnt = latest


def _numbered(rows: Sequence[tuple[str, int]], latest: int) -> list[tuple[Any, ...]]:
    return [(latest + number, hashed, key) for number, (key, hashed) in enumerate(rows, 1)]
