"""Where figures of a data version are kept that several processes need: each takes its turn, and looks there first.

`hub.hub_figures` is such a store; a process that shares with none has `NoFigures`.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from hashlib import blake2s
from importlib.metadata import version as release
from typing import Protocol

from schema.table import Table


class FigureStore(Protocol):
    """Where figures are kept; what it does not find, or cannot keep, is made again."""

    def turn(self, kind: str, name: str) -> AbstractAsyncContextManager[bool]:
        """Whether it is this process that makes the figures of this name, while inside."""

    async def find(self, kind: str, name: str, version: str | None) -> bytes | None:
        """Those of a data version; None where they are not there, or for no version."""

    async def put(self, kind: str, name: str, version: str, content: bytes) -> None:
        """Keep those of a data version."""


class NoFigures:
    """A store that keeps nothing: this process makes its own."""

    @asynccontextmanager
    async def turn(self, _kind: str, _name: str) -> AsyncIterator[bool]:
        """It always is."""
        yield True

    async def find(self, _kind: str, _name: str, _version: str | None) -> bytes | None:
        """There are none."""
        return None

    async def put(self, kind: str, name: str, version: str, content: bytes) -> None:
        """Keep nothing."""


def figure_kind(what: str, tables: Iterable[Table]) -> str:
    """The kind of figures of tables: another one for each release, and where tables have other columns."""
    columns = [(table.qualified, [(column.name, column.type.sql) for column in table.columns]) for table in tables]
    made_by = f"{release('jmmc-gateway')} {columns}"
    return f"{what} {blake2s(made_by.encode(), digest_size=8).hexdigest()}"
