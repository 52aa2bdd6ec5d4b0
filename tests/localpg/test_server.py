"""What only another process can show: the death of a launcher, and an ordinary user as one."""

import os
import pwd
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from kinds import KINDS

from localpg import rundir
from localpg.account import Account
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
from localpg.postmaster import is_running, recorded_pid

Sql = Callable[[Cluster, str], str]

_REPOSITORY = Path(__file__).parents[2]

_LAUNCH = """
import sys, time
from pathlib import Path
from localpg.binaries import find_binaries
from localpg.cluster import Cluster
binaries = find_binaries(sys.argv[1])
data = Path(sys.argv[2]) if len(sys.argv) > 2 else None
with Cluster(binaries, data) as cluster:
    print(cluster.socket_dir, flush=True)
    print(Path(cluster.socket_dir).stat().st_uid, flush=True)
    if data:
        time.sleep(60)
"""


def test_falls_with_a_killed_launcher(account: Account, place: Path, sql: Sql) -> None:
    data = place / "data"
    with subprocess.Popen(
        [sys.executable, "-c", _LAUNCH, "wheel", str(data)], stdout=subprocess.PIPE, cwd=_REPOSITORY, text=True
    ) as launcher:
        assert launcher.stdout
        sockets = Path(launcher.stdout.readline().strip())
        pid = recorded_pid(data / "cluster")
        assert pid
        assert is_running(pid)
        launcher.send_signal(signal.SIGKILL)
    _wait_end(pid)
    rundir.remove_abandoned(account)
    assert not sockets.exists()
    with Cluster(find_binaries("wheel"), data) as cluster:
        assert sql(cluster, "SELECT 1") == "1"


def test_a_restart_waits_for_the_server_of_a_killed_launcher(place: Path, sql: Sql) -> None:
    data = place / "data"
    with subprocess.Popen(
        [sys.executable, "-c", _LAUNCH, "wheel", str(data)], stdout=subprocess.PIPE, cwd=_REPOSITORY
    ) as launcher:
        assert launcher.stdout
        launcher.stdout.readline()
        launcher.send_signal(signal.SIGKILL)
    with Cluster(find_binaries("wheel"), data) as cluster:
        assert sql(cluster, "SELECT 1") == "1"


@pytest.mark.parametrize("choice", KINDS)
def test_an_ordinary_user_needs_nothing(choice: str, account: Account) -> None:
    root = os.geteuid() == 0
    done = subprocess.run(
        [_public_python(account), "-c", _LAUNCH, choice],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": _python_path()},
        user="nobody" if root else None,
        group=pwd.getpwnam("nobody").pw_gid if root else None,
        extra_groups=[] if root else None,
    )
    assert done.returncode == 0, done.stderr
    sockets, owner = done.stdout.split()
    assert int(owner) != 0
    assert not Path(sockets).exists()


def _wait_end(pid: int) -> None:
    deadline = time.monotonic() + 5
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _public_python(account: Account) -> str:
    """Ours may lie in a home closed to other users."""
    return next(one for one in (sys.executable, "/usr/bin/python3") if _executes(account, one))


def _executes(account: Account, python: str) -> bool:
    try:
        return account.run(python, "--version").returncode == 0
    except OSError:
        return False


def _python_path() -> str:
    return os.pathsep.join([str(_REPOSITORY), sysconfig.get_path("purelib")])
