"""`python -m gateway adql FILE`: what it says of queries, and of files that have none."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.__main__ import main

QUERIES = [
    "SELECT TOP 5 name FROM jsdc.star WHERE name LIKE 'HD%'",
    "SELECT nam FROM jsdc.star",
    "SELECT name FROM jsdc.star LIMIT 5",
    'SELECT "size" FROM TAP_SCHEMA.columns',
    'SELECT name FROM jsdc.star WHERE name = "Vega"',
    "SELECT pg_sleep(1) FROM jsdc.star",
    "SELECT \ud800 FROM jsdc.star",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "queries.json"
    path.write_text(json.dumps([{"query": query, "valid": True} for query in QUERIES]))
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["adql", *arguments]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert len(found) == len(QUERIES)
    return found


def test_syntax_alone_by_default(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, str(file))
    assert [each["ok"] for each in found] == [True, True, False, True, True, True, False]
    assert found[0] == {"ok": True}
    assert found[2] == {
        "ok": False,
        "error": "the end of the query was expected, not 5",
        "line": 1,
        "column": 34,
        "hint": "perhaps you meant SELECT TOP n",
    }


def test_names_where_they_are_asked_for(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, str(file), "--tables")
    assert [each["ok"] for each in found] == [True, False, False, True, False, False, False]
    assert found[1] == {
        "ok": False,
        "error": "there is no column nam",
        "line": 1,
        "column": 8,
        "hint": "perhaps you meant name",
    }
    assert found[4]["hint"] == "a character string stands in single quotes: 'Vega'"
    assert found[5]["error"] == "there is no function PG_SLEEP"


def test_sql_where_it_is_asked_for(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, str(file), "--sql")
    assert found[0]["values"] == ["HD%"]
    assert found[0]["limit"] == 5
    assert found[0]["sql"].startswith("SELECT ")
    assert "$1" in found[0]["sql"]
    assert "HD%" not in found[0]["sql"]
    assert "sql" not in found[1]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Expecting value"),
        ("{}", "a JSON list"),
        ('["SELECT a FROM t"]', "item 0 of the list"),
        ('[{"query": "SELECT a FROM t"}, {"query": 1}]', "item 1 of the list"),
        ("[" * 100_000, "recursion"),
        (None, "No such file"),
    ],
)
def test_a_file_without_queries(
    text: str | None, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "queries.json"
    if text is not None:
        path.write_text(text)
    assert main(["adql", str(path)]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert problem in said.err
