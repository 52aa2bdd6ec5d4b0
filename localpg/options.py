"""Command-line options of the server."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

LOOPBACK = "127.0.0.1"

_ROOMY_BYTES = 256 << 20

# What a sample can afford to lose in a power cut; when the server is killed nothing is lost that was committed.
_HASTE = {"fsync": "off", "full_page_writes": "off"}


def server_options(sockets: Path, port: int, *, tcp: bool, settings: Mapping[str, str | int]) -> list[str]:
    """Write the options of `postgres`, for disposable data: no fsync, no full page writes.

    Parameters
    ----------
    sockets : Path
        Directory of the Unix socket.
    port : int
        Part of the socket's name, and the TCP port if there is one.
    tcp : bool
        Also listen on 127.0.0.1; otherwise on no address.
    settings : Mapping[str, str | int]
        Server parameters, which win over ours.
    """
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
    """Find a TCP port of 127.0.0.1 that is free now; another process may take it before it is used."""
    with socket.socket() as trial:
        trial.bind((LOOPBACK, 0))
        return int(trial.getsockname()[1])


def _has_roomy_shm() -> bool:
    """Whether /dev/shm has 256 MB: Docker gives it 64 MB, on which a parallel hash join fails."""
    try:
        shm = os.statvfs("/dev/shm")  # noqa: S108 - looked at, not written to
    except OSError:
        return False
    return shm.f_frsize * shm.f_blocks >= _ROOMY_BYTES
