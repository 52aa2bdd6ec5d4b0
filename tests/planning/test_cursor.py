"""Cursors come back as they went, and nothing else passes for one."""

import base64
import math
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning import cursor
from planning.errors import BadInput
from planning.plan import Order
from schema.catalog import DECLARED
from schema.column import Column
from schema.jsdc import STAR
from schema.oidb import GRANULE
from schema.table import Table
from schema.types import ASCII, BOOLEAN, DATETIME, DOUBLE, FLOAT, INSTANT, INT, LONG, REGION, SHORT, TEXT

LARGEST = 2**63 - 1
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
WHOLE = st.integers(-LARGEST - 1, LARGEST)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    ASCII: TEXTS,
    TEXT: TEXTS,
    REGION: TEXTS,
    SHORT: WHOLE,
    INT: WHOLE,
    LONG: WHOLE,
    FLOAT: st.floats(width=32),
    DOUBLE: st.floats(),
    BOOLEAN: st.booleans(),
    INSTANT: st.datetimes(timezones=st.just(UTC)),
    DATETIME: st.datetimes(),
}
COLUMNS = [(table, column) for table in DECLARED.tables.values() for column in table.columns if column.type.orderable]
NAME, VMAG = STAR.by_field["name"], STAR.by_field["vmag"]
BY_NAME = (Order(NAME), Order(STAR.key))


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(other)) or (
            one == other and math.copysign(1, one) == math.copysign(1, other)
        )
    return bool(one == other) and type(one) is type(other)


def made_of(*told: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(told))).decode()


@given(st.sampled_from(COLUMNS), st.booleans(), st.booleans(), st.data())
def test_values_come_back_as_they_went(
    place: tuple[Table, Column], descending: bool, nulls_first: bool, data: st.DataObject
) -> None:
    table, column = place
    order = (Order(column, descending, nulls_first), Order(table.key))
    values = tuple(data.draw(st.none() | VALUES[term.column.type]) for term in order)
    told = cursor.encode(cursor.signature(table, order), values)
    found = cursor.decode(told, table, order)
    assert all(same(one, other) for one, other in zip(values, found, strict=True))


JSON = st.recursive(st.none() | WHOLE | st.floats() | TEXTS, st.lists, max_leaves=5)
WRITTEN = JSON.map(lambda told: base64.urlsafe_b64encode(orjson.dumps(told)).decode())


@given(TEXTS | WRITTEN)
def test_nothing_else_passes_for_a_cursor(told: str) -> None:
    with pytest.raises(BadInput, match=r"not a cursor|made for another"):
        cursor.decode(told, STAR, BY_NAME)


SIGNED = cursor.signature(STAR, BY_NAME)
WRONG = {
    "empty": "",
    "no base64": "***",
    "no ASCII": "é",
    "no JSON": base64.urlsafe_b64encode(b"none").decode(),
    "an object": base64.urlsafe_b64encode(b"{}").decode(),
    "a number": base64.urlsafe_b64encode(b"1").decode(),
    "too few values": made_of(SIGNED, "a"),
    "too many values": made_of(SIGNED, "a", 1, 2),
    "a number for a text": made_of(SIGNED, 1, 1),
    "a text for a number": made_of(SIGNED, "a", "1"),
    "a float for a number": made_of(SIGNED, "a", 1.5),
    "a list for a text": made_of(SIGNED, ["a"], 1),
}


@pytest.mark.parametrize("told", WRONG.values(), ids=WRONG)
def test_it_is_refused_and_said_what_would_be_right(told: str) -> None:
    with pytest.raises(BadInput, match=r"is not a cursor: give one that a page of stars gave"):
        cursor.decode(told, STAR, BY_NAME)


@pytest.mark.parametrize("order", [
    (Order(NAME, descending=True), Order(STAR.key)),
    (Order(NAME, nulls_first=True), Order(STAR.key)),
    (Order(STAR.by_field["mainIdSimbad"]), Order(STAR.key)),
])  # fmt: skip
def test_another_order_wants_another_cursor(order: tuple[Order, ...]) -> None:
    told = cursor.encode(cursor.signature(STAR, BY_NAME), ["a", 1])
    with pytest.raises(BadInput, match="made for another table or orderBy"):
        cursor.decode(told, STAR, order)


def test_another_table_wants_another_cursor() -> None:
    granules = (Order(GRANULE.key),)
    told = cursor.encode(cursor.signature(STAR, (Order(STAR.key),)), [1])
    with pytest.raises(BadInput, match="ask granules in the order it was made for"):
        cursor.decode(told, GRANULE, granules)


def test_cursors_of_today_are_read_tomorrow() -> None:
    order = (Order(VMAG), Order(STAR.key))
    assert cursor.encode(cursor.signature(STAR, order), [4.5, 17]) == "WzQxNTc1NzY3MiwiNC41IiwxN10="
    moment = (Order(GRANULE.by_field["subdate"]), Order(GRANULE.key))
    told = cursor.encode(cursor.signature(GRANULE, moment), [datetime(2022, 1, 14, 10, 40, 32, 5), 1])  # noqa: DTZ001, RUF100
    assert cursor.decode(told, GRANULE, moment) == (datetime(2022, 1, 14, 10, 40, 32, 5), 1)  # noqa: DTZ001, RUF100
