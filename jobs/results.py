"""The spool: a directory for results of jobs, and for tables that came with them until they run.

A file has its name only when it is whole and on the disk: whatever was being written when the power failed is swept.
"""

import asyncio
import errno
import logging
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from secrets import token_hex
from time import time
from typing import BinaryIO

from planning.errors import GatewayError, Internal, TooMuch

LOG = logging.getLogger(__name__)
NAMED = "spool"
"""File that has the spool's name."""
GATHERED = 1 << 20
"""Bytes that are written at once."""
LOOKED = 64 << 20
"""Bytes that are written before it is looked again how much room there is."""
FREE = 64 << 20
"""Bytes of the file system that are left to others."""
YOUNG = 600.0
"""Seconds for which a file that no job owns may still be being written."""


class ResultStoreFull(GatewayError):
    """There is no room for a result, or for a table that comes with a job."""

    code = "SPOOL_FULL"
    status = 507


@dataclass(frozen=True, slots=True)
class ResultStore:
    """A directory with one for each job that has files, and how many bytes may be in it."""

    folder: Path
    name: str
    """What it is known by, on whichever machine: nobody runs a job whose files are elsewhere."""
    largest: int

    def of(self, hub: str) -> "ResultStore":
        """A hub's own part of it: files that are no job's are swept, and to a hub those of another one would be."""
        return open_spool(self.folder / hub, self.largest)

    def path(self, job_id: str, name: str) -> Path:
        """Where a file of a job is."""
        return self.folder / job_id / name

    def room(self) -> int:
        """Bytes that may still be written."""
        told = os.statvfs(self.folder)
        return min(told.f_bavail * told.f_frsize - FREE, self.largest - self._used())

    async def keep(self, job_id: str, name: str, blocks: AsyncIterator[bytes], most: int | None = None) -> int:
        """Write a file of a job whole, and tell how many bytes it has.

        Raises
        ------
        SpoolFull
            There is no room for it.
        TooMuch
            It has more than `most` bytes.
        """
        path, temporary = self.path(job_id, name), self.path(job_id, f"{name}.{token_hex(4)}.part")
        file = await asyncio.to_thread(_begun, temporary)
        try:
            size = await self._written(file, blocks, most)
            await asyncio.to_thread(_finished, file, temporary, path)
        except OSError as error:
            raise _refused(error) from error
        finally:
            await asyncio.to_thread(_left, file, temporary)
        return size

    async def remove(self, job_id: str, but: str = "") -> None:
        """Remove the files of a job, all but one."""

        def removed() -> None:
            if not but:
                shutil.rmtree(self.folder / job_id, ignore_errors=True)
            for entry in _listed(self.folder / job_id):
                if entry.name != but:
                    Path(entry).unlink(missing_ok=True)

        await asyncio.to_thread(removed)

    def old(self) -> list[str]:
        """Identifiers of the jobs whose files have been there for a while."""
        found = []
        for entry in _listed(self.folder):
            with suppress(FileNotFoundError):
                if entry.is_dir() and time() - entry.stat().st_mtime > YOUNG:
                    found.append(entry.name)
        return found

    async def _written(self, file: BinaryIO, blocks: AsyncIterator[bytes], most: int | None) -> int:
        size, looked, room = 0, 0, await asyncio.to_thread(self.room)
        async for gathered in _gathered(blocks):
            size += len(gathered)
            if most is not None and size > most:
                message = f"A table that comes with a job may have {most} bytes at most"
                raise TooMuch(message)
            if size - looked > LOOKED:
                room = size - len(gathered) + await asyncio.to_thread(self.room)
                looked = size
            if size > room:
                raise _full()
            await asyncio.to_thread(file.write, gathered)
        return size

    def _used(self) -> int:
        used = 0
        for entry in chain.from_iterable(map(_listed, _listed(self.folder))):
            with suppress(FileNotFoundError):
                used += entry.stat().st_size
        return used


def _listed(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing if it is none, or has been removed meanwhile, which happens all the time."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []


def open_spool(folder: Path, largest: int) -> ResultStore:
    """Make it if it is not there, for nobody else to read; raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid not in (0, os.getuid()):
        message = f"{folder} is somebody else's"
        raise PermissionError(message)
    named, name = folder / NAMED, token_hex(8)
    temporary = folder / f"{NAMED}.{name}"
    temporary.write_text(name)
    with suppress(FileExistsError):
        named.hardlink_to(temporary)  # whole or not at all, and once however many processes start
    temporary.unlink()
    return ResultStore(folder, named.read_text(), largest)


async def _gathered(blocks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    gathered: list[bytes] = []
    size = 0
    async for block in blocks:
        gathered.append(block)
        size += len(block)
        if size >= GATHERED:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def _begun(temporary: Path) -> BinaryIO:
    try:
        temporary.parent.mkdir(mode=0o700, exist_ok=True)
        return temporary.open("xb", buffering=GATHERED)
    except OSError as error:
        raise _refused(error) from error


def _finished(file: BinaryIO, temporary: Path, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _left(file: BinaryIO, temporary: Path) -> None:
    with suppress(OSError):  # a full disk refuses what the buffer still holds
        file.close()
    temporary.unlink(missing_ok=True)


def _refused(error: OSError) -> GatewayError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full()
    LOG.error("the spool cannot be written: %s", error)
    return Internal("The gateway cannot keep results at the moment; it has been logged")


def _full() -> ResultStoreFull:
    return ResultStoreFull(
        "There is no room left for it: ask for less (MAXREC, fewer columns), or try again later", retry=600
    )
