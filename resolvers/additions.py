"""Find rows added to the Obs Portal, once for all subscribers.

An exposure is new if its `exp_date_updated` is at most `OVERLAP` behind the latest and its key did not exist when the
first subscription began. A date yet to come, infinity too, counts as now: else nothing would be new until then. Known
keys are kept as 64-bit hashes, 3 MB for 340 000 exposures, while there are subscribers.
"""

import asyncio
import logging
from array import array
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

from hub.shares import OURSELVES, held_by
from planning.errors import GatewayError, TooMuch
from planning.instants import Instant
from planning.sql import Statement
from resolvers.operation import OperationResult, Operations
from resolvers.subscription import BATCH, SubscriptionQuery
from schema.additions import ADDED
from schema.named_queries import named_query

LOG = logging.getLogger(__name__)
WAITING = 256
"""Most results that wait in a subscriber's queue."""
PATIENCE = 5.0
"""Seconds that all others wait for a subscriber whose queue is full; then it is dropped."""
SCAN = 5000
"""Rows read by one statement."""
OVERLAP = timedelta(minutes=2)
"""How much later than its `exp_date_updated` a row may be committed and still be found."""
LONG_AGO = datetime(1858, 11, 17, tzinfo=UTC)
TABLE = ADDED.table
HASH = f"hashtextextended({TABLE.key.sql}, 0)"
NAMES = {"table": TABLE.qualified, "key": TABLE.key.sql, "updated": ADDED.updated.sql, "hash": HASH, "limit": SCAN}
KNOWN = named_query("resolvers/additions", "known").format_map(NAMES)
CHANGED_SINCE = named_query("resolvers/additions", "changed_since").format_map(NAMES)


class Subscriber:
    """One subscriber, with a bounded queue of results."""

    def __init__(self) -> None:
        self._answers: asyncio.Queue[OperationResult] = asyncio.Queue(WAITING)
        self._left = False

    def offer(self, answer: OperationResult) -> bool:
        """Queue a result; False if the queue is full."""
        if self._answers.full():
            return False
        self._answers.put_nowait(answer)
        return True

    async def offer_patiently(self, answer: OperationResult) -> bool:
        """Queue a result within `PATIENCE`; False if there was no room, which ends the subscriber."""
        try:
            await asyncio.wait_for(self._answers.put(answer), PATIENCE)
        except TimeoutError:
            self._left = True
        return not self._left

    async def answer(self) -> OperationResult:
        """Wait for the next result; raises `TooMuch` once an ended subscriber has taken all results queued."""
        if self._left and self._answers.empty():
            message = "More was added than was taken in time: subscribe again, and ask for what is missing"
            raise TooMuch(message)
        return await self._answers.get()


class Additions:
    """Subscribers to added rows, grouped by their query, which runs once for each group."""

    def __init__(self, current: Callable[[], Operations]) -> None:
        """Follow nothing yet; `current` returns the operations that answer the queries."""
        self._current = current
        self._groups: dict[SubscriptionQuery, set[Subscriber]] = {}
        self._starting = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._known: array[int] = array("q")
        self._recent: set[int] = set()
        self._latest = LONG_AGO

    async def join(self, query: SubscriptionQuery) -> Subscriber:
        """Add a subscriber; the first one reads the known keys, which may raise `GatewayError`."""
        async with self._starting:
            if self._task is None:
                changes = self._current().hub.health.changes()
                with held_by(OURSELVES):  # it is done for all subscribers
                    await self._read_known_keys()
                    self._task = asyncio.create_task(self._follow(changes))
        subscriber = Subscriber()
        self._groups.setdefault(query, set()).add(subscriber)
        return subscriber

    def leave(self, query: SubscriptionQuery, subscriber: Subscriber) -> None:
        """Remove a subscriber; the last one ends the task that follows changes."""
        group = self._groups.get(query, set())
        group.discard(subscriber)
        if not group:
            self._groups.pop(query, None)
        if not self._groups and self._task:
            self._task.cancel()
            self._task = None

    async def _read_known_keys(self) -> None:
        statement = Statement(KNOWN, (), (TABLE.source,))
        [(latest, hashes)] = await self._current().hub.fetch(statement)
        self._latest = _until_now(latest) if latest else LONG_AGO
        self._known, self._recent = array("q", hashes or ()), set()

    async def _follow(self, changes: AsyncIterator[str]) -> None:
        async for source in changes:
            if source == TABLE.source:
                try:
                    async for keys in self._added():
                        for start in range(0, len(keys), BATCH):
                            await self._publish(keys[start : start + BATCH])
                except GatewayError as error:
                    LOG.info("additions: %s", error)
                except Exception:
                    LOG.exception("additions are not told")

    async def _added(self) -> AsyncIterator[list[str]]:
        """Yield the keys of added rows, at most `SCAN` at a time, and remember them as known."""
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
                self._latest = max(self._latest, _until_now(since))
            if len(rows) < SCAN:
                return

    def _is_known(self, hashed: int) -> bool:
        index = bisect_left(self._known, hashed)
        return hashed in self._recent or (index < len(self._known) and self._known[index] == hashed)

    async def _publish(self, keys: list[str]) -> None:
        for query, group in tuple(self._groups.items()):
            answer = await self._current().answer(query.request(keys))
            for message in query.messages(answer):
                full = [subscriber for subscriber in group if not subscriber.offer(message)]
                accepted = (
                    await asyncio.gather(*(subscriber.offer_patiently(message) for subscriber in full)) if full else []
                )
                group -= {subscriber for subscriber, there in zip(full, accepted, strict=True) if not there}


def _until_now(updated: Instant) -> datetime:
    """A time of change, or now where it is yet to come, as all that `datetime` has not."""
    now = datetime.now(UTC)
    return min(updated, now) if isinstance(updated, datetime) else now
