import os
import stat
from pathlib import Path

import pytest

from localpg.account import Account
from localpg.errors import UnreachableError
from localpg.places import cache_home, make_reachable


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_cache_follows_the_environment(place: Path, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "not" / "yet"))
    assert cache_home(account) == place / "not" / "yet" / "jmmc-gateway"


def test_cache_leaves_a_closed_home(closed: Path, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(closed))
    found = cache_home(account)
    assert account.can_enter(found)
    assert found.is_relative_to(closed) == (account.uid == os.geteuid())
    assert _mode(closed) == 0o700


def test_cache_makes_no_home(place: Path, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(place / "nonexistent"))
    assert not cache_home(account).is_relative_to(place)
    (place / "nonexistent").mkdir()
    assert cache_home(account) == place / "nonexistent" / ".cache" / "jmmc-gateway"


@pytest.mark.parametrize("elsewhere", ["/proc", "/dev/null"])
def test_cache_leaves_a_home_that_cannot_be_written(
    elsewhere: str, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", elsewhere)
    assert cache_home(account) == Path("/var", "tmp", f"jmmc-gateway-{os.geteuid()}")


def test_directories_are_open_whatever_the_umask(place: Path, account: Account) -> None:
    before = os.umask(0o077)
    try:
        make_reachable(place / "a" / "b", account)
    finally:
        os.umask(before)
    assert _mode(place / "a") == _mode(place / "a" / "b") == 0o755


def test_what_is_not_ours_is_refused_unchanged(place: Path, account: Account) -> None:
    shut = place / "shut"
    shut.mkdir(mode=0o000)
    try:
        with pytest.raises(UnreachableError, match=f"user {account.name}"):
            make_reachable(shut, account)
        assert _mode(shut) == 0o000
    finally:
        shut.chmod(0o700)  # or an ordinary user could not remove it


def test_a_file_is_no_directory(place: Path, account: Account) -> None:
    (place / "file").touch()
    with pytest.raises(UnreachableError, match="not a directory"):
        make_reachable(place / "file", account)
