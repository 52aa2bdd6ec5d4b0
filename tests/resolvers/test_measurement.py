"""Documents are measured before they are validated, and refused with what to do."""

import time

import pytest
from graphql import parse
from waiting import BUSY

from hub.limits import DocumentLimits
from planning.errors import TooMuch
from resolvers.measurement import check
from resolvers.operation import Operations
from resolvers.request import Request

LIMITS = DocumentLimits(tokens=4000, depth=4, aliases=3, roots=2, fields=10, repeats=2, fragments=2)
SOUND = {
    "as deep as may be": "{ a { b { c { d } } } }",
    "as many aliases": "{ x: a { y: b z: b } }",
    "as many roots": "{ a b }",
    "as many fields": "{ a { b c d e f } g { h i j } }",
    "a name twice": "{ a { b b } }",
    "as many fragments": "{ ...A ...B } fragment A on Q { a } fragment B on Q { b }",
    "a fragment twice": "{ a { ...A ...A } } fragment A on Q { b }",
    "two operations, each within": "query A { a { b c d e } } query B { a { b c d e } }",
}
OVER = {
    "depth": ("{ a { b { c { d { e } } } } }", "5 levels where 4"),
    "depth in a fragment": ("{ a { ...A } } fragment A on Q { b { c { d { e } } } }", "5 levels where 4"),
    "depth in an inline fragment": ("{ a { ... on Q { b { c { d { e } } } } } }", "5 levels where 4"),
    "aliases": ("{ x: a { y: b z: c w: d } }", "4 aliases where 3"),
    "roots": ("{ a b c }", "3 root fields where 2"),
    "fields": ("{ a { b c d e f g h i j k } }", "11 fields where 10"),
    "fields of fragments in fragments": (
        "{ ...A } fragment A on Q { a { ...B } b { ...B } } fragment B on Q { c d e f g }", "12 fields where 10"
    ),
    "the same field": ("{ a { b b b } }", "3 times b in one selection"),
    "the same alias": ("{ a { x: b x: b x: b } }", "3 times x in one selection"),
    "the same fragment": ("{ a { ...A ...A ...A } } fragment A on Q { b }", "3 times ...A in one selection"),
    "inline fragments": ("{ a { ... { b } ... { c } ... { d } } }", "3 times ... in one selection"),
    "fragments": (
        "{ a } fragment A on Q { a } fragment B on Q { a } fragment C on Q { a }", "3 fragments where 2"
    ),
    "the second operation": ("query A { a } query B { a b c }", "3 root fields where 2"),
}  # fmt: skip


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_a_document_at_its_limits_is_looked_at(text: str) -> None:
    check(parse(text), LIMITS)


@pytest.mark.parametrize(("text", "told"), OVER.values(), ids=OVER)
def test_a_document_over_a_limit_is_refused(text: str, told: str) -> None:
    with pytest.raises(TooMuch, match=rf"{told}.*split the question") as caught:
        check(parse(text), LIMITS)
    assert caught.value.extensions == {"code": "LIMIT_EXCEEDED"}


def test_a_fragment_that_spreads_itself_is_left_to_validation() -> None:
    check(parse("{ ...A } fragment A on Q { a ...B } fragment B on Q { b ...A }"), LIMITS)


def test_a_fragment_that_is_not_there_is_left_to_validation() -> None:
    check(parse("{ ...A }"), LIMITS)


def test_fragments_that_double_each_other_are_measured_at_once() -> None:
    many = " ".join(f"fragment F{n} on Q {{ a {{ ...F{n + 1} }} b {{ ...F{n + 1} }} }}" for n in range(40))
    document = parse(f"{{ ...F0 }} {many} fragment F40 on Q {{ c }}")
    limits = DocumentLimits(depth=1000, fragments=100)
    start = time.process_time()
    with pytest.raises(TooMuch, match="fields where 1000"):
        check(document, limits)
    assert time.process_time() - start < 0.1


HOSTILE = {
    "a root 800 times": "{ " + "stars { nodes { name } } " * 800 + "}",
    "a field 1300 times": "{ stars { nodes { " + "name " * 1300 + "} } }",
    "an argument 700 times": "{ " + "stars(first: 1) { totalCount } " * 400 + "}",
    "fragments 100 times": "{ " + "...A " * 1000 + "} fragment A on Query { stars { totalCount } }",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_repetition_costs_nearly_nothing(operations: Operations, text: str) -> None:
    spent = []
    for _ in range(3):  # the least, for this process may collect the garbage of a thousand other tests meanwhile
        start = time.process_time()
        answer = await operations.answer(Request(text))
        spent.append(time.process_time() - start)
    assert min(spent) < BUSY * 0.25
    assert not answer.executed
    assert answer.payload["errors"][0]["extensions"]["code"] in ("LIMIT_EXCEEDED", "BAD_INPUT")
    assert "data" not in answer.payload


async def test_introspection_can_be_closed(operations: Operations) -> None:
    limits = DocumentLimits(introspection=False)
    closed = Operations(operations.schema, operations.hub, limits, operations.largest_page)
    answer = await closed.answer(Request("{ __schema { types { name } } }"))
    assert "introspection" in answer.payload["errors"][0]["message"]
    opened = await operations.answer(Request("{ __schema { queryType { name } } }"))
    assert opened.payload == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
