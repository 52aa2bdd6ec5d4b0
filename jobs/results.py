"""The result store ("spool"): a directory of jobs' results, and of their uploads until they run.

A file gets its name only when it is complete and synced to disk: what a crash leaves unfinished is collected later.
"""

import errno
import logging
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from secrets import token_hex
from time import time
from typing import BinaryIO

from hub.threads import in_thread
from planning.errors import GatewayError, Internal

LOG = logging.getLogger(__name__)
NAME_FILE = "spool"
"""File that holds the store's name."""
BLOCK = 1 << 20
"""Bytes written at once."""
CHECK_INTERVAL = 64 << 20
"""Bytes written between two checks of free space."""
RESERVED = 64 << 20
"""Bytes of the file system left to others."""
GRACE = 600.0
"""Seconds for which a file that belongs to no job may still be in the making."""


Room = Callable[[], Awaitable[int]]
"""Says how many more bytes a client may write."""


class ResultStoreFull(GatewayError):
    """There is no room for a result or an upload."""

    code = "SPOOL_FULL"
    status = 507


@dataclass(frozen=True, slots=True)
class ResultStore:
    """A directory with one subdirectory for each job that has files.

    Attributes
    ----------
    folder : Path
        The directory.
    name : str
        Random name, the same on every machine that mounts it: a job runs only where its files are.
    max_bytes : int
        Limit of the sum of its files.
    """

    folder: Path
    name: str
    """Identifier of the store."""
    max_bytes: int

    def for_hub(self, hub: str) -> "ResultStore":
        """Open the part of it that belongs to one hub: another hub's jobs would look like files without a job."""
        return open_result_store(self.folder / hub, self.max_bytes)

    def path(self, job_id: str, name: str) -> Path:
        """Path of a job's file, which need not exist."""
        return self.folder / job_id / name

    def free_bytes(self) -> int:
        """Bytes that may still be written, by the store's limit and the disk's."""
        status = os.statvfs(self.folder)
        return min(status.f_bavail * status.f_frsize - RESERVED, self.max_bytes - self._used())

    async def write(self, job_id: str, name: str, blocks: AsyncIterator[bytes], room: Room | None = None) -> int:
        """Write a job's file completely or not at all; return its size in bytes.

        Parameters
        ----------
        job_id, name : str
            The job, and the name of the file in its directory.
        blocks : AsyncIterator[bytes]
            The content; the caller closes it.
        room : Room | None
            Bytes that the client whose job it is may still write; None for as many as the store has room for.

        Raises
        ------
        ResultStoreFull
            There is no room for it, or its client has its share.
        Internal
            The disk failed; logged.
        """
        part = _Part(self.path(job_id, f"{name}.{token_hex(4)}.part"))
        try:
            file = await in_thread(part.create)
            size = await self._write_blocks(file, blocks, room)
            await in_thread(part.commit, file, self.path(job_id, name))
        except OSError as error:
            raise _refusal(error) from error
        finally:
            await in_thread(part.discard)  # also what was created while this was cancelled
        return size

    async def remove(self, job_id: str, but: str = "") -> None:
        """Remove the files of a job, all but the one named `but`; "" for all and the directory."""

        def removed() -> None:
            if not but:
                shutil.rmtree(self.folder / job_id, ignore_errors=True)
            for entry in _entries(self.folder / job_id):
                if entry.name != but:
                    Path(entry).unlink(missing_ok=True)

        await in_thread(removed)

    def old_entries(self) -> list[str]:
        """Names of the subdirectories, that is identifiers of jobs, unchanged for `GRACE` seconds."""
        names = []
        for entry in _entries(self.folder):
            with suppress(FileNotFoundError):
                if entry.is_dir() and time() - entry.stat().st_mtime > GRACE:
                    names.append(entry.name)
        return names

    async def _write_blocks(self, file: BinaryIO, blocks: AsyncIterator[bytes], room: Room | None) -> int:
        size, checked, free, own = 0, 0, await in_thread(self.free_bytes), await room() if room else None
        async for block in _in_blocks(blocks):
            size += len(block)
            if size - checked > CHECK_INTERVAL:
                written = size - len(block)
                free = written + await in_thread(self.free_bytes)
                own = written + await room() if room else None
                checked = size
            if size > free:
                raise _full_error()
            if own is not None and size > own:
                raise _share_full_error()
            await in_thread(file.write, block)
        return size

    def used(self, job_ids: Iterable[str]) -> int:
        """Bytes of the files of these jobs, of those that are being written too."""
        return self._sum(_entries(self.folder / job_id) for job_id in job_ids)

    def _used(self) -> int:
        return self._sum(map(_entries, _entries(self.folder)))

    @staticmethod
    def _sum(folders: Iterable[Iterable[os.DirEntry[str]]]) -> int:
        used = 0
        for entry in chain.from_iterable(folders):
            with suppress(FileNotFoundError):
                used += entry.stat().st_size
        return used


def _entries(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    """List a directory; empty if it is none, or has just been removed by another process."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def open_result_store(folder: Path, max_bytes: int) -> ResultStore:
    """Open a store, creating the directory, readable by nobody else, if it is missing; raises `OSError`.

    `max_bytes` limits the sum of its files.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid not in (0, os.getuid()):
        message = f"{folder} is somebody else's"
        raise PermissionError(message)
    name_file, name = folder / NAME_FILE, token_hex(8)
    temporary = folder / f"{NAME_FILE}.{name}"
    temporary.write_text(name)
    with suppress(FileExistsError):
        name_file.hardlink_to(temporary)  # whole or not at all, and once however many processes start
    temporary.unlink()
    return ResultStore(folder, name_file.read_text(), max_bytes)


async def _in_blocks(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    pending: list[bytes] = []
    size = 0
    async for block in blocks:
        pending.append(block)
        size += len(block)
        if size >= BLOCK:
            yield b"".join(pending)
            pending, size = [], 0
    if pending:
        yield b"".join(pending)


@dataclass(slots=True)
class _Part:
    """A file in the making."""

    path: Path
    file: BinaryIO | None = None

    def create(self) -> BinaryIO:
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        self.file = self.path.open("xb", buffering=BLOCK)
        return self.file

    def commit(self, file: BinaryIO, path: Path) -> None:
        """Give it its name, once it is on the disk."""
        file.flush()
        os.fsync(file.fileno())
        self.path.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def discard(self) -> None:
        """Close it, and remove it unless it has its name."""
        if self.file:
            with suppress(OSError):  # a full disk refuses what the buffer still holds
                self.file.close()
        self.path.unlink(missing_ok=True)


def _refusal(error: OSError) -> GatewayError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full_error()
    LOG.error("the spool cannot be written: %s", error)
    return Internal("The gateway cannot keep results at the moment; it has been logged")


def _share_full_error() -> ResultStoreFull:
    return ResultStoreFull("The files of your jobs take your share of the room: delete jobs whose results you have")


def _full_error() -> ResultStoreFull:
    return ResultStoreFull(
        "There is no room left for it: ask for less (MAXREC, fewer columns), or try again later", retry=600
    )
