"""Rows of a cone tell how far they are from its centre, and are put in that order; pages both ways have each row once."""

from typing import Any

import pytest

from adapters.votable.formats import TABLEDATA
from hub.rows import Hub
from planning import sql
from resolvers import tabular
from resolvers.operation import Operations
from resolvers.request import Request
from schema.catalog import DECLARED
from sky.separation import separation

pytestmark = pytest.mark.spatial

PLACES = {
    "by place": "ra: 101, dec: 25, radius: 8",
    "by name": 'name: "Fomalhaut", radius: 20',
    "wide": "ra: 10, dec: -60, radius: 120",
}
TABLES = ("stars", "granules", "obscore")


async def asked(operations: Operations, query: str, **variables: Any) -> Any:
    payload = (await operations.answer(Request(query, None, variables))).payload
    assert "errors" not in payload, payload["errors"]
    return payload["data"]


@pytest.mark.parametrize("cone", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("table", TABLES)
async def test_rows_are_as_far_as_they_say_and_in_order(operations: Operations, table: str, cone: str) -> None:
    ra, dec = _position(table)
    query = f"{{ {table}(cone: {{{cone}}}, orderBy: [{{separation: ASC}}], first: 300) {{ nodes {{ separation ra: {ra} dec: {dec} }} }} }}"
    nodes = (await asked(operations, query))[table]["nodes"]
    centre = await _centre(operations, cone)
    found = [node["separation"] for node in nodes]
    assert found == sorted(found)
    assert len(nodes) > 3
    for node in nodes:
        assert node["separation"] == pytest.approx(
            3600 * separation(*centre, node["ra"], node["dec"]), rel=1e-9, abs=1e-6
        )


async def _centre(operations: Operations, cone: str) -> tuple[float, float]:
    if "name" not in cone:
        ra, dec, _ = (float(part.split(":")[1]) for part in cone.split(","))
        return ra, dec
    ra, dec = _position("stars")
    star = (await asked(operations, f'{{ star(name: "Fomalhaut") {{ ra: {ra} dec: {dec} }} }}'))["star"]
    return star["ra"], star["dec"]


def _position(table: str) -> tuple[str, str]:
    ra, dec = DECLARED.by_plural[table].position or ()
    return ra.graphql, dec.graphql


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_both_ways_have_every_row_once(operations: Operations, table: str, direction: str) -> None:
    head = f"{table}(cone: {{ra: 101, dec: 25, radius: 30}}, orderBy: [{{separation: {direction}}}]"
    whole = (await asked(operations, f"{{ {head}, first: 60) {{ nodes {{ id separation }} }} }}"))[table]["nodes"]
    rest = "{ nodes { id separation } pageInfo { endCursor startCursor } }"
    forwards: list[Any] = []
    mark: str | None = None
    while len(forwards) < len(whole):
        page = (await asked(operations, f"query($m: String) {{ {head}, first: 7, after: $m) {rest} }}", m=mark))[table]
        forwards += page["nodes"]
        mark = page["pageInfo"]["endCursor"]
    assert forwards[: len(whole)] == whole
    back = (await asked(operations, f"query($m: String) {{ {head}, last: 5, before: $m) {rest} }}", m=mark))[table][
        "nodes"
    ]
    assert back == forwards[-6:-1]


@pytest.mark.parametrize(("query", "refusal"), [
    ("{ stars(orderBy: [{separation: ASC}]) { nodes { name } } }", "orderBy.separation wants a cone"),
    ("query($m: String) { stars(cone: {ra: 1, dec: 1, radius: 9}, orderBy: [{separation: ASC}], after: $m) { nodes { name } } }",
     "made for another table or orderBy, or another centre"),
])  # fmt: skip
async def test_an_order_that_has_no_centre_or_another_one_is_refused(
    operations: Operations, query: str, refusal: str
) -> None:
    other = "{ stars(cone: {ra: 2, dec: 1, radius: 60}, orderBy: [{separation: ASC}], first: 1) { pageInfo { endCursor } } }"
    mark = (await asked(operations, other))["stars"]["pageInfo"]["endCursor"]
    payload = (await operations.answer(Request(query, None, {"m": mark}))).payload
    assert refusal in payload["errors"][0]["message"]


async def test_rows_of_no_cone_have_none(operations: Operations) -> None:
    query = '{ stars(first: 1) { nodes { separation } } star(name: "Fomalhaut") { separation exposures(first: 1) { nodes { separation } } } }'
    data = await asked(operations, query)
    assert data["stars"]["nodes"] == [{"separation": None}]
    assert data["star"]["separation"] is None


async def test_a_table_has_the_column(operations: Operations, hub: Hub) -> None:
    query = "{ stars(cone: {ra: 101, dec: 25, radius: 8}, orderBy: [{separation: ASC}]) { nodes { separation name } } }"
    table = await tabular.plan_table(operations, Request(query), 5)
    statement = sql.stream(table.plan, TABLEDATA.row)
    rows = await hub.fetch(statement)
    assert table.plan.shape.cells[0].column.unit == "arcsec"
    assert len(rows) == 6
