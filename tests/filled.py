"""Clusters that have the sample: it is made once for all workers of a run, and each copies the files."""

import asyncio
import fcntl
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from localpg import rundir
from localpg.account import server_account
from localpg.binaries import Binaries
from localpg.cluster import Cluster
from sample.federation import Federation, build_federation
from schema.catalog import DECLARED

LINGUISTIC = ("obsportal", "oidb")
"""Sources that sort text by a language, where the server can: the first by libc's en_US.UTF-8, the second by ICU."""
FILLED = {name: table for name, table in DECLARED.tables.items() if table.source not in ("published", "oifits")}
"""Tables that the sample has rows of: nothing is published in it, and no file indexed."""


@contextmanager
def filled(
    binaries: Binaries, originals: Path, *, settings: Mapping[str, str | int] | None = None, tcp: bool = False
) -> Iterator[Cluster]:
    """A running cluster that has the hub and the four sources, for `federated` to find."""
    account = server_account()
    with rundir.create_run_directory(account) as own:
        data = own.path / "data"
        data.mkdir()
        account.adopt(data)
        subprocess.run(["cp", "-a", original(binaries, originals), data / "cluster"], check=True)
        with Cluster(binaries, data, settings=settings, tcp=tcp) as started:
            yield started


def original(binaries: Binaries, originals: Path) -> Path:
    """Files of a cluster that has the sample, made by whoever wants them first; the others wait."""
    made = originals / binaries.spatial
    with one_at_a_time(originals):
        if not made.exists():
            draft = originals / "draft"
            shutil.rmtree(draft, ignore_errors=True)
            with Cluster(binaries, draft) as cluster:
                federated(cluster)
            (draft / "cluster").rename(made)
    return made


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Only one worker of a run is inside for the same folder, which is made where there is none; the others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def first_alone(folder: Path) -> Iterator[None]:
    """The first worker that comes is inside alone, the others together after it: what it compiles is there for them."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def federated(hub: Cluster, sources: dict[str, Cluster] | None = None) -> Federation:
    """The federation of a cluster; some of its sources may be on others. In a thread: a loop may run in this one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(
            asyncio.run, build_federation(hub, None, lambda _what, _part: None, sources, LINGUISTIC)
        ).result()
