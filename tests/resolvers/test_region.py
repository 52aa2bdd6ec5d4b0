"""The rows of a region are those that a second way finds in it: separations, planes that touch the sky, cells by CDS's library."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from planning import arguments
from planning.errors import BadInput, TooMuch
from resolvers.operation import Operations
from resolvers.request import Request
from schema.catalog import DECLARED
from schema.jsdc import IDENTIFIER, STAR
from sky.healpix import cell_of
from sky.separation import separation

pytestmark = pytest.mark.spatial

TABLES = ("stars", "granules", "obscore")
RA, DEC = 101.0, 25.0
CELL = int(cell_of(2, np.array([RA]), np.array([DEC]))[0])
Inside = Callable[[float, float], bool]


def _in_box(ra: float, dec: float) -> bool:
    """Whether a place is seen, from the centre of the sphere, in a rectangle of the plane that touches it."""
    d_ra, dec0, dec = map(math.radians, (ra - RA, DEC, dec))
    depth = math.sin(dec0) * math.sin(dec) + math.cos(dec0) * math.cos(dec) * math.cos(d_ra)
    x = math.cos(dec) * math.sin(d_ra)
    y = math.cos(dec0) * math.sin(dec) - math.sin(dec0) * math.cos(dec) * math.cos(d_ra)
    return depth > 0 and abs(x / depth) <= math.tan(math.radians(20)) and abs(y / depth) <= math.tan(math.radians(10))


def _in_cells(order: int, *cells: int) -> Inside:
    return lambda ra, dec: int(cell_of(order, np.array([ra]), np.array([dec]))[0]) in cells


REGIONS: dict[str, tuple[dict[str, Any], Inside]] = {
    "circle": (
        {"circle": {"ra": RA, "dec": DEC, "radius": 8.0}}, lambda ra, dec: separation(RA, DEC, ra, dec) <= 8,
    ),
    "box": ({"box": {"ra": RA, "dec": DEC, "width": 40.0, "height": 20.0}}, _in_box),
    "polygon around a pole": (
        {"polygon": [[0.0, -50.0], [120.0, -50.0], [240.0, -50.0]]}, lambda ra, dec: dec < 0 and _beyond_sides(ra, dec),
    ),
    "cells": ({"healpix": {"order": 2, "cells": [CELL, CELL ^ 1]}}, _in_cells(2, CELL, CELL ^ 1)),
    "cells of the whole sky": ({"moc": "0/0-3 8 11"}, _in_cells(0, 0, 1, 2, 3, 8, 11)),
    "cells of several orders": (
        {"moc": f"2/{CELL} 5/"}, _in_cells(2, CELL),
    ),
}  # fmt: skip


def _beyond_sides(ra: float, dec: float) -> bool:
    """Whether a place is south of the great circles through three places at -50°, which are 120° apart."""
    furthest = min(
        (ra - middle + 180) % 360 - 180 for middle in (60, 180, 300) if abs((ra - middle + 180) % 360 - 180) <= 60
    )
    return math.tan(math.radians(dec)) <= math.tan(math.radians(-50)) / math.cos(math.radians(60)) * math.cos(
        math.radians(furthest)
    )


async def asked(operations: Operations, query: str, **variables: Any) -> Any:
    payload = (await operations.answer(Request(query, None, variables))).payload
    assert "errors" not in payload, payload["errors"]
    return payload["data"]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("table", TABLES)
async def test_rows_of_a_region_are_those_in_it(operations: Operations, table: str, region: str) -> None:
    told, inside = REGIONS[region]
    ra, dec = (column.graphql for column in DECLARED.by_plural[table].position or ())
    key = DECLARED.by_plural[table].key.graphql
    query = f"query($r: Region) {{ {table}(region: $r, first: 1000) {{ nodes {{ key: {key} ra: {ra} dec: {dec} }} }} }}"
    found = (await asked(operations, query, r=told))[table]["nodes"]
    every = (await asked(operations, query))[table]["nodes"]
    assert all(inside(node["ra"], node["dec"]) for node in found)
    keys = {node["key"] for node in found}
    placed = [node for node in every if node["ra"] is not None and node["dec"] is not None]
    assert {node["key"] for node in placed if inside(node["ra"], node["dec"])} <= keys or len(found) == 1000


async def test_regions_go_with_all_else(operations: Operations) -> None:
    query = """query($r: Region) {
      stars(region: $r, cone: {ra: 101, dec: 25, radius: 3}, where: {vmag: {lt: 9}}, orderBy: [{separation: ASC}]) {
        totalCount nodes { separation vmag { value } } }
      starsAggregate(region: $r, groupBy: [CAL_FLAG]) { count }
      few: starsAggregate(region: $r, cone: {ra: 101, dec: 25, radius: 3}, groupBy: [CAL_FLAG], orderBy: COUNT) { count }
    }"""
    data = await asked(operations, query, r={"box": {"ra": RA, "dec": DEC, "width": 10.0, "height": 10.0}})
    nodes = data["stars"]["nodes"]
    assert len(nodes) == data["stars"]["totalCount"] > 0
    assert all(node["separation"] <= 3 * 3600 and node["vmag"]["value"] < 9 for node in nodes)
    few, every = (sum(group["count"] for group in data[name]) for name in ("few", "starsAggregate"))
    assert len(nodes) <= few < every


@pytest.mark.parametrize(("region", "kind", "refusal"), [
    ({"circle": {"ra": 1.0, "dec": 95.0, "radius": 1.0}}, BadInput, "region.circle.dec is 95.0"),
    ({"circle": {"ra": 1.0, "dec": 5.0, "radius": -1.0}}, BadInput, "region.circle.radius is -1.0"),
    ({"box": {"ra": 1.0, "dec": 5.0, "width": 181.0, "height": 1.0}}, BadInput, "region.box.width is 181.0"),
    ({"box": {"ra": 1.0, "dec": 5.0, "width": 179.79, "height": 179.79}}, BadInput, "region.box is not within half the sky"),
    ({"polygon": [[1.0, 2.0], [3.0, 4.0]]}, BadInput, "region.polygon has 2 corners"),
    ({"polygon": [[1.0, 2.0], [3.0, 4.0], [5.0]]}, BadInput, r"region.polygon\[2\] has 1 numbers"),
    ({"polygon": [[0.0, 0.0]] * 501}, TooMuch, "region.polygon has 501 corners"),
    ({"moc": "5 3/1"}, BadInput, "region.moc has '5'"),
    ({"moc": "3/768"}, BadInput, "region.moc has the cell 768 of order 3: they are numbered from 0 to 767"),
    ({"moc": "9/0-6000"}, TooMuch, "region has 6001 cells: at most 5000 are taken"),
    ({"moc": " 3/ "}, BadInput, "region has no cells"),
    ({"healpix": {"order": 30, "cells": [1]}}, BadInput, "region.healpix.order is 30"),
    ({"healpix": {"order": 1, "cells": [-1]}}, BadInput, "region.healpix.cells has the cell -1"),
])  # fmt: skip
def test_a_region_that_cannot_be_is_refused(region: dict[str, Any], kind: type[Exception], refusal: str) -> None:
    with pytest.raises(kind, match=refusal):
        arguments.selected(STAR, {"region": region})


def test_what_is_nowhere_is_in_no_region() -> None:
    with pytest.raises(BadInput, match="identifiers have no position: region does not apply"):
        arguments.selected(IDENTIFIER, {"region": {"moc": "0/1"}})
