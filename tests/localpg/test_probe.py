import json
from dataclasses import replace
from pathlib import Path

import pytest

from localpg.account import Account
from localpg.installation import Installation, inspect_installation, wheel_package
from localpg.probe import accepts_pg_sphere


@pytest.fixture
def promising(place: Path, account: Account, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """A server that has the control file of pg_sphere and not the extension, as good as PostgreSQL 15.20 with 1.1.1."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))
    (place / "pg_sphere.control").touch()
    package = wheel_package()
    assert package
    installation = inspect_installation("wheel", package / "pginstall" / "bin", account)
    assert installation
    return replace(installation, extensions=place)


def _memory(place: Path) -> Path:
    return place / "cache" / "jmmc-gateway" / "pg_sphere.json"


def test_a_control_file_is_not_believed(promising: Installation, account: Account, place: Path) -> None:
    assert not accepts_pg_sphere(promising, account)
    assert list(json.loads(_memory(place).read_text()).values()) == [False]


def test_a_verdict_is_remembered_until_a_file_changes(promising: Installation, account: Account, place: Path) -> None:
    accepts_pg_sphere(promising, account)
    memory = _memory(place)
    memory.write_text(memory.read_text().replace("false", "true"))
    assert accepts_pg_sphere(promising, account)
    (place / "pg_sphere.control").write_text("another version")
    assert not accepts_pg_sphere(promising, account)


def test_a_spoilt_memory_is_forgotten(promising: Installation, account: Account, place: Path) -> None:
    _memory(place).parent.mkdir(parents=True)
    _memory(place).write_text("{")
    assert not accepts_pg_sphere(promising, account)


def test_without_a_control_file_nothing_is_tried(promising: Installation, account: Account, place: Path) -> None:
    (place / "pg_sphere.control").unlink()
    assert not accepts_pg_sphere(promising, account)
    assert not _memory(place).exists()
