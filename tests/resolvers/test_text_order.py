"""Pages by text: every row once, in the order of code points, through the hub and straight, by pages from both ends.

Two sources of the test federation sort as languages do (`filled.LINGUISTIC`). The oracle is Python, which compares
character strings by code points.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from serving import watch

from hub.limits import DocumentLimits, Limits
from hub.rows import open_hub
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation
from schema.catalog import DECLARED
from schema.column import Column
from schema.table import Table

WAYS = {"first": ("after", "endCursor", "hasNextPage"), "last": ("before", "startCursor", "hasPreviousPage")}
LARGE = 1000
LARGEST = ("jsdc.star", "jsdc.identifier")
"""Tables of many pages, of a source that sorts by bytes; `test_paging_federated` has them with few rows."""
TABLES = [pytest.param(table, id=name) for name, table in DECLARED.tables.items() if name not in LARGEST]
MOST = 4
"""Pages of a walk: each is a statement or more, for each of 150 columns."""


@pytest_asyncio.fixture(scope="module")
async def straight(federation: Federation, operations: Operations) -> AsyncIterator[Operations]:
    hub = await open_hub(federation.hub, Limits(), watch(), federation.readers)
    await hub.settled()
    yield Operations(operations.schema, hub, DocumentLimits(), largest_page=LARGE)
    await hub.close()


async def asked(operations: Operations, query: str, variables: dict[str, Any]) -> Any:
    answer = (await operations.answer(Request(query, None, variables))).payload
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def walk(
    operations: Operations, table: Table, column: Column, order: str, *, way: str = "first", size: int = LARGE
) -> list[Any]:
    """Values and keys on all pages, in the order asked for."""
    mark, end, more = WAYS[way]
    key = table.key.graphql
    query = (
        f"query($first: Int, $after: String, $last: Int, $before: String, $by: [{table.type_name}Order!]) {{ "
        f"{table.plural}(first: $first, after: $after, last: $last, before: $before, orderBy: $by) {{ "
        f"nodes {{ key: {key} value: {column.graphql} }} "
        "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )
    variables: dict[str, Any] = {way: size, "by": [{column.graphql: order}]}
    found: list[Any] = []
    while True:
        page = (await asked(operations, query, variables))[table.plural]
        nodes = [(node["value"], node["key"]) for node in page["nodes"]]
        found = found + nodes if way == "first" else nodes + found
        assert len(found) <= LARGE
        if not page["pageInfo"][more]:
            return found
        variables[mark] = page["pageInfo"][end]


def by_code_points(rows: list[Any], *, descending: bool = False) -> list[Any]:
    """Rows as they are to come: NULL is larger than all values, and ties are in the order of the key."""
    rows = sorted(rows, key=lambda row: row[1])
    rows.sort(key=lambda row: (row[0] is None, row[0] or ""), reverse=descending)
    return rows


@pytest.mark.parametrize("table", TABLES)
async def test_pages_by_text(table: Table, operations: Operations, straight: Operations) -> None:
    columns = [column for column in table.columns if column.type.sql == "text"]
    rows = await walk(operations, table, table.key, "ASC")
    for place, column in enumerate(columns):
        size = max(7, len(rows) // MOST + 1)
        for turn, (order, way) in enumerate((order, way) for order in ("ASC", "DESC") for way in WAYS):
            route = (operations, straight)[(place + turn // 2 + turn) % 2]
            found = await walk(route, table, column, order, way=way, size=size)
            assert sorted(key for _, key in found) == sorted(key for _, key in rows)
            assert found == by_code_points(found, descending=order == "DESC"), (column.name, order, way)


@pytest.mark.parametrize("route", ["hub", "straight"])
async def test_obscore_by_target_name(route: str, operations: Operations, straight: Operations) -> None:
    to = operations if route == "hub" else straight
    table = DECLARED.tables["ivoa.obscore"]
    column = table.by_field["targetName"]
    rows = await walk(operations, table, column, "ASC")
    total = (await asked(to, "{ obscore { totalCount } }", {}))["obscore"]["totalCount"]
    assert len(rows) == total > 400
    for order in ("ASC", "DESC"):
        expected = by_code_points(rows, descending=order == "DESC")
        for way in WAYS:
            assert await walk(to, table, column, order, way=way, size=20) == expected, (order, way)


@pytest.mark.parametrize("route", ["hub", "straight"])
@pytest.mark.parametrize("field", ["exposures", "granules", "obscore"])
async def test_groups_and_pick_lists(field: str, route: str, operations: Operations, straight: Operations) -> None:
    to = operations if route == "hub" else straight
    [table] = [table for table in DECLARED.tables.values() if table.plural == field]
    column = table.by_field["targetName"]
    rows = await walk(operations, table, column, "ASC")
    names = [value for value, _ in rows if value is not None]
    query = f'{{ distinctValues(table: "{table.qualified}", column: "target_name", orderBy: KEY, first: 500) {{ value count }} }}'
    listed = (await asked(to, query, {}))["distinctValues"]
    assert [(one["value"], one["count"]) for one in listed] == [
        (name, names.count(name)) for name in sorted(set(names))
    ]
    counted = f"{{ {field}Aggregate {{ count min {{ targetName }} max {{ targetName }} }} }}"
    [group] = (await asked(to, counted, {}))[f"{field}Aggregate"]
    assert group == {"count": len(rows), "min": {"targetName": min(names)}, "max": {"targetName": max(names)}}


@pytest.mark.parametrize("route", ["hub", "straight"])
async def test_filters_by_text(route: str, operations: Operations, straight: Operations) -> None:
    to = operations if route == "hub" else straight
    table = DECLARED.tables["oidb.granule"]
    rows = await walk(operations, table, table.by_field["targetName"], "ASC")
    names = sorted(value for value, _ in rows if value is not None)
    low, high = names[len(names) // 4], names[3 * len(names) // 4]
    query = "query($where: GranuleFilter) { granules(where: $where) { totalCount } }"
    for condition, expected in (
        ({"lt": high}, sum(name < high for name in names)),
        ({"ge": low}, sum(name >= low for name in names)),
        ({"between": [low, high]}, sum(low <= name <= high for name in names)),
    ):
        found = await asked(to, query, {"where": {"targetName": condition}})
        assert found["granules"]["totalCount"] == expected, condition
