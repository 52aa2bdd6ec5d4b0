"""A file held by one living process: the kernel lets go of it when the process dies, however it dies."""

import errno
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Lock:
    """Possession of a file, from `take` to `release` or the end of the process."""

    descriptor: int

    def release(self) -> None:
        """Let go; the file stays."""
        os.close(self.descriptor)


def take(path: Path, *, create: bool = True) -> Lock | None:
    """Hold `path` and write our pid into it; None when another process holds it.

    Where the file system has no locks (some network mounts) it is granted to everybody: PostgreSQL's own
    postmaster.pid remains. OSError when the file cannot be opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | (os.O_CREAT if create else 0), 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError as error:
        if error.errno not in (errno.ENOLCK, errno.ENOTSUP):
            raise
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return Lock(descriptor)


def holder(path: Path) -> int:
    """Pid of the last process that took `path`; 0 in the instant before it is written."""
    return int(path.read_text() or 0)
