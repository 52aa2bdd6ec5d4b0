"""Which pages are walks or sorts, and which are left to PostgreSQL."""

import re
from collections.abc import Sequence

import pytest

from planning import sql
from planning.calibrators import fit
from planning.pages import LONGEST, WALKED, reach
from planning.plan import (
    AfterCursor,
    AllOf,
    AnyOf,
    Cell,
    Compared,
    Condition,
    InCone,
    Nearby,
    Negated,
    Order,
    Plan,
    StatementShape,
)
from planning.routing import BYTEWISE, Databases
from schema.across import LINKS
from schema.jsdc import STAR
from schema.operators import Op
from schema.space import BODIES
from schema.table import Neighbourhood

NAME, VMAG, KMAG, PLX = (STAR.by_field[field] for field in ("name", "vmag", "kmag", "plx"))
KEY = Order(STAR.key)
BY_KMAG = (Order(KMAG), KEY)
STRAIGHT = BYTEWISE.with_backend("jsdc", BODIES["cube"])
WALK = "WITH near AS MATERIALIZED"


def text(
    conditions: Sequence[Condition], order: tuple[Order, ...] = BY_KMAG, *, limit: int = 11, known: Databases = STRAIGHT
) -> str:
    shape = StatementShape(STAR, (Cell(NAME, "name"),), tuple(conditions), order, limit)
    return re.sub(r"\s+", " ", sql.statement(Plan(shape, tuple(range(30))), known).text)


@pytest.mark.parametrize(
    ("conditions", "walks"),
    {
        "none": ([], False),
        "another column": ([Compared(VMAG, Op.LT)], True),
        "one without an index": ([Compared(PLX, Op.GT)], True),
        "the same column": ([Compared(KMAG, Op.LT)], False),
        "what no index finds of the same": ([Compared(KMAG, Op.NULL)], True),
        "one of both": ([AnyOf((Compared(VMAG, Op.LT), Compared(KMAG, Op.LT)))], True),
        "not the same column": ([Negated(AllOf((Compared(KMAG, Op.LT),)))], False),
        "a value of an indexed column": ([Compared(NAME, Op.EQ), Compared(PLX, Op.GT)], False),
        "a value of another": ([Compared(PLX, Op.EQ)], True),
        "a wide cone": ([InCone()], True),
        "a narrow cone, which is sorted": ([InCone(narrow=True)], False),
        "the rows after a cursor": ([AfterCursor(BY_KMAG, (True, False))], False),
        "those that satisfy another": ([Compared(VMAG, Op.LT), AfterCursor(BY_KMAG, (True, False))], True),
    }.values(),
)
def test_what_says_nothing_of_the_order_is_looked_for_on_a_walk(conditions: list[Condition], walks: bool) -> None:
    written = text(conditions)
    assert (WALK in written) is walks
    assert (f"LIMIT {WALKED}" in written) is walks


def test_a_narrow_cone_is_sorted_by_columns_of_a_union_too_which_branches_may_have_indexes_on() -> None:
    assert not PLX.indexed
    assert text([InCone(narrow=True)], (Order(PLX), KEY)).endswith("ORDER BY t.plx + 0 ASC, t.jsdc_id + 0 ASC LIMIT 11")
    assert "ORDER BY t.plx ASC" in text([InCone()], (Order(PLX), KEY))


def test_the_walk_begins_where_the_order_does() -> None:
    walk, rest = text([Compared(VMAG, Op.LT), Compared(KMAG, Op.GT)]).split("LIMIT 5000")
    assert "t.kmag > CAST($1" in walk
    assert "vmag <" not in walk
    assert rest.startswith(") AS t WHERE t.vmag < CAST($2")
    assert "ORDER BY t.kmag + 0 ASC" in rest


def test_long_pages_are_sorted_and_those_in_the_order_of_the_key_walk_further() -> None:
    condition = [Compared(VMAG, Op.LT)]
    assert text(condition, limit=LONGEST + 1).endswith("ORDER BY t.kmag + 0 ASC, t.jsdc_id + 0 ASC LIMIT 5001")
    assert "LIMIT 100000" in text(condition, (KEY,))
    assert WALK not in text(condition, (KEY,), known=BYTEWISE)
    assert (
        reach(11, direct=False, by_key=False)
        < reach(101, direct=False, by_key=False)
        < reach(101, direct=True, by_key=False)
    )


def test_the_hub_does_not_decide_about_the_case_of_letters() -> None:
    assert "LIMIT 1000)" in text([Compared(NAME, Op.LIKE)], known=BYTEWISE)
    assert WALK not in text([Negated(Compared(NAME, Op.ILIKE))], known=BYTEWISE)
    assert WALK in text([Compared(NAME, Op.ILIKE)])


@pytest.mark.parametrize("known", [STRAIGHT, BYTEWISE])
@pytest.mark.parametrize(
    ("order", "first", "second"),
    [
        (Order(KMAG, descending=True), "IS NOT NULL", "IS NULL"),
        (Order(KMAG, nulls_first=True), "IS NULL", "IS NOT NULL"),
    ],
)
def test_nulls_that_an_index_has_at_the_other_end_are_a_range_of_their_own(
    order: Order, first: str, second: str, known: Databases
) -> None:
    near, rest = text([], (order, KEY), known=known).split("LIMIT 11)", 1)
    assert f"t.kmag {first} ORDER BY" in near
    assert f"t.kmag {second} ORDER BY" in rest
    assert "ORDER BY t.kmag DESC, " in near or "ORDER BY t.kmag ASC, " in rest


def test_many_cones_are_compared_with_the_few_that_are_fit() -> None:
    bridge = next(link.bridge for link in LINKS if isinstance(link.bridge, Neighbourhood))
    for parents, radius, many in ((1, 5, False), (10, 5, False), (100, 5, True), (20, 15, True), (100, 0.5, False)):
        assert fit(bridge, {"radius": radius}, parents).conditions[0] == Nearby(many)
