"""The files of one cluster: created when missing, refused while another server uses them."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from localpg import lock, postmaster
from localpg.account import Account
from localpg.binaries import Binaries
from localpg.errors import DataInUseError, DataVersionError, UnreachableError
from localpg.initdb import initialise
from localpg.origin import CLUSTER, record_kind
from localpg.places import make_reachable

_DYING_SECONDS = 5  # a server whose launcher was just killed takes a moment to follow it


@dataclass(frozen=True)
class DataDirectory:
    """A directory locked by this process: `cluster/` is PostgreSQL's data directory, the files beside it are ours.

    Attributes
    ----------
    path : Path
        The directory itself.
    lock : Lock
        Held until `lock.release()`, which the owner calls, or until the process ends.
    """

    path: Path
    lock: lock.Lock

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory (`PGDATA`)."""
        return self.path / CLUSTER

    @property
    def log(self) -> Path:
        """Output of the server since its last start."""
        return self.path / "server.log"

    def prepare(self, binaries: Binaries, account: Account) -> None:
        """Create the cluster if there is none, else check that `binaries` can start the existing one.

        Waits up to five seconds for a server whose launcher has just died.

        Raises
        ------
        DataInUseError
            Another server runs on these files.
        DataVersionError
            They were created by another major version.
        UnreachableError
            `cluster/` holds something else.
        StartError
            initdb failed.
        """
        if not self.cluster.exists():
            self._initialise(binaries, account)
            return
        major = self._version()
        if major != binaries.major:
            raise DataVersionError(self.path, major, binaries.major)
        self._wait_unserved()

    def _version(self) -> int:
        try:
            return int((self.cluster / "PG_VERSION").read_text())
        except (OSError, ValueError) as error:
            raise UnreachableError(f"{self.cluster} is no cluster of ours: choose another data directory") from error

    def _initialise(self, binaries: Binaries, account: Account) -> None:
        """Run initdb under another name first: interrupted, it leaves a directory that looks like a cluster."""
        draft = self.path / "cluster.draft"
        shutil.rmtree(draft, ignore_errors=True)
        initialise(binaries.bindir, binaries.major, draft, account)
        record_kind(self.path, binaries.kind)
        draft.rename(self.cluster)

    def _wait_unserved(self) -> None:
        pid = postmaster.recorded_pid(self.cluster)
        if pid is None:
            return
        deadline = time.monotonic() + _DYING_SECONDS
        while postmaster.is_running(pid):
            if time.monotonic() > deadline:
                raise DataInUseError(self.path, pid)
            time.sleep(0.05)
        if postmaster.process_exists(pid):  # a zombie or a stranger, which PostgreSQL would take for a running server
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)


def open_data_directory(path: Path, account: Account) -> DataDirectory:
    """Lock `path` for this process, creating it if it is missing; the kernel unlocks it when the process ends.

    Raises
    ------
    DataInUseError
        A living process holds it.
    UnreachableError
        We cannot write to it, or the server's account cannot enter it.
    """
    make_reachable(path, account)
    mark = path / "launcher"
    try:
        held = lock.acquire(mark)
    except OSError as error:
        raise UnreachableError(f"{path} cannot be written ({error.strerror}): choose another data directory") from error
    if held is None:
        raise DataInUseError(path, lock.holder_pid(mark))
    return DataDirectory(path, held)
