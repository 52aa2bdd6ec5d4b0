"""Whatever the text, the parser gives a tree or refuses it with a place, and soon.

`FUZZ=100000 pytest tests/adql/test_fuzz.py` tries so many of each kind; CI tries 2 000 in all.
"""

import inspect
import os
import sys
import time

import grown
import printer
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sentences import INVALID, VALID

from adql import tree
from adql.errors import AdqlError
from adql.grammar.words import RESERVED
from adql.parse import parse

INPUTS = int(os.environ.get("FUZZ", "2000"))
ALL = (*VALID, *(marked.replace("¶", "") for marked, _, _ in INVALID))
SYMBOLS = [*"().,*;=<>+-/&|^~%'\"\n", "<>", "!=", "<=", "||", "--"]
WORDS = ["a", "t", "t.a", "1", "2.5", "0x1F", "'x'", '"q"', "ivo_f("]
SOUP = st.sampled_from([*sorted(RESERVED), *SYMBOLS * 8, *WORDS * 10])
CHARACTERS = st.characters() | st.sampled_from("'\"();,.-*=<>| \n")


def fuzzed(share: float) -> settings:
    return settings(max_examples=int(INPUTS * share), suppress_health_check=list(HealthCheck))


def judged(text: str) -> tree.Query | None:
    try:
        return parse(text)
    except AdqlError as refused:
        problem, at = refused.problem, refused.at
    lines = text.split("\n")
    assert problem
    assert 1 <= at.line <= len(lines)
    assert 1 <= at.column <= len(lines[at.line - 1]) + 1
    return None


@fuzzed(0.3)
@given(st.lists(SOUP, max_size=80))
def test_words_in_any_order(words: list[str]) -> None:
    judged(" ".join(words))
    judged("SELECT a FROM t WHERE " + " ".join(words))


@fuzzed(0.2)
@given(st.text(CHARACTERS, max_size=200))
def test_any_characters(text: str) -> None:
    judged(text)
    judged(f"SELECT {text} FROM t")


SPLICES = st.tuples(st.integers(0, 200), st.integers(0, 20), st.text(CHARACTERS, max_size=3), st.integers(0, 200))


@fuzzed(0.3)
@given(st.sampled_from(ALL), st.sampled_from(ALL), SPLICES)
def test_a_query_that_something_happened_to(query: str, other: str, splice: tuple[int, int, str, int]) -> None:
    here, gone, put, there = splice
    judged(query[:here] + put + query[here + gone :])
    judged(query[:here] + other[there:])


@fuzzed(0.2)
@given(grown.WHOLE)
def test_what_the_grammar_grows_parses_to_itself(query: tree.Query) -> None:
    assert parse(printer.query(query)) == query


@pytest.mark.parametrize("query", VALID)
def test_a_tree_printed_parses_to_itself(query: str) -> None:
    parsed = parse(query)
    assert parse(printer.query(parsed)) == parsed


LONG = 99_000
FRAMES = 700
"""Of Python's 1 000, a server needs some itself."""
DEEP = {
    "parentheses": "SELECT " + "(" * LONG,
    "closed": "SELECT " + "(" * (LONG // 2) + "1" + ")" * (LONG // 2) + " FROM t",
    "conditions": "SELECT a FROM t WHERE " + "(" * 40_000 + "a = 1" + ")" * 40_000,
    "calls": "SELECT " + "abs(" * (LONG // 4),
    "queries": "SELECT a FROM " + "(SELECT a FROM " * 6_000,
    "queries at the front": "(SELECT a FROM " * 6_000,
    "casts": "SELECT " + "CAST(" * 19_000,
    "cases": "SELECT " + "CASE WHEN " * 9_000,
    "negations": "SELECT a FROM t WHERE " + "NOT " * 20_000 + "a = 1",
    "signs": "SELECT " + "- " * 40_000 + "1 FROM t",
    "sums": "SELECT " + "a + " * 20_000 + "1 FROM t",
    "sums of a name": "WITH s AS (SELECT " + "a + " * 500 + "1 FROM t) SELECT * FROM s",
    "powers": "SELECT " + "a + b * " * 10_000 + "1 FROM t",
    "joins": "SELECT a FROM t" + " NATURAL JOIN t" * 6_000,
    "unions": "SELECT a FROM t" + " UNION SELECT a FROM t" * 4_000,
    "regions": "SELECT REGION('" + "NOT (" * 19_000 + "') FROM t",
    "quotes": "SELECT '" + "''" * 49_000,
    "names": 'SELECT "' + '""' * 49_000,
    "spaces": " " * LONG + "%",
    "comments": "--\n" * 30_000 + "%",
    "too long": "SELECT a FROM t WHERE a = '" + "x" * 100_000 + "'",
    "digits": "SELECT TOP " + "9" * 90_000 + " a FROM t",
}


@pytest.mark.parametrize("kind", DEEP)
def test_depth_is_bounded_and_told(kind: str) -> None:
    began, usual = time.process_time(), sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + FRAMES)
    try:
        assert judged(DEEP[kind]) is None
    finally:
        sys.setrecursionlimit(usual)
    assert time.process_time() - began < 2


WIDE = {
    "conditions": "SELECT a FROM t WHERE " + " OR ".join(f"a = {number}" for number in range(7_000)),
    "choices": f"SELECT a FROM t WHERE a IN ({', '.join(map(str, range(14_000)))})",
    "outputs": f"SELECT {', '.join(f'a AS a{number}' for number in range(7_000))} FROM t",
    "digits": f"SELECT {'9' * 90_000} FROM t ORDER BY {'9' * 5_000}",
}


@pytest.mark.parametrize("kind", WIDE)
def test_what_is_only_long_parses(kind: str) -> None:
    began = time.process_time()
    query = parse(WIDE[kind])
    assert repr(query)
    assert time.process_time() - began < 4
