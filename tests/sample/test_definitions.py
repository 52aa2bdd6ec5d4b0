import re
from collections.abc import Iterator

import pytest

from sample.load import DEFINITIONS
from schema.catalog import SOURCES
from schema.column import Column
from schema.table import Source, Table

RELATION = re.compile(r"CREATE TABLE (\S+) \((.*?)\n\);", re.DOTALL)
COLUMN = re.compile(r'^"?(\w+)"? (timestamp with time zone|timestamp|double precision|\S+)')
INDEX = re.compile(r"(?:INDEX \w+ ON|ALTER TABLE) (\S+) (?:ADD PRIMARY KEY )?\((\w+)")
SAME = {"timestamp": "timestamp without time zone", "public.rights": "text", "varchar(32)": "text"}
BASE = {"portal.exposure_log": ("portal.exposure", "portal.observation", "portal.target", "portal.instrument_mode")}
"""Tables under a view."""


def relations(source: str) -> dict[str, dict[str, str]]:
    text = re.sub(r"CHECK \(.*\)(?=,?\n)", "", (DEFINITIONS / f"{source}.sql").read_text())
    return {name: dict(_columns(body)) for name, body in RELATION.findall(text)}


def _columns(body: str) -> Iterator[tuple[str, str]]:
    for line in re.split(r",\s", body):
        found = COLUMN.match(line.strip())
        assert found, line
        yield found[1], SAME.get(found[2], found[2])


def indexed(source: str) -> set[tuple[str, str]]:
    found: list[tuple[str, str]] = INDEX.findall((DEFINITIONS / "indexes" / f"{source}.sql").read_text())
    return set(found)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_relations_have_the_declared_columns(source: Source) -> None:
    known = relations(source.name)
    for table in source.declared:
        under = [known[name] for name in BASE.get(table.remote, (table.remote,)) if name in known]
        if not table.view:
            computed = {column.remote_name for column in table.columns if column.computed}  # OiDB has one, empty
            assert set(under[0]) - computed == {column.remote_name for column in table.stored}
        for column in table.columns:
            kinds = {columns[column.remote_name] for columns in under if column.remote_name in columns}
            assert kinds <= {column.type.sql}, column.name


def wanted(source: Source) -> set[tuple[Table, Column]]:
    asked = {
        (table, column) for table in source.tables for column in table.columns if column.indexed or column is table.key
    }
    return asked | {(link.target, link.to_column) for link in source.links}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_declared_indexes_exist(source: Source) -> None:
    known, made = relations(source.name), indexed(source.name)
    for table, column in wanted(source):
        names = [name for name in BASE.get(table.remote, (table.remote,)) if column.remote_name in known.get(name, {})]
        if names:
            assert (names[0], column.remote_name) in made, (table.name, column.name)
