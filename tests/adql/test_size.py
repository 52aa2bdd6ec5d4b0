"""What a query becomes is bounded, not only its text: what would double at each level is refused before it grows."""

import time
from collections.abc import Callable

import pytest

from adql import size
from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.errors import AdqlError
from hub.rows import connect
from hub.sessions import SESSION
from sample.federation import Federation
from schema.operators import LONGEST_PATTERN

CPU = 3.0
"""Seconds of this process for a query of the largest size, many times what it takes."""


def nested(grow: Callable[[str], str], levels: int, value: str = "Vmag") -> str:
    for _ in range(levels):
        value = grow(value)
    return value


def subqueries(expression: str, levels: int, clause: str = "") -> str:
    query = "SELECT Vmag AS a FROM jsdc.star"
    for level in range(levels):
        query = f"SELECT {expression} AS a FROM ({query}) AS s{level}{clause}"
    return query


def named(levels: int) -> str:
    tables = ["w0 AS (SELECT Vmag AS a FROM jsdc.star)"]
    tables += [f"w{level} AS (SELECT a * a AS a FROM w{level - 1})" for level in range(1, levels)]
    return f"WITH {', '.join(tables)} SELECT a FROM w{levels - 1}"


def united(levels: int) -> str:
    tables = ["w0 AS (SELECT Vmag AS a FROM jsdc.star)"]
    tables += [
        f"w{level} AS (SELECT a FROM w{level - 1} UNION ALL SELECT a FROM w{level - 1})" for level in range(1, levels)
    ]
    return f"WITH {', '.join(tables)} SELECT a FROM w{levels - 1}"


GROWING: dict[str, tuple[Callable[[int], str], int]] = {
    "sums of subqueries": (lambda levels: subqueries("a + a", levels), 13),
    "strings of subqueries": (lambda levels: subqueries("a || a", levels).replace("Vmag AS a", "Name AS a"), 13),
    "subqueries that stay": (lambda levels: subqueries("a + a", levels, " GROUP BY a"), 12),
    "subqueries in an order": (lambda levels: f"({subqueries('a + a', levels)}) ORDER BY 1", 13),
    "queries with names": (named, 14),
    "unions with names": (united, 14),
    "MOD": (lambda levels: f"SELECT {nested(lambda v: f'MOD({v}, 7)', levels)} AS a FROM jsdc.star", 11),
    "points of points": (
        lambda levels: (
            f"SELECT {nested(lambda v: f'COORD1(POINT({v}, DEJ2000))', levels, 'RAJ2000')} AS a FROM jsdc.star"
        ),
        3,
    ),
    "distances of distances": (
        lambda levels: (
            f"SELECT {nested(lambda v: f'DISTANCE(POINT({v}, 2), POINT(1, {v}))', levels)} AS a FROM jsdc.star"
        ),
        3,
    ),
    "conditions": (
        lambda levels: f"SELECT Name FROM jsdc.star WHERE {nested(lambda v: f'MOD({v}, 7)', levels)} > 1",
        11,
    ),
    "keys of groups": (
        lambda levels: f"SELECT COUNT(*) AS n FROM jsdc.star GROUP BY {nested(lambda v: f'MOD({v}, 7)', levels)}",
        11,
    ),
    "orders": (lambda levels: f"SELECT Name FROM jsdc.star ORDER BY {nested(lambda v: f'MOD({v}, 7)', levels)}", 11),
}
"""Queries by the number of their levels, and how many are taken."""


@pytest.mark.parametrize("kind", GROWING)
def test_what_doubles_is_refused_before_it_grows(kind: str) -> None:
    write, most = GROWING[kind]
    compile_query(write(most), DECLARED)
    text = write(most + 3)
    began = time.process_time()
    with pytest.raises(AdqlError, match=r"becomes"):
        compile_query(text, DECLARED)
    assert time.process_time() - began < CPU


@pytest.mark.parametrize("levels", [20, 24])
def test_what_would_have_no_end_is_refused_as_soon(levels: int) -> None:
    for text in (
        subqueries("a + a", levels),
        named(4 * levels),
        f"SELECT {nested(lambda v: f'COORD1(POINT({v}, DEJ2000))', levels, 'RAJ2000')} AS a FROM jsdc.star",
        f"SELECT {nested(lambda v: f'MOD({v}, 7)', levels)} AS a FROM jsdc.star",
    ):
        began = time.process_time()
        with pytest.raises(AdqlError, match=r"becomes"):
            compile_query(text, DECLARED)
        assert time.process_time() - began < CPU


