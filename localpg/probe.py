"""Whether a server really accepts pg_sphere.

Its control file proves nothing: PostgreSQL 15.20 refuses the pg_sphere 1.1.1 that Debian 12 ships beside it.
"""

import json
import os
from pathlib import Path

from localpg import rundir
from localpg.account import Account
from localpg.initdb import initialise
from localpg.installation import Installation
from localpg.places import cache_home


def accepts_pg_sphere(installation: Installation, account: Account) -> bool:
    """Create the extension in a scratch cluster (about a second), or recall the result for the same files."""
    if not installation.offers("pg_sphere"):
        return False
    memory = cache_home(account) / "pg_sphere.json"
    verdicts = _recall(memory)
    key = _fingerprint(installation)
    if key not in verdicts:
        verdicts[key] = _try(installation, account)
        _remember(memory, verdicts)
    return verdicts[key]


def _try(installation: Installation, account: Account) -> bool:
    with rundir.create_run_directory(account) as scratch:
        cluster = scratch.path / "cluster"
        initialise(installation.bindir, installation.major, cluster, account)
        postgres = installation.bindir / "postgres"
        options = ("--single", "-c", "exit_on_error=on", "-c", "fsync=off", "-D", cluster, "postgres")
        return account.run(postgres, *options, text="CREATE EXTENSION pg_sphere\n").returncode == 0


def _fingerprint(installation: Installation) -> str:
    """Name the server's program and the control file with their modification times."""
    files = (installation.bindir / "postgres", installation.control("pg_sphere"))
    return " ".join(f"{file}:{file.stat().st_mtime_ns}" for file in files)


def _recall(memory: Path) -> dict[str, bool]:
    try:
        return dict(json.loads(memory.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _remember(memory: Path, verdicts: dict[str, bool]) -> None:
    draft = memory.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(verdicts, indent=1))
    draft.replace(memory)
