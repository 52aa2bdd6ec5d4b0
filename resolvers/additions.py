"""Tell subscribers of the rows that are added to tables, each as fast as it takes them.

A subscriber has a position in the log of a table's additions, reads what comes next, and has it answered as a query; a
query that several subscribers ask at one position, with the same rights, runs once. One that takes nothing holds no
more than one answer, and holds up nobody; what it has not taken waits in the log.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from hub.addition_log import AdditionLog, RecentLog
from hub.kept_log import KeptLog
from hub.shares import OURSELVES, held_by
from planning.asker import asked_by
from planning.errors import GatewayError, Internal
from resolvers.operation import Operations
from resolvers.request import OperationResult
from resolvers.subscription import SubscriptionQuery
from schema.additions import LOGGED
from schema.table import Table

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


@dataclass(eq=False, slots=True)
class Group:
    """Subscribers with one query, and the last batch that was read for them."""

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
            DSN of the hub, as the role that keeps logs there; empty for logs in memory.
        """
        self._current = current
        self._writer = writer
        self._logs: dict[Table, AdditionLog] = {}
        self._groups: dict[SubscriptionQuery, Group] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    def log(self, table: Table) -> AdditionLog:
        """Return the log of what is added to a table; whoever gets it begins it, and `stop` closes it."""
        if table not in self._logs:
            hub = self._current().hub
            self._logs[table] = KeptLog(hub, table, self._writer) if self._writer else RecentLog(hub, table)
        return self._logs[table]

    async def begin(self) -> None:
        """Begin every log that is kept in the hub, each as soon as its source answers."""
        if self._writer:
            await asyncio.gather(*(self.log(table).begin_patiently() for table in LOGGED))

    async def join(self, query: SubscriptionQuery, after: str | None) -> "Subscriber":
        """Add a subscriber, which starts after an event, or now where that is None; raises `GatewayError`."""
        log = self.log(query.table)
        await log.begin()
        if after is None and not any(other.table is query.table for other in self._groups):
            await log.catch_up()
        position = log.latest if after is None else await log.position(after)
        subscriber = Subscriber(self, query, position)
        self._groups.setdefault(query, Group()).members.add(subscriber)
        return subscriber

    def leave(self, subscriber: "Subscriber") -> None:
        """Remove a subscriber; may be called twice."""
        group = self._groups.get(subscriber.query)
        if group:
            group.members.discard(subscriber)
            if not group.members:
                del self._groups[subscriber.query]
                if group.batch:
                    group.batch.cancel()

    async def stop(self) -> None:
        """Follow nothing any more."""
        for log in self._logs.values():
            await log.close()

    async def batch(self, query: SubscriptionQuery, start: int) -> Batch:
        """Wait until there is something after a position, and have it answered; raises `GatewayError`."""
        await self.log(query.table).grow(start)
        group = self._groups[query]
        task = group.reading(start)
        if task is None:
            with held_by(OURSELVES), asked_by(query.asker):  # it is done for all of them
                task = group.batch = asyncio.create_task(self._read(query, start))
            group.start = start
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # each reader has raised it
        return await asyncio.shield(task)

    async def _read(self, query: SubscriptionQuery, start: int) -> Batch:
        log = self.log(query.table)
        end, added = log.latest, await log.after(start)
        if not added:
            return Batch(end, ())
        positions = {key: position for position, key in added}
        answer = await self._answer(query, list(positions))
        messages = query.messages(answer, positions)
        return Batch(added[-1].position, tuple((at, _named(log.event(at), message)) for at, message in messages))

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


def _named(event: str, message: OperationResult) -> OperationResult:
    return OperationResult(message.payload | {"extensions": {"eventId": event}}, event=event)


class Subscriber:
    """One subscriber, and how far it has come."""

    def __init__(self, additions: Additions, query: SubscriptionQuery, position: int) -> None:
        self.query = query
        self._additions = additions
        self._position = position
        self._batch = Batch(position, ())
        self._taken = 0

    @property
    def event(self) -> str:
        """The id of the event after which it has been told nothing yet."""
        return self._additions.log(self.query.table).event(self._position)

    async def answer(self) -> OperationResult:
        """Wait for the next row; raises `GatewayError` when no more will come."""
        while self._taken == len(self._batch.messages):
            self._position = self._batch.end
            self._batch, self._taken = await self._additions.batch(self.query, self._batch.end), 0
        self._position, message = self._batch.messages[self._taken]
        self._taken += 1
        return message

    def close(self) -> None:
        """Be told nothing more."""
        self._additions.leave(self)
