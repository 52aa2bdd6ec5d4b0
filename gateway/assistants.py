"""What answers assistants while the process lives: begun with the first of them, since its module is large."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import Context
from importlib import import_module
from typing import TYPE_CHECKING

from hub.ending import ended
from hub.modules import read_module

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

SERVER = "gateway.assistant_server"


class Assistants:
    """Begins what answers assistants, once, and ends it with the process; `largest` is the most bytes of a request."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._running: asyncio.Task[None] | None = None
        self._begun: asyncio.Future[StreamableHTTPSessionManager] = asyncio.get_running_loop().create_future()

    async def manager(self) -> "StreamableHTTPSessionManager":
        """What answers requests."""
        await read_module(SERVER)
        if self._running is None:  # in the name of nobody, not of the client that comes first
            self._running = asyncio.create_task(self._run(), context=Context())
        return await asyncio.shield(self._begun)

    async def stop(self) -> None:
        """End it; requests under way are cancelled."""
        await ended([self._running] if self._running else [])

    async def _run(self) -> None:
        manager: StreamableHTTPSessionManager = import_module(SERVER).session_manager(self._largest)
        async with manager.run():
            self._begun.set_result(manager)
            await asyncio.Event().wait()


@asynccontextmanager
async def open_assistants(largest: int) -> AsyncIterator[Assistants]:
    """What answers assistants, ended on the way out."""
    assistants = Assistants(largest)
    try:
        yield assistants
    finally:
        await assistants.stop()
