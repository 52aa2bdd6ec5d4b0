"""What derives from the declarations is committed as it derives."""

from pathlib import Path

import pytest

from gateway.commands.generate import generated

FILES = generated()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_is_fresh(path: Path) -> None:
    assert path.read_text() == FILES[path], "run `python -m gateway generate`"


def test_nothing_else_is_in_sql_fdw() -> None:
    folder = next(path.parent for path in FILES if path.suffix == ".sql")
    assert set(folder.iterdir()) == {path for path in FILES if path.parent == folder}
