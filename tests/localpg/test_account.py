import os
from pathlib import Path

import pytest

from localpg.account import Account, environment


def test_is_never_root(account: Account) -> None:
    assert account.run("/bin/sh", "-c", "id -u; id -G").stdout.split()[0] == str(account.uid) != "0"


def test_takes_no_group_of_root_along(account: Account) -> None:
    groups = account.run("/bin/sh", "-c", "id -G").stdout.split()
    assert groups == [str(account.group)] if account.group else "0" not in groups


def test_enters_only_what_is_open_to_it(account: Account, place: Path, closed: Path) -> None:
    assert account.can_enter(place)
    assert account.can_enter(closed) == (account.uid == closed.stat().st_uid)


def test_environment_is_scrubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = {"PGHOST": "elsewhere", "PGOPTIONS": "-c jit=x", "LC_ALL": "xx_YY.UTF-8", "LANGUAGE": "xx", "TZ": "Mars"}
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    scrubbed = environment()
    assert not {"PGHOST", "PGOPTIONS", "LANGUAGE"} & scrubbed.keys()
    assert (scrubbed["LC_ALL"], scrubbed["TZ"], scrubbed["PATH"]) == ("C", "UTC", os.environ["PATH"])
