"""The watch over the sources: which database answers, found out in the background so that no request has to.

Each source is asked every second through the hub, on a connection of its own, what has been written to it. One that is
silent for too long (`SILENCE`, by default) is down: questions to it are refused at once, those under way are cut off,
and the rest goes on. The first answer brings it back. Where the watch cannot connect, it is the hub that is down, and
the sources are not blamed for it. From the answers comes each source's version, which changes when its rows may have.
"""

import asyncio
import logging
import time
import weakref
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from hub import versions
from hub.dependencies import record_dependency
from hub.limits import SILENCE
from planning.errors import GatewayError, HubUnavailable, SourceUnavailable
from schema.catalog import LOCAL, SOURCES
from schema.table import Source, Version

LOG = logging.getLogger(__name__)
STALL = 0.25
"""Seconds that this process may be late by: if it is later, its own clock says nothing of a source."""
PATIENCE = 20.0
"""Seconds that the watch waits for a source that hangs before it asks again on another connection."""
REMOTE_FAILURES = ("08", "HV", "57P")
"""SQLSTATE classes of postgres_fdw when the other end is gone: connection, foreign data, operator's intervention."""
RECONNECT = 0.05
"""Seconds before the watch connects again to a hub that closed its connection."""


class HealthConnection(Protocol):
    """What the watch needs of a connection to the hub."""

    async def fetch(self, query: str, *values: Any) -> Any: ...  # noqa: D102

    def is_closed(self) -> bool: ...  # noqa: D102

    def terminate(self) -> None: ...  # noqa: D102


