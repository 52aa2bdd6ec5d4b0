"""How the workers of one gateway talk: datagrams that reach all others before an answer does, and one that leads.

They share a folder of their own, of which each process has a datagram socket to be told things (`PID.told`) and a
stream socket to be asked them (`PID.asked`); both go when it does. What is longer than a datagram is put into a file,
and told to be there. The lock on a file says who leads: the kernel gives it to another when the process ends.
"""

import asyncio
import fcntl
import logging
import os
import pickle
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

from gateway.workers.shared_moments import SharedMoments
from hub.ending import ended

LOG = logging.getLogger(__name__)
TOLD, ASKED = ".told", ".asked"
"""Suffixes of the sockets of a process."""
LARGEST = 65_536
"""Bytes of a datagram: more than the kernel sends at once."""
PATIENCE = 2.0
"""Seconds that another worker may take to answer."""
TAKEOVER = 0.2
"""Seconds between two attempts to lead."""


@dataclass(frozen=True, slots=True)
class Siblings:
    """The workers of one gateway."""

    folder: Path
    number: int
    """How many there are."""
    begun: str = field(default_factory=lambda: token_hex(8))
    """Another one for each gateway that is started: its workers have the same declarations."""
    moments: SharedMoments = field(default_factory=SharedMoments)
    """What is known of how often clients ask any of them."""

    def worker(self, index: int) -> "Worker":
        """The one that this process is, at its place from 0."""
        return Worker(self, index)


@contextmanager
def open_siblings(number: int) -> Iterator[Siblings]:
    """Make the folder of so many workers; it is removed in the end, by the process that made it."""
    folder = Path(tempfile.mkdtemp(prefix="jmmc-gateway-"))
    try:
        yield Siblings(folder, number)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Worker:
    """One of several processes at one port."""

    def __init__(self, siblings: Siblings, index: int) -> None:
        self.number, self.index, self.moments = siblings.number, index, siblings.moments
        self.begun = siblings.begun
        self._folder, self._name = siblings.folder, str(os.getpid())
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._heard: dict[str, Callable[..., None]] = {}
        self._answers: dict[str, Callable[[], bytes]] = {}
        self._leading: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Worker"]:
        """Hear what is told and asked while inside."""
        loop, told, asked = asyncio.get_running_loop(), self._own(TOLD), self._own(ASKED)
        self._socket.bind(str(told))
        self._socket.setblocking(False)
        loop.add_reader(self._socket, self._hear)
        server = await asyncio.start_unix_server(self._answer, asked)
        try:
            yield self
        finally:
            await self.resign()
            server.close()
            loop.remove_reader(self._socket)
            self._socket.close()
            for path in (told, asked):
                path.unlink(missing_ok=True)

    def on(self, kind: str, heard: Callable[..., None]) -> None:
        """Call `heard` with the values of each message of a kind."""
        self._heard[kind] = heard

    def tell(self, kind: str, *values: Any) -> None:
        """Tell all others: it lies in their sockets when this returns. One whose socket is full is not told."""
        message = pickle.dumps((kind, *values))
        for path in self._others(TOLD):
            try:
                self._socket.sendto(message, str(path))
            except (ConnectionRefusedError, FileNotFoundError):
                path.unlink(missing_ok=True)  # its process has ended without having done so
            except BlockingIOError:
                LOG.warning("worker process %s does not hear", path.stem)

    def put(self, name: str, content: bytes) -> None:
        """Put something into the folder, whole, in place of what has this name."""
        draft = self._folder / f"{name}.{self._name}"
        draft.write_bytes(content)
        draft.replace(self._folder / name)

    def get(self, name: str) -> bytes | None:
        """What was put there under this name; None for nothing."""
        with suppress(FileNotFoundError):
            return (self._folder / name).read_bytes()
        return None

    def answering(self, kind: str, answer: Callable[[], bytes]) -> None:
        """Answer questions of a kind from now on."""
        self._answers[kind] = answer

    async def ask(self, kind: str) -> list[bytes]:
        """What all others answer; one that does not in time is left out."""
        found = await asyncio.gather(*(self._asked(path, kind) for path in self._others(ASKED)))
        return [answer for answer in found if answer is not None]

    def lead(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do this work, which has no end, as soon as no other worker does it, until `resign`."""
        self._leading = asyncio.create_task(self._lead(work))

    async def resign(self) -> None:
        """Leave that work to another."""
        leading, self._leading = self._leading, None
        if leading:
            await ended([leading])

    async def _lead(self, work: Callable[[], Awaitable[None]]) -> None:
        with (self._folder / "leader").open("wb") as lock:
            while not _locked(lock.fileno()):  # noqa: ASYNC110 - the kernel tells nobody
                await asyncio.sleep(TAKEOVER)
            LOG.info("worker %d watches the sources for all", self.index + 1)
            await work()

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            while True:
                kind, *values = pickle.loads(self._socket.recv(LARGEST))  # noqa: S301 - the folder is ours alone
                if kind in self._heard:
                    self._heard[kind](*values)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kind = (await reader.readline()).decode().strip()
        if kind in self._answers:
            writer.write(self._answers[kind]())
        with suppress(OSError):
            await writer.drain()
        writer.close()

    @staticmethod
    async def _asked(path: Path, kind: str) -> bytes | None:
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_unix_connection(path)
                try:
                    writer.write(f"{kind}\n".encode())
                    return await reader.read()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return None

    def _own(self, suffix: str) -> Path:
        return self._folder / f"{self._name}{suffix}"

    def _others(self, suffix: str) -> list[Path]:
        return [path for path in sorted(self._folder.glob(f"*{suffix}")) if path.stem != self._name]


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
