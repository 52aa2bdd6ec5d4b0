"""Listening to sources that send a notification (`NOTIFY`) when they change, so that changes are known at once.

This takes a source's own DSN, since postgres_fdw passes no notification on. Changes of a source that sends none, or
cannot be reached this way, are known a second later by the health monitor.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from hub.health import HealthMonitor
from hub.sessions import PoolingError, reason
from schema.table import Source

LOG = logging.getLogger(__name__)
RETRY = 2.0
"""Seconds before a connection that was lost, or could not be made, is tried again."""
PULSE = 10.0
"""Seconds between checks that the connection is alive."""


class ListenConnection(Protocol):
    """What is needed of a connection to a source."""

    async def add_listener(self, channel: str, callback: Callable[..., None]) -> None: ...  # noqa: D102

    async def fetchval(self, query: str, *, timeout: float) -> Any: ...  # noqa: ASYNC109, D102

    def terminate(self) -> None: ...  # noqa: D102


async def listen(source: Source, connect: Callable[[], Awaitable[ListenConnection]], watch: HealthMonitor) -> None:
    """Listen to a source until cancelled, and connect again whenever the connection is lost.

    `connect` opens a connection to the source itself; `watch.notify` is called with each payload. Where it raises
    `PoolingError` nothing will ever be heard, and this ends.
    """
    while True:
        try:
            await _listen(source, await connect(), watch)
        except PoolingError as error:
            LOG.warning("%s is not listened to, its changes are known a second later: %s", source.name, error)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            LOG.info("%s is not listened to: %s", source.name, reason(error))
        await asyncio.sleep(RETRY)


async def _listen(source: Source, connection: ListenConnection, watch: HealthMonitor) -> None:
    def notify(_connection: object, _process: int, _channel: str, payload: str) -> None:
        watch.notify(source.name, payload)

    try:
        await connection.add_listener(source.channel, notify)
        while True:
            await connection.fetchval("SELECT 1", timeout=PULSE)
            await asyncio.sleep(PULSE)
    finally:
        connection.terminate()
