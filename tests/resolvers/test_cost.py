"""The cost of an operation is known from its plan and variables, and no statement is sent for one over the limit."""

from dataclasses import replace
from typing import Any, cast

import pytest

from hub.rows import Hub
from planning.errors import BadInput
from resolvers.operation import Operations
from resolvers.request import Request
from resolvers.subscription import read_subscription

NOBODY = cast("Hub", None)
COSTS = {
    "one row": ('{ star(name: "x") { name } }', {}, 101),
    "a page": ("{ stars(first: 30) { nodes { name } } }", {}, 130),
    "a page from the end": ("{ stars(last: 7) { nodes { name } } }", {}, 107),
    "the page that nobody sized": ("{ stars { nodes { name } } }", {}, 200),
    "null is no size": ("{ stars(first: null) { nodes { name } } }", {}, 200),
    "a page of a variable's size": ("query($n: Int) { stars(first: $n) { nodes { name } } }", {"n": 12}, 112),
    "a default": ("query($n: Int = 3) { stars(first: $n) { nodes { name } } }", {}, 103),
    "a variable that is not told": ("query($n: Int) { stars(first: $n) { nodes { name } } }", {}, 200),
    "a count": ("{ stars { totalCount } }", {}, 100),
    "a count with its page": ("{ stars(first: 5) { totalCount nodes { name } } }", {}, 205),
    "two roots": ("{ a: stars(first: 5) { nodes { name } } b: stars(first: 6) { nodes { name } } __typename }", {}, 211),
    "introspection": ('{ __type(name: "Star") { name } }', {}, 102),
    "a list of values": ('{ distinctValues(table: "stars", column: "calFlag", first: 7) { value } }', {}, 107 + 62_500),
    "a list of values that nobody sized": ('{ distinctValues(table: "stars", column: "calFlag") { value } }', {}, 200 + 62_500),
    "the values of what is not known": ('{ distinctValues(table: "nothing", column: "calFlag") { value } }', {}, 200),
    "positions": (
        'query($p: Positions!) { crossmatch(radius: 2, first: 5, positions: $p) { totalCount } }',
        {"p": [[1.0, 1.0]] * 50}, 155,
    ),
    "a search": ('{ search(text: "x", first: 5) { nodes { label } } }', {}, 505),
    "what a search leads to": (
        '{ search(text: "x", first: 5) { edges { node { star { name } } } nodes { star { identifiers(first: 20) { nodes { designation } } } } } }',
        {}, 505 + 105 + 105 + 200,
    ),
    "an order with an index": ("{ stars(first: 10, orderBy: [{ kmag: DESC }]) { nodes { name } } }", {}, 110),
    "an order without": ("{ stars(first: 10, orderBy: [{ plx: DESC }]) { nodes { name } } }", {}, 110 + 62_500),
    "an order of a variable": (
        "query($o: [StarOrder!]) { stars(first: 10, orderBy: $o) { nodes { name } } }", {"o": [{"plx": "ASC"}]}, 110 + 62_500
    ),
    "a filter with an index": ("{ stars(first: 10, where: { vmag: { lt: 0 } }) { nodes { name } } }", {}, 110 + 1000),
    "a filter that its index cannot help": (
        '{ stars(first: 10, where: { name: { ilike: "%x%" } }) { nodes { name } } }', {}, 110 + 62_500
    ),
    "one index of two conditions": (
        "{ stars(first: 10, where: { plx: { gt: 9 }, kmag: { lt: 1 } }) { nodes { name } } }", {}, 110 + 1000
    ),
    "an index for one of two": (
        "{ stars(first: 10, where: { or: [{ plx: { gt: 9 } }, { kmag: { lt: 1 } }] }) { nodes { name } } }", {}, 110 + 62_500
    ),
    "an index for each of two": (
        "{ stars(first: 10, where: { or: [{ vmag: { lt: 1 } }, { kmag: { lt: 1 } }] }) { nodes { name } } }", {}, 110 + 1000
    ),
    "a cone of a degree": (
        "{ stars(first: 10, cone: { ra: 1, dec: 1, radius: 1 }, orderBy: [{ plx: ASC }]) { nodes { name } } }", {}, 110 + 95
    ),
    "the whole sky": ("{ stars(first: 10, cone: { ra: 1, dec: 1, radius: 999 }) { nodes { name } } }", {}, 110 + 62_500),
    "a count of a union": ("{ obscore { totalCount } }", {}, 1000 + 15_000),
    "a union": ("{ obscore(first: 10) { nodes { obsId } } }", {}, 110 + 15_000),
    "a count of what meets a filter": ("{ stars(where: { plx: { gt: 9 } }) { totalCount } }", {}, 1000 + 62_500),
    "groups": ("{ starsAggregate(groupBy: [CAL_FLAG], first: 5) { count } }", {}, 105 + 62_500),
    "groups of few": ("{ starsAggregate(groupBy: [CAL_FLAG], where: { vmag: { lt: 0 } }, first: 5) { count } }", {}, 105 + 1000),
    "groups by a related row": (
        "{ exposuresAggregate(groupByRelated: [{ target: TARGET_NAME }], first: 5) { count } }", {}, 105 + (342_000 + 35_000) // 40
    ),
    "groups below rows": (
        "{ collections(first: 10) { nodes { granulesAggregate(groupBy: [INSTRUMENT_NAME], first: 5) { count } } } }", {},
        110 + 150 + 260_000 // 40,
    ),
    "cells": ("{ starsAggregate(by: [{ healpix: { order: 5 } }], first: 5) { count } }", {}, 105 + 3 * 62_500),
    "groups below rows that nobody sized": (
        "{ targets(first: 10) { nodes { exposuresAggregate(groupBy: [INSTRUMENT_NAME]) { count } } } }", {},
        110 + 100 + 10 * 10 + 10 * 10 // 40,
    ),
    "one group below each row": (
        "{ stars(first: 10) { nodes { exposuresAggregate(where: { observation: { obsType: { eq: \"x\" } } }) { count } } } }", {},
        110 + 110 + 10 * 10 // 40 + 47_000 // 40,
    ),
    "groups in the cones around each": (
        "{ stars(first: 100) { nodes { calibratorsAggregate(radius: 5) { count } } } }", {}, 200 + 200 + 118_915
    ),
    "a link": ("{ stars(first: 10) { nodes { identifiers(first: 20) { nodes { designation } } } } }", {}, 110 + 300),
    "a link to one": ("{ identifiers(first: 10) { nodes { star { name } } } }", {}, 110 + 110),
    "a count of each": ("{ stars(first: 10) { nodes { identifiers { totalCount } } } }", {}, 110 + 1000),
    "links below links": (
        "{ stars(first: 10) { edges { node { identifiers(first: 20) { nodes { star { name } } } } } } }", {}, 110 + 300 + 300
    ),
    "the cones around each": (
        "{ stars(first: 100) { nodes { calibrators(radius: 5, first: 10) { nodes { name } } } } }", {}, 200 + 1100 + 118_915
    ),
    "cones that are looked through twice": (
        "query($r: Float = 15) { stars(first: 10) { nodes { calibrators(radius: $r, first: 1) { totalCount nodes { name } } } } }",
        {}, 110 + 110 + 1000 + 212_963,
    ),
    "a radius that is refused": (
        "query($r: Float = 1) { stars(first: 10) { nodes { calibrators(radius: $r) { totalCount } } } }", {"r": 31}, 110 + 1000
    ),
    "related rows by an index": (
        "{ exposures(first: 10, where: { star: { vmag: { lt: 5 } } }) { nodes { expId } } }", {}, 110 + 1000 + (1000 + 35_000) // 40
    ),
    "related rows, counted too": (
        "{ stars(first: 10, where: { granules: { some: { obsId: { ilike: \"%x%\" } } } }) { totalCount nodes { name } } }", {},
        2 * 1000 + 1110 + 2 * (2 * 260_000 // 40),
    ),
    "an order by related rows": (
        "{ exposures(first: 10, orderBy: [{ star: { vmag: ASC } }]) { nodes { expId } } }", {}, 110 + 342_000 // 40 + 2 * 875
    ),
    "an order by numbers of related rows": (
        "{ observations(first: 10, orderBy: [{ exposuresCount: DESC }]) { nodes { obsId } } }", {}, 110 + 47_000 // 40 + 342_000 // 40
    ),
    "an order of links by numbers of related rows": (
        "{ programs(first: 10) { nodes { observations(first: 5, orderBy: [{ exposuresCount: DESC }]) { nodes { obsId } } } } }", {},
        110 + 150 + 342_000 // 40
    ),
    "numbers of related rows": (
        "{ starsAggregate(where: { identifiersCount: { gt: 3 } }) { count } }", {}, 200 + 62_500 + 125_000
    ),
    "related rows of links": (
        "{ programs(first: 10) { nodes { observations(first: 5, where: { target: { targetName: { eq: \"x\" } } }) { totalCount } } } }",
        {}, 110 + 1000 + 1000 // 40,
    ),
    "what @skip leaves out": (
        "query($b: Boolean!) { stars(first: 10) { nodes { name identifiers(first: 20) @skip(if: $b) { nodes { designation } } } } }",
        {"b": True}, 110,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("query", "variables", "cost"), COSTS.values(), ids=COSTS)
async def test_cost(operations: Operations, query: str, variables: dict[str, Any], cost: int) -> None:
    assert (await operations.answer(Request(query, None, variables))).cost == cost
    for limit, refused in ((cost, False), (cost - 1, True)):
        limits = replace(operations.limits, cost=limit)
        hub = NOBODY if refused else operations.hub
        answer = await Operations(operations.schema, hub, limits, operations.largest_page).answer(
            Request(query, None, variables)
        )
        assert answer.executed != refused
        if refused:
            told = answer.payload["errors"][0]
            assert told["extensions"] == {"code": "LIMIT_EXCEEDED", "cost": cost, "limit": limit}
            assert f"may cost {cost} where {limit} is allowed" in told["message"]


async def test_the_refusal_names_what_costs_most(operations: Operations) -> None:
    query = "{ __typename s: stars(first: 1000) { nodes { identifiers(first: 1000) { nodes { designation } } name } } }"
    told = (await operations.answer(Request(query))).payload["errors"][0]["message"]
    assert "s.identifiers may have 1000000 rows; lower first (or last) there or above" in told


@pytest.mark.parametrize(("where", "named"), [
    ("{star: {vmag: {lt: 5}}}", "where.star"), ("{or: [{granules: {none: {}}}]}", "where.granules"),
])  # fmt: skip
def test_a_subscription_refuses_conditions_on_related_rows(operations: Operations, where: str, named: str) -> None:
    request = Request(f"subscription {{ exposureAdded(where: {where}) {{ expId }} }}")
    with pytest.raises(BadInput, match=f"{named} asks about related rows, which may come later than the row"):
        read_subscription(operations, request)
