import signal
import subprocess
import sys
from pathlib import Path

import pytest

from localpg import lock

_HOLD = """
import sys, time
from pathlib import Path
from localpg import lock
lock.acquire(Path(sys.argv[1]))
print(flush=True)
time.sleep(60)
"""
_REPOSITORY = Path(__file__).parents[2]


def test_is_given_once(tmp_path: Path) -> None:
    first = lock.acquire(tmp_path / "mark")
    assert first
    assert lock.acquire(tmp_path / "mark") is None
    first.release()
    assert lock.acquire(tmp_path / "mark")


def test_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(mark)], stdout=subprocess.PIPE, cwd=_REPOSITORY) as other:
        assert other.stdout
        other.stdout.readline()
        assert lock.acquire(mark) is None
        assert lock.holder_pid(mark) == other.pid
        other.send_signal(signal.SIGKILL)
    assert lock.acquire(mark)


def test_does_not_follow_a_planted_link(tmp_path: Path) -> None:
    (tmp_path / "mark").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic links"):
        lock.acquire(tmp_path / "mark")
    assert not (tmp_path / "victim").exists()
