"""The beginning of a document: what comes at once is sent together, so that a small one is whole, with its length."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from planning.errors import GatewayError, TimedOut

AT_ONCE = 0.02
"""Seconds that the next bytes are waited for before the first are sent."""
LARGEST = 262_144
"""Bytes that are gathered."""
Body = AsyncGenerator[bytes, None]


@dataclass(frozen=True, slots=True)
class Opening:
    """The first bytes of a body, and the bytes that are waited for next: None if there are no more."""

    first: bytes
    following: asyncio.Future[bytes | None] | None


async def opened(body: Body, seconds: float | None) -> Opening:
    """Begin to read a body; raises `TimedOut` if there is nothing within so many seconds, and what the body raises."""
    first, ends = await _first(body, seconds), asyncio.get_running_loop().time() + AT_ONCE
    while len(first) < LARGEST:
        following = asyncio.ensure_future(_next(body))
        try:
            await asyncio.wait({following}, timeout=max(0, ends - asyncio.get_running_loop().time()))
        except asyncio.CancelledError:
            await left(body, following)
            raise
        if not following.done():
            return Opening(first, following)
        part = following.result()
        if part is None:
            return Opening(first, None)
        first += part
    return Opening(first, asyncio.ensure_future(_next(body)))


async def read_on(opening: Opening, body: Body) -> AsyncIterator[bytes]:
    """All of a body; leaving it in the middle closes it."""
    following = opening.following
    try:
        yield opening.first
        if following and (part := await following) is not None:
            yield part
        async for part in body:
            yield part
    finally:
        await left(body, following)


async def left(body: Body, following: asyncio.Future[bytes | None] | None) -> None:
    """Read no further."""
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
