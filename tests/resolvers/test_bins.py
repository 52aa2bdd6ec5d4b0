"""Groups in bins, chosen and sorted by measures, are what Python makes of the rows one by one."""

import math
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

import numpy as np
import pytest

from resolvers.operation import Operations
from resolvers.request import Request
from sky.healpix import cell_of

EDGES = [-1.0, 2.0, 4.5, 6.0]


async def answered(operations: Operations, question: str) -> Any:
    answer = await operations.answer(Request(question))
    assert "errors" not in answer.payload, answer.payload["errors"]
    (value,) = answer.payload["data"].values()
    return value


@pytest.fixture(scope="module")
async def magnitudes(operations: Operations) -> list[float | None]:
    """Of two thousand stars, to the six digits that a real surely has."""
    found: list[float | None] = []
    for wanted in ("first: 1000", "last: 1000"):
        page = await answered(operations, f"{{ stars({wanted}) {{ nodes {{ vmag {{ value }} jsdcId }} }} }}")
        shown = [node["vmag"] and node["vmag"]["value"] for node in page["nodes"]]
        found += [None if value is None else float(f"{value:.6g}") for value in shown]
    return found


@pytest.fixture(scope="module")
async def those(operations: Operations) -> str:
    """The condition that selects these stars."""
    ends = [
        (await answered(operations, f"{{ stars({wanted}) {{ nodes {{ jsdcId }} }} }}"))["nodes"][at]["jsdcId"]
        for wanted, at in (("first: 1000", -1), ("last: 1000", 0))
    ]
    return f"where: {{or: [{{jsdcId: {{le: {ends[0]}}}}}, {{jsdcId: {{ge: {ends[1]}}}}}]}}"


async def counted(operations: Operations, asked: str) -> dict[Any, int]:
    """Number of rows by the bounds of the only bin."""
    groups = await answered(operations, f"{{ starsAggregate({asked}) {{ bins {{ low high column }} count }} }}")
    assert {bin_["column"] for group in groups for bin_ in group["bins"]} == {"vmag"}
    return {(group["bins"][0]["low"], group["bins"][0]["high"]): group["count"] for group in groups}


async def test_bins_of_one_width(operations: Operations, magnitudes: list[float | None], those: str) -> None:
    wanted = Counter((None, None) if mag is None else math.floor((mag - 0.2) / 0.75 + 1e-12) for mag in magnitudes)
    bounds = {
        tuple(float(f"{0.2 + end * 0.75:.12g}") for end in (at, at + 1)): n
        for at, n in wanted.items() if isinstance(at, int)
    }  # fmt: skip
    absent = {(None, None): wanted[None, None]} if (None, None) in wanted else {}
    assert await counted(operations, f"by: [{{column: VMAG, width: 0.75, origin: 0.2}}], {those}") == bounds | absent


async def test_decimals_are_in_the_bin_that_they_begin(
    operations: Operations, magnitudes: list[float | None], those: str
) -> None:
    tenths = Counter(None if mag is None else math.floor(Decimal(repr(mag)) * 10) for mag in magnitudes)
    wanted = {None if at is None else float(Decimal(at) / 10): n for at, n in tenths.items()}
    found = await counted(operations, f"by: [{{column: VMAG, width: 0.1}}], {those}")
    assert {low: n for (low, _), n in found.items()} == wanted
    assert any(mag in wanted and math.floor(mag / 0.1) != round(mag * 10) for mag in magnitudes if mag is not None)


async def test_bins_between_edges(operations: Operations, magnitudes: list[float | None], those: str) -> None:
    def bounds(mag: float) -> tuple[float | None, float | None]:
        below = [edge for edge in EDGES if edge <= mag]
        above = [edge for edge in EDGES if edge > mag]
        return (below[-1] if below else None, above[0] if above else None)

    wanted = Counter((None, None) if mag is None else bounds(mag) for mag in magnitudes)
    assert await counted(operations, f"by: [{{column: VMAG, edges: {EDGES}}}], {those}") == wanted


