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

LARGEST = 1_000_000_000
"""Bytes of all files."""
LEAST = 4_000_000
"""Bytes that each counts for at least, so that no more files than these are open at once."""


@dataclass(frozen=True, eq=False, slots=True)
class SpooledDocument:
    """A document on disk; the file is gone once nobody has this any more."""

    file: IO[bytes]
    size: int

    def read(self, start: int, size: int) -> bytes:
        """At most so many bytes from `start` on."""
        return os.pread(self.file.fileno(), size, start)

    def __del__(self) -> None:
        self.file.close()


class Spool:
    """Documents by their key, each written when it is first asked for, as nobody in particular may see it."""

    def __init__(self) -> None:
        self._kept: Cache[Hashable, SpooledDocument] = Cache(LARGEST)
        self._writing: dict[Hashable, asyncio.Task[SpooledDocument]] = {}

    async def of(self, key: Hashable, write: Callable[[], AsyncGenerator[bytes, None]]) -> SpooledDocument:
        """The document of a key, which `write` yields where it is not kept; whoever asks meanwhile waits for the same.

        Raises
        ------
        GatewayError
            As the document raises; `NoRoom` where the disk is full.
        """
        kept = self._kept.get(key)
        if kept:
            return kept
        if key not in self._writing:
            with asked_by(NOBODY):
                self._writing[key] = task = asyncio.create_task(self._write(key, write()))
            task.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._writing[key])

    async def _write(self, key: Hashable, blocks: AsyncGenerator[bytes, None]) -> SpooledDocument:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - it is open as long as somebody reads it
        try:
            async with aclosing(blocks):
                async for block in blocks:
                    await in_thread(file.write, block)
            size = await in_thread(file.tell)
            await in_thread(file.flush)
        except OSError as error:
            message = "The gateway has no room left for a file: try again later"
            raise NoRoom(message) from error
        finally:
            del self._writing[key]
        document = SpooledDocument(file, size)
        self._kept.put(key, document, max(size, LEAST))
        return document