JOINED: dict[str, Callable[[int], str]] = {
    "commas": lambda n: f"SELECT t0.Name FROM {', '.join(f'jsdc.star t{i}' for i in range(n))}",
    "joins": lambda n: (
        f"SELECT t0.Name FROM jsdc.star t0{''.join(f' JOIN jsdc.star t{i} ON t{i}.Name = t0.Name' for i in range(1, n))}"
    ),
    "subqueries": lambda n: (
        "SELECT t0.Name FROM jsdc.star t0 WHERE 1 = 1"
        + "".join(f" AND EXISTS (SELECT 1 FROM jsdc.star t{i} WHERE t{i}.Name = t0.Name)" for i in range(1, n))
    ),
    "unions": lambda n: " UNION ALL ".join(["SELECT Name FROM jsdc.star"] * n),
}


@pytest.mark.parametrize("kind", JOINED)
def test_the_tables_of_a_query_are_bounded(kind: str) -> None:
    compile_query(JOINED[kind](size.MOST_RELATIONS), DECLARED)
    with pytest.raises(AdqlError, match=f"reads more than {size.MOST_RELATIONS} tables"):
        compile_query(JOINED[kind](size.MOST_RELATIONS + 1), DECLARED)


def test_a_view_counts_as_the_tables_that_it_is_made_of() -> None:
    compile_query(" UNION ALL ".join(["SELECT obs_id FROM ivoa.obscore"] * 8), DECLARED)
    with pytest.raises(AdqlError, match="8 of them are in this one"):
        compile_query(" UNION ALL ".join(["SELECT obs_id FROM ivoa.obscore"] * 9), DECLARED)
    compile_query("SELECT * FROM ivoa.obscore", DECLARED)


LONG = {
    "values": f"SELECT Name FROM jsdc.star WHERE Vmag IN ({', '.join(map(str, range(14_000)))})",
    "alternatives": f"SELECT Name FROM jsdc.star WHERE {' OR '.join(f'Vmag = {i}' for i in range(6_000))}",
    "columns": f"SELECT {', '.join(f'Vmag AS a{i}' for i in range(1_600))} FROM jsdc.star",
    "strings": f"SELECT Name FROM jsdc.star WHERE Name IN ({', '.join(map(repr, map(str, range(9_000))))})",
}


@pytest.mark.parametrize("kind", LONG)
def test_what_is_only_long_is_taken(kind: str) -> None:
    assert compile_query(LONG[kind], DECLARED).sources == ("jsdc",)


AT_THE_LIMIT = [write(most) for write, most in GROWING.values()] + [
    JOINED["commas"](12),
    JOINED["joins"](12),
    JOINED["unions"](size.MOST_RELATIONS),
    " UNION ALL ".join(["SELECT obs_id FROM ivoa.obscore"] * 8),
]


@pytest.mark.timed
@pytest.mark.parametrize("text", AT_THE_LIMIT)
async def test_postgresql_plans_the_largest_in_no_time(federation: Federation, text: str) -> None:
    connection = await connect(federation.hub, SESSION | {"statement_timeout": "5000"})
    try:
        compiled = compile_query(text, DECLARED)
        rows = await connection.fetch(f"EXPLAIN (SUMMARY) {compiled.text}", *compiled.values)
    finally:
        await connection.close()
    taken = next(row[0] for row in rows if "Planning Time" in row[0])
    assert float(taken.split()[2]) < 1000


@pytest.mark.parametrize("call", ["Name LIKE {}", "Name ILIKE {}", "1 = IVO_NOCASEMATCH(Name, {})", "1 = GAVO_MATCH({}, Name)"])  # fmt: skip
def test_patterns_are_bounded(call: str) -> None:
    query = "SELECT Name FROM jsdc.star WHERE " + call
    compile_query(query.format(f"'{'a' * LONGEST_PATTERN}'"), DECLARED)
    with pytest.raises(AdqlError, match=f"{LONGEST_PATTERN} characters at most"):
        compile_query(query.format(f"'{'a' * (LONGEST_PATTERN + 1)}'"), DECLARED)


@pytest.mark.parametrize(("length", "found"), [(LONGEST_PATTERN, 1), (LONGEST_PATTERN + 1, 0)])
async def test_a_pattern_of_the_rows_is_bounded_too(federation: Federation, length: int, found: int) -> None:
    table = "(SELECT TOP 1 CAST('x' AS VARCHAR) AS t, '{}' || '%' AS p FROM jsdc.star) AS s".format
    text = f"SELECT COUNT(*) AS n FROM {table('%' * (length - 1))} WHERE t LIKE p"
    compiled = compile_query(text, DECLARED)
    connection = await connect(federation.hub, SESSION)
    try:
        assert await connection.fetchval(compiled.text, *compiled.values) == found
    finally:
        await connection.close()
