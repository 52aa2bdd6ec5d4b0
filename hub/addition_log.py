"""What was added to a table, as a log that subscribers read: each key once, by its position.

Added is what was not there at the last look, whatever its dates say; what was deleted and comes back is added again. A
log looks at its source whenever that has changed, and once a minute though it has not; it rests nine times as long as
it has looked.
"""

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import suppress
from secrets import token_hex
from typing import NamedTuple, Protocol

from hub.ending import ended
from hub.health import HealthMonitor
from hub.known_keys import KnownKeys, ReadingHub
from hub.limits import REST
from hub.shares import OURSELVES, held_by
from planning.errors import BadInput, EventGone, GatewayError
from schema.table import Table

LOG = logging.getLogger(__name__)
BATCH = 100
"""Most keys that are read of a log at once: no range goes over a multiple of it, so that readers ask for the same."""
EVERY = 60.0
"""Seconds after which a source is looked at though its version is the same, or is not known."""
RETRY = 2.0
"""Seconds after a look that failed."""
HELD = 100_000
"""Most keys that are held in memory."""


class Addition(NamedTuple):
    """A key that was added."""

    position: int
    key: str


class WatchedHub(ReadingHub, Protocol):
    """What is needed of the hub."""

    health: HealthMonitor


class AdditionLog(ABC):
    """The log of one table. Whoever begins it closes it."""

    def __init__(self, hub: WatchedHub, table: Table) -> None:
        self._hub = hub
        self._table = table
        self._known = KnownKeys(hub, table)
        self._beginning = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._caught_up = 0.0
        """When `catch_up` looks again (monotonic clock)."""
        self._task: asyncio.Task[None] | None = None
        self._grown = asyncio.Event()
        self.name = ""
        """Of this log among all there ever are: part of the ids of its events."""
        self.latest = 0
        """The last position."""

    async def begin(self) -> None:
        """Begin to follow the source, if that has not begun; raises `GatewayError` where the source does not answer."""
        async with self._beginning:
            if self._task is None:
                changes = self._hub.health.changes()
                with held_by(OURSELVES):  # it is done for whoever reads it
                    await self._first()
                    self._task = asyncio.create_task(self._follow(changes))

    async def catch_up(self) -> None:
        """Look now, so that what is there already is not told as new; raises `GatewayError`.

        Where that was asked a moment ago it is not done again: as much rest is due as between other looks.
        """
        if time.monotonic() > self._caught_up:
            self._caught_up = await self._look_alone(changed=False)

    async def begin_patiently(self) -> None:
        """Begin as soon as the source answers."""
        while True:
            try:
                return await self.begin()
            except GatewayError as error:
                LOG.info("additions: %s", error)
            await asyncio.sleep(RETRY)

    async def close(self) -> None:
        """Follow the source no longer."""
        await ended([self._task] if self._task else [])

    def event(self, position: int) -> str:
        """The id of the event of a position."""
        return f"{self.name}-{position}"

    async def position(self, event: str) -> int:
        """Return the position of an event's id.

        Raises
        ------
        GatewayError
            `BadInput` for what is no id, `EventGone` for one of another log.
        """
        name, _, number = event.rpartition("-")
        if not name or not (number.isascii() and number.isdigit() and len(number) < 19):
            message = f"{event[:60]!r} is no event's id: one of this subscription is wanted, as the server sent it"
            raise BadInput(message)
        if name != self.name or (int(number) > self.latest and int(number) > await self._last()):
            raise gone()
        return int(number)

    async def grow(self, position: int) -> None:
        """Wait until there is something after a position."""
        while self.latest <= position:
            await self._grown.wait()

    @abstractmethod
    async def after(self, position: int) -> list[Addition]:
        """What comes next after a position, at most `BATCH`; nothing where all of that was deleted.

        Raises `EventGone` where it is no longer held.
        """

    async def _last(self) -> int:
        """The last position there is, of which this process may not know yet."""
        return self.latest

    @abstractmethod
    async def _first(self) -> None:
        """Set `name` and `latest`; what is there now is known from now on."""

    @abstractmethod
    async def _look(self, *, changed: bool) -> None:
        """Add what is new; `changed` says whether the source has another version than at the last look."""

    def _grow_to(self, latest: int) -> None:
        if latest > self.latest:
            self.latest = latest
            self._grown.set()
            self._grown = asyncio.Event()

    async def _follow(self, changes: AsyncIterator[str]) -> None:
        while True:
            changed = await self._change(changes)
            await self._look_until_done(changed=changed)

    async def _look_until_done(self, *, changed: bool) -> None:
        """Look, again where that failed, and rest."""
        while True:
            try:
                rested = await self._look_alone(changed=changed)
                return await asyncio.sleep(rested - time.monotonic())
            except GatewayError as error:
                LOG.info("additions: %s", error)
            except Exception:
                LOG.exception("additions are not found")
            await asyncio.sleep(RETRY)

    async def _look_alone(self, *, changed: bool) -> float:
        """Look, and return when it has rested (monotonic clock)."""
        async with self._looking:
            start = time.monotonic()
            await self._look(changed=changed)
            now = time.monotonic()
            return now + REST * (now - start)

    async def _change(self, changes: AsyncIterator[str]) -> bool:
        """Wait until the source has changed; False where it has not for a while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY):
                async for source in changes:
                    if source == self._table.source:
                        return True
        return False


class RecentLog(AdditionLog):
    """A log in memory, which begins when it is first wanted, and forgets what is older than `HELD` keys."""

    def __init__(self, hub: WatchedHub, table: Table) -> None:
        super().__init__(hub, table)
        self._held: list[str] = []

    async def position(self, event: str) -> int:
        """The same; raises `EventGone` for one that is no longer held, too."""
        position = await super().position(event)
        self._index(position)
        return position

    async def after(self, position: int) -> list[Addition]:
        """The same."""
        start = self._index(position)
        keys = self._held[start : start + until_multiple(position)]
        return [Addition(position + number, key) for number, key in enumerate(keys, 1)]

    def _index(self, position: int) -> int:
        """Where what comes after a position is held; raises `EventGone`."""
        index = len(self._held) - (self.latest - position)
        if index < 0:
            raise gone()
        return index

    async def _first(self) -> None:
        self.name = token_hex(4)
        new, _ = await self._known.compare()
        await self._known.learn(new.astype(">i8").tobytes())

    async def _look(self, *, changed: bool) -> None:  # noqa: ARG002 - it has no other way to know
        new, _ = await self._known.compare()
        async for rows in self._known.read(new):
            self._held += [key for key, _ in rows]
            del self._held[: max(0, len(self._held) - HELD)]
            self._grow_to(self.latest + len(rows))


def until_multiple(position: int) -> int:
    """How many positions there are up to the next multiple of `BATCH`."""
    return BATCH - position % BATCH


def gone() -> EventGone:
    """The error for an event after which it is not known what was added."""
    message = (
        "What was added since that event is not known here: ask for it by a query, and subscribe without an event's id"
    )
    return EventGone(message)
