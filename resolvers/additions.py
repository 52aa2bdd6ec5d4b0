"""Tell subscribers of the rows that are added to the Obs Portal, each as fast as it takes them.

A subscriber has a position in the log of additions, reads what comes next, and has it answered as a query; a query that
several subscribers of one person ask at one position runs once. One that takes nothing holds no more than one answer,
and holds up nobody; what it has not taken waits in the log.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from hub.addition_log import AdditionLog, RecentLog
from hub.kept_log import KeptLog
from hub.shares import OURSELVES, held_by
from planning.asker import Asker, asked_by, asker
from planning.errors import GatewayError, Internal
from resolvers.operation import Operations
from resolvers.request import OperationResult
from resolvers.subscription import SubscriptionQuery
from schema.additions import ADDED

AT_ONCE = 4
"""Queries for added rows that run at once."""
PAUSE = 2.0
"""Seconds before a query that a database could not answer is asked again."""
LATER = 503
"""Status of what is worth asking again."""
KINDS = {kind.code: kind for kind in GatewayError.__subclasses__()}


@dataclass(frozen=True, slots=True)
class Batch:
    """What was added after a position, up to another, as messages in order."""

    end: int
    messages: tuple[tuple[int, OperationResult], ...]
    """Each with its position."""


GroupKey = tuple[Asker, SubscriptionQuery]
"""Who asks, and what: the same query may tell another person other values."""


@dataclass(eq=False, slots=True)
class Group:
    """Subscribers of one person, or of nobody, with one query, and the last batch that was read for them."""

    members: set["Subscriber"] = field(default_factory=set)
    start: int = -1
    batch: asyncio.Task[Batch] | None = None

    def reading(self, start: int) -> asyncio.Task[Batch] | None:
        """The batch after a position if it is being read, or has been."""
        task = self.batch if self.start == start else None
        return None if task and task.done() and (task.cancelled() or task.exception()) else task


class Additions:
    """Subscribers to added rows, grouped by their query."""

    def __init__(self, current: Callable[[], Operations], writer: str = "") -> None:
        """Follow nothing yet.

        Parameters
        ----------
        current
            Returns the operations that answer the queries.
        writer
            DSN of the hub, as the role that keeps a log there; empty for one in memory.
        """
        self._current = current
        self._writer = writer
        self._log: AdditionLog | None = None
        self._groups: dict[GroupKey, Group] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    @property
    def log(self) -> AdditionLog:
        """The log of what is added; whoever gets it begins it, and `stop` closes it."""
        if self._log is None:
            hub = self._current().hub
            self._log = KeptLog(hub, ADDED.table, self._writer) if self._writer else RecentLog(hub, ADDED.table)
        return self._log

    async def join(self, query: SubscriptionQuery, after: str | None) -> "Subscriber":
        """Add a subscriber, which starts after an event, or now where that is None; raises `GatewayError`."""
        await self.log.begin()
        if after is None and not self._groups:
            await self.log.catch_up()
        position = self.log.latest if after is None else await self.log.position(after)
        subscriber = Subscriber(self, (asker(), query), position)
        self._groups.setdefault(subscriber.group, Group()).members.add(subscriber)
        return subscriber

    def leave(self, subscriber: "Subscriber") -> None:
        """Remove a subscriber; may be called twice."""
        group = self._groups.get(subscriber.group)
        if group:
            group.members.discard(subscriber)
            if not group.members:
                del self._groups[subscriber.group]
                if group.batch:
                    group.batch.cancel()

    async def stop(self) -> None:
        """Follow nothing any more."""
        if self._log:
            await self._log.close()

    async def batch(self, of: GroupKey, start: int) -> Batch:
        """Wait until there is something after a position, and have it answered; raises `GatewayError`."""
        await self.log.grow(start)
        group, (person, query) = self._groups[of], of
        task = group.reading(start)
        if task is None:
            with held_by(OURSELVES), asked_by(person):  # it is done for all of them
                task = group.batch = asyncio.create_task(self._read(query, start))
            group.start = start
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # each reader has raised it
        return await asyncio.shield(task)

    async def _read(self, query: SubscriptionQuery, start: int) -> Batch:
        end, added = self.log.latest, await self.log.after(start)
        if not added:
            return Batch(end, ())
        positions = {key: position for position, key in added}
        answer = await self._answer(query, list(positions))
        messages = query.messages(answer, positions)
        return Batch(added[-1].position, tuple((at, self._named(at, message)) for at, message in messages))

    async def _answer(self, query: SubscriptionQuery, keys: list[str]) -> OperationResult:
        """The rows; asked again until the databases answer. Raises `GatewayError` for what asking again cannot mend."""
        while True:
            async with self._turns:
                answer = await self._current().answer(query.request(keys))
            error = query.failure(answer)
            if error is None:
                return answer
            kind = KINDS.get(error["extensions"]["code"], Internal)
            if kind.status != LATER:
                raise kind(f"What was added could not be read: {error['message']}")
            await asyncio.sleep(PAUSE)

    def _named(self, position: int, message: OperationResult) -> OperationResult:
        event = self.log.event(position)
        return OperationResult(message.payload | {"extensions": {"eventId": event}}, event=event)


class Subscriber:
    """One subscriber, and how far it has come."""

    def __init__(self, additions: Additions, group: GroupKey, position: int) -> None:
        self.group = group
        self._additions = additions
        self._position = position
        self._batch = Batch(position, ())
        self._taken = 0

    @property
    def event(self) -> str:
        """The id of the event after which it has been told nothing yet."""
        return self._additions.log.event(self._position)

    async def answer(self) -> OperationResult:
        """Wait for the next row; raises `GatewayError` when no more will come."""
        while self._taken == len(self._batch.messages):
            self._position = self._batch.end
            self._batch, self._taken = await self._additions.batch(self.group, self._batch.end), 0
        self._position, message = self._batch.messages[self._taken]
        self._taken += 1
        return message

    def close(self) -> None:
        """Be told nothing more."""
        self._additions.leave(self)
