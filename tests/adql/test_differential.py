"""What a compiled query answers is what its words say: against an evaluator of the tree in Python, on small tables.

`DIFFERENTIAL=20000 pytest tests/adql/test_differential.py` tries so many queries; CI tries 800.
"""

import os
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import printer
import pytest
import pytest_asyncio
import small
from naive import Naive

from adql.checked.catalogue import Catalogue
from adql.compile import compile_query
from sample.federation import Federation
from schema.column import Column
from schema.table import Table
from schema.types import DOUBLE, INT, TEXT

pytestmark = pytest.mark.spatial

QUERIES = int(os.environ.get("DIFFERENTIAL", "800"))
EACH = 25
"""Queries asked of the same rows."""
TYPES = {"whole": INT, "number": DOUBLE, "text": TEXT}


def declared(name: str) -> Table:
    columns = tuple(Column(column, TYPES[kind], column) for column, kind in small.TABLES[name].items())
    return Table("naive", name, f"naive.{name}", name, name, name, columns)


CATALOGUE = Catalogue({f"naive.{name}": declared(name) for name in small.TABLES})


@pytest_asyncio.fixture(scope="module")
async def database(federation: Federation) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(federation.owner, server_settings={"search_path": "", "jit": "off"})
    await opened.execute("CREATE SCHEMA naive")
    for name, columns in small.TABLES.items():
        listed = ", ".join(
            f'"{column}" {TYPES[kind].sql} COLLATE "C"' if kind == "text" else f'"{column}" {TYPES[kind].sql}'
            for column, kind in columns.items()
        )
        await opened.execute(f"CREATE TABLE naive.{name} ({listed})")
    yield opened
    await opened.execute("DROP SCHEMA naive CASCADE")
    await opened.close()


async def fill(database: asyncpg.Connection, tables: dict[str, list[dict[str, object]]]) -> None:
    for name, rows in tables.items():
        await database.execute(f"TRUNCATE naive.{name}")
        await database.copy_records_to_table(name, schema_name="naive", records=[tuple(row.values()) for row in rows])


def plain(value: Any) -> Any:
    return round(float(value), 9) + 0.0 if isinstance(value, (int, float)) and not isinstance(value, bool) else value


async def test_every_query_answers_what_it_says(database: asyncpg.Connection) -> None:
    nothing = 0
    for seed in range(QUERIES):
        grower = small.Grower(seed)
        if seed % EACH == 0:
            tables = grower.tables()
            await fill(database, tables)
        query = grower.whole_query()
        text = printer.query(query)
        compiled = compile_query(text, CATALOGUE)
        limit = f" LIMIT {compiled.limit}" if compiled.limit is not None else ""
        told = [tuple(map(plain, row)) for row in await database.fetch(compiled.text + limit, *compiled.values)]
        expected = [tuple(map(plain, row.values())) for row in Naive(tables).query(query)]
        assert told == expected, f"seed {seed}: {text}\n{compiled.text} {compiled.values}\n{tables}"
        nothing += not expected
    assert nothing < QUERIES * 0.6
