"""The health monitor: which database answers, checked in the background so that no request has to.

Each source is probed every second through the hub, on a connection of its own: what has been written to it? One that
does not answer for too long (`SILENCE`, by default) is down: requests for it are refused at once, statements under way
are cut off, everything else goes on. The first answer brings it back. Where the monitor cannot connect, it is the hub
that is down, and the sources are not blamed. The answers also give each source's version (`hub.versions`), which
changes whenever its rows may have. A source that statements go to directly is asked for its version that way too: it
may be another server.
"""

import asyncio
import logging
import math
import time
import weakref
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from hub import versions
from hub.dependencies import OPENINGS, RELEASES, UNKNOWN, record_dependency
from hub.ending import ended
from hub.limits import SILENCE
from hub.patience import answered, patiently
from hub.sessions import CONNECTING
from hub.version_reader import PATIENCE, STANDBY, VersionConnection, VersionReader, remote
from planning import rights
from planning.errors import GatewayError, HubUnavailable, SourceUnavailable
from schema.catalog import LOCAL, SOURCES
from schema.table import Source, Version

LOG = logging.getLogger(__name__)
UNCONFIRMED = "it has not told for some time what has been written"
PERIOD = 1.0
"""Seconds from an answer of a source to its next probe."""
RECONNECT = 0.05
"""Seconds before the monitor connects again to a hub that closed its connection, or probes a source that failed."""
NONE: Mapping[str, "Connect"] = MappingProxyType({})
Connect: TypeAlias = Callable[[], Coroutine[Any, Any, VersionConnection]]
"""Opens a connection; may raise anything where nobody answers."""


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
        Seconds from an answer to the next probe; None for `PERIOD`.
    silence
        Seconds without an answer after which a source is down.
    """

    def __init__(self, names: Iterable[str], period: float | None = None, silence: float = SILENCE) -> None:
        self._sources = {name: SourceHealth() for name in names}
        self._period, self._silence = PERIOD if period is None else period, silence
        self._readers = {name: [self._reader(SOURCES[name])] for name in self._sources}
        """Whoever reads the version of each source, through the hub first."""
        self._readers |= {name: [self._reader(source, direct=True)] for name, source in LOCAL.items()}
        self._notified: dict[str, str] = {}
        """Payload of the last notification of each source."""
        self._written: dict[str, tuple[str, float]] = {}
        """Last transaction that this process wrote to each source, and when, until a later probe has ended."""
        self._complete = asyncio.Event()
        self._changes: weakref.WeakSet[versions.VersionChanges] = weakref.WeakSet()
        self.hub_up = True
        self._tasks: list[asyncio.Task[None]] = []

    def up(self, source: str) -> bool:
        """Whether a source answered its last probe; for what the hub holds itself, whether the hub did."""
        return self._sources[source].up if source in self._sources else self.hub_up

    def pulse(self, source: str) -> SourceHealth:
        """The state of a database behind the hub."""
        return self._sources[source]

    def state(self, source: str) -> tuple[bool, datetime]:
        """Whether a database behind the hub answers, and since when; an answer that says so is not to be kept."""
        record_dependency((UNKNOWN,))
        pulse = self._sources[source]
        return pulse.up, datetime.fromtimestamp(pulse.since, UTC)

    def _reader(self, source: Source, *, direct: bool = False) -> VersionReader:
        return VersionReader(versions.Way(source, direct=direct), self._period, self._silence)

    def version(self, source: str) -> str | None:
        """A text that changes, within a second, whenever rows of the source may have; equal texts mean equal answers.

        It never comes back. None where the source is down, or its version is unknown (`lacking`).
        """
        if not self.up(source) or self.lacking(source):
            return None
        found = [reader.reading.version for reader in self._readers[source] if reader.reading]
        return "+".join([*found, *self._written.get(source, ())[:1]])

    def releases(self) -> str | None:
        """A text that changes at the moment at which more of any source opens to everybody; None where unknown.

        It is that of the data which `version` is of, and the clock is this process's, by which rights are decided too.
        """
        return self._following(RELEASES, [name for name in self._sources if SOURCES[name].releases])

    def openings(self) -> str | None:
        """The same of what changes for everybody though no right opens it (`Source.openings`)."""
        return self._following(OPENINGS, [name for name in self._sources if SOURCES[name].openings])

    def _following(self, what: str, names: Sequence[str]) -> str | None:
        now = rights.this_moment()
        readings = [self._readers[name][0].reading for name in names]
        following = [reading.releases.following(now) if reading else None for reading in readings]
        return None if None in following else " ".join([what, *filter(None, following)])

    def lacking(self, source: str) -> str:
        """Why a source that is up has no version: what it does not show, or that it is slow; empty if it has one."""
        readers = self._readers.get(source, ())
        if not readers or any(self._outdated(reader) for reader in readers):
            return UNCONFIRMED
        through, *directly = [reader.reading for reader in readers if reader.reading]
        for reading in directly:
            if reading.lacking:
                return reading.lacking
            if through.lacking == STANDBY and through.started == reading.started:
                return ""  # the same server, which shows directly what it does not through the hub
        return through.lacking

    def _outdated(self, reader: VersionReader) -> bool:
        return reader.reading is None or time.monotonic() - reader.ended >= self._period + self._silence

    async def confirmed(self, source: str) -> str | None:
        """The version of a source as it is read from now on; None where it is unknown.

        If it is what `version` said before, it was no other meanwhile, and all that was read between is of it.
        """
        since = time.monotonic()
        while self.version(source) and any(  # noqa: ASYNC110 - there may be no further one
            reader.begun <= since for reader in self._readers[source]
        ):
            await asyncio.sleep(RECONNECT)
        return self.version(source)

    def part(self, part: Version) -> Any:
        """Rows of a declared part of a version, at most a second old; None where the version is unknown."""
        source = part.table.source
        record_dependency((source,))
        return self._readers[source][0].parts.get(part) if self.version(source) else None

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

    def written(self, source: str, transaction: str) -> None:
        """Change a source's version at once: this process has committed a transaction of that number there.

        Whoever wrote then finds no answer from before. Other processes hear of it by the source's notification, which
        has the same number for its payload.
        """
        self._written[source] = transaction, time.monotonic()
        for changes in self._changes:
            changes.add(source)
        self.notify(source, transaction)

    @contextmanager
    def using(self, sources: Iterable[str], cut: Callable[[], None]) -> Iterator[None]:
        """Call `cut` if one of the sources goes down while this is held."""
        used = [self._sources[source].cuts for source in sources if source in self._sources]
        for cuts in used:
            cuts.add(cut)
        try:
            yield
        finally:
            for cuts in used:
                cuts.discard(cut)

    def start(self, connect: Connect, direct: Mapping[str, Connect] = NONE) -> None:
        """Start probing, on connections to the hub that `connect` opens, and to the sources of `direct` themselves."""
        self._read_directly(direct)
        self._probe_all(connect, direct)

    def _read_directly(self, names: Iterable[str]) -> None:
        """Have a reader of these sources themselves, beside that through the hub."""
        for name in names:
            self._readers[name].append(self._reader(SOURCES[name], direct=True))

    def _probe_all(self, connect: Connect, direct: Mapping[str, Connect]) -> None:
        local = [reader for name in LOCAL for reader in self._readers[name]]
        following = [self._follow(name, connect) for name in self._sources]
        following += [self._follow_versions(self._readers[name][1:], way) for name, way in direct.items()]
        self._tasks = [asyncio.create_task(each) for each in (*following, self._follow_versions(local, connect))]

    async def settled(self) -> None:
        """Wait until every source has a version, at most as long as a source may be silent."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._complete.wait(), self._silence)

    async def stop(self) -> None:
        """Stop probing and close the connections."""
        await ended(self._tasks)

    async def _connected(self, connect: Connect) -> VersionConnection:
        try:
            connection = await _opened(connect)
        except Exception:
            self.hub_up = False
            self._found()
            raise
        self.hub_up = True
        return connection

    async def _follow(self, source: str, connect: Connect) -> None:
        pulse, connection, failures = self._sources[source], None, 0
        try:
            while True:
                try:
                    connection = connection or await self._connected(connect)
                    await self._probe(source, connection)
                    failures = 0
                except Exception as error:  # noqa: BLE001 - whatever went wrong, the source did not answer
                    LOG.info("%s: %s", source, error)
                    lost, connection = connection, None
                    if lost and lost.is_closed():
                        await asyncio.sleep(RECONNECT)  # by the hub: connecting tells whether it is down
                        continue
                    failures += 1
                    if lost:
                        lost.terminate()
                        if failures == 1 and pulse.up:  # its session may have ended while this process stood still
                            await asyncio.sleep(RECONNECT)
                            continue
                    self._mark(source, up=False)
                await self._pause(pulse)
        finally:
            if connection:
                connection.terminate()

    async def _probe(self, source: str, connection: VersionConnection) -> None:
        """Ask what was written. A late answer is waited for: each new statement would hang in the hub as well."""
        start = time.monotonic()
        reader = self._readers[source][0]
        probe = asyncio.ensure_future(connection.fetch(reader.counters()))
        try:
            if not await answered(probe, self._silence):
                self._mark(source, up=False)
                if not await answered(probe, PATIENCE):
                    raise TimeoutError
            counted = await probe
        except Exception as error:
            if connection.is_closed() or remote(error):
                raise
            counted = []  # a hub set up without the counters, or a source that does not show them
        finally:
            probe.cancel()
        self._sources[source].latency = time.monotonic() - start
        self._mark(source, up=True)
        await self._read(reader, connection, counted, start)

    async def _read(self, reader: VersionReader, connection: VersionConnection, counted: Any, begun: float) -> None:
        extra = self._notified.get(reader.way.source.name, "")
        self._note(reader, changed=await reader.read(connection, counted, begun, extra))
        self._found()

    def _note(self, reader: VersionReader, *, changed: bool) -> None:
        """Take note of a reading; `changed` says whether its version is another one than before."""
        source = reader.way.source.name
        if changed:
            for changes in self._changes:
                changes.add(source)
        if reader is self._readers[source][0] and reader.begun > self._written.get(source, ("", math.inf))[1]:
            del self._written[source]
        if all(each.reading for readers in self._readers.values() for each in readers):
            self._complete.set()

    async def _follow_versions(self, readers: Sequence[VersionReader], connect: Connect) -> None:
        """Read the versions of what the hub holds itself, which is up while the hub is; or of a source, directly."""
        connection: VersionConnection | None = None
        try:
            while True:
                try:
                    if connection is None:
                        connection = await _opened(connect)
                    for reader in readers:
                        begun = time.monotonic()
                        counted = await patiently(connection.fetch(reader.counters()), PATIENCE)
                        await self._read(reader, connection, counted, begun)
                except Exception as error:  # noqa: BLE001 - whatever went wrong, it is asked again on a new connection
                    LOG.info("version of %s: %s", readers[0].way.source.name, error)
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
            self._readers[source][0].forget()
            for cut in tuple(pulse.cuts):
                cut()
        self._found()

    def _found(self) -> None:
        """Something was read: what shares it with other processes does so here."""


async def _opened(connect: Connect) -> VersionConnection:
    return await patiently(connect(), CONNECTING, lambda late: late.terminate())


def hub_unavailable() -> HubUnavailable:
    """The error for a request while the hub is down."""
    return HubUnavailable("The gateway's own database does not answer: try again in a few seconds")


def broken(sources: Sequence[str]) -> GatewayError:
    """The error for a statement on a table that its source does not have, or does not let the gateway read."""
    titles = " or ".join(SOURCES[source].title for source in sources if source in SOURCES)
    message = f"{titles} answers, but a table that is asked for is missing there or may not be read: ask for the others"
    return SourceUnavailable(message, sources[0])
