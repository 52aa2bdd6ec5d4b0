"""Figures made once for all gateways of a hub, and all of their workers: kept there by data version.

Whoever has another version takes a turn, in which it looks whether the figures of that version are there, and else
makes and keeps them. Of one name only one process has the turn: PostgreSQL's advisory lock gives it to another when
that process, or its connection, ends. Where the hub does not answer, each process makes its own, as one without the
role that writes does.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from hub.driver_errors import RAISED
from hub.figure_store import FigureStore, NoFigures
from hub.writer import Writer, open_writer
from planning.errors import GatewayError
from schema.named_queries import named_query
from schema.shared import FIGURE

LOG = logging.getLogger(__name__)
VERSIONS = 4
"""Versions of a name that are kept: gateways that heard of a change at unlike times have unlike ones for a while."""
SECONDS = 30.0
"""Time limit of a statement."""
FIND = named_query("hub/figure_store", "find").format(table=FIGURE)
PUT = named_query("hub/figure_store", "put").format(table=FIGURE)
LOCK, UNLOCK = named_query("hub/figure_store", "lock"), named_query("hub/figure_store", "unlock")


class HubFigures:
    """A store in the hub, on a connection of its own in the role of `dsn`, which may write there; `close` ends it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._writer: Writer | None = None
        self._one = asyncio.Lock()
        """Held for each statement: a connection has one at a time."""

    @asynccontextmanager
    async def turn(self, kind: str, name: str) -> AsyncIterator[bool]:
        """Whether it is this process, of all at this hub, that makes the figures of this name, while inside."""
        locked = await self._asked(LOCK, kind, name)
        try:
            yield locked is not False
        finally:
            if locked:
                await self._asked(UNLOCK, kind, name)

    async def find(self, kind: str, name: str, version: str | None) -> bytes | None:
        """Those of a data version; None where they are not there, or for no version."""
        found = await self._asked(FIND, kind, name, version) if version else None
        return found if isinstance(found, bytes) else None

    async def put(self, kind: str, name: str, version: str, content: bytes) -> None:
        """Keep those of a data version."""
        await self._asked(PUT, kind, name, version, content, VERSIONS)

    async def close(self) -> None:
        """Close the connection, with which all turns end."""
        writer, self._writer = self._writer, None
        if writer:
            await writer.close()

    async def _asked(self, text: str, *values: str | bytes | int) -> bytes | bool | None:
        """The one value of a statement; None for none, and where the hub does not answer or lacks the table."""
        async with self._one:
            try:
                self._writer = self._writer or await open_writer(self._dsn, SECONDS)
                rows = await self._writer.fetch(text, *values)
            except (GatewayError, *RAISED) as error:
                LOG.info("figures are not shared: %s", error)
                with suppress(*RAISED):
                    await self.close()
                return None
        return rows[0][0] if rows else None


@asynccontextmanager
async def open_figure_store(dsn: str) -> AsyncIterator[FigureStore]:
    """The store in the hub, as the role of `dsn`, which writes for users; one that keeps nothing for no DSN."""
    if not dsn:
        yield NoFigures()
        return
    store = HubFigures(dsn)
    try:
        yield store
    finally:
        await store.close()
