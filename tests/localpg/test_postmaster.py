import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from localpg import postmaster


def test_a_stranger_is_no_server() -> None:
    assert not postmaster.is_running(os.getpid())


def test_nobody_is_no_server() -> None:
    assert not postmaster.is_running(2**22 + 1)


def test_a_zombie_named_postgres_is_no_server(tmp_path: Path) -> None:
    impostor = tmp_path / "postgres"
    impostor.symlink_to("/bin/sleep")
    with subprocess.Popen([impostor, "60"]) as process:
        assert _soon(lambda: postmaster.is_running(process.pid))
        process.kill()
        assert _soon(lambda: not postmaster.is_running(process.pid))
        os.kill(process.pid, 0)  # still answers


def test_no_file_no_server(tmp_path: Path) -> None:
    assert postmaster.recorded_pid(tmp_path) is None
    assert not postmaster.is_ready(tmp_path, 1)


def test_a_file_half_written_is_not_ready(tmp_path: Path) -> None:
    lines = ["17", "/data", "0", "5432", "/run", "", "shm"]
    (tmp_path / "postmaster.pid").write_text("\n".join(lines))
    assert not postmaster.is_ready(tmp_path, 17)
    (tmp_path / "postmaster.pid").write_text("\n".join([*lines, "ready   "]))
    assert postmaster.is_ready(tmp_path, 17)
    assert not postmaster.is_ready(tmp_path, 18)


def _soon(is_true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
