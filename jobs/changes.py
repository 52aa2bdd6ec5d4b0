"""Who waits for a job is woken when PostgreSQL tells that it has changed (LISTEN): nobody asks again and again."""

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
    """Changes of jobs, as they are told."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._closed = False

    @contextmanager
    def of(self, job_id: str) -> Iterator[asyncio.Event]:
        """An event that is set when this job changes, from now on."""
        event = asyncio.Event()
        waiting = self._waiting.setdefault(job_id, set())
        waiting.add(event)
        try:
            yield event
        finally:
            waiting.discard(event)
            if not waiting and self._waiting.get(job_id) is waiting:
                del self._waiting[job_id]

    async def follow(self, dsn: str) -> None:
        """Listen until cancelled, on a connection of its own."""
        while True:
            try:
                async with await connect(dsn) as connection:
                    await self._listen(connection)
            except psycopg.Error as error:
                LOG.warning("changes of jobs are not heard: %s", error)
            await asyncio.sleep(RETRY)

    async def _listen(self, connection: Connection) -> None:
        await connection.execute(f"LISTEN {CHANNEL}".encode())
        for job_id in tuple(self._waiting):
            self._wake(job_id)  # by what was told while nobody listened
        async for told in connection.notifies():
            self._wake(told.payload)

    async def told(self, changed: asyncio.Event, seconds: float) -> bool:
        """Whether an event is set within so many seconds; it can then be set again."""
        if self._closed or seconds <= 0:
            return False
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), seconds)
        told = changed.is_set() and not self._closed
        changed.clear()
        return told

    def close(self) -> None:
        """Have nobody wait any more."""
        self._closed = True
        for job_id in tuple(self._waiting):
            self._wake(job_id)

    def _wake(self, job_id: str) -> None:
        for event in self._waiting.get(job_id, ()):
            event.set()
