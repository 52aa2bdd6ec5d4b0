import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kinds import KINDS

from localpg.account import Account, server_account
from localpg.binaries import Binaries, find_binaries
from localpg.cluster import Cluster


@pytest.fixture(autouse=True)
def _undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment wants of the rest of the suite is not wanted here."""
    monkeypatch.delenv("GATEWAY_PG", raising=False)
    monkeypatch.delenv("GATEWAY_PG_BINDIR", raising=False)


@pytest.fixture
def account() -> Account:
    return server_account()


@pytest.fixture(params=KINDS)
def binaries(request: pytest.FixtureRequest) -> Binaries:
    return find_binaries(request.param)


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory the server's account can enter, which pytest's tmp_path is not when root runs the tests."""
    path = Path(tempfile.mkdtemp(prefix="localpg-test-", dir="/var/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def closed(place: Path) -> Path:
    """Like /root: nobody but its owner may enter."""
    path = place / "closed"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def sql() -> Callable[[Cluster, str], str]:
    return _sql


def _sql(cluster: Cluster, command: str) -> str:
    psql = cluster.binaries.bindir / "psql"
    done = subprocess.run(
        [psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", command, cluster.dsn()],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