async def test_so_many_bins(operations: Operations, magnitudes: list[float | None], those: str) -> None:
    found = await counted(operations, f"by: [{{column: VMAG, n: 7}}], {those}")
    known = [mag for mag in magnitudes if mag is not None]
    low, width = min(known), (max(known) - min(known)) / 7
    wanted = Counter(min(math.floor((mag - low) / width), 6) for mag in known)
    absent = len(magnitudes) - len(known)
    assert sorted(found.values()) == sorted([*wanted.values(), *([absent] if absent else [])])
    ends = [bound for bounds in found for bound in bounds if bound is not None]
    assert (min(ends), max(ends)) == (low, pytest.approx(max(known)))


@pytest.mark.parametrize(
    ("unit", "column"), [("MONTH", "EXP_MJD_START"), ("YEAR", "EXP_MJD_START"), ("NIGHT", "EXP_MJD_START")]
)
async def test_times_as_people_count_them(operations: Operations, unit: str, column: str) -> None:
    page = await answered(operations, "{ exposures(first: 1000) { nodes { expId expMjdStart } } }")
    last = page["nodes"][-1]["expId"]
    wanted: Counter[str] = Counter()
    for node in page["nodes"]:
        day = date(1858, 11, 17) + timedelta(days=math.floor(node["expMjdStart"] - (0.75 if unit == "NIGHT" else 0)))
        wanted[day.isoformat()[: {"YEAR": 4, "MONTH": 7, "NIGHT": 10}[unit]]] += 1
    asked = f'by: [{{column: {column}, unit: {unit}}}], where: {{expId: {{le: "{last}"}}}}'
    groups = await answered(operations, f"{{ exposuresAggregate({asked}) {{ bins {{ label low high }} count }} }}")
    assert {group["bins"][0]["label"]: group["count"] for group in groups} == wanted
    for group in groups:
        (bin_,) = group["bins"]
        began = date(1858, 11, 17) + timedelta(days=math.floor(bin_["low"]))
        assert began.isoformat().startswith(bin_["label"])
        assert bin_["low"] < bin_["high"] <= bin_["low"] + 366


@pytest.mark.parametrize("order", [0, 5, 13, 29])
async def test_cells_are_those_of_the_library(operations: Operations, order: int) -> None:
    page = await answered(operations, "{ granules(first: 1000) { nodes { granuleId sRa sDec } } }")
    places = [(node["sRa"], node["sDec"]) for node in page["nodes"]]
    known = [place for place in places if None not in place]
    cells = cell_of(order, *(np.array(ends, dtype=float) for ends in zip(*known, strict=True)))
    wanted_cells = Counter([*map(int, cells), *[None] * (len(places) - len(known))])
    asked = f"by: [{{healpix: {{order: {order}}}}}], where: {{granuleId: {{le: {page['nodes'][-1]['granuleId']}}}}}"
    groups = await answered(
        operations, f"{{ granulesAggregate({asked}) {{ bins {{ column order cell label low }} count }} }}"
    )
    found = [(group["bins"][0]["cell"], group["count"]) for group in groups]
    assert dict(found) == wanted_cells
    assert [cell for cell, _ in found if cell is not None] == sorted(cell for cell in wanted_cells if cell is not None)
    for group in groups:
        (bin_,) = group["bins"]
        label = None if bin_["cell"] is None else f"{order}/{bin_['cell']}"
        assert bin_ == {"column": "healpix", "order": order, "cell": bin_["cell"], "label": label, "low": None}


