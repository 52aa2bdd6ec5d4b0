"""EXISTS by position over tables of two databases and uploads, beside the evaluator that goes row by row.

`NEAR_EXISTS=2000 pytest tests/adql/test_near_exists.py` tries so many queries; CI tries 40.
"""

import math
import os
from collections import Counter
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from naive import Naive, Tables

from adql.checked.catalogue import Catalogue
from adql.compile import compile_query
from adql.parse import parse
from hub.sessions import settling
from sample.federation import Federation
from schema.column import Column
from schema.foreign import UPLOADS
from schema.table import Table
from schema.types import DOUBLE, INT

pytestmark = pytest.mark.spatial

QUERIES = int(os.environ.get("NEAR_EXISTS", "40"))
RA = [None, math.nan, 0.0, -1e-17, 1e-4, 359.9999, 360.0, 10.0, 10.0003, 90.0]
DEC = [None, 90.0, 89.9999, -90.0, 0.0, 0.0333333333, 0.0333, 45.0, 45.0002]
RADII = ("0.00025", "0.0077", "0.4")
"""Degrees; no two of the places are so far from each other that rounding decides."""
SIZES = {"a": 300_000, "b": 20_000, "c": 12}
"""How many rows the tables are declared to have: what is asked first hangs on it."""


def declared(name: str, database: str) -> Table:
    """A table of the hub that is taken for one of a database, or an upload, which has no key."""
    key = Column("k", INT, "", key=database != UPLOADS)
    place = (Column("ra", DOUBLE, "", ucd="pos.eq.ra;meta.main"), Column("dec", DOUBLE, "", ucd="pos.eq.dec;meta.main"))
    columns = (key, Column("x", INT, ""), *place)
    return Table(database, f"near_{name}", "", "T", "ts", "", columns, schema=UPLOADS, rows=SIZES[name])


@pytest_asyncio.fixture(scope="module")
async def owner(federation: Federation) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(federation.owner, server_settings={"search_path": "", "jit": "off"})
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module")
async def rows(owner: asyncpg.Connection) -> AsyncIterator[Tables]:
    chance = Random(7)  # noqa: S311
    made: Tables = {}
    for name in SIZES:
        whole = f"{UPLOADS}.near_{name}"
        await owner.execute(f"DROP TABLE IF EXISTS {whole}; CREATE TABLE {whole} (k int, x int, ra float8, dec float8)")
        made[f"TAP_UPLOAD.{name}"] = [
            {"k": at, "x": chance.choice([None, 0, 1, 2]), "ra": chance.choice(RA), "dec": chance.choice(DEC)}
            for at in range(25)
        ]
        listed = [tuple(row.values()) for row in made[f"TAP_UPLOAD.{name}"]]
        await owner.executemany(f"INSERT INTO {whole} VALUES ($1, $2, $3, $4)", listed)
    yield made
    for name in SIZES:
        await owner.execute(f"DROP TABLE {UPLOADS}.near_{name}")


def question(chance: Random) -> str:
    """A query with EXISTS of what is near, perhaps negated, perhaps one of several conditions."""
    source = chance.choice((
        "TAP_UPLOAD.a AS o",
        "(SELECT k AS k, x AS x, ra AS ra, dec AS dec FROM TAP_UPLOAD.a WHERE k < 20) AS o",
        "TAP_UPLOAD.a AS o JOIN TAP_UPLOAD.c AS p ON p.x = o.k",
        "TAP_UPLOAD.c AS p LEFT JOIN TAP_UPLOAD.a AS o ON o.x = p.k",
    ))  # fmt: skip
    exists = f"{chance.choice(('', 'NOT '))}EXISTS (SELECT {chance.choice(('e.k', '1'))} FROM {inner(chance)})"
    where = chance.choice(
        ("{0}", "{0}", "{0} AND o.x > 0", "(o.x = 2 OR {0})", "NOT ({0})", "{0} AND o.k IN (1, 3, 5, 8)")
    )
    what = chance.choice(("o.k, o.x", "COUNT(*) AS n"))
    return f"SELECT {what} FROM {source} WHERE {where.format(exists)}"


def inner(chance: Random) -> str:
    """FROM and WHERE of what is near a row of `o`."""
    near = chance.choice((
        "DISTANCE(o.ra, o.dec, e.ra, e.dec) < {0}",
        "1 = CONTAINS(POINT(e.ra, e.dec), CIRCLE(o.ra, o.dec, {0}))",
        "1 = CONTAINS(POINT(o.ra, o.dec), CIRCLE(e.ra, e.dec, {0}))",
    )).format(chance.choice(RADII))  # fmt: skip
    more = chance.choice(
        ("", "", " AND e.x > 0", " AND e.x = o.x", " AND e.k < o.k", " AND o.x IS NULL", " AND COALESCE(o.x, 1) = e.x")
    )
    source = chance.choice(
        ("TAP_UPLOAD.b AS e", "TAP_UPLOAD.b AS e", "TAP_UPLOAD.b AS e JOIN TAP_UPLOAD.c AS f ON f.x = e.x")
    )
    return f"{source} WHERE {near}{more}"


async def answered(owner: asyncpg.Connection, query: str, catalogue: Catalogue) -> Counter[tuple[Any, ...]]:
    compiled = compile_query(query, catalogue)
    async with owner.transaction():
        await owner.execute(settling({"work_mem": "16MB", **dict(compiled.settings)}, local=True))
        return Counter(tuple(row) for row in await owner.fetch(compiled.text, *compiled.values))


async def test_exists_by_position_is_what_it_says(owner: asyncpg.Connection, rows: Tables) -> None:
    paired, answers = 0, 0
    for seed in range(QUERIES):
        chance = Random(seed)  # noqa: S311
        places = {name: chance.choice(("jsdc", "oidb", "spica", UPLOADS)) for name in SIZES}
        catalogue = Catalogue({f"TAP_UPLOAD.{name}": declared(name, places[name]) for name in SIZES})
        query = question(chance)
        expected = Counter(tuple(row.values()) for row in Naive(rows).query(parse(query)))
        assert await answered(owner, query, catalogue) == expected, f"seed {seed}, {places}: {query}"
        paired += "gw.cells" in compile_query(query, catalogue).text
        answers += bool(expected)
    assert paired > QUERIES / 2
    assert answers > QUERIES / 2
