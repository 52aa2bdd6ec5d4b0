"""The result store as a directory, which all machines that share it mount.

A file gets its name only when it is complete and synced to disk: what a crash leaves unfinished is collected later.
"""

import errno
import os
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from secrets import token_hex
from time import time
from typing import BinaryIO

from hub.threads import in_thread
from jobs.results import BLOCK, GRACE, NAME_FILE, Room, bounded, failed, full_error
from planning.errors import GatewayError

RESERVED = 64 << 20
"""Bytes of the file system left to others."""


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A complete file of the directory."""

    path: Path
    size: int

    def read(self, start: int, size: int) -> bytes:
        """As of `Ranged`."""
        with self.path.open("rb", buffering=0) as file:
            return os.pread(file.fileno(), size, start)


@dataclass(frozen=True, slots=True)
class FolderStore:
    """A `ResultStore` that is a directory, with one subdirectory for each job that has files.

    Attributes
    ----------
    folder : Path
        The directory.
    name : str
        Random name, the same on every machine that mounts it.
    max_bytes : int
        Limit of the sum of its files.
    """

    folder: Path
    name: str
    """Identifier of the store."""
    max_bytes: int

    def for_hub(self, hub: str) -> "FolderStore":
        """As of `ResultStore`."""
        return open_folder(self.folder / hub, self.max_bytes)

    def path(self, job_id: str, name: str) -> Path:
        """Path of a job's file, which need not exist."""
        return self.folder / job_id / name

    def find(self, job_id: str, name: str) -> FolderFile | None:
        """As of `ResultStore`."""
        path = self.path(job_id, name)
        try:
            return FolderFile(path, path.stat().st_size)
        except FileNotFoundError:
            return None

    def free_bytes(self) -> int:
        """Bytes that may still be written, by the store's limit and the disk's."""
        status = os.statvfs(self.folder)
        return min(status.f_bavail * status.f_frsize - RESERVED, self.max_bytes - self._used())

    async def write(self, job_id: str, name: str, blocks: AsyncIterator[bytes], room: Room | None = None) -> int:
        """As of `ResultStore`."""
        part, size = _Part(self.path(job_id, f"{name}.{token_hex(4)}.part")), 0
        try:
            file = await in_thread(part.create)
            async for block in bounded(blocks, self.free_bytes, room):
                await in_thread(file.write, block)
                size += len(block)
            await in_thread(part.commit, file, self.path(job_id, name))
        except OSError as error:
            raise _refusal(error) from error
        finally:
            await in_thread(part.discard)  # also what was created while this was cancelled
        return size

    async def remove(self, job_id: str, but: str = "") -> None:
        """As of `ResultStore`, with the directory of the job."""

        def removed() -> None:
            if not but:
                shutil.rmtree(self.folder / job_id, ignore_errors=True)
            for entry in _entries(self.folder / job_id):
                if entry.name != but:
                    Path(entry).unlink(missing_ok=True)

        await in_thread(removed)

    def old_entries(self) -> list[str]:
        """As of `ResultStore`: the names of old subdirectories."""
        names = []
        for entry in _entries(self.folder):
            with suppress(FileNotFoundError):
                if entry.is_dir() and time() - entry.stat().st_mtime > GRACE:
                    names.append(entry.name)
        return names

    def used(self, job_ids: Iterable[str]) -> int:
        """As of `ResultStore`, with what is being written."""
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


def open_folder(folder: Path, max_bytes: int) -> FolderStore:
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
    return FolderStore(folder, name_file.read_text(), max_bytes)


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
    return full_error() if error.errno in (errno.ENOSPC, errno.EDQUOT) else failed(error)
