"""Short-lived directories for sockets and scratch clusters, and the removal of those left by a killed process.

They lie in /tmp and not in $TMPDIR: the path of a socket may not exceed 107 bytes (103 on macOS).
"""

import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from localpg import lock, postmaster
from localpg.account import Account

_PARENT = Path("/tmp")  # noqa: S108 - mkdtemp makes the names, mode 0700
_PREFIX = "jmmc-"
_OWNER = "launcher"


@dataclass(frozen=True)
class RunDirectory:
    """A directory of the server's account, mode 0700: the access control of a server without passwords.

    A context manager; who creates it removes it.
    """

    path: Path
    lock: lock.Lock

    def remove(self) -> None:
        """Delete it with its contents, and release its lock."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def create_run_directory(account: Account) -> RunDirectory:
    """Create a directory below /tmp, locked by this process until it is removed."""
    path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_PARENT))
    owned = lock.acquire(path / _OWNER)
    if owned is None:  # a sweep came between the making and the marking
        return create_run_directory(account)
    account.adopt(path)
    return RunDirectory(path, owned)


def remove_abandoned(account: Account) -> None:
    """Delete run directories of this account whose launcher and server are both dead; those of other users stay."""
    for path in _PARENT.glob(f"{_PREFIX}*"):
        if _belongs(path, account):
            _remove_if_dead(path)


def _belongs(path: Path, account: Account) -> bool:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == account.uid


def _remove_if_dead(path: Path) -> None:
    try:
        owned = lock.acquire(path / _OWNER, create=False)
    except OSError:  # not one of ours, or its maker has not marked it yet
        return
    if owned is None:
        return
    if not any(postmaster.is_running(pid) for pid in _served_by(path)):
        shutil.rmtree(path, ignore_errors=True)
    owned.release()


def _served_by(path: Path) -> list[int]:
    return [int(mark.read_text().split()[0]) for mark in path.glob(".s.PGSQL.*.lock")]
