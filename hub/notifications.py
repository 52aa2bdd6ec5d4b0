"""Listening to sources that tell of their changes themselves (`NOTIFY`), so that they are seen at once.

Only with a source's own DSN: postgres_fdw passes no notification on. One that tells nothing, or cannot be reached this
way, is seen a second later by the watch.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from hub.health import HealthMonitor
from schema.table import Source

LOG = logging.getLogger(__name__)
RETRY = 2.0
"""Seconds before a connection that was lost, or could not be made, is tried again."""
PULSE = 10.0
"""Seconds between looks at whether it is still there."""


class ListenConnection(Protocol):
    """What is needed of a connection to a source."""

    async def add_listener(self, channel: str, callback: Callable[..., None]) -> None: ...  # noqa: D102

    async def fetchval(self, query: str, *, timeout: float) -> Any: ...  # noqa: ASYNC109, D102

    def terminate(self) -> None: ...  # noqa: D102


async def listen(source: Source, connect: Callable[[], Awaitable[ListenConnection]], watch: HealthMonitor) -> None:
    """Listen to a source until cancelled."""
    while True:
        try:
            await _heard(source, await connect(), watch)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            LOG.info("%s is not listened to: %s", source.name, type(error).__name__)
        await asyncio.sleep(RETRY)


async def _heard(source: Source, connection: ListenConnection, watch: HealthMonitor) -> None:
    def hear(_connection: object, _process: int, _channel: str, told: str) -> None:
        watch.hear(source.name, told)

    try:
        await connection.add_listener(source.channel, hear)
        while True:
            await connection.fetchval("SELECT 1", timeout=PULSE)
            await asyncio.sleep(PULSE)
    finally:
        connection.terminate()
