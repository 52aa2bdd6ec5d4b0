"""Notification of changed jobs, by PostgreSQL's LISTEN: clients that wait for a job cost no polling."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from jobs.database import Connection, connect
from jobs.installation import CHANNEL

LOG = logging.getLogger(__name__)
RETRY = 1.0
"""Seconds before a connection that was lost, or could not be made, is tried again."""


class JobChanges:
    """Changes of jobs in this process: one connection listens, any number of requests wait."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._closed = False

    @contextmanager
    def subscribe(self, job_id: str) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever this job changes, until the context ends.

        Subscribe before reading the job, so that a change in between is not missed.
        """
        event = asyncio.Event()
        waiting = self._waiting.setdefault(job_id, set())
        waiting.add(event)
        try:
            yield event
        finally:
            waiting.discard(event)
            if not waiting and self._waiting.get(job_id) is waiting:
                del self._waiting[job_id]

    async def listen(self, dsn: str) -> None:
        """Listen on a connection of its own until cancelled; reconnect when it is lost."""
        while True:
            try:
                async with await connect(dsn) as connection:
                    await self._listen(connection)
            except psycopg.Error as error:
                LOG.warning("changes of jobs are not heard: %s", error)
            await asyncio.sleep(RETRY)

    async def _listen(self, connection: Connection) -> None:
        """Wake subscribers as notifications come; at first all of them, since changes before LISTEN were not heard."""
        await connection.execute(f"LISTEN {CHANNEL}".encode())
        for job_id in tuple(self._waiting):
            self._wake(job_id)  # by what was told while nobody listened
        async for notification in connection.notifies():
            self._wake(notification.payload)

    async def wait_for_change(self, changed: asyncio.Event, seconds: float) -> bool:
        """Whether the event was set within `seconds`; it is cleared, so that it can be waited for again.

        False at once after `close`.
        """
        if self._closed or seconds <= 0:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), seconds)
        has_changed = changed.is_set() and not self._closed
        changed.clear()
        return has_changed

    def close(self) -> None:
        """End all waiting, now and later: the process is about to stop."""
        self._closed = True
        for job_id in tuple(self._waiting):
            self._wake(job_id)

    def _wake(self, job_id: str) -> None:
        for event in self._waiting.get(job_id, ()):
            event.set()
