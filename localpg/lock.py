"""A lock file: the kernel releases it when the process that holds it dies, however it dies."""

import errno
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Lock:
    """A lock that is held, from `acquire` to `release` or the end of the process; `descriptor` is the open file."""

    descriptor: int

    def release(self) -> None:
        """Unlock; the file stays."""
        os.close(self.descriptor)


def acquire(path: Path, *, create: bool = True) -> Lock | None:
    """Lock `path` with flock and write our pid into it; None when another process holds it.

    Where the file system has no locks (some network mounts) every caller gets it: PostgreSQL's own postmaster.pid
    remains as protection.

    Parameters
    ----------
    create : bool
        Create the file if it is missing.

    Raises
    ------
    OSError
        The file cannot be opened.
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


def holder_pid(path: Path) -> int:
    """Pid of the last process that locked `path`; 0 in the instant before it has written it."""
    return int(path.read_text() or 0)
