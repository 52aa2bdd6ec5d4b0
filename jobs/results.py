"""The result store ("spool"): jobs' results, and their uploads until they run, in a directory or in a bucket (S3).

A file is there once it is complete, and what is there never changes: each attempt of a job writes one of its own.
"""

import io
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import BinaryIO, Protocol, cast

from hub.ranged import Ranged
from hub.threads import in_thread
from planning.errors import GatewayError, Internal

LOG = logging.getLogger(__name__)
BLOCK = 1 << 20
"""Bytes written at once."""
CHECK_INTERVAL = 64 << 20
"""Bytes written between two checks of free space."""
GRACE = 600.0
"""Seconds for which a file that belongs to no job may still be in the making."""
NAME_FILE = "spool"
"""File that holds the store's name."""


Room = Callable[[], Awaitable[int]]
"""Says how many more bytes a client may write."""


class ResultStoreFull(GatewayError):
    """There is no room for a result or an upload."""

    code = "SPOOL_FULL"
    status = 507


class ResultStore(Protocol):
    """Where files of jobs are kept; `jobs.folder` and `jobs.bucket` have one each."""

    @property
    def name(self) -> str:
        """Random name, the same for everybody who uses the store: a job runs only where its files are."""

    @property
    def max_bytes(self) -> int:
        """Limit of the sum of its files."""

    def for_hub(self, hub: str) -> "ResultStore":
        """Open the part of it that belongs to one hub: another hub's jobs would look like files without a job."""

    def find(self, job_id: str, name: str) -> Ranged | None:
        """A complete file of a job, for which nothing is held: once the job is destroyed, there is nothing to be read.

        None where it is not there. Raises `OSError` where the store does not answer.
        """

    async def write(self, job_id: str, name: str, blocks: AsyncIterator[bytes], room: Room | None = None) -> int:
        """Write a job's file completely or not at all; return its size in bytes.

        Parameters
        ----------
        job_id, name : str
            The job, and the name of the file among its own.
        blocks : AsyncIterator[bytes]
            The content; the caller closes it.
        room : Room | None
            Bytes that the client whose job it is may still write; None for as many as the store has room for.

        Raises
        ------
        ResultStoreFull
            There is no room for it, or its client has its share.
        Internal
            The store failed; logged.
        """

    async def remove(self, job_id: str, but: str = "") -> None:
        """Remove the files of a job, all but the one named `but`; "" for all of them."""

    def old_entries(self) -> list[str]:
        """Identifiers of jobs whose files have not changed for `GRACE` seconds; raises `OSError`."""

    def used(self, job_ids: Iterable[str]) -> int:
        """Bytes of the files of these jobs; raises `OSError`."""


def opened(file: Ranged) -> BinaryIO:
    """A stored file to be read from its start, sought in and closed."""
    return io.BufferedReader(cast("io.RawIOBase", _Reader(file)), BLOCK)


class _Reader(io.RawIOBase):
    """Reads a stored file where it stands."""

    def __init__(self, file: Ranged) -> None:
        self._file, self._at = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: any writable buffer
        size = min(len(buffer), max(0, self._file.size - self._at))
        buffer[:size] = self._file.read(self._at, size)
        self._at += size
        return size


async def bounded(
    blocks: AsyncIterator[bytes], free_bytes: Callable[[], int], room: Room | None
) -> AsyncIterator[bytes]:
    """Blocks of about `BLOCK` bytes, for as long as there is room for them in the store and in their client's share.

    Raises `ResultStoreFull` before a block for which there is none.
    """
    size, checked, free, own = 0, 0, await in_thread(free_bytes), await room() if room else None
    async for block in _in_blocks(blocks):
        size += len(block)
        if size - checked > CHECK_INTERVAL:
            written = size - len(block)
            free = written + await in_thread(free_bytes)
            own = written + await room() if room else None
            checked = size
        if size > free:
            raise full_error()
        if own is not None and size > own:
            message = "The files of your jobs take your share of the room: delete jobs whose results you have"
            raise ResultStoreFull(message)
        yield block


def full_error() -> ResultStoreFull:
    """The error of a store that has no room left."""
    return ResultStoreFull(
        "There is no room left for it: ask for less (MAXREC, fewer columns), or try again later", retry=600
    )


def failed(error: Exception) -> Internal:
    """The error of a store that cannot be written; logs why."""
    LOG.error("the spool cannot be written: %s", error)
    return Internal("The gateway cannot keep results at the moment; it has been logged")


async def _in_blocks(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    pending: list[bytes] = []
    size = 0
    async for block in blocks:
        pending.append(block)
        size += len(block)
        if size >= BLOCK:
            yield b"".join(pending)
            pending, size = [], 0
    if size:
        yield b"".join(pending)
