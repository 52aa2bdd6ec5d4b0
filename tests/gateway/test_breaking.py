"""What a schema takes away from its clients is found, and accepted where it is on purpose."""

import subprocess
from pathlib import Path

import pytest

from gateway.commands import breaking

BEFORE = "type Query { star(id: ID): Star dropped: Int } type Star { name: String } enum E { A B } input I { a: E }"
AFTER = "type Query { star(id: ID, new: Int): Star more: Int } type Star { name: String! ra: Float } enum E { A B C } input I { a: E b: E }"
REMOVED = "FIELD_REMOVED: Field Query.dropped was removed."


def test_what_is_added_breaks_nothing() -> None:
    assert breaking.broken(BEFORE, AFTER) == [REMOVED]
    assert breaking.broken(BEFORE, BEFORE) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("(id: ID)", "(id: ID, must: Int!)"), "REQUIRED_ARG_ADDED"),
        (("(id: ID)", "(id: [ID])"), "ARG_CHANGED_KIND"),
        (("A B", "A"), "VALUE_REMOVED_FROM_ENUM"),
        (("a: E", "a: E c: E!"), "REQUIRED_INPUT_FIELD_ADDED"),
        (("name: String", "name: Int"), "FIELD_CHANGED_KIND"),
    ],
)
def test_what_breaks_is_named(change: tuple[str, str], told: str) -> None:
    found = breaking.broken(BEFORE, BEFORE.replace(*change))
    assert [line.partition(":")[0] for line in found] == [told]


def git(place: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@t", *words], cwd=place, check=True, capture_output=True
    )


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "schema").mkdir()
    monkeypatch.setattr(breaking, "ROOT", tmp_path)
    monkeypatch.setattr(breaking, "ACCEPTED", tmp_path / "schema" / "breaking.txt")
    git(tmp_path, "init", "-q", "-b", "main")
    landed(tmp_path, BEFORE)
    return tmp_path


def landed(place: Path, sdl: str, accepted: str = "# nothing\n") -> None:
    (place / breaking.SDL).write_text(sdl)
    (place / "schema" / "breaking.txt").write_text(accepted)
    git(place, "add", ".")
    git(place, "commit", "-q", "--allow-empty", "-m", "x")


def test_a_branch_is_compared_with_where_it_left_main(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(clone, "switch", "-q", "-c", "mine")
    landed(clone, BEFORE.replace("A B", "A B C"))
    assert breaking.main(None) == 0
    landed(clone, AFTER)
    assert breaking.main(None) == 1
    landed(clone, AFTER + " ")
    assert breaking.main(None) == 1, "however many commits ago"
    assert f"BREAKS: {REMOVED}" in capsys.readouterr().err
    landed(clone, AFTER, f"# on purpose\n{REMOVED}\n")
    assert breaking.main(None) == 0
    assert breaking.main("HEAD") == 0
    assert f"breaking.txt accepts what does not break: {REMOVED}" in capsys.readouterr().err


def test_main_is_compared_with_the_commit_before(clone: Path) -> None:
    landed(clone, AFTER)
    assert breaking.main(None) == 1
    landed(clone, AFTER)
    assert breaking.main(None) == 0


def test_the_committed_schema_can_be_compared() -> None:
    sdl = (Path(__file__).parents[2] / breaking.SDL).read_text()
    assert breaking.broken(sdl, sdl) == []
