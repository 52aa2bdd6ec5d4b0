"""Reading the version of a source, one way: through the hub, or on a connection to the source itself.

What cannot be decided gives no version: whether a server is a standby, how far a standby has replayed, when it started.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hub import versions
from hub.patience import patiently
from hub.releases import MOST, NOTHING, Releases
from planning import rights
from schema.table import Version

LOG = logging.getLogger(__name__)
REMOTE_FAILURES = ("08", "HV", "57P")
"""SQLSTATE classes of postgres_fdw when the other end is gone: connection, foreign data, operator's intervention."""
PATIENCE = 20.0
"""Seconds to wait for a source that hangs, and the longest pause before one that is too slow is asked again."""
REFUSED = 60.0
"""Seconds before a view that a source does not have, or show, is asked for again: each time is an error in its log."""
NOT_SHOWN = "42"
"""SQLSTATE class of what a source does not have, or does not let its reader see."""
SLOW = "it takes too long to tell what has been written"
HIDDEN = "it does not show what has been written"
STANDBY = "it is a standby, where no counter moves, and does not show what it has replayed"
UNDECIDED = "it does not show whether it is a standby"
UNDATED = "it does not show when its server started, so that its counters may come back"


class UnreadError(Exception):
    """A query failed for once, as where what it reads of the catalogue is just being dropped."""


