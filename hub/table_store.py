"""What is made of all rows of a table: when somebody first asks for it, and anew when the table's sources change.

It is of one data version. While another is made, the last one is given, which then nobody is to keep; or, whoever asks
for what is current waits.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from hub.coverage import LIFETIME
from hub.dependencies import UNKNOWN, record_dependency
from hub.ending import ended
from hub.health import HealthMonitor
from hub.limits import REST
from planning.errors import Busy, GatewayError
from schema.catalog import Catalog
from schema.table import Table

LOG = logging.getLogger(__name__)
PATIENCE = 60.0
"""Seconds that a request waits for what is made of a table."""
Made = TypeVar("Made")
Version = tuple[str | None, ...]


class StoreHub(Protocol):
    """What a store needs of the hub."""

    health: HealthMonitor
    catalog: Catalog


@dataclass(eq=False, slots=True)
class StoredTable(Generic[Made]):
    """What was last made of one table."""

    made: Made | None = None
    """None until the first one is made."""
    version: Version = ()
    """Versions of the table's sources when it was read; empty if one had several while it was."""
    confirmed: bool = False
    """Whether the sources have been seen to have these versions afterwards as well."""
    ended: float = 0.0
    """When that was, as the monotonic clock has it."""
    until: float = 0.0
    """Until when it stays as it is, whatever the versions."""
    making: "asyncio.Task[None] | None" = None


class TableStore(Generic[Made]):
    """What is made of all tables that have a position, one at a time.

    Parameters
    ----------
    what
        What it is called in messages, as `HiPS`.
    make
        Makes it of a table whose sources have these versions; may raise `GatewayError`.
    """

    def __init__(self, hub: StoreHub, what: str, make: Callable[[Table, Version], Awaitable[Made]]) -> None:
        self._hub, self._what, self._read = hub, what, make
        self._kept: dict[Table, StoredTable[Made]] = {}
        self._turn = asyncio.Semaphore(1)
        self._confirming: set[asyncio.Task[None]] = set()

    async def of(self, table: Table) -> Made:
        """Return what was last made of a table, after a minute of waiting for the first one at most.

        Whoever asks depends on the table's sources; on none with a version while it is older than these.

        Raises
        ------
        GatewayError
            The first one cannot be made; `Busy` where that takes longer.
        """
        kept = self._renewed(table)
        if kept.made is None and kept.making:
            await self._awaited(table, kept.making)
        return self._given(table, kept)

    async def current(self, table: Table) -> Made:
        """Return what is made of the versions that the table's sources have now, waited for as the first one is.

        Raises
        ------
        GatewayError
            As `of`; `Busy` too where a source has changed that has just been read.
        """
        kept = self._renewed(table)
        if kept.making and (kept.made is None or self._changed(table, kept)):
            await self._awaited(table, kept.making)
        if self._changed(table, kept):
            wait = max(1, int(kept.until - time.monotonic()) + 1)
            message = f"{table.qualified} has just changed: its {self._what} can be asked for in {wait} s"
            raise Busy(message, retry=wait)
        return self._given(table, kept)

    async def stop(self) -> None:
        """Make no more of them."""
        await ended([*(kept.making for kept in self._kept.values() if kept.making), *self._confirming])

    def version(self, table: Table) -> Version:
        """The versions of a table's sources."""
        return tuple(self._hub.health.version(source) for source in table.databases)

    def _given(self, table: Table, kept: StoredTable[Made]) -> Made:
        assert kept.made is not None  # noqa: S101 - else making it has raised
        same = kept.confirmed and kept.version == self.version(table) and None not in kept.version
        record_dependency(table.databases if same else (UNKNOWN,))
        return kept.made

    def _renewed(self, table: Table) -> StoredTable[Made]:
        """What is kept of a table, which is being made anew where it is time for that."""
        if table not in self._kept:  # published tables come and go
            there = set(self._hub.catalog.positioned.values())
            self._kept = {one: kept for one, kept in self._kept.items() if one in there or kept.making}
        kept = self._kept.setdefault(table, StoredTable())
        if kept.making is None and self._stale(table, kept):
            # In a context of its own: it is made for everybody, and not for who happens to ask first.
            kept.making = asyncio.create_task(self._make(table, kept), context=Context())
            kept.making.add_done_callback(_heard)
        return kept

    async def _awaited(self, table: Table, making: "asyncio.Task[None]") -> None:
        try:
            await asyncio.wait_for(asyncio.shield(making), PATIENCE)
        except TimeoutError as error:
            message = f"The {self._what} of {table.qualified} is being made: try again in a minute"
            raise Busy(message, retry=30) from error

    def _stale(self, table: Table, kept: StoredTable[Made]) -> bool:
        if kept.made is None:
            return True
        up = all(map(self._hub.health.up, table.databases))
        return self._changed(table, kept) and time.monotonic() > kept.until and up

    def _changed(self, table: Table, kept: StoredTable[Made]) -> bool:
        version = self.version(table)
        return version != kept.version or (None in version and time.monotonic() - kept.ended > LIFETIME)

    async def _make(self, table: Table, kept: StoredTable[Made]) -> None:
        try:
            async with self._turn:
                await self._renew(table, kept)
        except GatewayError as error:
            LOG.info("%s of %s: %s", self._what, table.qualified, error)
            if kept.made is None:
                raise
        finally:
            kept.making = None

    async def _renew(self, table: Table, kept: StoredTable[Made]) -> None:
        begun, version = time.monotonic(), self.version(table)
        try:
            kept.made = await self._read(table, version)
        finally:
            kept.ended = time.monotonic()
            kept.until = kept.ended + REST * (kept.ended - begun)
        kept.version, kept.confirmed = version, False
        confirming = asyncio.create_task(self._confirm(table, kept))
        self._confirming.add(confirming)
        confirming.add_done_callback(self._confirming.discard)

    async def _confirm(self, table: Table, kept: StoredTable[Made]) -> None:
        """See whether it is of one version, without keeping those waiting who have asked for it."""
        made = kept.made
        found = await asyncio.gather(*map(self._hub.health.confirmed, table.databases))
        if kept.made is made:
            kept.confirmed = tuple(found) == kept.version
            kept.version = kept.version if kept.confirmed else ()


def _heard(task: asyncio.Task[None]) -> None:
    """Take note of an error, which nobody may be waiting for any more."""
    if not task.cancelled():
        task.exception()
