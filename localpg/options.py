"""The command line of a server."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

LOOPBACK = "127.0.0.1"

_ROOMY_BYTES = 256 << 20

# What a sample can afford to lose in a power cut.
_HASTE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def command_line(sockets: Path, port: int, *, tcp: bool, settings: Mapping[str, str | int]) -> list[str]:
    """Write the options of `postgres`; `settings` win over ours."""
    ours = _HASTE | {
        "listen_addresses": LOOPBACK if tcp else "",
        "unix_socket_permissions": "0700",
        "logging_collector": "off",
        "dynamic_shared_memory_type": "posix" if _has_roomy_shm() else "mmap",
    }
    words = ["-k", str(sockets), "-p", str(port)]
    for name, value in {**ours, **settings}.items():
        words += ["-c", f"{name}={value}"]
    return words


def free_port() -> int:
    """Find a port of 127.0.0.1 that is free now; it may be taken before it is used."""
    with socket.socket() as trial:
        trial.bind((LOOPBACK, 0))
        return int(trial.getsockname()[1])


def _has_roomy_shm() -> bool:
    """Docker gives /dev/shm 64 MB, on which a parallel hash join fails."""
    try:
        shm = os.statvfs("/dev/shm")  # noqa: S108 - looked at, not written to
    except OSError:
        return False
    return shm.f_frsize * shm.f_blocks >= _ROOMY_BYTES
