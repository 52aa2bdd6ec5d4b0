"""The catalogue HiPS of each table, and what is written of it."""

from collections.abc import Hashable
from datetime import UTC, datetime
from typing import Protocol
from weakref import WeakKeyDictionary

from hub.cache import Cache
from hub.dependencies import UNKNOWN, record_dependency
from hub.hips_tiles import Tiles, TilesHub, read_tiles
from hub.table_store import StoreHub, TableStore, Version
from schema.table import Table

WRITTEN = 100_000_000
"""Bytes of images and maps that are kept, of all tables together."""


class HipsHub(StoreHub, TilesHub, Protocol):
    """What the store needs of the hub."""


class HipsStore(TableStore[Tiles]):
    """The HiPS of all tables that have a position."""

    def __init__(self, hub: HipsHub) -> None:
        super().__init__(hub, "HiPS", lambda table, _version: read_tiles(hub, table))
        self._since: WeakKeyDictionary[Table, tuple[Version, datetime]] = WeakKeyDictionary()
        """The last versions of the sources of a table, and when they were first seen."""
        self.written: Cache[Hashable, bytes] = Cache(WRITTEN)
        """Images and maps, by the tiles they were made of and what they are."""

    def released(self, table: Table) -> datetime:
        """When the present data of a table were first seen (UTC): what is told with it nobody is to keep."""
        record_dependency((UNKNOWN,))
        version, since = self.version(table), self._since.get(table)
        if since is None or (since[0] != version and None not in version):
            since = self._since[table] = version, datetime.now(UTC)
        return since[1]
