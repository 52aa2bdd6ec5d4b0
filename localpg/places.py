"""Directories that outlive this process, where the server's account can reach them."""

import os
from collections.abc import Iterator
from pathlib import Path

from localpg.account import Account, server_account
from localpg.errors import UnreachableError

_NAME = "jmmc-gateway"


def cache_home(account: Account | None = None) -> Path:
    """Find our cache directory: ~/.cache/jmmc-gateway where that works, else /var/tmp/jmmc-gateway-UID.

    It does not work in a home closed to the account root borrows (/root is), in one that belongs to somebody else
    (sudo keeps $HOME), nor on a read-only file system. The directory is created if it is missing.

    Raises
    ------
    UnreachableError
        No place is left.
    """
    account = account or server_account()
    for place in _candidates():
        if _is_offered(_nearest(place), account) and _ensure_directory(place) and _is_ours(place):
            return place
    raise UnreachableError(
        f"found no cache directory that user {account.name} can enter: "
        "set XDG_CACHE_HOME to a directory that belongs to you"
    )


def make_reachable(directory: Path, account: Account) -> None:
    """Create `directory` and its missing parents, mode 0755 whatever the umask; existing ones are never changed.

    Raises
    ------
    UnreachableError
        It cannot be created, or the account cannot enter it.
    """
    if not _ensure_directory(directory):
        raise UnreachableError(f"{directory} cannot be made or is not a directory: choose another data directory")
    if not account.can_enter(directory):
        raise UnreachableError(
            f"the server runs as user {account.name}, who cannot enter {directory}: "
            "choose a data directory elsewhere (/var/tmp will do), or run as an ordinary user"
        )


def _candidates() -> Iterator[Path]:
    named, home = Path(os.environ.get("XDG_CACHE_HOME", "")), Path("~").expanduser()
    if named.is_absolute():
        yield named / _NAME
    elif home.is_dir():  # system accounts have homes that do not exist, which root would make
        yield home / ".cache" / _NAME
    for parent in ("/var/tmp", "/tmp"):  # noqa: S108 - _is_ours refuses a directory planted by another user
        yield Path(parent) / f"{_NAME}-{os.geteuid()}"


def _nearest(path: Path) -> Path:
    return next(parent for parent in path.parents if parent.exists())


def _is_offered(directory: Path, account: Account) -> bool:
    sticky = bool(directory.stat().st_mode & 0o1000)
    return (sticky or _is_ours(directory)) and account.can_enter(directory)


def _is_ours(path: Path) -> bool:
    owners = {path.stat().st_uid, path.lstat().st_uid}
    return owners == {os.geteuid()} and not path.stat().st_mode & 0o002


def _ensure_directory(directory: Path) -> bool:
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    try:
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            path.chmod(0o755)
    except OSError:
        return False
    return directory.is_dir()
