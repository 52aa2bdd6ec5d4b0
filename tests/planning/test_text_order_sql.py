"""SQL says how text is sorted where a database of the statement is not known to sort it by bytes, and nowhere else."""

import re
from dataclasses import replace

import pytest

from planning import sql
from planning.plan import AfterCursor, Cell, Compared, Function, Grouping, Order, Plan, StatementShape
from planning.routing import BYTEWISE, HUB, UNKNOWN, Databases
from planning.text_order import TextOrder
from schema.catalog import DECLARED, SOURCES
from schema.jsdc import STAR
from schema.operators import Op
from schema.space import BODIES

NAME, VMAG, KEY = STAR.by_field["name"], STAR.by_field["vmag"], STAR.key
CUBE = BODIES["cube"]
ORDER = (Order(NAME, descending=True, nulls_first=True), Order(KEY))
PAGE = StatementShape(
    STAR, (Cell(NAME, "name"),), (AfterCursor(ORDER, (False, False)),), ORDER, 20
)  # fmt: skip
OBSCORE = DECLARED.tables["ivoa.obscore"]


def text(shape: StatementShape, known: Databases | None = None) -> str:
    made = sql.statement(Plan(shape, ("x", "y", "z")), known)
    return re.sub(r"\s+", " ", made.text).strip()


@pytest.mark.parametrize(
    ("known", "touched", "direct", "expected"),
    [
        (UNKNOWN, ("jsdc",), False, TextOrder.SHIPPED),
        (UNKNOWN, ("jsdc",), True, TextOrder.STRAIGHT),
        (UNKNOWN, ("jsdc", "oidb"), False, TextOrder.MERGED),
        (UNKNOWN, ("jsdc", "crossid"), False, TextOrder.MERGED),
        (UNKNOWN, ("crossid",), False, TextOrder.STRAIGHT),
        (BYTEWISE, ("jsdc", "oidb", "crossid"), False, TextOrder.NATIVE),
        (UNKNOWN.with_order("jsdc", bytewise=True), ("jsdc",), True, TextOrder.NATIVE),
        (UNKNOWN.with_order("jsdc", bytewise=True), ("jsdc",), False, TextOrder.SHIPPED),
        (BYTEWISE.with_order(HUB, bytewise=False), ("jsdc",), True, TextOrder.NATIVE),
        (BYTEWISE.with_order(HUB, bytewise=False), ("crossid",), False, TextOrder.STRAIGHT),
        (BYTEWISE.with_order("oidb", bytewise=False), ("jsdc",), False, TextOrder.NATIVE),
        (BYTEWISE.with_order("oidb", bytewise=False), ("jsdc", "oidb"), False, TextOrder.MERGED),
    ],
)
def test_what_is_not_known_is_compared_by_bytes(
    known: Databases, touched: tuple[str, ...], expected: TextOrder, *, direct: bool
) -> None:
    assert known.text_order(touched, direct=direct) is expected


def test_nothing_is_said_where_all_databases_sort_by_bytes() -> None:
    assert "~" not in text(PAGE, BYTEWISE)
    assert "COLLATE" not in text(PAGE, BYTEWISE)
    assert text(PAGE, BYTEWISE).endswith("ORDER BY t.name DESC, t.jsdc_id ASC LIMIT 20")
    assert text(replace(PAGE, conditions=(Compared(NAME, Op.LT),)), BYTEWISE).count("t.name < CAST($1 AS text)") == 1


@pytest.mark.parametrize("known", [None, UNKNOWN, UNKNOWN.with_backend("jsdc", CUBE)])
def test_pages(known: Databases | None) -> None:
    assert text(PAGE, known).endswith("ORDER BY t.name USING ~>~, t.jsdc_id ASC LIMIT 20")
    assert "(t.name ~<=~ CAST($1 AS text)) AND ((t.name ~<~ CAST($1 AS text)) OR" in text(PAGE, known)
    last = replace(PAGE, conditions=(), order=(Order(NAME, descending=True), Order(KEY)))
    assert "ORDER BY t.name USING ~>~ NULLS LAST, t.jsdc_id ASC" in text(last, known)
    assert "t.vmag ASC" in text(replace(PAGE, conditions=(), order=(Order(VMAG), Order(KEY))), known)


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (Op.LT, "t.name ~<~ CAST($1 AS text)"),
        (Op.GE, "t.name ~>=~ CAST($1 AS text)"),
        (Op.BETWEEN, "(t.name ~>=~ CAST($1 AS text)) AND (t.name ~<=~ CAST($2 AS text))"),
        (Op.EQ, "t.name = CAST($1 AS text)"),
        (Op.NE, "t.name <> CAST($1 AS text)"),
        (Op.LIKE, "t.name LIKE CAST($1 AS text)"),
    ],
)
def test_comparisons(op: Op, expected: str) -> None:
    assert expected in text(replace(PAGE, conditions=(Compared(NAME, op),)))
    assert "~" not in text(replace(PAGE, order=(), conditions=(Compared(VMAG, Op.BETWEEN),)))


def test_groups() -> None:
    grouping = Grouping((NAME,), ((Function.MIN, NAME), (Function.MAX, VMAG)))
    shape = StatementShape(STAR, (), grouping=grouping, limit=3)
    assert "min(t.name)" in text(shape, BYTEWISE)
    assert "percentile_disc(0) WITHIN GROUP (ORDER BY t.name USING ~<~)" in text(shape)
    assert "GROUP BY t.name ORDER BY t.name USING ~<~" in text(shape)
    assert 'min((t.name) COLLATE "C")' in text(shape, UNKNOWN.with_backend("jsdc", CUBE))
    name = OBSCORE.by_field["targetName"]
    merged = StatementShape(OBSCORE, (), grouping=Grouping((name,), ((Function.MAX, name),)))
    assert 'max((t.target_name) COLLATE "C")' in text(merged)
    assert 'GROUP BY t.target_name, (t.target_name) COLLATE "C" ORDER BY t.target_name USING ~<~' in text(merged)
    assert "COLLATE" not in text(merged, BYTEWISE)


def test_a_backend_of_a_source_is_the_last_that_it_told() -> None:
    known = UNKNOWN
    for name in ("cube", "pg_sphere"):
        known = known.with_backend("jsdc", BODIES[name])
        assert known.destination(("jsdc",)).backend is BODIES[name]
    assert not known.destination(("jsdc", "oidb")).direct
    assert BYTEWISE.bytewise == {*SOURCES, HUB}