@dataclass(slots=True)
class SourceHealth:
    """What is known of one source."""

    up: bool = True
    since: float = field(default_factory=time.time)
    """When it came up or went down, as seconds of the Unix epoch."""
    latency: float | None = None
    """Seconds that its last answer took."""
    cuts: set[Callable[[], None]] = field(default_factory=set)
    """How to cut off each statement under way."""
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a statement failed: look now."""


class HealthMonitor:
    """The pulses of the sources."""

    def __init__(self, names: Iterable[str], period: float = 1.0, silence: float = SILENCE) -> None:
        self._pulses = {name: SourceHealth() for name in names}
        self._period, self._silence = period, silence
        self._versions: dict[str, tuple[str, float]] = {}
        """The version last found of each source, and when."""
        self._heard: dict[str, str] = {}
        """What each source told last when it told of a change."""
        self._slow: dict[str, tuple[float, float]] = {}
        """Until when each source is not asked for its version, and for how long next time."""
        self._complete = asyncio.Event()
        self._parts: dict[Version, Any] = {}
        """Rows of each declared part of a version, when last asked."""
        self._changes: weakref.WeakSet[versions.VersionChanges] = weakref.WeakSet()
        self.hub_up = True
        self._tasks: list[asyncio.Task[None]] = []

    def up(self, source: str) -> bool:
        """Whether a source answered last time."""
        return self._pulses[source].up if source in self._pulses else self.hub_up

    def pulse(self, source: str) -> SourceHealth:
        """What is known of a database behind the hub."""
        return self._pulses[source]

    def version(self, source: str) -> str | None:
        """Text that changes whenever anything at the source may have, a second later; None if it is unknown or down.

        One that was not confirmed for longer than a silent source is up is unknown.
        """
        version, found = self._versions.get(source, (None, 0.0))
        return version if self.up(source) and time.monotonic() - found < self._period + self._silence else None

    def part(self, part: Version) -> Any:
        """Rows of a declared part of a version, as of the last second; None if they are unknown."""
        record_dependency((part.table.source,))
        return self._parts.get(part) if self.version(part.table.source) else None

    def changes(self) -> versions.VersionChanges:
        """Names of sources whose version changes from now on."""
        made = versions.VersionChanges()
        self._changes.add(made)
        return made

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

    def hear(self, source: str, told: str) -> None:
        """A source tells of a change, and of what is only its own: its version is another one from now on."""
        self._heard[source] = told
        self.report(source)

    @contextmanager
    def using(self, source: str, cut: Callable[[], None]) -> Iterator[None]:
        """While a statement runs: `cut` is called if its source goes down."""
        cuts = self._pulses[source].cuts if source in self._pulses else set()
        cuts.add(cut)
        try:
            yield
        finally:
            cuts.discard(cut)

    def start(self, connect: Callable[[], Awaitable[HealthConnection]]) -> None:
        """Begin to watch, on connections of the watch's own."""
        self._tasks = [asyncio.create_task(self._follow(name, connect)) for name in self._pulses]
        self._tasks.append(asyncio.create_task(self._follow_hub(connect)))

    async def settled(self) -> None:
        """Wait until everything has a version, but no longer than what is down is waited for."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._complete.wait(), self._silence)

    async def stop(self) -> None:
        """Stop watching."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def _connected(self, connect: Callable[[], Awaitable[HealthConnection]]) -> HealthConnection:
        try:
            connection = await connect()
        except Exception:
            self.hub_up = False
            raise
        self.hub_up = True
        return connection

    async def _follow(self, source: str, connect: Callable[[], Awaitable[HealthConnection]]) -> None:
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

    async def _probe(self, source: str, connection: HealthConnection) -> None:
        """Ask what was written; a late answer is waited for, or each new question would hang in the hub as well."""
        start = time.monotonic()
        asked = asyncio.ensure_future(connection.fetch(versions.counters(SOURCES[source])))
        try:
            await asyncio.wait({asked}, timeout=self._silence)
            if not asked.done() and time.monotonic() - start > self._silence + STALL:
                await asyncio.wait({asked}, timeout=self._silence)  # it was we who were late
            if not asked.done():
                self._mark(source, up=False)
                await asyncio.wait({asked}, timeout=PATIENCE)
            if not asked.done():
                raise TimeoutError
            counted = await asked
        except Exception as error:
            if connection.is_closed() or _remote(error):
                raise
            counted = []  # a hub set up without the counters, or a source that does not show them
        finally:
            asked.cancel()
        self._pulses[source].latency = time.monotonic() - start
        self._mark(source, up=True)
        if counted:
            await self._learn(SOURCES[source], connection, counted)

    async def _learn(self, source: Source, connection: HealthConnection, counted: Any) -> None:
        """Find the version out; a source that is slow to tell has none, and is left alone for ever longer."""
        until, pause = self._slow.get(source.name, (0.0, self._period))
        if time.monotonic() < until:
            return
        try:
            async with asyncio.timeout(self._silence):
                filed = await connection.fetch(versions.files(source), [row[0] for row in counted])
                parts = {part: await _marked(part, connection) for part in source.version}
        except TimeoutError:
            self._slow[source.name] = (time.monotonic() + pause, min(2 * pause, PATIENCE))
            return
        self._slow.pop(source.name, None)
        self._parts |= parts
        version = versions.digest([counted, filed, *parts.values()]) + self._heard.get(source.name, "")
        self._found(source.name, version)

    def _found(self, source: str, version: str) -> None:
        last, _ = self._versions.get(source, (version, 0.0))
        self._versions[source] = (version, time.monotonic())
        if len(self._versions) == len(self._pulses) + len(LOCAL):
            self._complete.set()
        if last != version:
            for changes in self._changes:
                changes.add(source)

    async def _follow_hub(self, connect: Callable[[], Awaitable[HealthConnection]]) -> None:
        """Follow what the hub holds itself, whose pulse is the hub's."""
        connection = None
        try:
            while True:
                try:
                    connection = connection or await connect()
                    for source in LOCAL.values():
                        counted = await connection.fetch(versions.counters(source))
                        await self._learn(source, connection, counted)
                except Exception as error:  # noqa: BLE001 - whatever went wrong, it is asked again on a new connection
                    LOG.info("hub: %s", error)
                    if connection:
                        connection.terminate()
                    connection = None
                await asyncio.sleep(self._period)
        finally:
            if connection:
                connection.terminate()

    async def _pause(self, pulse: SourceHealth) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(pulse.hurry.wait(), self._period)
            await asyncio.sleep(RECONNECT)  # however many ask for it
        pulse.hurry.clear()

    def _mark(self, source: str, *, up: bool) -> None:
        pulse = self._pulses[source]
        if pulse.up != up:
            LOG.warning("%s is %s", source, "back" if up else "down")
            pulse.since = time.time()
        pulse.up = up
        if not up:
            for cut in tuple(pulse.cuts):
                cut()


async def _marked(part: Version, connection: HealthConnection) -> Any:
    """A declared part of a version; nothing where it cannot be read, by nobody then."""
    try:
        return await connection.fetch(versions.mark(part))
    except Exception as error:
        if connection.is_closed() or _remote(error):
            raise
        return []


def _remote(error: Exception) -> bool:
    """Whether it is the source that is gone, or does not answer."""
    return isinstance(error, TimeoutError) or (getattr(error, "sqlstate", None) or "").startswith(REMOTE_FAILURES)


def hub_unavailable() -> HubUnavailable:
    """The error that says that the hub is down."""
    return HubUnavailable("The gateway's own database does not answer: try again in a few seconds")


def broken(sources: Sequence[str]) -> GatewayError:
    """The error of a source that answers, but not for one of its tables."""
    titles = " or ".join(SOURCES[source].title for source in sources if source in SOURCES)
    message = f"{titles} answers, but a table that is asked for is missing there or may not be read: ask for the others"
    return SourceUnavailable(message, sources[0])
