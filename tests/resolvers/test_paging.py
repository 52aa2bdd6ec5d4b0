"""Keyset paging: over every orderable column, with NULLs, NaN and ties, both ways, the union of the pages is the table.

The rows are made for it, in tables as the sources have them: every column has NULLs and each value more than once.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hostile import ROWS

from hub.rows import Hub, connect
from planning import arguments, sql
from planning.cursor import encode, signature
from planning.instants import stored_instant
from planning.plan import Cell, Plan, StatementShape
from resolvers.operation import Operations
from resolvers.request import Request
from resolvers.steps import page_slice
from sample.federation import Federation
from schema.catalog import DECLARED
from schema.table import Table

DIRECTIONS = ("ASC", "ASC_NULLS_FIRST", "DESC", "DESC_NULLS_LAST")
TABLE = [pytest.param(table, id=name) for name, table in DECLARED.tables.items()]


async def _page(hub: Hub, table: Table, told: dict[str, Any]) -> tuple[list[tuple[Any, ...]], bool, bool, list[str]]:
    """Rows of a page as tuples, whether there are more before and after, and the cursors."""
    page = arguments.page(table, told, 1000)
    cells = tuple(Cell(term.column, term.column.sql) for term in page.order)
    shape = StatementShape(table, cells, page.beyond.conditions, page.sql_order, page.limit + 1)
    taken = page_slice(await hub.fetch(sql.statement(Plan(shape, page.beyond.values))), page)
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
    orderable = [column for column in table.columns if column.type.orderable]
    first = {column.type: column for column in reversed(orderable)}
    for index, column in enumerate(orderable):
        # Small pages, which are many, and every direction for a column of each type.
        small = column is first[column.type]
        size = 1 + index % 4 if small else 4 + index % 3
        for direction in DIRECTIONS if small else DIRECTIONS[index % 2 :: 2]:
            told = {"orderBy": [{column.graphql: direction}]}
            whole, *_ = await _page(hostile, table, told | {"first": 1000})
            assert len(whole) == ROWS
            _assert_ordered([row[0] for row in whole], direction, temporal=column.type.temporal)
            assert _same(await _walk(hostile, table, told, size, backwards=False), whole), (column.name, direction)
            assert _same(await _walk(hostile, table, told, size, backwards=True), whole), (column.name, direction)


def _assert_ordered(values: list[Any], direction: str, *, temporal: bool) -> None:
    nulls = [value is None for value in values]
    first = direction in ("ASC_NULLS_FIRST", "DESC")
    assert nulls == sorted(nulls, reverse=first)
    known = [value for value in values if value is not None]
    if temporal:
        known = [stored_instant(value) for value in known]
    if direction.startswith("DESC"):
        known.reverse()
    if known and not isinstance(known[0], str):  # texts are ordered by the database's collation
        assert all(b != b or a <= b for a, b in pairwise(known))  # noqa: PLR0124 - NaN comes last


async def test_several_terms_and_ties(hostile: Hub) -> None:
    table = DECLARED.tables["jsdc.star"]
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
