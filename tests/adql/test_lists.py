"""Lists of one to four values, over one database, two, ObsCore and uploads, through the hub and straight at a source.

`LISTS=1000 pytest tests/adql/test_lists.py` tries so many queries; CI tries 150.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import asyncpg
import lists
import pytest
import pytest_asyncio
from naive import Naive

from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from adql.parse import parse
from hub.rows import Hub
from planning.sql import Statement
from sample.federation import Federation
from schema.column import Column
from schema.foreign import JOBS, ROLE, UPLOADS
from schema.table import Table
from schema.types import LONG, TEXT

pytestmark = pytest.mark.spatial

QUERIES = int(os.environ.get("LISTS", "150"))
UPLOADED = Table(
    UPLOADS, "lists_mine", "", "T", "ts", "",
    (Column("k", LONG, ""), Column("star", LONG, ""), Column("what", TEXT, "")),
    schema=UPLOADS, rows=12,
)  # fmt: skip
CATALOGUE = Catalogue({**DECLARED.tables, "TAP_UPLOAD.mine": UPLOADED})


@pytest_asyncio.fixture(scope="module")
async def rows(federation: Federation) -> AsyncIterator[lists.Rows]:
    """All rows of the tables, and an upload that has keys of theirs, and NULL."""
    connection = await asyncpg.connect(federation.owner, server_settings={"search_path": ""})
    name = f"{UPLOADS}.lists_mine"
    await connection.execute(f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} (k bigint, star bigint, what text)")
    await connection.execute(
        f"""INSERT INTO {name} SELECT n, CASE WHEN n % 4 > 0 THEN star_id END,
            (ARRAY['GRAVITY', 'MIDI', 'SPICA', 'nothing', NULL])[1 + n % 5]
        FROM (SELECT row_number() OVER (ORDER BY id) AS n, star_id FROM crossid.granule
              WHERE star_id IS NOT NULL ORDER BY id LIMIT 12) AS s"""
    )
    await connection.execute(f"GRANT SELECT ON {name} TO {ROLE}, {JOBS}")
    found: lists.Rows = {}
    for table, columns in lists.COLUMNS.items():
        listed = ", ".join(f'"{column}"' for column in columns)
        records = await connection.fetch(f"SELECT {listed} FROM {CATALOGUE.tables[table].qualified}")
        found[table] = [dict(record) for record in records]
    yield found
    await connection.execute(f"DROP TABLE {name}")
    await connection.close()


async def answered(hub: Hub, query: str, bodies: Any = None) -> Counter[tuple[Any, ...]]:
    compiled = compile_query(query, CATALOGUE, bodies)
    return Counter(
        tuple(row)
        for row in await hub.fetch(Statement(compiled.text, compiled.values, compiled.sources, compiled.direct))
    )


async def test_queries_with_lists_answer_what_they_say(direct_hub: Hub, rows: lists.Rows) -> None:
    answers, reduced, direct = 0, 0, 0
    for seed in range(QUERIES):
        query = lists.ListWriter(Random(seed), rows).query()  # noqa: S311
        expected = Counter(tuple(row.values()) for row in Naive(rows).query(parse(query)))
        assert await answered(direct_hub, query) == expected, f"seed {seed}: {query}"
        assert await answered(direct_hub, query, direct_hub.databases) == expected, f"seed {seed}, direct: {query}"
        answers += bool(expected)
        reduced += "MATERIALIZED" in compile_query(query, CATALOGUE).text
        direct += compile_query(query, CATALOGUE, direct_hub.databases).direct
    assert min(answers, reduced, direct) > QUERIES / 10