async def test_groups_are_chosen_and_sorted_by_measures(operations: Operations) -> None:
    rows: dict[str, list[float]] = defaultdict(list)
    cursor = ""
    while True:
        page = await answered(
            operations,
            f"{{ exposures(first: 1000{cursor}) {{ nodes {{ instrumentName expSeeing }} pageInfo {{ endCursor hasNextPage }} }} }}",
        )
        for node in page["nodes"]:
            seeing = rows[node["instrumentName"]]
            seeing += [] if node["expSeeing"] is None else [node["expSeeing"]]
        cursor = f', after: "{page["pageInfo"]["endCursor"]}"'
        if not page["pageInfo"]["hasNextPage"]:
            break
    known = {name: median(values) for name, values in rows.items() if len(set(values)) > 1}
    wanted = sorted((name for name in known if known[name] < 2), key=lambda name: (-known[name], name))
    told = """groupBy: [INSTRUMENT_NAME], sort: [{measure: MEDIAN, column: EXP_SEEING, direction: DESC_NULLS_LAST}],
        having: [{measure: COUNT_DISTINCT, column: EXP_SEEING, value: {gt: 1}}, {measure: MEDIAN, column: EXP_SEEING, value: {lt: 2}}]"""
    text = "{{ exposuresAggregate({}) {{ key {{ instrumentName }} hasNext }} }}"
    whole = await answered(operations, text.format(told))
    assert [group["key"]["instrumentName"] for group in whole] == wanted
    assert len(wanted) > 2
    second = await answered(operations, text.format(f"{told}, first: 1, offset: 1"))
    assert second == [{"key": {"instrumentName": wanted[1]}, "hasNext": True}]


@pytest.mark.parametrize(("told", "code", "word"), [
    ("by: [{column: VMAG}]", "BAD_INPUT", "one of width, edges, n, unit"),
    ("by: [{column: VMAG, width: 1, n: 3}]", "BAD_INPUT", "width and n"),
    ("by: [{column: VMAG, width: 0}]", "BAD_INPUT", "beyond 0"),
    ("by: [{column: VMAG, n: 0}]", "BAD_INPUT", "from 1"),
    ("by: [{column: VMAG, n: 1001}]", "LIMIT_EXCEEDED", "1000"),
    ("by: [{column: VMAG, n: 3, origin: 1}]", "BAD_INPUT", "width alone"),
    ("by: [{column: VMAG, edges: [1, 1]}]", "BAD_INPUT", "larger than the one before"),
    ("by: [{column: VMAG, edges: []}]", "BAD_INPUT", "edges"),
    ("by: [{column: VMAG, unit: MONTH}]", "BAD_INPUT", "no time"),
    ("by: [{column: NAME, width: 1}]", "BAD_INPUT", "numbers and times"),
    ("by: [{column: JSDC_ID, width: 1}]", "BAD_INPUT", "identifies"),
    ("by: [{width: 1}]", "BAD_INPUT", "neither a column nor healpix"),
    ("by: [{column: VMAG, healpix: {order: 3}}]", "BAD_INPUT", "cells have an order alone"),
    ("by: [{healpix: {order: 30}}]", "BAD_INPUT", "from 0 to 29"),
    ("offset: -1", "BAD_INPUT", "from 0"),
    ("offset: 100001", "LIMIT_EXCEEDED", "100000"),
    ("sort: [{measure: KEY, column: NAME, direction: ASC}]", "BAD_INPUT", "not in groupBy"),
    ("sort: [{measure: AVG, direction: ASC}]", "BAD_INPUT", "wants a column"),
    ("sort: [{measure: COUNT, column: NAME, direction: ASC}]", "BAD_INPUT", "COUNT_DISTINCT"),
    ("sort: [{measure: SUM, column: NAME, direction: ASC}]", "BAD_INPUT", "no numbers"),
    ("having: [{measure: MAX, column: NAME, value: {gt: 1}}]", "BAD_INPUT", "compares numbers"),
    ("having: [{measure: COUNT, value: {between: [1]}}]", "BAD_INPUT", "two are wanted"),
])  # fmt: skip
async def test_what_makes_no_groups_is_said(operations: Operations, told: str, code: str, word: str) -> None:
    answer = await operations.answer(Request(f"{{ starsAggregate({told}) {{ count }} }}"))
    assert answer.payload["data"] == {"starsAggregate": None}
    assert answer.payload["errors"][0]["extensions"]["code"] == code
    assert word in answer.payload["errors"][0]["message"]
