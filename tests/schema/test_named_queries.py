"""Every named query is used and every use exists; PostgreSQL's grammar reads each of them."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hub.rows import connect
from sample.federation import Federation
from schema.named_queries import HEAD, SQL, named_query

ROOT = Path(__file__).parents[2]
FOLDER = SQL / "queries"
WRITTEN = Counter(
    (path.relative_to(FOLDER).with_suffix("").as_posix(), name)
    for path in FOLDER.rglob("*.sql")
    for name in HEAD.findall(path.read_text())
)
FILLINGS = {
    "type": "text",
    "definitions": "n integer",
    "listing": "SELECT 1",
    "cones": "SELECT 1",
    "first_rows": "SELECT 1",
    "second_rows": "SELECT 1",
    "schemas": "true",
    "joined": "",
    "distinct": "",
    "join": "LEFT JOIN",
    "limit": "1",
    "motion": "0, 0, 0",
    "changes": "n = 1",
    "parts": "SELECT now() AS released",
    "open": "true",
    "opens": "true",
}
"""What stands for a word in braces that is not a name, nor what may be written as one."""


def used() -> Iterator[tuple[str, str]]:
    packages = [path for path in ROOT.iterdir() if (path / "__init__.py").exists() and path.name != "tests"]
    modules = (module for package in packages for module in package.rglob("*.py"))
    for module in (module for module in modules if "node_modules" not in module.parts):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "named_query":
                file, name = (ast.literal_eval(argument) for argument in node.args)
                yield file, name


def test_every_query_is_used_and_every_use_exists() -> None:
    assert set(used()) == set(WRITTEN)


def test_names_are_unique_and_every_query_says_what_it_is_for() -> None:
    assert max(WRITTEN.values()) == 1
    for path in FOLDER.rglob("*.sql"):
        for head in HEAD.finditer(path.read_text()):
            assert head[0].count("\n") > 1, (path, head[1])


def test_a_query_is_sent_without_its_comment() -> None:
    assert named_query("jobs/records", "get") == "SELECT {columns} FROM uws.job WHERE id = %(id)s"


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        named_query("jobs/records", "no_such_query")
    with pytest.raises(FileNotFoundError):
        named_query("jobs/no_such_file", "get")


@pytest.mark.parametrize(("file", "name"), WRITTEN, ids=[f"{file}:{name}" for file, name in WRITTEN])
async def test_postgresql_can_read_it(federation: Federation, file: str, name: str) -> None:
    """All statements of a text are read for their syntax before the first is run, and that one fails."""
    text = re.sub(r"\{(\w+)\}", lambda word: FILLINGS.get(word[1], f"_{word[1]}"), named_query(file, name))
    text = re.sub(r"%\(\w+\)s", "$1", text)
    connection = await connect(federation.hub)
    try:
        with pytest.raises(asyncpg.DivisionByZeroError):
            await connection.execute(f"SELECT 1 / 0; {text}")
    finally:
        await connection.close()
