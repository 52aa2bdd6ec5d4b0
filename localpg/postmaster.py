"""What a server's postmaster.pid tells: its pid, and whether it accepts connections."""

import os
from pathlib import Path

_READY_LINE = 7


def is_ready(cluster: Path, pid: int) -> bool:
    """Whether the server `pid` accepts connections: line 8 of its postmaster.pid says "ready".

    Source: PostgreSQL, src/include/utils/pidfile.h (LOCK_FILE_LINE_PM_STATUS).
    """
    lines = _lines(cluster)
    return len(lines) > _READY_LINE and lines[0] == str(pid) and lines[_READY_LINE].strip() == "ready"


def recorded_pid(cluster: Path) -> int | None:
    """Pid in the postmaster.pid of a data directory, dead or alive; None without that file."""
    lines = _lines(cluster)
    return int(lines[0]) if lines else None


def is_running(pid: int) -> bool:
    """Whether `pid` is a live PostgreSQL server.

    Signal 0 will not do: it reaches zombies, which a container whose first process does not reap keeps for ever,
    and other programs that were given the number since.
    """
    if not Path("/proc/self/stat").exists():
        return process_exists(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return name == "postgres" and rest.split()[0] not in "ZX"


def process_exists(pid: int) -> bool:
    """Whether a process has this number, be it a zombie or another program."""
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
