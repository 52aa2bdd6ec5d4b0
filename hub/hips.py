"""The catalogue HiPS of each table: made when somebody first asks for it, and made anew when its sources change.

A HiPS is of one data version. While another is made, the last one is sent, which then nobody is to keep.
"""

import asyncio
import logging
import time
from collections.abc import Hashable
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from hub.cache import Cache
from hub.coverage import LIFETIME
from hub.dependencies import UNKNOWN, record_dependency
from hub.ending import ended
from hub.health import HealthMonitor
from hub.hips_tiles import Tiles, TilesHub, read_tiles
from hub.limits import REST
from planning.errors import Busy, GatewayError
from schema.catalog import Catalog
from schema.table import Table

LOG = logging.getLogger(__name__)
PATIENCE = 60.0
"""Seconds that a request waits for the first HiPS of a table."""
WRITTEN = 100_000_000
"""Bytes of images and maps that are kept, of all tables together."""
Version = tuple[str | None, ...]


class HipsHub(TilesHub, Protocol):
    """What the store needs of the hub."""

    health: HealthMonitor
    catalog: Catalog


@dataclass(eq=False, slots=True)
class StoredTiles:
    """The last HiPS of one table."""

    tiles: Tiles | None = None
    """None until the first one is made."""
    version: Version = ()
    """Versions of the table's sources when it was read; empty if one had several while it was."""
    confirmed: bool = False
    """Whether the sources have been seen to have these versions afterwards as well."""
    made: float = 0.0
    """When that was, as the monotonic clock has it."""
    until: float = 0.0
    """Until when it stays as it is, whatever the versions."""
    making: "asyncio.Task[None] | None" = None
    since: tuple[Version, datetime] | None = None
    """The last versions of the sources, and when they were first seen."""


class HipsStore:
    """The HiPS of all tables that have a position, one made at a time."""

    def __init__(self, hub: HipsHub) -> None:
        self._hub = hub
        self._kept: dict[Table, StoredTiles] = {}
        self._turn = asyncio.Semaphore(1)
        self._confirming: set[asyncio.Task[None]] = set()
        self.written: Cache[Hashable, bytes] = Cache(WRITTEN)
        """Images and maps, by the tiles they were made of and what they are."""

    async def of(self, table: Table) -> Tiles:
        """Return the last HiPS of a table, after a minute of waiting for the first one at most.

        Whoever asks depends on the table's sources; on none with a version while the HiPS is older than these.

        Raises
        ------
        GatewayError
            The first one cannot be made; `Busy` where that takes longer.
        """
        kept = self._stored(table)
        if kept.making is None and self._stale(table, kept):
            # In a context of its own: it is made for everybody, and not for who happens to ask first.
            kept.making = asyncio.create_task(self._make(table, kept), context=Context())
            kept.making.add_done_callback(_heard)
        if kept.tiles is None and kept.making:
            try:
                await asyncio.wait_for(asyncio.shield(kept.making), PATIENCE)
            except TimeoutError as error:
                message = f"The HiPS of {table.qualified} is being made: try again in a minute"
                raise Busy(message, retry=30) from error
        assert kept.tiles  # noqa: S101 - else making it has raised
        current = kept.confirmed and kept.version == self._version(table) and None not in kept.version
        record_dependency(table.databases if current else (UNKNOWN,))
        return kept.tiles

    def released(self, table: Table) -> datetime:
        """When the present data of a table were first seen (UTC): what is told with it nobody is to keep."""
        record_dependency((UNKNOWN,))
        kept, version = self._stored(table), self._version(table)
        if kept.since is None or (kept.since[0] != version and None not in version):
            kept.since = version, datetime.now(UTC)
        return kept.since[1]

    async def stop(self) -> None:
        """Make no more of them."""
        await ended([*(kept.making for kept in self._kept.values() if kept.making), *self._confirming])

    def _stored(self, table: Table) -> StoredTiles:
        if table not in self._kept:  # published tables come and go
            there = set(self._hub.catalog.positioned.values())
            self._kept = {one: kept for one, kept in self._kept.items() if one in there or kept.making}
        return self._kept.setdefault(table, StoredTiles())

    def _version(self, table: Table) -> Version:
        return tuple(self._hub.health.version(source) for source in table.databases)

    def _stale(self, table: Table, kept: StoredTiles) -> bool:
        if kept.tiles is None:
            return True
        version, now = self._version(table), time.monotonic()
        changed = version != kept.version or (None in version and now - kept.made > LIFETIME)
        return changed and now > kept.until and all(map(self._hub.health.up, table.databases))

    async def _make(self, table: Table, kept: StoredTiles) -> None:
        try:
            async with self._turn:
                await self._renew(table, kept)
        except GatewayError as error:
            LOG.info("HiPS of %s: %s", table.qualified, error)
            if kept.tiles is None:
                raise
        finally:
            kept.making = None

    async def _renew(self, table: Table, kept: StoredTiles) -> None:
        begun, version = time.monotonic(), self._version(table)
        try:
            kept.tiles = await read_tiles(self._hub, table)
        finally:
            kept.made = time.monotonic()
            kept.until = kept.made + REST * (kept.made - begun)
        kept.version, kept.confirmed = version, False
        confirming = asyncio.create_task(self._confirm(table, kept))
        self._confirming.add(confirming)
        confirming.add_done_callback(self._confirming.discard)

    async def _confirm(self, table: Table, kept: StoredTiles) -> None:
        """See whether a HiPS is of one version, without keeping those waiting who have asked for it."""
        tiles = kept.tiles
        found = await asyncio.gather(*map(self._hub.health.confirmed, table.databases))
        if kept.tiles is tiles:
            kept.confirmed = tuple(found) == kept.version
            kept.version = kept.version if kept.confirmed else ()


def _heard(task: asyncio.Task[None]) -> None:
    """Take note of an error, which nobody may be waiting for any more."""
    if not task.cancelled():
        task.exception()
