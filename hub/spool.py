"""Documents that are written once and read in ranges: files on disk that nobody else sees, the last used of them."""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, Callable, Hashable
from contextlib import aclosing
from dataclasses import dataclass
from typing import IO

from hub.cache import Cache
from hub.threads import in_thread
from planning.asker import NOBODY, asked_by
from planning.errors import NoRoom

SMALL = 65_536
"""Bytes of a document that is kept in memory instead: a margin, of which there are as many as partitions."""
HELD = 32_000_000
"""Bytes of all such."""
LARGEST = 2_000_000_000
"""Bytes of all files."""
LEAST = 4_000_000
"""Bytes that each counts for at least, so that no more files than these are open at once."""


@dataclass(frozen=True, eq=False, slots=True)
class SpooledDocument:
    """A document; its file is gone once nobody has this any more."""

    size: int
    content: bytes
    """Of one that is in memory."""
    file: IO[bytes] | None = None
    """Where it is; None for memory."""

    def read(self, start: int, size: int) -> bytes:
        """At most so many bytes from `start` on."""
        return os.pread(self.file.fileno(), size, start) if self.file else self.content[start : start + size]

    def __del__(self) -> None:
        if self.file:
            self.file.close()


class Spool:
    """Documents by their key, each written when it is first asked for, as nobody in particular may see it."""

    def __init__(self) -> None:
        self._files: Cache[Hashable, SpooledDocument] = Cache(LARGEST)
        self._held: Cache[Hashable, SpooledDocument] = Cache(HELD)
        self._writing: dict[Hashable, asyncio.Task[SpooledDocument]] = {}

    async def of(self, key: Hashable, write: Callable[[], AsyncGenerator[bytes, None]]) -> SpooledDocument:
        """The document of a key, which `write` yields where it is not kept; whoever asks meanwhile waits for the same.

        Raises
        ------
        GatewayError
            As the document raises; `NoRoom` where the disk is full.
        """
        kept = self._held.get(key) or self._files.get(key)
        if kept:
            return kept
        if key not in self._writing:
            with asked_by(NOBODY):
                self._writing[key] = task = asyncio.create_task(self._write(key, write()))
            task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._writing[key])

    async def _write(self, key: Hashable, blocks: AsyncGenerator[bytes, None]) -> SpooledDocument:
        try:
            async with aclosing(blocks):
                document = await _written(blocks)
        except OSError as error:
            message = "The gateway has no room left for a file: try again later"
            raise NoRoom(message) from error
        finally:
            del self._writing[key]
        if document.file:
            self._files.put(key, document, max(document.size, LEAST))
        else:
            self._held.put(key, document, document.size)
        return document


async def _written(blocks: AsyncGenerator[bytes, None]) -> SpooledDocument:
    """Read a document to its end; raises `OSError` where the disk is full."""
    held, file = bytearray(), None
    try:
        async for block in blocks:
            held += block
            if len(held) > SMALL:
                file = file or tempfile.TemporaryFile()  # noqa: SIM115 - open as long as somebody reads it
                await in_thread(file.write, bytes(held))
                held.clear()
        if file is None:
            return SpooledDocument(len(held), bytes(held))
        await in_thread(file.write, bytes(held))
        await in_thread(file.flush)
        return SpooledDocument(file.tell(), b"", file)
    except BaseException:
        if file:
            file.close()
        raise
