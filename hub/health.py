"""The health monitor: which database answers, checked in the background so that no request has to.

Each source is probed every second through the hub, on a connection of its own: what has been written to it? One that
does not answer for too long (`SILENCE`, by default) is down: requests for it are refused at once, statements under way
are cut off, everything else goes on. The first answer brings it back. Where the monitor cannot connect, it is the hub
that is down, and the sources are not blamed. The answers also give each source's version (`hub.versions`), which
changes whenever its rows may have.
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
from hub.patience import answered
from planning.errors import GatewayError, HubUnavailable, SourceUnavailable
from schema.catalog import LOCAL, SOURCES
from schema.table import Source, Version

LOG = logging.getLogger(__name__)
PATIENCE = 20.0
"""Seconds to wait for a source that hangs, before it is probed on another connection."""
REMOTE_FAILURES = ("08", "HV", "57P")
"""SQLSTATE classes of postgres_fdw when the other end is gone: connection, foreign data, operator's intervention."""
RECONNECT = 0.05
"""Seconds before the monitor connects again to a hub that closed its connection, or probes a source that failed."""


class HealthConnection(Protocol):
    """What the monitor needs of a connection to the hub."""

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
    """Functions that cut off the statements under way."""
    probe_now: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to have the source probed at once."""


class HealthMonitor:
    """The state of every source behind the hub, and of the hub.

    Parameters
    ----------
    names
        The sources, by name.
    period
        Seconds from an answer to the next probe.
    silence
        Seconds without an answer after which a source is down.
    """

    def __init__(self, names: Iterable[str], period: float = 1.0, silence: float = SILENCE) -> None:
        self._sources = {name: SourceHealth() for name in names}
        self._period, self._silence = period, silence
        self._versions: dict[str, tuple[str, float]] = {}
        """The last version of each source, and when it was read (monotonic clock)."""
        self._notified: dict[str, str] = {}
        """Payload of the last notification of each source."""
        self._slow: dict[str, tuple[float, float]] = {}
        """Until when (monotonic clock) a slow source is not asked for its version, and the pause after that."""
        self._complete = asyncio.Event()
        self._parts: dict[Version, Any] = {}
        """Last rows of each declared part of a version."""
        self._changes: weakref.WeakSet[versions.VersionChanges] = weakref.WeakSet()
        self.hub_up = True
        self._tasks: list[asyncio.Task[None]] = []

    def up(self, source: str) -> bool:
        """Whether a source answered its last probe; for what the hub holds itself, whether the hub did."""
        return self._sources[source].up if source in self._sources else self.hub_up

    def pulse(self, source: str) -> SourceHealth:
        """The state of a database behind the hub."""
        return self._sources[source]

    def version(self, source: str) -> str | None:
        """A text that changes, within a second, whenever rows of the source may have; equal texts mean equal answers.

        None where the source is down, or its version is unknown: it shows no counters, is too slow, or has not
        confirmed its version for longer than a source may be silent.
        """
        version, read = self._versions.get(source, (None, 0.0))
        return version if self.up(source) and time.monotonic() - read < self._period + self._silence else None

    def part(self, part: Version) -> Any:
        """Rows of a declared part of a version, at most a second old; None where the version is unknown."""
        record_dependency((part.table.source,))
        return self._parts.get(part) if self.version(part.table.source) else None

    def changes(self) -> versions.VersionChanges:
        """An endless iterator over the names of sources whose version changes from now on; dropping it is enough."""
        changes = versions.VersionChanges()
        self._changes.add(changes)
        return changes

    def require(self, source: str) -> None:
        """Raise `SourceUnavailable` for a source that is down, `HubUnavailable` if all are because the hub is."""
        if not self.up(source):
            raise self.unavailable(source)

    def unavailable(self, source: str) -> GatewayError:
        """The error for a request that needs a source which is down."""
        if not self.hub_up or source not in self._sources:
            return hub_unavailable()
        title = SOURCES[source].title
        return SourceUnavailable(
            f"{title} does not answer at the moment: the rest of the gateway does; try again shortly", source
        )

    def report(self, source: str) -> None:
        """Probe a source at once, since a statement failed as if it were gone."""
        if source in self._sources:
            self._sources[source].probe_now.set()

    def notify(self, source: str, payload: str) -> None:
        """Change a source's version: it has sent a notification, whose payload becomes part of the version."""
        self._notified[source] = payload
        self.report(source)

    @contextmanager
    def using(self, source: str, cut: Callable[[], None]) -> Iterator[None]:
        """Call `cut` if the source goes down while this is held."""
        cuts = self._sources[source].cuts if source in self._sources else set()
        cuts.add(cut)
        try:
            yield
        finally:
            cuts.discard(cut)

    def start(self, connect: Callable[[], Awaitable[HealthConnection]]) -> None:
        """Start probing, on connections that `connect` opens; it may raise anything where the hub does not answer."""
        self._tasks = [asyncio.create_task(self._follow(name, connect)) for name in self._sources]
        self._tasks.append(asyncio.create_task(self._follow_hub(connect)))

    async def settled(self) -> None:
        """Wait until every source has a version, at most as long as a source may be silent."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._complete.wait(), self._silence)

    async def stop(self) -> None:
        """Stop probing and close the connections."""
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
        pulse, connection = self._sources[source], None
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
        """Ask what was written. A late answer is waited for: each new statement would hang in the hub as well."""
        start = time.monotonic()
        probe = asyncio.ensure_future(connection.fetch(versions.counters(SOURCES[source])))
        try:
            if not await answered(probe, self._silence):
                self._mark(source, up=False)
                if not await answered(probe, PATIENCE):
                    raise TimeoutError
            counted = await probe
        except Exception as error:
            if connection.is_closed() or _remote(error):
                raise
            counted = []  # a hub set up without the counters, or a source that does not show them
        finally:
            probe.cancel()
        self._sources[source].latency = time.monotonic() - start
        self._mark(source, up=True)
        if counted:
            await self._learn(SOURCES[source], connection, counted)

    async def _learn(self, source: Source, connection: HealthConnection, counted: Any) -> None:
        """Read the version. A source that is too slow for it has none, and is asked again after ever longer pauses."""
        until, pause = self._slow.get(source.name, (0.0, self._period))
        if time.monotonic() < until:
            return
        try:
            async with asyncio.timeout(self._silence):
                files = await connection.fetch(versions.files(source), [row[0] for row in counted])
                parts = {part: await _marked(part, connection) for part in source.version}
        except TimeoutError:
            self._slow[source.name] = (time.monotonic() + pause, min(2 * pause, PATIENCE))
            return
        self._slow.pop(source.name, None)
        self._parts |= parts
        version = versions.digest([counted, files, *parts.values()]) + self._notified.get(source.name, "")
        self._set_version(source.name, version)

    def _set_version(self, source: str, version: str) -> None:
        last, _ = self._versions.get(source, (version, 0.0))
        self._versions[source] = (version, time.monotonic())
        if len(self._versions) == len(self._sources) + len(LOCAL):
            self._complete.set()
        if last != version:
            for changes in self._changes:
                changes.add(source)

    async def _follow_hub(self, connect: Callable[[], Awaitable[HealthConnection]]) -> None:
        """Read the versions of what the hub holds itself, which is up while the hub is."""
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
            await asyncio.wait_for(pulse.probe_now.wait(), self._period)
            await asyncio.sleep(RECONNECT)  # one probe, however many statements failed
        pulse.probe_now.clear()

    def _mark(self, source: str, *, up: bool) -> None:
        pulse = self._sources[source]
        if pulse.up != up:
            LOG.warning("%s is %s", source, "back" if up else "down")
            pulse.since = time.time()
        pulse.up = up
        if not up:
            for cut in tuple(pulse.cuts):
                cut()


async def _marked(part: Version, connection: HealthConnection) -> Any:
    """Rows of a declared part of a version; none where the hub may not read them, as nobody can then."""
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
    """The error for a request while the hub is down."""
    return HubUnavailable("The gateway's own database does not answer: try again in a few seconds")


def broken(sources: Sequence[str]) -> GatewayError:
    """The error for a statement on a table that its source does not have, or does not let the gateway read."""
    titles = " or ".join(SOURCES[source].title for source in sources if source in SOURCES)
    message = f"{titles} answers, but a table that is asked for is missing there or may not be read: ask for the others"
    return SourceUnavailable(message, sources[0])