class VersionConnection(Protocol):
    """What reading a version needs of a connection."""

    async def fetch(self, query: str, *values: Any) -> Any: ...  # noqa: D102

    def is_closed(self) -> bool: ...  # noqa: D102

    def terminate(self) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a source at one time."""

    version: str = ""
    """A text that is equal, in every process, for equal data."""
    started: str | None = None
    """When its server started."""
    lacking: str = ""
    """Why there is no version; empty where there is one."""
    releases: Releases = NOTHING
    """When more of its rows opens, with these data."""


@dataclass(frozen=True, slots=True)
class KnownReading:
    """What a reader knows, for one in another process on the same machine."""

    reading: Reading | None
    begun: float
    ended: float
    known: str
    parts: Sequence[Any]
    """Rows of each declared part of the version, in their order; empty before the first."""


class VersionReader:
    """Reads the version of one source, one way, again and again.

    Parameters
    ----------
    way
        The source, and how its catalogue is reached.
    pause
        Seconds for which a source that is too slow is not asked; twice as long each further time.
    silence
        Seconds that reading may take.
    """

    def __init__(self, way: versions.Way, pause: float, silence: float) -> None:
        self.way = way
        self.reading: Reading | None = None
        """The last one; None before the first."""
        self.begun = self.ended = -PATIENCE - silence
        """When it was begun and had ended (monotonic clock)."""
        self.parts: dict[Version, Any] = {}
        """Last rows of each declared part of the version."""
        self._known = ""
        """The last version there was."""
        self._shortest, self._silence = pause, silence
        self._pause, self._until = pause, 0.0
        self._refused: dict[str, float] = {}
        """Until when (monotonic clock) a query that was refused is not asked again."""

    def counters(self) -> str:
        """SQL of the counters, whose answer tells that the source is up as well."""
        return self.way.query(versions.COUNTERS)

    async def read(self, connection: VersionConnection, counted: Sequence[Any], begun: float, extra: str = "") -> bool:
        """Read the rest of the version; whether it is another one than before, or the first.

        `counted` has the counters, asked for at `begun` (monotonic clock); `extra` becomes part of the version. Raises
        what the driver raises where the connection, or the source, is gone.
        """
        if time.monotonic() < self._until:
            return False
        try:
            reading = Reading(lacking=HIDDEN)
            if counted:
                reading = await patiently(self._read(connection, counted, extra), self._silence)
        except TimeoutError:
            self._until, self._pause = time.monotonic() + self._pause, min(2 * self._pause, PATIENCE)
            reading = Reading(lacking=SLOW)
        except UnreadError as error:
            LOG.info("version of %s: %s", self.way.source.name, error.__cause__)
        else:
            self._pause = self._shortest
        self.reading, self.begun, self.ended = reading, begun, time.monotonic()
        if reading.lacking:
            return False
        before, self._known = self._known, reading.version
        return before != reading.version

    def forget(self) -> None:
        """Know no version until the next reading: the source is gone, and what comes back may be another server."""
        self.reading = None

    def known(self) -> KnownReading:
        """What this reader knows."""
        parts = [[tuple(row) for row in self.parts[part]] for part in self.way.source.version if self.parts]
        return KnownReading(self.reading, self.begun, self.ended, self._known, parts)

    def adopt(self, other: KnownReading) -> bool:
        """Know what another reader does; whether its version is another one than before, or the first."""
        self.reading, self.begun, self.ended = other.reading, other.begun, other.ended
        self.parts = dict(zip(self.way.source.version, other.parts, strict=False))
        before, self._known = self._known, other.known
        return before != other.known

    async def _read(self, connection: VersionConnection, counted: Sequence[Any], extra: str) -> Reading:
        parts = await self._catalogue(connection, [row[0] for row in counted])
        if self.way.marked:
            self.parts = {part: await self._asked(connection, versions.mark(part)) for part in self.way.source.version}
        # postgres_fdw asks for several relations at once: rows come in the order of whatever answers first.
        read = (counted, *(sorted(parts[name], key=repr) for name in sorted(parts)), *self.parts.values())
        start = [texts[0] for texts in parts["start"]]
        position = [(started, standby == "true") for started, standby, _ in parts["position"]]
        found = [number for number, _ in parts["relations"] if number != "0"]
        lacking = undecided(dict(parts["resets"]), start, position) if found else HIDDEN
        began = start[0] if start else position[0][0] if position else None
        version = versions.digest(read) + extra
        return Reading(version, began, lacking, await self._releases(connection, version))

    async def _releases(self, connection: VersionConnection, version: str) -> Releases:
        """When more of this version opens: read once for each, and again once these instants have passed."""
        source = self.way.source
        if not (self.way.marked and (source.releases or source.openings)):
            return NOTHING
        known, now = self.reading, rights.this_moment()
        if known and known.version == version and known.releases.following(now):
            return known.releases
        rows = await self._asked(connection, rights.releases_sql(self.way.source), now, MOST)
        return Releases(tuple(row[0] for row in rows))

    async def _catalogue(self, connection: VersionConnection, tables: Sequence[int]) -> dict[str, list[Any]]:
        """What the catalogue tells of declared names and of these tables, by part: one statement, if all is shown."""
        values = (self.way.names, tables)
        rows = await self._asked(connection, self.way.query(versions.WHOLE), *values)
        for text in versions.PARTS if not rows else ():
            used = values[: "$1" in text and 1 + ("$2" in text)]
            rows = [*rows, *await self._asked(connection, self.way.query(text), *used)]
        found: dict[str, list[Any]] = defaultdict(list)
        for part, texts in rows:
            found[part].append(tuple(texts))
        return found

    async def _asked(self, connection: VersionConnection, text: str, *values: Any) -> Any:
        """Rows of a query; none where the source refuses it, as it does not show that."""
        if time.monotonic() < self._refused.get(text, 0.0):
            return []
        try:
            return await connection.fetch(text, *values)
        except Exception as error:
            if connection.is_closed() or remote(error):
                raise
            if not (getattr(error, "sqlstate", None) or "").startswith(NOT_SHOWN):
                raise UnreadError from error
            self._refused[text] = time.monotonic() + REFUSED
            return []


def undecided(resets: Mapping[str, str], start: Sequence[str], position: Sequence[tuple[str, bool]]) -> str:
    """What keeps a source from having a version; empty if nothing does.

    Parameters
    ----------
    resets
        Texts of the query of that name.
    start
        When the server started; empty where it does not show that.
    position
        The same, and whether it is a standby; empty where there is no such view.
    """
    standby = position[0][1] if position else {"on": True, "off": False}.get(resets.get("in_hot_standby", ""))
    if standby is None:
        return UNDECIDED
    if standby and not position:
        return STANDBY
    return "" if start or position else UNDATED


def remote(error: Exception) -> bool:
    """Whether it is the source that is gone, or does not answer."""
    return isinstance(error, TimeoutError) or (getattr(error, "sqlstate", None) or "").startswith(REMOTE_FAILURES)
