"""A health monitor of several processes on one machine: one of them probes, and the others know what it has found.

What it knows is put where all find it each time that it has read something, with its own times: the monotonic clock is
that of the machine. What a process has written itself all know at once.
"""

import asyncio
import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hub.ending import ended
from hub.health import NONE, Connect, HealthMonitor
from hub.limits import SILENCE
from hub.version_reader import KnownReading

PLACE = "health"
"""Where what is known is put."""
TOGETHER = 0.02
"""Seconds for which readings are collected before they are."""
CHANGED, REPORT, WRITTEN = "health changed", "source gone", "source written"


class Board(Protocol):
    """What several processes share."""

    def on(self, kind: str, heard: Callable[..., None]) -> None:
        """Call `heard` with the values of each message of a kind."""

    def tell(self, kind: str, *values: Any) -> None:
        """Tell all others."""

    def put(self, name: str, content: bytes) -> None:
        """Put something where all others find it."""

    def get(self, name: str) -> bytes | None:
        """What was put there; None for nothing."""


@dataclass(frozen=True, slots=True)
class KnownHealth:
    """What one process has found."""

    hub_up: bool
    sources: Mapping[str, tuple[bool, float, float | None]]
    """Of each source whether it is up, since when, and how long its last answer took."""
    readings: Mapping[str, list[KnownReading]]
    notified: Mapping[str, str]


class SharedHealthMonitor(HealthMonitor):
    """The state of every source, as whichever process leads has found it; parameters as of `HealthMonitor`."""

    def __init__(self, names: Iterable[str], board: Board, silence: float = SILENCE) -> None:
        super().__init__(names, silence=silence)
        self._board = board
        self._begin: Callable[[], None] = lambda: None
        self._publishing: asyncio.TimerHandle | None = None
        self._leads = self._hearing = False
        board.on(REPORT, super().report)
        board.on(WRITTEN, self._hear_written)

    def start(self, connect: Connect, direct: Mapping[str, Connect] = NONE) -> None:
        """Know what the others do, and how to probe once this process leads."""
        self._read_directly(direct)
        self._begin = lambda: self._probe_all(connect, direct)
        self._board.on(CHANGED, self._adopt)
        self._adopt()

    async def lead(self) -> None:
        """Probe for all until cancelled."""
        self._leads = True
        self._begin()
        try:
            await asyncio.Event().wait()
        finally:
            self._leads = False
            await ended(self._tasks)
            self._tasks = []

    def report(self, source: str) -> None:
        """Have a source probed at once, by whoever leads."""
        super().report(source)
        if not (self._leads or self._hearing):
            self._board.tell(REPORT, source)

    def written(self, source: str, transaction: str) -> None:
        """Change a source's version at once, in all processes: this one has committed a transaction there."""
        super().written(source, transaction)
        self._board.tell(WRITTEN, source, transaction)

    def _hear_written(self, source: str, transaction: str) -> None:
        self._hearing = True
        super().written(source, transaction)
        self._hearing = False

    def _found(self) -> None:
        if self._leads and self._publishing is None:
            self._publishing = asyncio.get_running_loop().call_later(TOGETHER, self._publish)

    def _publish(self) -> None:
        self._publishing = None
        sources = {name: (each.up, each.since, each.latency) for name, each in self._sources.items()}
        readings = {name: [reader.known() for reader in readers] for name, readers in self._readers.items()}
        known = KnownHealth(self.hub_up, sources, readings, self._notified)
        self._board.put(PLACE, pickle.dumps(known))
        self._board.tell(CHANGED)

    def _adopt(self) -> None:
        content = None if self._leads else self._board.get(PLACE)
        if content is None:
            return
        known: KnownHealth = pickle.loads(content)  # noqa: S301 - written by another process of ours
        self.hub_up = known.hub_up
        self._notified.update(known.notified)
        for name, (up, since, latency) in known.sources.items():
            self._mark(name, up=up)
            pulse = self._sources[name]
            pulse.since, pulse.latency = since, latency
        for name, readings in known.readings.items():
            for reader, reading in zip(self._readers[name], readings, strict=True):
                self._note(reader, changed=reader.adopt(reading))
