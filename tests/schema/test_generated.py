"""What derives from the declarations is committed as it derives."""

from pathlib import Path

import pytest

from gateway.commands.generate import generated


@pytest.fixture(scope="module")
def files() -> dict[Path, str]:
    return generated()


def test_files_are_fresh(files: dict[Path, str]) -> None:
    stale = {path.name for path, text in files.items() if path.read_text() != text}
    assert not stale, "run `python -m gateway generate`"


def test_nothing_else_is_in_sql_fdw(files: dict[Path, str]) -> None:
    folder = next(path.parent for path in files if path.suffix == ".sql")
    assert set(folder.iterdir()) == {path for path in files if path.parent == folder}
