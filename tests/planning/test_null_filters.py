"""`ignoreNull` takes the nulls out of a filter, and nothing else."""

from typing import Any

import pytest

from planning import arguments
from planning.errors import BadInput
from planning.null_filters import without_nulls
from planning.plan import Compared, Selected
from schema.jsdc import STAR
from schema.operators import Op

NULLS: list[tuple[Any, Any]] = [
    ({"name": None}, None),
    ({"name": {"like": None}}, None),
    ({"name": {"like": None, "ne": "a"}}, {"name": {"ne": "a"}}),
    ({"vmag": {"value": {"lt": None}, "error": {"lt": 1.0}}}, {"vmag": {"error": {"lt": 1.0}}}),
    ({"or": [{"name": {"eq": None}}, {"ra": {"lt": 5.0}}]}, {"or": [{"ra": {"lt": 5.0}}]}),
    ({"or": [{"name": {"eq": None}}], "and": None}, None),
    ({"not": {"not": {"name": {"eq": None}}}, "ra": {"lt": 5.0}}, {"ra": {"lt": 5.0}}),
]
WHOLE: list[Any] = [
    {},
    {"or": []},
    {"not": {}},
    {"name": {"in": []}},
    {"name": {}},
    {"synthetic": {"eq": False}, "ra": {"eq": 0.0}, "name": {"eq": ""}},
    {"and": [{}, {"name": {"isNull": False}}]},
]


@pytest.mark.parametrize(("where", "left"), [*NULLS, *zip(WHOLE, WHOLE, strict=True)])
def test_nulls_go_and_all_else_stays(where: Any, left: Any) -> None:
    given = {"where": where, "ignoreNull": True, "first": 5}
    assert without_nulls(given) == {"where": left, "ignoreNull": True, "first": 5}
    assert without_nulls({"where": where, "ignoreNull": False})["where"] is where
    assert without_nulls({"where": where})["where"] is where


@pytest.mark.parametrize(("where", "path"), [
    ({"vmag": {"value": None}}, "where.vmag.value is null"),
    ({"vmag": {"error": {"lt": None}}}, "where.vmag.error.lt is null"),
    ({"vmag": {"lt": None}}, "where.vmag.lt is null"),
    ({"gmag": {"origin": {"isNull": True}}}, "gmag.origin is in no condition"),
])  # fmt: skip
def test_what_is_wrong_is_named_by_its_path(where: Any, path: str) -> None:
    with pytest.raises(BadInput, match=path):
        arguments.selected(STAR, {"where": where})


@pytest.mark.parametrize(("part", "field"), [("value", "vmag"), ("error", "eVmag"), ("confidence", "qVmag")])
def test_a_part_of_a_quantity_is_its_column(part: str, field: str) -> None:
    column = STAR.by_field[field]
    for where in ({"vmag": {part: {"isNull": True}}}, {field: {"isNull": True}}):
        assert arguments.selected(STAR, {"where": where}) == Selected((Compared(column, Op.NULL),))


def test_synonyms_are_the_operators_themselves() -> None:
    chosen = arguments.selected(STAR, {"where": {"vmag": {"gte": 1.0, "value": {"lte": 2.0}}}})
    assert chosen == Selected(
        (Compared(STAR.by_field["vmag"], Op.GE), Compared(STAR.by_field["vmag"], Op.LE)), (1.0, 2.0)
    )
