"""What is added to the Obs Portal, found once for all who want to be told of it.

New are exposures whose `exp_date_updated` is not far behind the latest and whose key was not there when the first
subscription began. Keys are known by a 64-bit hash each, 3 MB for 340 000 exposures, while there is a subscription.
"""

import asyncio
import logging
from array import array
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

from planning.errors import GatewayError, TooMuch
from planning.sql import Statement
from resolvers.operation import OperationResult, Operations
from resolvers.subscription import BATCH, SubscriptionQuery
from schema.additions import ADDED
from schema.named_queries import named_query

LOG = logging.getLogger(__name__)
WAITING = 256
"""Answers that may wait for a subscriber to take them."""
PATIENCE = 5.0
"""Seconds that the others wait for one that has so many."""
SCAN = 5000
"""Rows that are looked at by one statement."""
OVERLAP = timedelta(minutes=2)
"""How much later than its date a row may be committed."""
LONG_AGO = datetime(1858, 11, 17, tzinfo=UTC)
TABLE = ADDED.table
HASH = f"hashtextextended({TABLE.key.sql}, 0)"
NAMES = {"table": TABLE.qualified, "key": TABLE.key.sql, "updated": ADDED.updated.sql, "hash": HASH, "limit": SCAN}
KNOWN = named_query("resolvers/additions", "known").format_map(NAMES)
CHANGED_SINCE = named_query("resolvers/additions", "changed_since").format_map(NAMES)


class Subscriber:
    """Who is told, through a queue with an end."""

    def __init__(self) -> None:
        self._answers: asyncio.Queue[OperationResult] = asyncio.Queue(WAITING)
        self._left = False

    def tell(self, answer: OperationResult) -> bool:
        """Add an answer, if there is room."""
        if self._answers.full():
            return False
        self._answers.put_nowait(answer)
        return True

    async def wait(self, answer: OperationResult) -> bool:
        """Add an answer when there is room; False for a subscriber that does not take them."""
        try:
            await asyncio.wait_for(self._answers.put(answer), PATIENCE)
        except TimeoutError:
            self._left = True
        return not self._left

    async def answer(self) -> OperationResult:
        """The next answer; raises `TooMuch` when those that were in time are taken."""
        if self._left and self._answers.empty():
            message = "More was added than was taken in time: subscribe again, and ask for what is missing"
            raise TooMuch(message)
        return await self._answers.get()


class Additions:
    """The subscriptions to what is added, by what they ask."""

    def __init__(self, current: Callable[[], Operations]) -> None:
        """`current` gives the operations that answer what was added now."""
        self._current = current
        self._groups: dict[SubscriptionQuery, set[Subscriber]] = {}
        self._starting = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._known: array[int] = array("q")
        self._recent: set[int] = set()
        self._latest = LONG_AGO

    async def join(self, query: SubscriptionQuery) -> Subscriber:
        """Begin to be told; raises `GatewayError` where what is there already cannot be found out."""
        async with self._starting:
            if self._task is None:
                changes = self._current().hub.health.changes()
                await self._learn()
                self._task = asyncio.create_task(self._follow(changes))
        subscriber = Subscriber()
        self._groups.setdefault(query, set()).add(subscriber)
        return subscriber

    def leave(self, query: SubscriptionQuery, subscriber: Subscriber) -> None:
        """Be told no longer; nothing is followed for nobody."""
        group = self._groups.get(query, set())
        group.discard(subscriber)
        if not group:
            self._groups.pop(query, None)
        if not self._groups and self._task:
            self._task.cancel()
            self._task = None

    async def _learn(self) -> None:
        statement = Statement(KNOWN, (), (TABLE.source,))
        [(latest, hashes)] = await self._current().hub.fetch(statement)
        self._latest = latest or LONG_AGO
        self._known, self._recent = array("q", hashes or ()), set()

    async def _follow(self, changes: AsyncIterator[str]) -> None:
        async for source in changes:
            if source == TABLE.source:
                try:
                    async for keys in self._added():
                        for start in range(0, len(keys), BATCH):
                            await self._tell(keys[start : start + BATCH])
                except GatewayError as error:
                    LOG.info("additions: %s", error)
                except Exception:
                    LOG.exception("additions are not told")

    async def _added(self) -> AsyncIterator[list[str]]:
        """Keys of what was added, some at a time."""
        since, after = self._latest - OVERLAP, ""
        while True:
            statement = Statement(CHANGED_SINCE, (since, after), (TABLE.source,))
            rows = await self._current().hub.fetch(statement)
            new = [row for row in rows if not self._is_known(row[2])]
            if new:
                yield [row[0] for row in new]
                self._recent.update(row[2] for row in new)
            if rows:
                after, since = rows[-1][0], rows[-1][1]
                self._latest = max(self._latest, since)
            if len(rows) < SCAN:
                return

    def _is_known(self, hashed: int) -> bool:
        index = bisect_left(self._known, hashed)
        return hashed in self._recent or (index < len(self._known) and self._known[index] == hashed)

    async def _tell(self, keys: list[str]) -> None:
        for query, group in tuple(self._groups.items()):
            answer = await self._current().answer(query.request(keys))
            for message in query.messages(answer):
                full = [subscriber for subscriber in group if not subscriber.tell(message)]
                waited = await asyncio.gather(*(subscriber.wait(message) for subscriber in full)) if full else []
                group -= {subscriber for subscriber, there in zip(full, waited, strict=True) if not there}
