"""Short-lived directories for sockets and scratch clusters, and the sweep of those left by a killed process.

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
    """A directory of the server's account, mode 0700: the access control of a server without passwords."""

    path: Path
    lock: lock.Lock

    def remove(self) -> None:
        """Delete it with all it holds."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def create(account: Account) -> RunDirectory:
    """Make one, marked as ours for as long as this process lives."""
    path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_PARENT))
    owned = lock.take(path / _OWNER)
    if owned is None:  # a sweep came between the making and the marking
        return create(account)
    account.adopt(path)
    return RunDirectory(path, owned)


def sweep(account: Account) -> None:
    """Delete the directories whose launcher and server are both dead; those of other users are left alone."""
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
        owned = lock.take(path / _OWNER, create=False)
    except OSError:  # not one of ours, or its maker has not marked it yet
        return
    if owned is None:
        return
    if not any(postmaster.runs(pid) for pid in _served_by(path)):
        shutil.rmtree(path, ignore_errors=True)
    owned.release()


def _served_by(path: Path) -> list[int]:
    return [int(mark.read_text().split()[0]) for mark in path.glob(".s.PGSQL.*.lock")]
