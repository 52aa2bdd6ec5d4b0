"""Keyset paging: over every orderable column, with NULLs, NaN and ties, both ways, the union of the pages is the table.

The rows are made for it, in tables as the sources have them: every column has NULLs and each value more than once.
"""

from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio

from localpg.cluster import Cluster
from resolvers import arguments, sql
from resolvers.cursor import encode, signature
from resolvers.level import cut
from resolvers.operation import Operations, Request
from resolvers.plan import Cell, Plan, Shape
from resolvers.rows import Connection, Hub, Limits, connect, open_hub
from resolvers.watch import Watch
from sample.federation import Federation, dsn
from schema.catalog import SOURCES, TABLES
from schema.foreign import ROLE
from schema.table import Column, Table
from schema.types import BOOLEAN, DATETIME, DOUBLE, FLOAT, INSTANT, INT, JSON, LONG, SHORT, Scalar

ROWS = 11
DIRECTIONS = ("ASC", "ASC_NULLS_FIRST", "DESC", "DESC_NULLS_LAST")
HOSTILE = {
    FLOAT: ("'NaN'", "'-Infinity'", "'Infinity'", "0.38144228", "-3.4e38"),
    DOUBLE: ("'NaN'", "'-Infinity'", "'Infinity'", "0.1", "-1.7976931348623157e308"),
    SHORT: ("-32768", "0", "32767", "7", "7"),
    INT: ("-2147483648", "0", "2147483647", "7", "7"),
    LONG: ("-9223372036854775808", "0", "9223372036854775807", "9007199254740993", "7"),
    BOOLEAN: ("true", "false", "true", "false", "true"),
    INSTANT: (
        "'2022-01-14 10:40:32.123456+00'",
        "'1970-01-01 00:00:00+00'",
        "'9999-12-31 23:59:59+00'",
        "'2022-01-14+00'",
        "'0001-01-02+00'",
    ),
    DATETIME: ("'2022-01-14 10:40:32.123456'", "'1970-01-01'", "'9999-12-31 23:59:59'", "'2022-01-14'", "'0001-01-02'"),
}
TEXTS = ("''", "'é'", "'a'", "'A'", "'\U0001f52d'")
TABLE = [pytest.param(table, id=name) for name, table in TABLES.items()]


@pytest_asyncio.fixture(scope="module")
async def hostile(cluster: Cluster, federation: Federation) -> AsyncIterator[Hub]:  # noqa: ARG001 - whose roles it needs
    """A hub of local tables that look like the foreign ones."""
    maintenance = await connect(dsn(cluster, "postgres", cluster.superuser))
    await maintenance.execute("DROP DATABASE IF EXISTS paging")
    await maintenance.execute("CREATE DATABASE paging")
    owner = await connect(dsn(cluster, "paging", cluster.superuser))
    for table in TABLES.values():
        await _fill(owner, table)
    await owner.close()
    opened = await open_hub(dsn(cluster, "paging", ROLE), Limits(), Watch(SOURCES))
    yield opened
    await opened.close()
    await maintenance.execute("DROP DATABASE paging WITH (FORCE)")
    await maintenance.close()


async def _fill(owner: Connection, table: Table) -> None:
    columns = ", ".join(f'"{column.sql}" {column.type.sql}' for column in table.columns)
    rows = ", ".join(f"({', '.join(_value(table, column, row) for column in table.columns)})" for row in range(ROWS))
    await owner.execute(
        f"CREATE SCHEMA IF NOT EXISTS {table.source}; CREATE TABLE {table.qualified} ({columns}); INSERT INTO {table.qualified} VALUES {rows};"
        f"GRANT USAGE ON SCHEMA {table.source} TO {ROLE}; GRANT SELECT ON {table.qualified} TO {ROLE}"
    )


def _value(table: Table, column: Column, row: int) -> str:
    """Keys count up; every other column repeats five values and NULL, in an order of its own."""
    if column is table.key:
        return _key(column.type, (row * 7) % ROWS)
    if column.never_null or column.type is JSON:
        return "NULL" if column.type is JSON else _key(column.type, row % 3)
    at = (row * (1 + table.columns.index(column) % 5)) % 6
    return "NULL" if at == 5 else HOSTILE.get(column.type, TEXTS)[at]


def _key(kind: Scalar, number: int) -> str:
    if kind is BOOLEAN:
        return "true" if number % 2 else "false"
    if kind in (INSTANT, DATETIME):
        return f"'2024-01-{number + 1:02d}'"
    return str(number) if kind in (SHORT, INT, LONG) else f"'k{number}'"


