"""Pages put together are the table, in every order, from either end, through foreign tables, with the nastiest values.

The tables are all there are, as declared, but in databases of their own: one plays the four sources, with eleven nasty
rows in each table, and a hub stands over it; both sort text as languages do, where the server can, and not alike. Pages are asked
through the hub and straight, in turn. What the order is, the source itself says, of text by its bytes.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio
from serving import watch

from hub.installation import install
from hub.limits import DocumentLimits, Limits
from hub.rows import Connection, connect, open_hub
from localpg import collations
from localpg.cluster import Cluster
from planning.asker import Asker, asked_by
from resolvers.operation import Operations
from resolvers.query import assemble
from resolvers.request import Request
from sample.federation import Federation, dsn
from schema.catalog import SOURCES
from schema.column import Column
from schema.foreign import ROLE
from schema.jsdc import STAR
from schema.obsportal import EXPOSURE
from schema.oidb import GRANULE
from schema.spelling import column_sql
from schema.table import Table
from schema.types import ASCII, BOOLEAN, DATETIME, DOUBLE, FLOAT, INSTANT, INT, LONG, SHORT, TEXT

Terms = list[tuple[Column, str]]
SOURCE, HUB = "paging_source", "paging_hub"
FLOATS = [float("inf"), float("-inf"), float("nan"), 0.1, 0.1, -0.0, 0.0]
FAR = {"0001-01-02": "0044-03-15 BC", "9999-12-30": "20000-01-02"}
"""Times that the driver cannot say, for those that stand for them."""
MICROSECONDS = (0, 0, 1, 999_999, 500_000)
# The driver says a time of infinity as the largest and the smallest that Python knows.
TIMES = [datetime.max, datetime.min, datetime(1, 1, 2), datetime(9999, 12, 30)] + [
    datetime(2022, 1, 14, 10, 40, 32, microsecond) for microsecond in MICROSECONDS
]
NASTY: dict[Any, list[Any]] = {
    FLOAT: [*FLOATS, 3.4028234663852886e38, -3.4028234663852886e38],
    DOUBLE: [*FLOATS, 1.7976931348623157e308, 5e-324],
    SHORT: [-(2**15), 2**15 - 1, 0, 0, 0, 1, 1, 2, 3],
    INT: [-(2**31), 2**31 - 1, 0, 0, 0, 1, 1, 2, 3],
    LONG: [-(2**63), 2**63 - 1, 0, 0, 0, 1, 1, 2**53 + 1, 2**53],
    BOOLEAN: [True, False, True, True, False, True, False, False, True],
    # Languages sort these otherwise than by code points: capitals, accents, spaces and punctuation count last.
    ASCII: ["", "* alf Lyr", "a", "a", "A", "HD 1", "hd 1", "\\%_", "a-'\"{}"],
    TEXT: ["", "é", "e", "e", "É", "f", "日本", "\U0001f30c", "\u0001\n\t"],
    INSTANT: [time.replace(tzinfo=UTC) for time in TIMES],
    DATETIME: TIMES,
}
ROWS, VALUES = 11, 9
DIRECTIONS = {
    "ASC": "ASC NULLS LAST",
    "ASC_NULLS_FIRST": "ASC NULLS FIRST",
    "DESC": "DESC NULLS FIRST",
    "DESC_NULLS_LAST": "DESC NULLS LAST",
}
SIZES = (1, 4, 7)
WAYS = {
    "first": ("after", "endCursor", "hasNextPage", "hasPreviousPage"),
    "last": ("before", "startCursor", "hasPreviousPage", "hasNextPage"),
}
EVERY = [
    pytest.param(table, id=name)
    for name, table in ((table.qualified, table) for source in SOURCES.values() for table in source.tables)
]
THREE = [pytest.param(table, id=table.name) for table in (STAR, EXPOSURE, GRANULE)]


def value(table: Table, column: Column, row: int) -> Any:
    """A key, or one of the nasty values, NULL twice where it may be, in another order for each column."""
    if column is table.key:
        return {ASCII: f"k{row}", TEXT: f"k{row}é", INSTANT: datetime(2022, 1, 1 + row, tzinfo=UTC)}.get(
            column.type, row * 7 - 3
        )
    place = (row * 7 + table.columns.index(column)) % ROWS
    found = NASTY.get(column.type, ["{}"] * VALUES)
    return found[place % VALUES] if place < VALUES or column.never_null else None


def definition(table: Table) -> str:
    schema, _, _ = table.remote.partition(".")
    columns = ", ".join(f'"{column.remote_name}" {column.type.sql}' for column in table.stored)
    return f"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE TABLE {table.remote} ({columns})"


async def fill(source: Connection, table: Table, rows: range) -> None:
    holes = ", ".join(f"${index}" for index in range(1, len(table.stored) + 1))
    values = [tuple(value(table, column, row) for column in table.stored) for row in rows]
    await source.executemany(f"INSERT INTO {table.remote} VALUES ({holes})", values)
    for column in (column for column in table.stored if column.type.temporal and column is not table.key):
        for stand_in, far in FAR.items():
            name = f'"{column.remote_name}"'
            await source.execute(f"UPDATE {table.remote} SET {name} = '{far}' WHERE {name} = '{stand_in}'")


def collation(column: Column) -> str:
    return 'COLLATE "C"' if column.type.sql == "text" else ""


def orderable(table: Table) -> list[Column]:
    return [column for column in table.columns if column.type.orderable]


EVERYTHING = Asker("root", groups=frozenset({"admin"}))
"""Whom nothing is hidden from: pages are compared with the tables themselves."""


@dataclass
class Ground:
    """The databases of this file."""

    source: Connection
    operations: Operations
    straight: Operations

    async def order(self, table: Table, terms: Terms) -> list[str]:
        """Keys in an order, as the source sorts them."""
        key = f'"{table.key.remote_name}"'
        order = ", ".join(
            f"{column_sql(column, 't', direct=True)} {collation(column)} {DIRECTIONS[direction]}"
            for column, direction in terms
        )
        rows = await self.source.fetch(
            f"SELECT {key} FROM {table.remote} t ORDER BY {order}, {key} {collation(table.key)}"
        )
        return [str(row[0]) for row in rows]

    async def page(
        self, table: Table, arguments: dict[str, Any], *, straight: bool = False
    ) -> tuple[list[str], dict[str, Any]]:
        variables = "$first: Int, $after: String, $last: Int, $before: String"
        names = "first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy"
        selection = f"nodes {{ {table.key.graphql} }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}"
        query = (
            f"query({variables}, $orderBy: [{table.type_name}Order!]) {{ {table.plural}({names}) {{ {selection} }} }}"
        )
        with asked_by(EVERYTHING):
            told = await (self.straight if straight else self.operations).answer(Request(query, None, arguments))
        answer = told.payload
        assert "errors" not in answer, answer["errors"]
        found = answer["data"][table.plural]
        return [str(node[table.key.graphql]) for node in found["nodes"]], found["pageInfo"]

    async def walk(self, table: Table, terms: Terms, way: str, size: int) -> list[str]:
        """All pages from one end to the other, in the order asked for, each by the other route than the one before."""
        mark, end, more, less = WAYS[way]
        arguments: dict[str, Any] = {way: size, "orderBy": [{column.graphql: told} for column, told in terms]}
        found: list[str] = []
        for number in range(ROWS + 1):
            nodes, info = await self.page(table, arguments, straight=bool(number % 2))
            assert info[less] == (number > 0)
            assert len(nodes) == size or not info[more]
            found = found + nodes if way == "first" else nodes + found
            if not info[more]:
                return found
            arguments[mark] = info[end]
        return pytest.fail(f"pages without end: {found}")


@pytest_asyncio.fixture(scope="module")
async def ground(cluster: Cluster, federation: Federation) -> AsyncIterator[Ground]:
    owner = await connect(federation.owner)
    libc, icu = await owner.fetchval(collations.LINGUISTIC), await owner.fetchval(collations.HAS_ICU)
    options = collations.options((SOURCE, HUB), libc=libc, icu=icu, major=cluster.binaries.major)
    for name in (SOURCE, HUB):
        await owner.execute(f"CREATE DATABASE {name} {options.get(name, '')}")
    source = await connect(dsn(cluster, SOURCE, cluster.superuser))
    await source.execute("CREATE EXTENSION cube")  # one that is there for the asking says that it can be asked directly
    for table in (table for source in SOURCES.values() for table in source.tables):
        await source.execute(definition(table))
        await fill(source, table, range(ROWS))
    sources = dict.fromkeys(SOURCES, dsn(cluster, SOURCE, cluster.superuser))
    serving = dsn(cluster, HUB, ROLE)
    await install(dsn(cluster, HUB, cluster.superuser), sources, lambda _: None)
    hub = await open_hub(serving, Limits(), watch())
    straight = await open_hub(serving, Limits(), watch(), sources)
    await straight.settled()
    schema = assemble()._schema  # noqa: SLF001
    yield Ground(source, *(Operations(schema, one, DocumentLimits(), largest_page=1000) for one in (hub, straight)))
    await hub.close()
    await straight.close()
    await source.close()
    for name in (HUB, SOURCE):
        await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await owner.close()


def walks(table: Table) -> Iterator[tuple[Terms, str, int]]:
    """Every orderable column in every direction, from one end or the other, in turn; below, every type from both in all sizes."""
    ways = list(WAYS)
    for index, column in enumerate(orderable(table)):
        for turn, direction in enumerate(DIRECTIONS):
            yield [(column, direction)], ways[(index + turn) % 2], SIZES[1 + (index + turn // 2) % 2]


@pytest.mark.parametrize("table", EVERY)
async def test_pages_together_are_the_table(table: Table, ground: Ground) -> None:
    for terms, way, size in walks(table):
        assert await ground.walk(table, terms, way, size) == await ground.order(table, terms), (terms, way, size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("table", THREE)
async def test_every_type_in_pages_of_every_size(table: Table, size: int, ground: Ground) -> None:
    of_type = {column.type: column for column in orderable(table) if not column.key}
    assert len(of_type) >= 4
    for column in of_type.values():
        for direction in DIRECTIONS:
            expected = await ground.order(table, [(column, direction)])
            for way in WAYS:
                assert await ground.walk(table, [(column, direction)], way, size) == expected


@pytest.mark.parametrize("table", THREE)
async def test_orders_of_two_columns(table: Table, ground: Ground) -> None:
    directions, ways = list(DIRECTIONS), list(WAYS)
    for index, (one, other) in enumerate(pairwise(orderable(table))):
        terms = [(one, directions[index % 4]), (other, directions[index // 4 % 4])]
        assert await ground.walk(table, terms, ways[index % 2], 2) == await ground.order(table, terms), terms


async def test_the_key_may_come_first_or_in_the_middle(ground: Ground) -> None:
    synthetic, vmag = STAR.by_field["synthetic"], STAR.by_field["vmag"]
    for terms in ([(STAR.key, "DESC")], [(synthetic, "DESC"), (STAR.key, "DESC_NULLS_LAST"), (vmag, "ASC")]):
        assert await ground.walk(STAR, terms, "first", 3) == await ground.order(STAR, terms)


MOVING = [(STAR, "vmag"), (STAR, "name"), (EXPOSURE, "expTau0"), (EXPOSURE, "expDateUpdated")]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("table", "field"), MOVING, ids=lambda told: told if isinstance(told, str) else told.name)
async def test_rows_that_come_and_go_move_no_other(table: Table, field: str, direction: str, ground: Ground) -> None:
    terms = [(table.by_field[field], direction)]
    before = await ground.order(table, terms)
    arguments = {"first": 4, "orderBy": [{field: direction}]}
    nodes, info = await ground.page(table, arguments)
    assert nodes == before[:4]
    await fill(ground.source, table, range(ROWS, 2 * ROWS))
    try:
        after = await ground.order(table, terms)
        rest = after[after.index(before[3]) + 1 :]
        assert len(rest) > ROWS - 4, "no row came after the cursor: nothing would be proved"
        asked = arguments | {"first": 100, "after": info["endCursor"]}
        assert (await ground.page(table, asked))[0] == rest
        key = f'"{table.key.remote_name}"'
        await ground.source.execute(f"DELETE FROM {table.remote} WHERE {key}::text = $1", before[3])
        assert (await ground.page(table, asked))[0] == rest
    finally:
        await ground.source.execute(f"TRUNCATE {table.remote}")
        await fill(ground.source, table, range(ROWS))
