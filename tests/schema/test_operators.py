"""What is declared of an operator is what filters, conditions and SQL make of it."""

from typing import Any

import pytest

from planning import arguments, sql
from planning.plan import Cell, Plan, StatementShape
from schema.column import Column
from schema.input_types import filter_type
from schema.jsdc import STAR
from schema.operators import BY_NAME, ENUMERATION, EVERY, Arity, Op, operators

NAME, LDD = STAR.by_field["name"], STAR.by_field["ldd"]
OPERANDS: dict[Arity, Any] = {Arity.NONE: True, Arity.ONE: "a", Arity.TWO: ["a", "b"], Arity.LIST: ["a", "b", "c"]}


@pytest.mark.parametrize("op", operators("String"))
def test_as_many_values_are_bound_as_its_arity_says(op: Op) -> None:
    chosen = arguments.selected(STAR, {"where": {"name": {op.value.graphql: OPERANDS[op.arity]}}})
    assert len(chosen.values) == op.arity.bound
    statement = sql.statement(Plan(StatementShape(STAR, (Cell(NAME, "name"),), chosen.conditions), chosen.values))
    assert statement.text.count("$") == op.arity.bound
    assert op.value.symbol in statement.text


@pytest.mark.parametrize("column", [LDD, STAR.by_field["spTypeSimbad"], STAR.by_field["calFlag"]])
def test_a_filter_has_the_operators_of_its_type(column: Column) -> None:
    kind = ENUMERATION if column.enumeration else column.type.graphql
    fields = {field.name: field for field in filter_type(STAR).__strawberry_definition__.fields}
    filters = fields[column.graphql].type.of_type.__strawberry_definition__.fields
    parts = [part for part, one in STAR.quantities["ldd"].parts.items() if one] if column is LDD else []
    assert [field.graphql_name for field in filters] == [*parts, *(name for op in operators(kind) for name in op.names)]


def test_kinds_and_names() -> None:
    assert {kind for op in Op for kind in op.value.kinds} == set(EVERY)
    assert len(BY_NAME) == sum(len(op.names) for op in Op)
    assert operators("JSON") == (Op.NULL,)
    assert Op.BETWEEN not in operators(ENUMERATION)


def test_an_operator_of_no_value_has_an_opposite() -> None:
    for op in (op for op in Op if op.arity is Arity.NONE and op is not Op.ABSENT):  # which no filter asks
        assert op.opposite.opposite is op
        assert op.opposite is not op
