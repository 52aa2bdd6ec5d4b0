"""The output of a COPY as an iterator."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias

import anyio

from planning.errors import GatewayError

Sink: TypeAlias = Callable[[bytes], Awaitable[None]]
"""Called with each block of a COPY's output."""


async def flowing(copy: Callable[[Sink], Awaitable[Any]]) -> AsyncGenerator[bytes, None]:
    """The output of a COPY as an iterator: `copy` is called with where to send blocks, of which at most four wait."""
    sender, receiver = anyio.create_memory_object_stream[bytes](4)

    async def run() -> None:
        async with sender:
            await copy(sender.send)

    task = asyncio.create_task(run())
    with receiver:
        try:
            async for block in receiver:
                yield block
            await task
        finally:
            task.cancel()
            # Or a client that has left would be done with its tables while a statement still reads them.
            with anyio.CancelScope(shield=True), suppress(asyncio.CancelledError, GatewayError):
                await task
