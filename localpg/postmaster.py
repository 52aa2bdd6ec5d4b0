"""What a running server says of itself: its pid, and whether it accepts connections."""

import os
from pathlib import Path

_READY_LINE = 7


def is_ready(cluster: Path, pid: int) -> bool:
    """Whether the server `pid` accepts connections, by line 8 of its postmaster.pid."""
    lines = _lines(cluster)
    return len(lines) > _READY_LINE and lines[0] == str(pid) and lines[_READY_LINE].strip() == "ready"


def written_pid(cluster: Path) -> int | None:
    """Pid in the postmaster.pid of a data directory, dead or alive."""
    lines = _lines(cluster)
    return int(lines[0]) if lines else None


def runs(pid: int) -> bool:
    """Whether `pid` is a live PostgreSQL.

    Signal 0 will not do: it reaches zombies, which a container whose first process does not reap keeps for ever,
    and strangers to whom the number was given since.
    """
    if not Path("/proc/self/stat").exists():
        return answers(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return name == "postgres" and rest.split()[0] not in "ZX"


def answers(pid: int) -> bool:
    """Whether the number is a process's, be it a zombie's or a stranger's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _lines(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []
