"""The files of one cluster: made when missing, refused when another server has them."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from localpg import lock, postmaster
from localpg.account import Account
from localpg.binaries import Binaries
from localpg.errors import DataInUseError, DataVersionError, UnreachableError
from localpg.initdb import initialise
from localpg.places import make_reachable

_DYING_SECONDS = 5  # a server whose launcher was just killed takes a moment to follow it


@dataclass(frozen=True)
class DataDirectory:
    """A directory held by this process: `cluster/` belongs to the server, the rest beside it to us."""

    path: Path
    lock: lock.Lock

    @property
    def cluster(self) -> Path:
        """What PostgreSQL calls its data directory."""
        return self.path / "cluster"

    @property
    def log(self) -> Path:
        """What the server says, since its last start."""
        return self.path / "server.log"

    def prepare(self, binaries: Binaries, account: Account) -> None:
        """Make the cluster, or make sure that the one found may be started by `binaries`.

        Raises
        ------
        DataInUseError, DataVersionError, UnreachableError, StartError
            Another server is at work; another major version made it; it is something else; initdb failed.
        """
        if not self.cluster.exists():
            self._initialise(binaries, account)
            return
        found = self._version()
        if found != binaries.major:
            raise DataVersionError(self.path, found, binaries.major)
        self._wait_unserved()

    def _version(self) -> int:
        try:
            return int((self.cluster / "PG_VERSION").read_text())
        except (OSError, ValueError) as error:
            raise UnreachableError(f"{self.cluster} is no cluster of ours: choose another data directory") from error

    def _initialise(self, binaries: Binaries, account: Account) -> None:
        """Under another name first: an interrupted initdb leaves what looks like a cluster."""
        draft = self.path / "cluster.draft"
        shutil.rmtree(draft, ignore_errors=True)
        initialise(binaries.bindir, binaries.major, draft, account)
        draft.rename(self.cluster)

    def _wait_unserved(self) -> None:
        pid = postmaster.written_pid(self.cluster)
        if pid is None:
            return
        deadline = time.monotonic() + _DYING_SECONDS
        while postmaster.runs(pid):
            if time.monotonic() > deadline:
                raise DataInUseError(self.path, pid)
            time.sleep(0.05)
        if postmaster.answers(pid):  # a zombie or a stranger, which PostgreSQL would take for a running server
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)


def hold(path: Path, account: Account) -> DataDirectory:
    """Take `path` for this process, making it if it is missing; the kernel lets go when we end.

    Raises
    ------
    DataInUseError
        When a living process has it.
    UnreachableError
        When we cannot write to it or the server's account cannot enter it.
    """
    make_reachable(path, account)
    mark = path / "launcher"
    try:
        held = lock.take(mark)
    except OSError as error:
        raise UnreachableError(f"{path} cannot be written ({error.strerror}): choose another data directory") from error
    if held is None:
        raise DataInUseError(path, lock.holder(mark))
    return DataDirectory(path, held)
