"""The watch over the sources: which database answers, found out in the background so that no request has to.

Each source is asked for one row every second through the hub, on a connection of its own. One that does not answer
within a second is down: questions to it are refused at once, those under way are cut off, and the rest goes on. The
first answer brings it back. Where the watch cannot connect, it is the hub that is down, and the sources are not
blamed for it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from resolvers.errors import GatewayError, HubUnavailable, SourceUnavailable
from schema.catalog import SOURCES

LOG = logging.getLogger(__name__)
PATIENCE = 20.0
"""Seconds that the watch waits for a source that hangs before it asks again on another connection."""
RECONNECT = 0.05
"""Seconds before the watch connects again to a hub that closed its connection."""


class Connection(Protocol):
    """What the watch needs of a connection to the hub."""

    async def fetch(self, query: str) -> Any: ...  # noqa: D102

    def is_closed(self) -> bool: ...  # noqa: D102

    def terminate(self) -> None: ...  # noqa: D102


@dataclass(slots=True)
class Pulse:
    """What is known of one source."""

    up: bool = True
    cuts: set[Callable[[], None]] = field(default_factory=set)
    """How to cut off each statement under way."""
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a statement failed: look now."""


class Watch:
    """The pulses of the sources."""

    def __init__(self, names: Iterable[str], period: float = 1.0) -> None:
        self._pulses = {name: Pulse() for name in names}
        self._period = period
        self.hub_up = True
        self._tasks: list[asyncio.Task[None]] = []

    def up(self, source: str) -> bool:
        """Whether a source answered last time."""
        return self._pulses[source].up if source in self._pulses else self.hub_up

    def require(self, source: str) -> None:
        """Raise `SourceUnavailable` for a source that is down, `HubUnavailable` if all are because the hub is."""
        if not self.up(source):
            raise self.unavailable(source)

    def unavailable(self, source: str) -> GatewayError:
        """The error that says so."""
        if not self.hub_up or source not in self._pulses:
            return hub_unavailable()
        title = SOURCES[source].title
        return SourceUnavailable(
            f"{title} does not answer at the moment: the rest of the gateway does; try again shortly", source
        )

    def report(self, source: str) -> None:
        """A statement failed as if the source were gone: have it looked at now."""
        if source in self._pulses:
            self._pulses[source].hurry.set()

    @contextmanager
    def using(self, source: str, cut: Callable[[], None]) -> Iterator[None]:
        """While a statement runs: `cut` is called if its source goes down."""
        cuts = self._pulses[source].cuts if source in self._pulses else set()
        cuts.add(cut)
        try:
            yield
        finally:
            cuts.discard(cut)

    def start(self, connect: Callable[[], Awaitable[Connection]]) -> None:
        """Begin to watch, on connections of the watch's own."""
        self._tasks = [asyncio.create_task(self._follow(name, connect)) for name in self._pulses]

    async def stop(self) -> None:
        """Stop watching."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def _connected(self, connect: Callable[[], Awaitable[Connection]]) -> Connection:
        try:
            connection = await connect()
        except Exception:
            self.hub_up = False
            raise
        self.hub_up = True
        return connection

    async def _follow(self, source: str, connect: Callable[[], Awaitable[Connection]]) -> None:
        pulse, connection = self._pulses[source], None
        try:
            while True:
                try:
                    connection = connection or await self._connected(connect)
                    await self._probe(source, connection)
                except Exception as error:  # noqa: BLE001 - whatever went wrong, the source did not answer
                    LOG.info("%s: %s", source, error)
                    lost, connection = connection, None
                    if lost and lost.is_closed():
                        await asyncio.sleep(RECONNECT)  # by the hub: connecting tells whether it is down
                        continue
                    self._mark(source, up=False)
                    if lost:
                        lost.terminate()
                await self._pause(pulse)
        finally:
            if connection:
                connection.terminate()

    async def _probe(self, source: str, connection: Connection) -> None:
        """Ask for a row; a late answer is still waited for, or each new question would hang in the hub as well."""
        table = SOURCES[source].tables[0].qualified
        asked = asyncio.ensure_future(connection.fetch(f"SELECT 1 FROM {table} LIMIT 1"))  # noqa: S608 - declared
        try:
            await asyncio.wait({asked}, timeout=self._period)
            if not asked.done():
                self._mark(source, up=False)
                await asyncio.wait({asked}, timeout=PATIENCE)
            if not asked.done():
                raise TimeoutError
            await asked
            self._mark(source, up=True)
        finally:
            asked.cancel()

    async def _pause(self, pulse: Pulse) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(pulse.hurry.wait(), self._period)
        pulse.hurry.clear()

    def _mark(self, source: str, *, up: bool) -> None:
        pulse = self._pulses[source]
        if pulse.up != up:
            LOG.warning("%s is %s", source, "back" if up else "down")
        pulse.up = up
        if not up:
            for cut in tuple(pulse.cuts):
                cut()


def hub_unavailable() -> HubUnavailable:
    """The error that says that the hub is down."""
    return HubUnavailable("The gateway's own database does not answer: try again in a few seconds")
