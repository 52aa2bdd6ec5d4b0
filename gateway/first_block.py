"""The first block of a document: what comes at once is sent together, so that a small document has its length."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass

from anyio import CancelScope

from planning.errors import GatewayError, TimedOut

AT_ONCE = 0.02
"""Seconds that the next bytes are waited for before the first are sent."""
LARGEST = 262_144
"""Bytes that are gathered."""
Body = AsyncGenerator[bytes, None]


@dataclass(frozen=True, slots=True)
class FirstBlock:
    """The first bytes of a body, and the future of the next ones: None if the first are all."""

    content: bytes
    following: asyncio.Future[bytes | None] | None


async def read_first_block(body: Body, seconds: float | None) -> FirstBlock:
    """Read the first bytes of a body, and those that come within `AT_ONCE` after them.

    Raises
    ------
    TimedOut
        There were none within so many seconds; None waits without end.
    GatewayError
        As the body raises before its first bytes.
    """
    content, ends = await _first(body, seconds), asyncio.get_running_loop().time() + AT_ONCE
    while len(content) < LARGEST:
        following = asyncio.ensure_future(_next(body))
        try:
            await asyncio.wait({following}, timeout=max(0, ends - asyncio.get_running_loop().time()))
        except asyncio.CancelledError:
            await close_body(body, following)
            raise
        if not following.done():
            return FirstBlock(content, following)
        block = following.result()
        if block is None:
            return FirstBlock(content, None)
        content += block
    return FirstBlock(content, asyncio.ensure_future(_next(body)))


async def whole_body(first: FirstBlock, body: Body) -> Body:
    """All blocks of a body, the first one included; the body is closed in the end, or when this is left."""
    following = first.following
    try:
        yield first.content
        if following and (block := await following) is not None:
            yield block
        async for block in body:
            yield block
    finally:
        await close_body(body, following)


async def close_body(body: Body, following: asyncio.Future[bytes | None] | None) -> None:
    """Close a body of which the next bytes may be waited for; a client that has left interrupts that no more."""
    with CancelScope(shield=True):
        if following:
            following.cancel()
            with suppress(asyncio.CancelledError, GatewayError):
                await following
        await body.aclose()


async def _first(body: Body, seconds: float | None) -> bytes:
    try:
        async with asyncio.timeout(seconds):
            return await anext(body)
    except TimeoutError as error:
        message = f"No row was found within {seconds:g} s: add a condition, or let it run as a job"
        raise TimedOut(message) from error


async def _next(body: Body) -> bytes | None:
    return await anext(body, None)
