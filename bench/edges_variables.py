"""GraphQL variables at the edge of the limits, and as many as were once taken."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from bench.edge import Edge, get, graphql, graphql_body
from schema.catalog import DECLARED

ONE = "{ stars(first: 1) { nodes { name } } }"
STARS = "query($w: StarFilter) { stars(where: $w, first: 1) { nodes { name } } }"
MATCHED = "query($p: Positions!) { crossmatch(radius: 2, first: 5, positions: $p) { totalCount } }"
ENTITIES = "query($r: [_Any!]!) { _entities(representations: $r) { ... on Star { name } } }"
NAMED = "query($n: String!) { star(name: $n) { name } }"
PAGE = "query($n: Int) { stars(first: $n) { nodes { name } } }"
AFTER = "query($a: String) { stars(first: 1, after: $a) { nodes { name } } }"
ORDERED = "query($o: [StarOrder!]) { stars(first: 1, orderBy: $o) { nodes { name } } }"
CONDITION: dict[str, Any] = {"ra": {"gt": 1}}


def variables() -> Iterator[Edge]:
    """Yield the requests."""
    yield from _conditions()
    yield from _lists()
    yield from _texts()
    yield from _entities()
    yield from _bodies()


def _conditions() -> Iterator[Edge]:
    every = {name: {"isNull": False} for name in DECLARED.by_plural["stars"].by_field}
    for title, number in (("8 MB", 400_000), ("1 MB", 50_000), ("500 conditions", 249), ("4 990 objects", 2_490)):
        yield graphql(f"where: {title} of and", STARS, {"w": {"and": [CONDITION] * number}})
    for levels in (18, 120):
        yield graphql(f"where: and in and, {levels} deep", STARS, {"w": _nested(CONDITION, levels)})
    deep = b'{"and":[' * 20_000 + b'{"ra":{"gt":1}}' + b"]}" * 20_000
    yield graphql_body("where: and in and, 20 000 deep", _with_variables(STARS, b'{"w":' + deep + b"}"))
    yield graphql("where: all fields, again and again", STARS, {"w": {"or": [every] * 800}})
    yield graphql("orderBy: 8 MB", ORDERED, {"o": [{"ra": "ASC"}] * 550_000})


def _lists() -> Iterator[Edge]:
    places = [[n * 0.0036, n * 0.0009] for n in range(100_000)]
    yield graphql("100 000 positions", MATCHED, {"p": places})
    yield graphql("250 000 positions", MATCHED, {"p": places * 2 + places[:50_000]})
    for number in (100_000, 1_100_000):
        yield graphql(f"in: {number} numbers", _among("Float", "ra"), {"v": list(range(number))})
        yield graphql(f"in: {number} Long", _among("Long", "jsdcId"), {"v": list(range(number))})
        yield graphql(f"a list of {number} where a number is wanted", PAGE, {"n": list(range(number))})
    for number in (100_000, 650_000):
        texts = [f"HD {n}" for n in range(number)]
        yield graphql(f"in: {number} texts", _among("String", "name"), {"v": texts})
    yield graphql("in: 8 MB of long texts", _among("String", "name"), {"v": ["x" * 1000] * 7_900})


def _texts() -> Iterator[Edge]:
    for length in (10_000, 7_900_000):
        text = "x" * length
        yield graphql(f"a text of {length}", NAMED, {"n": text})
        yield graphql(f"a text of {length}, like", STARS, {"w": {"name": {"like": "x%" * (length // 2)}}})
        yield graphql(f"a text of {length} where a number is wanted", PAGE, {"n": text})
        yield graphql(f"a cursor of {length}", AFTER, {"a": text})
    yield graphql("a text of 8 MB of escapes", NAMED, {"n": "\u0001" * 1_300_000})


def _entities() -> Iterator[Edge]:
    for number in (1_000, 4_900, 180_000):
        good = [{"__typename": "Star", "jsdcId": str(n)} for n in range(number)]
        yield graphql(f"_entities: {number}", ENTITIES, {"r": good})
        yield graphql(f"_entities: {number} bad ones", ENTITIES, {"r": [{"__typename": "Star"}] * number})


def _bodies() -> Iterator[Edge]:
    yield graphql("variables that nobody asked for, 8 MB", ONE, {f"v{n}": n for n in range(450_000)})
    yield graphql("variables that nobody asked for, 39 000", ONE, {f"v{n}": n for n in range(39_000)})
    yield graphql("lists that nobody asked for", ONE, {"v": [[[[]]]] * 900_000})
    yield graphql("110 000 lists that nobody asked for", ONE, {"v": [[]] * 110_000})
    yield graphql("extensions, 8 MB", ONE, extensions={"v": [{}] * 2_600_000})
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    yield graphql("a wrong hash of 256 kB", ONE + " " * 255_000, extensions=hashed)
    yield graphql_body("a batch of 8 MB", orjson.dumps([{"query": ONE}] * 150_000))
    yield graphql_body("8 MB of brackets", b"[" * 4_000_000 + b"]" * 4_000_000)
    yield graphql_body("8 MB of blanks", b" " * 7_900_000)
    sent = urlencode({"query": STARS, "variables": orjson.dumps({"w": {"and": [CONDITION] * 1_000}})})
    yield Edge("GraphQL, GET with many variables", get(f"/graphql?{sent[:60_000]}"))


def _among(kind: str, field: str) -> str:
    return f"query($v: [{kind}!]) {{ stars(where: {{{field}: {{in: $v}}}}, first: 1) {{ nodes {{ name }} }} }}"


def _nested(inner: Mapping[str, Any], levels: int) -> Mapping[str, Any]:
    for _ in range(levels):
        inner = {"and": [inner]}
    return inner


def _with_variables(query: str, written: bytes) -> bytes:
    return orjson.dumps({"query": query})[:-1] + b',"variables":' + written + b"}"