async def _page(hub: Hub, table: Table, told: dict[str, Any]) -> tuple[list[tuple[Any, ...]], bool, bool, list[str]]:
    """Rows of a page as tuples, whether there are more before and after, and the cursors."""
    page = arguments.page(table, told, 1000)
    cells = tuple(Cell(term.column, term.column.sql) for term in page.order)
    shape = Shape(table, cells, page.beyond.conditions, page.sql_order, page.limit + 1)
    taken = cut(await hub.fetch(sql.statement(Plan(shape, page.beyond.values))), page)
    signed = signature(table, page.order)
    return (
        [tuple(row) for row in taken.rows],
        taken.more_before,
        taken.more_after,
        [encode(signed, list(row)) for row in taken.rows],
    )


async def _walk(hub: Hub, table: Table, told: dict[str, Any], size: int, *, backwards: bool) -> list[tuple[Any, ...]]:
    count, mark = ("last", "before") if backwards else ("first", "after")
    pages: list[list[tuple[Any, ...]]] = []
    at: dict[str, Any] = {}
    more = True
    while more:
        rows, before, after, cursors = await _page(hub, table, told | {count: size} | at)
        assert (after if backwards else before) is bool(pages)
        more = before if backwards else after
        pages.append(rows)
        assert len(rows) == size or not more
        at = {mark: cursors[0 if backwards else -1]} if cursors else {}
        assert len(pages) <= ROWS
    return [row for page in (reversed(pages) if backwards else pages) for row in page]


def _same(one: Sequence[tuple[Any, ...]], other: Sequence[tuple[Any, ...]]) -> bool:
    return list(map(repr, one)) == list(map(repr, other))  # NaN is unequal to itself, its text is not


@pytest.mark.parametrize("table", TABLE)
async def test_the_union_of_the_pages_is_the_table(hostile: Hub, table: Table) -> None:
    for column in table.columns:
        if not column.type.orderable:
            continue
        for direction in DIRECTIONS:
            told = {"orderBy": [{column.graphql: direction}]}
            whole, *_ = await _page(hostile, table, told | {"first": 1000})
            assert len(whole) == ROWS
            _assert_ordered([row[0] for row in whole], direction)
            size = 1 + table.columns.index(column) % 4
            assert _same(await _walk(hostile, table, told, size, backwards=False), whole), (column.name, direction)
            assert _same(await _walk(hostile, table, told, size, backwards=True), whole), (column.name, direction)


def _assert_ordered(values: list[Any], direction: str) -> None:
    nulls = [value is None for value in values]
    first = direction in ("ASC_NULLS_FIRST", "DESC")
    assert nulls == sorted(nulls, reverse=first)
    known = [value for value in values if value is not None]
    if direction.startswith("DESC"):
        known.reverse()
    if known and not isinstance(known[0], str):  # texts are ordered by the database's collation
        assert all(b != b or a <= b for a, b in pairwise(known))  # noqa: PLR0124 - NaN comes last


async def test_several_terms_and_ties(hostile: Hub) -> None:
    table = TABLES["jsdc.star"]
    told = {"orderBy": [{"synthetic": "DESC"}, {"vmag": "ASC_NULLS_FIRST"}, {"name": "DESC_NULLS_LAST"}]}
    whole, *_ = await _page(hostile, table, told | {"first": 1000})
    for size in (1, 2, 3, ROWS, ROWS + 1):
        assert _same(await _walk(hostile, table, told, size, backwards=False), whole)
        assert _same(await _walk(hostile, table, told, size, backwards=True), whole)


async def test_a_cursor_stays_where_it_is_when_rows_come(operations: Operations, federation: Federation) -> None:
    question = "query($after: String) { badCalibrators(first: 3, after: $after, orderBy: [{name: ASC}]) { nodes { name } pageInfo { endCursor } } }"
    first = (await operations.answer(Request(question))).payload["data"]["badCalibrators"]
    after = {"after": first["pageInfo"]["endCursor"]}
    second = (await operations.answer(Request(question, None, after))).payload["data"]["badCalibrators"]["nodes"]
    owner = await connect(federation.sources["jsdc"])
    try:
        await owner.execute("INSERT INTO badcal VALUES (-1, '!first of all', 0, 0, 'test', true)")
        again = (await operations.answer(Request(question, None, after))).payload["data"]["badCalibrators"]["nodes"]
    finally:
        await owner.execute("DELETE FROM badcal WHERE badcal_id = -1")
        await owner.close()
    assert again == second
    assert not {row["name"] for row in first["nodes"]} & {row["name"] for row in second}
