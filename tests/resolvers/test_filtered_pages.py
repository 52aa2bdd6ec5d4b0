"""Pages of filtered rows in the order of an index: the right rows, and no walk through the whole of an index."""

import asyncio
import re
from typing import Any

import pytest
from test_shipping import asked, literal

from hub.limits import DocumentLimits
from hub.rows import Hub, connect
from planning.pages import WALKED
from planning.sql import Statement
from resolvers.operation import Operations
from resolvers.query import assemble
from resolvers.request import Request
from sample.federation import Federation

pytestmark = pytest.mark.spatial

DIRECTIONS = {
    "ASC": (False, False),
    "DESC": (True, True),
    "ASC_NULLS_FIRST": (False, True),
    "DESC_NULLS_LAST": (True, False),
}
"""Whether the largest comes first, and whether NULL does."""
CONDITIONS = {
    "few": "{vmag: {lt: 0.5}}",
    "many": "{vmag: {gt: 6}}",
    "none": "{vmag: {lt: -20}}",
    "NULLs": "{or: [{kmag: {isNull: true}}, {vmag: {lt: 0.5}}]}",
}
STAR = "jsdcId kmag { value }"


@pytest.fixture(scope="module")
def both(still_hub: Hub, direct_hub: Hub) -> tuple[Operations, Operations]:
    """Through the hub, and straight."""
    schema = assemble()._schema  # noqa: SLF001
    through, straight = (Operations(schema, hub, DocumentLimits(), 1000) for hub in (still_hub, direct_hub))
    return through, straight


async def stars(operations: Operations, arguments: str) -> dict[str, Any]:
    query = f"{{ stars({arguments}) {{ nodes {{ {STAR} }} pageInfo {{ endCursor hasNextPage }} }} }}"
    payload = (await operations.answer(Request(query))).payload
    assert "errors" not in payload, payload
    page: dict[str, Any] = payload["data"]["stars"]
    return page


async def three_pages(operations: Operations, arguments: str) -> list[dict[str, Any]]:
    seen, after = [], ""
    for _ in range(3):
        page = await stars(operations, f"first: 7, {arguments}{after}")
        seen += page["nodes"]
        after = f', after: "{page["pageInfo"]["endCursor"]}"'
        if not page["pageInfo"]["hasNextPage"]:
            break
    return seen


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
def test_pages_have_the_first_rows_in_order(
    runner: asyncio.Runner, both: tuple[Operations, Operations], condition: str, direction: str
) -> None:
    descending, nulls_first = DIRECTIONS[direction]

    def place(node: dict[str, Any]) -> tuple[Any, ...]:
        value = node["kmag"]["value"]
        return (value is None) is not nulls_first, -(value or 0) if descending else value or 0, node["jsdcId"]

    through, straight = both
    arguments = f"where: {condition}, orderBy: [{{kmag: {direction}}}]"
    seen = runner.run(three_pages(through, arguments))
    every = runner.run(stars(through, f"first: 1000, where: {condition}, orderBy: [{{plx: ASC}}]"))
    assert seen == sorted(seen, key=place)
    if not every["pageInfo"]["hasNextPage"]:
        assert seen == sorted(every["nodes"], key=place)[: len(seen)]
    assert runner.run(three_pages(straight, arguments)) == seen


def test_no_walk_is_longer_than_it_may_be(
    runner: asyncio.Runner, both: tuple[Operations, Operations], federation: Federation
) -> None:
    question = "{ stars(first: 10, where: {plx: {gt: 1e9}}, orderBy: [{kmag: ASC}]) { nodes { name } } }"
    [statement] = runner.run(asked(both[1], question))
    plan = runner.run(executed(federation.readers["jsdc"], statement))
    walked = [float(rows) for rows in re.findall(r"jsdc_kmag.*actual rows=([\d.]+)", plan)]
    assert walked
    assert max(walked) < 1.1 * WALKED, plan  # rows that are equal are sorted together


async def executed(source: str, statement: Statement) -> str:
    """The plan of a statement that was run."""
    connection = await connect(source)
    try:
        await connection.execute(f"SET plan_cache_mode = force_custom_plan; PREPARE page AS {statement.text}")
        bound = ", ".join(map(literal, statement.values))
        rows = await connection.fetch(f"EXPLAIN (ANALYZE, TIMING OFF) EXECUTE page({bound})")
    finally:
        await connection.close()
    return "\n".join(row[0] for row in rows)
