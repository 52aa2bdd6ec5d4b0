"""From a plan to SQL: values are bound, never written; a text depends on nothing but the shape.

`tests/golden/graphql/` holds documents beside the SQL that they become and what they are answered; with
`pytest --update-golden` both are written anew.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import orjson
import pytest
from test_shipping import Recorder, known

from hub.rows import Hub
from planning import arguments, cursor, sql
from planning.plan import AllOf, Cell, Compared, InCone, Order, Plan, StatementShape
from planning.rights import right
from planning.sql import Statement
from resolvers.operation import Operations
from resolvers.request import OperationResult, Request
from schema import space
from schema.catalog import DECLARED
from schema.column import Column
from schema.jsdc import STAR
from schema.obsportal import EXPOSURE, OBSERVATION
from schema.oidb import COLLECTION, GRANULE
from schema.operators import Op
from schema.table import Table

GOLDEN = Path(__file__).parent.parent / "golden" / "graphql"
WRITTEN = orjson.OPT_INDENT_2 | orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
NAME, VMAG, KEY = STAR.by_field["name"], STAR.by_field["vmag"], STAR.key
DOUBLE = "CAST(${} AS double precision)"


async def answered(operations: Operations, case: Path) -> tuple[OperationResult, list[Statement]]:
    """What a case is answered, and the statements that were sent for it."""
    await known(operations.hub)
    recorder = Recorder(operations.hub)
    told = Operations(operations.schema, cast("Hub", recorder), operations.limits, operations.largest_page)
    variables = case / "variables.json"
    given = orjson.loads(variables.read_bytes()) if variables.exists() else {}
    return await told.answer(Request((case / "request.graphql").read_text(), None, given)), recorder.statements


def listing(statements: list[Statement]) -> str:
    return "\n".join(
        "".join(f"{line.strip()}\n" for line in (*statement.text.splitlines(), *bound(statement)))
        for statement in statements
    )


def bound(statement: Statement) -> list[str]:
    return [f"-- ${number} = {orjson.dumps(value).decode()}" for number, value in enumerate(statement.values, 1)]


LITERAL = re.compile("'[^']*'")


@pytest.mark.usefixtures("same_moment")
@pytest.mark.parametrize("case", sorted(GOLDEN.iterdir()), ids=lambda case: case.name)
async def test_golden(case: Path, operations: Operations, update_golden: bool) -> None:
    answer, statements = await answered(operations, case)
    assert answer.executed
    made = {"query.sql": listing(statements).encode(), "result.json": orjson.dumps(answer.payload, option=WRITTEN)}
    for name, text in made.items():
        if update_golden:
            (case / name).write_bytes(text)
        assert (case / name).read_text() == text.decode()


def cells(table: Table, *fields: str) -> tuple[Cell, ...]:
    return tuple(Cell(table.by_field[field], field) for field in fields)


def text(shape: StatementShape, *values: Any) -> str:
    statement = sql.statement(Plan(shape, values))
    assert statement.sources[0] == shape.table.source
    return re.sub(r"\s+", " ", statement.text).strip()


STARS = StatementShape(STAR, cells(STAR, "name"))


def where(told: dict[str, Any]) -> str:
    chosen = arguments.selected(STAR, {"where": told})
    return text(replace(STARS, conditions=chosen.conditions), *chosen.values).removeprefix(
        "SELECT t.name FROM jsdc.star AS t WHERE "
    )


@pytest.mark.parametrize(("told", "expected"), [
    ({"vmag": {"eq": 1.0}}, "t.vmag = CAST($1 AS double precision)"),
    ({"vmag": {"ne": 1.0}}, "t.vmag <> CAST($1 AS double precision)"),
    ({"kmag": {"between": [1.0, 2.0]}}, "t.kmag >= CAST($1 AS double precision) AND t.kmag <= CAST($2 AS double precision)"),
    ({"calFlag": {"in": [1]}}, "t.calflag = any(CAST($1 AS bigint[]))"),
    ({"fVmag": {"gt": 1}}, "t.f_vmag > CAST($1 AS bigint)"),
    ({"name": {"ilike": "x"}}, "t.name ILIKE CAST($1 AS text)"),
    ({"vmag": {"isNull": True}}, "t.vmag IS NULL OR t.vmag = any('{NaN,Infinity,-Infinity}'::float8[])"),
    ({"vmag": {"isNull": False}}, "t.vmag IS NOT NULL AND t.vmag != all('{NaN,Infinity,-Infinity}'::float8[])"),
    ({"name": {"isNull": True}}, "t.name IS NULL"),
    ({"name": {"isNull": False}}, "t.name IS NOT NULL"),
    ({"not": {"vmag": {"lt": 1.0}}}, "NOT (t.vmag < CAST($1 AS double precision))"),
    ({"or": []}, "false"),
])  # fmt: skip
def test_condition(told: dict[str, Any], expected: str) -> None:
    assert where(told) == expected


def test_no_column_no_condition_no_order() -> None:
    assert text(StatementShape(STAR, ())) == "SELECT 1 FROM jsdc.star AS t"


def test_a_limit_is_written_out_since_a_bound_one_is_not_shipped() -> None:
    assert text(replace(STARS, limit=7)).endswith("LIMIT 7")


@pytest.mark.parametrize(("order", "expected"), [
    (Order(VMAG), "t.vmag ASC"),
    (Order(VMAG, descending=True, nulls_first=True), "t.vmag DESC"),
    (Order(VMAG, nulls_first=True), "t.vmag ASC NULLS FIRST"),
    (Order(VMAG, descending=True), "t.vmag DESC NULLS LAST"),
])  # fmt: skip
def test_order_says_of_nulls_only_what_goes_without_saying_nowhere(order: Order, expected: str) -> None:
    assert text(replace(STARS, order=(order,))).endswith(f"ORDER BY {expected}")


def test_a_cone_is_one_function_for_every_body() -> None:
    inside = f"gw.in_cone(t.raj2000, t.dej2000, {DOUBLE.format(1)}, {DOUBLE.format(2)}, {DOUBLE.format(3)})"
    assert text(replace(STARS, conditions=(InCone(),)), 1, 2, 3).endswith(f"WHERE {inside}")
    outside = text(replace(STARS, conditions=(InCone(outside=True),)), 1, 2, 3)
    on_sky = space.on_sky(ra="t.raj2000", dec="t.dej2000")
    assert outside.endswith(f"WHERE NOT {inside} AND ({on_sky})")


def beyond(field: str, direction: str, *values: Any) -> str:
    order = arguments.page(STAR, {"orderBy": [{field: direction}]}, 5).order
    told = {"orderBy": [{field: direction}], "after": cursor.encode(cursor.signature(STAR, order), values)}
    chosen = arguments.page(STAR, told, 5).beyond
    page = replace(STARS, conditions=chosen.conditions, order=order, limit=6)
    return text(page, *chosen.values).partition(" WHERE ")[2]


NEAR = "t.vmag {to}= {v} AND (t.vmag {to} {v} OR t.vmag = {v} AND t.jsdc_id > {k})"


@pytest.mark.parametrize(("direction", "to", "parts"), [
    ("ASC", ">", 2), ("ASC_NULLS_FIRST", ">", 1), ("DESC", "<", 1), ("DESC_NULLS_LAST", "<", 2),
])  # fmt: skip
def test_beyond_a_cursor_an_index_is_read_from_there(direction: str, to: str, parts: int) -> None:
    told = beyond("vmag", direction, 4.5, 7)
    assert told.startswith(NEAR.format(to=to, v="CAST($1 AS real)", k="CAST($2 AS bigint)"))
    assert told.count("WHERE t.vmag IS NULL") == parts - 1


def test_beyond_a_cursor_where_no_index_helps() -> None:
    told = "t.e_vmag > CAST($1 AS real) OR t.e_vmag IS NULL OR t.e_vmag = CAST($1 AS real) AND t.jsdc_id > CAST($2 AS bigint)"
    assert beyond("eVmag", "ASC", 4.5, 7).startswith(f"{told} ORDER BY")


@pytest.mark.parametrize(("direction", "expected"), [
    ("ASC", "t.vmag IS NULL AND t.jsdc_id > {k}"),
    ("DESC", "t.vmag IS NOT NULL OR t.vmag IS NULL AND t.jsdc_id > {k}"),
])  # fmt: skip
def test_beyond_a_cursor_that_stands_on_null(direction: str, expected: str) -> None:
    assert expected.format(k="CAST($1 AS bigint)") in beyond("vmag", direction, None, 7)


def test_a_key_asks_nothing_of_nulls() -> None:
    assert beyond("jsdcId", "ASC", 7).startswith("t.jsdc_id > CAST($1 AS bigint) ORDER BY")


def test_rows_of_many_parents_come_with_their_parent_first() -> None:
    shape = StatementShape(OBSERVATION, cells(OBSERVATION, "obsType"), link=DECLARED.links_of(EXPOSURE)["observation"])
    expected = "SELECT t.obs_id AS parent, t.obs_type AS c0 FROM obsportal.observation AS t"
    assert text(shape, [1, 2]) == f"{expected} WHERE t.obs_id = any(CAST($1 AS integer[]))"


def test_counts_are_by_parent() -> None:
    shape = StatementShape(EXPOSURE, (), link=DECLARED.links_of(OBSERVATION)["exposures"], count=True)
    assert text(shape, [1]).startswith("SELECT t.obs_id, count(*)")
    assert text(shape, [1]).endswith("WHERE t.obs_id = any(CAST($1 AS integer[])) GROUP BY t.obs_id")


def test_pages_of_very_many_are_cut_at_the_source() -> None:
    link = DECLARED.links_of(COLLECTION)["granules"]
    shape = StatementShape(GRANULE, cells(GRANULE, "granuleId"), order=(Order(GRANULE.key),), limit=3, link=link)
    assert "JOIN LATERAL" in text(shape, ["a"])
    assert "LIMIT 3 OFFSET 0" in text(shape, ["a"])
    assert "row_number()" in text(replace(shape, link=replace(link, dense=False)), ["a"])


def test_columns_through_links_join_once_a_path() -> None:
    observation, target = DECLARED.links_of(EXPOSURE)["observation"], DECLARED.links_of(OBSERVATION)["target"]
    path = (observation, target)
    made = (
        Cell(EXPOSURE.key, "a"),
        *(Cell(target.target.by_field[name], name, path) for name in ("targetName", "targetRa")),
    )
    shape = StatementShape(EXPOSURE, made, (Compared(EXPOSURE.key, Op.EQ),))
    statement = sql.stream(Plan(shape, ("x",)), lambda listed: ", ".join(expression for _, expression in listed))
    assert statement.text.count("LEFT OUTER JOIN") == 2
    assert statement.text.startswith("SELECT c0, c1, c2 FROM (SELECT t.exp_id, t_observation_target.target_name")
    assert statement.values == ("x",)


def declared_sql(column: Column) -> str:
    """The SQL that a column is declared with: what it is computed of, and what hides it."""
    hides = right(column)
    return (column.computed.text if column.computed else "") + (
        hides.condition + (hides.otherwise or "") if hides else ""
    )


@pytest.mark.parametrize("table", DECLARED.tables.values(), ids=DECLARED.tables)
def test_no_value_is_ever_written_into_a_text(table: Table) -> None:
    tests = tuple(Compared(column, Op.EQ) for column in table.columns if column.type.orderable)
    shape = StatementShape(table, (), (AllOf(tests),))
    one, other = (sql.statement(Plan(shape, tuple(f"{mark}{index}" for index in range(len(tests))))) for mark in "ab")
    assert one.text == other.text
    assert [value for value in one.values if isinstance(value, str)] == [f"a{index}" for index in range(len(tests))]
    declared = [text for column in table.columns for text in LITERAL.findall(declared_sql(column))]
    assert LITERAL.findall(one.text) == declared
    assert "a0" not in one.text
    assert len(set(re.findall(r"\$\d+", one.text))) == len(one.values)
