"""What a client asks of a field becomes conditions, an order and a page, or a refusal that says what would be right."""

import math
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from filled import FILLED

from planning import arguments, cursor
from planning.errors import BadInput, TooMuch
from planning.plan import AfterCursor, AllOf, AnyOf, Compared, InCone, Negated, Order, Page, Selected
from resolvers.operation import Operations
from resolvers.request import Request
from schema import space
from schema.jsdc import IDENTIFIER, STAR
from schema.obsportal import EXPOSURE, TARGET
from schema.oidb import COLLECTION, GRANULE
from schema.operators import Op
from schema.spica import FOLLOWUP

pytestmark = pytest.mark.spatial

NAME, VMAG, KEY = STAR.by_field["name"], STAR.by_field["vmag"], STAR.key
PLACE = {"ra": 10.0, "dec": 20.0, "radius": 1.0}


def page(told: dict[str, Any], largest: int = 1000) -> Page:
    return arguments.page(STAR, told, largest)


def mark(*values: Any, order: tuple[Order, ...] = (Order(KEY),)) -> str:
    return cursor.encode(cursor.signature(STAR, order), values)


def test_a_page_by_default_is_a_hundred_rows_in_the_order_of_the_key() -> None:
    assert page({}) == Page(100, (Order(KEY),))
    assert page({}, largest=10).limit == 10


def test_null_is_as_good_as_nothing() -> None:
    every = dict.fromkeys(("first", "after", "last", "before", "orderBy", "where", "cone"))
    assert page(every) == page({})
    assert arguments.selected(STAR, every) == Selected()


@pytest.mark.parametrize(("direction", "order", "reverse"), [
    ("ASC", Order(VMAG), Order(VMAG, descending=True, nulls_first=True)),
    ("ASC_NULLS_FIRST", Order(VMAG, nulls_first=True), Order(VMAG, descending=True)),
    ("DESC", Order(VMAG, descending=True, nulls_first=True), Order(VMAG)),
    ("DESC_NULLS_LAST", Order(VMAG, descending=True), Order(VMAG, nulls_first=True)),
])  # fmt: skip
def test_direction(direction: str, order: Order, reverse: Order) -> None:
    told = {"orderBy": [{"vmag": direction}]}
    assert page(told | {"first": 3}) == Page(3, (order, Order(KEY)))
    backwards = page(told | {"last": 3})
    assert backwards == Page(3, (order, Order(KEY)), backwards=True)
    assert backwards.sql_order == (reverse, Order(KEY, descending=True, nulls_first=True))


def test_terms_after_the_key_and_of_a_column_seen_before_are_dropped() -> None:
    terms = [{"vmag": "DESC_NULLS_LAST"}, {"name": "ASC"}, {"vmag": "ASC"}, {"jsdcId": "DESC"}, {"ra": "ASC"}]
    expected = (Order(VMAG, descending=True), Order(NAME), Order(KEY, descending=True, nulls_first=True))
    assert page({"orderBy": terms}).order == expected


def test_a_cursor_binds_what_is_not_null() -> None:
    order = (Order(VMAG), Order(KEY))
    told = {"orderBy": [{"vmag": "ASC"}], "first": 2}
    assert page(told | {"after": mark(4.5, 7, order=order)}).beyond == Selected(
        (AfterCursor(order, (False, False)),), (4.5, 7)
    )
    assert page(told | {"after": mark(None, 7, order=order)}).beyond == Selected(
        (AfterCursor(order, (True, False)),), (7,)
    )


def test_a_cursor_to_come_before_is_beyond_in_the_reverse_order() -> None:
    found = page({"last": 2, "before": mark(7)})
    assert found.backwards
    assert found.beyond == Selected((AfterCursor((Order(KEY, descending=True, nulls_first=True),), (False,)),), (7,))
    assert page({"before": mark(7)}) == Page(100, (Order(KEY),), found.beyond, backwards=True)


@pytest.mark.parametrize(("told", "message"), [
    ({"first": -1}, "first is -1: a number of rows from 0"),
    ({"last": -5}, "last is -5: a number of rows from 0"),
    ({"first": 1, "last": 1}, "first does not go with last"),
    ({"last": 1, "after": "x"}, "after does not go with last"),
    ({"first": 1, "before": "x"}, "before does not go with first"),
    ({"after": "x"}, "'x' is not a cursor"),
    ({"after": mark(7), "orderBy": [{"vmag": "ASC"}]}, "is not a cursor"),
    ({"after": mark("a", 7, order=(Order(NAME), Order(KEY))), "orderBy": [{"name": "DESC"}]}, "made for another table"),
])  # fmt: skip
def test_no_page(told: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        page(told)


def test_too_large_a_page() -> None:
    assert page({"first": 1000}).limit == 1000
    assert page({"last": 0}).limit == 0
    with pytest.raises(TooMuch, match="first is 1001: at most 1000 rows"):
        page({"first": 1001})


def test_a_cone() -> None:
    assert arguments.selected(STAR, {"cone": PLACE}) == Selected((InCone(narrow=True),), (10.0, 20.0, 1.0))
    assert arguments.selected(STAR, {"cone": PLACE | {"radius": 90}}) == Selected((InCone(),), (10.0, 20.0, 90))


@pytest.mark.parametrize(("ra", "antipode"), [(10.0, 190.0), (190.0, 10.0), (180.0, 0.0), (360.0, 180.0)])
def test_a_cone_wider_than_a_hemisphere_is_outside_the_cone_of_the_antipode(ra: float, antipode: float) -> None:
    found = arguments.selected(STAR, {"cone": {"ra": ra, "dec": 20.0, "radius": 120}})
    assert found == Selected((InCone(outside=True),), (antipode, -20.0, space.beyond(120)))
    assert space.beyond(120) == pytest.approx(60)


@pytest.mark.parametrize("radius", [180, 180.5, 360, math.inf])
def test_180_degrees_and_more_are_the_whole_sky(radius: float) -> None:
    assert STAR.position
    ra, dec = STAR.position
    most = sys.float_info.max
    everywhere = Selected((Compared(ra, Op.BETWEEN), Compared(dec, Op.BETWEEN)), (-most, most, -90.0, 90.0))
    assert arguments.selected(STAR, {"cone": {"ra": 10.0, "dec": 20.0, "radius": radius}}) == everywhere


@pytest.mark.parametrize(("told", "message"), [
    ({"ra": 360.1}, "cone.ra is 360.1: degrees from 0 to 360"),
    ({"ra": -0.1}, "cone.ra is -0.1"),
    ({"ra": math.nan}, "cone.ra is nan"),
    ({"dec": 90.5}, "cone.dec is 90.5: degrees from -90 to 90"),
    ({"dec": math.inf}, "cone.dec is inf"),
    ({"radius": -1e-9}, "cone.radius is -1e-09: degrees from 0 on"),
    ({"radius": math.nan}, "cone.radius is nan"),
    ({"ra": None}, "either name, or ra and dec"),
    ({"dec": None}, "either name, or ra and dec"),
])  # fmt: skip
def test_no_cone(told: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        arguments.selected(STAR, {"cone": PLACE | told})


def test_a_table_that_is_nowhere_on_the_sky_has_no_cone() -> None:
    with pytest.raises(BadInput, match="collections have no position"):
        arguments.selected(COLLECTION, {"cone": PLACE})


def where(told: dict[str, Any]) -> Selected:
    return arguments.selected(STAR, {"where": told})


def test_comparisons_of_one_column_all_hold() -> None:
    told = {"vmag": {"lt": 5.0, "ge": 1.0, "isNull": False}, "name": {"like": "HD%"}}
    tests = (Compared(VMAG, Op.LT), Compared(VMAG, Op.GE), Compared(VMAG, Op.NOT_NULL), Compared(NAME, Op.LIKE))
    assert where(told) == Selected(tests, (5.0, 1.0, "HD%"))


@pytest.mark.parametrize("op", [op for op in Op if op.value.graphql in ("eq", "ne", "lt", "le", "gt", "ge")])
def test_comparison(op: Op) -> None:
    assert where({"vmag": {op.value.graphql: 5.0}}) == Selected((Compared(VMAG, op),), (5.0,))


def test_lists() -> None:
    assert where({"vmag": {"in": []}}) == Selected((Compared(VMAG, Op.IN),), ([],))
    assert where({"vmag": {"in": [1.0, 2.0]}}) == Selected((Compared(VMAG, Op.IN),), ([1.0, 2.0],))
    assert where({"vmag": {"between": [1.0, 2.0]}}) == Selected((Compared(VMAG, Op.BETWEEN),), (1.0, 2.0))


def test_groups_bind_in_the_order_they_are_written() -> None:
    inner = {"or": [{"vmag": {"lt": 1.0}}, {"name": {"eq": "a"}, "not": {"vmag": {"gt": 2.0}}}], "and": []}
    found = where({"vmag": {"ne": 0.0}} | inner)
    either = AnyOf((
        AllOf((Compared(VMAG, Op.LT),)),
        AllOf((Compared(NAME, Op.EQ), Negated(AllOf((Compared(VMAG, Op.GT),))))),
    ))  # fmt: skip
    assert found == Selected((Compared(VMAG, Op.NE), either, AllOf(())), (0.0, 1.0, "a", 2.0))


def test_where_of_nothing_is_no_condition() -> None:
    assert where({}) == Selected()
    assert where({"vmag": {}}) == Selected()
    assert where({"or": []}) == Selected((AnyOf(()),))
    assert where({"not": {}}) == Selected((Negated(AllOf(())),))


@pytest.mark.parametrize(("told", "message"), [
    ({"vmag": None}, "where.vmag is null: leave it out, ask isNull, or say ignoreNull"),
    ({"or": None}, "where.or is null"),
    ({"vmag": {"eq": None}}, "where.vmag.eq is null"),
    ({"vmag": {"between": [1.0]}}, "where.vmag.between has 1 values: two are wanted"),
    ({"vmag": {"between": [1.0, 2.0, 3.0]}}, "between has 3 values"),
    ({"name": {"eq": "a\0"}}, "name cannot hold a NUL character"),
    ({"name": {"in": ["a", "\0"]}}, "name cannot hold a NUL character"),
    ({"name": {"like": "a\\"}}, "ends in a backslash that escapes nothing"),
    ({"name": {"ilike": "a\\\\\\"}}, "ends in a backslash that escapes nothing"),
    ({"vmagg": {"eq": 1.0}}, "stars have no vmagg; perhaps you meant vmag"),
])  # fmt: skip
def test_no_condition(told: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        where(told)


def test_a_pattern_may_end_in_a_backslash_that_means_itself() -> None:
    assert where({"name": {"like": "a\\\\"}}).values == ("a\\\\",)


def test_too_many_conditions() -> None:
    assert len(where({"or": [{"vmag": {"lt": 1.0}}] * 249}).values) == 249
    with pytest.raises(TooMuch, match="at most 500 are allowed; in takes a list of any length"):
        where({"or": [{"vmag": {"lt": 1.0}}] * 250})
    assert len(where({"jsdcId": {"in": list(range(10_000))}}).values[0]) == 10_000


def test_times_are_bound_as_their_column_keeps_them() -> None:
    told = {"eq": datetime(2022, 1, 14, 12, tzinfo=timezone(timedelta(hours=2)))}
    zoned = arguments.selected(EXPOSURE, {"where": {"expDateUpdated": told}}).values
    plain = arguments.selected(GRANULE, {"where": {"subdate": told}}).values
    assert zoned == (datetime(2022, 1, 14, 10, tzinfo=UTC),)
    assert plain == (datetime(2022, 1, 14, 10, tzinfo=UTC).replace(tzinfo=None),)


@pytest.mark.parametrize(("table", "told", "value"), [
    (STAR, "17", 17),
    (TARGET, "17", 17),
    (COLLECTION, "some name", "some name"),
    (FOLLOWUP, "2022-01-14T10:40:32", datetime(2022, 1, 14, 10, 40, 32, tzinfo=UTC)),
    (FOLLOWUP, "2022-01-14T12:40:32+02:00", datetime(2022, 1, 14, 10, 40, 32, tzinfo=UTC)),
])  # fmt: skip
def test_key(table: Any, told: str, value: Any) -> None:
    assert arguments.key(table, told) == Selected((Compared(table.key, Op.EQ),), (value,))


@pytest.mark.parametrize(("table", "told", "message"), [
    (STAR, "none", "'none' is no jsdc_id: a whole number is wanted"),
    (STAR, "1.5", "a whole number is wanted"),
    (FOLLOWUP, "yesterday", "an ISO 8601 time is wanted"),
    (COLLECTION, "a\0", "NUL"),
])  # fmt: skip
def test_no_key(table: Any, told: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        arguments.key(table, told)


FORGED = {
    "a number too large for its column": (STAR, "fVmag", 2**40, 1),
    "a key too large for any": (STAR, "name", "a", 2**63),
    "a text of NUL": (STAR, "name", "a\0", 1),
    "a float too large for its column": (STAR, "vmag", 1e300, 1),
    "a text that is no float": (STAR, "vmag", "a", 1),
    "no value where none is ever missing": (IDENTIFIER, "identifier", None, 1),
    "a time out of time": (EXPOSURE, "expDateUpdated", "0001-01-01T00:00:00+14:00", "a"),
    "a time without a zone": (EXPOSURE, "expDateUpdated", "2022-01-14T10:40:32", "a"),
    "a time with a zone": (GRANULE, "subdate", "2022-01-14T10:40:32+14:00", 1),
}


@pytest.mark.parametrize(("table", "field", "value", "key"), FORGED.values(), ids=FORGED)
async def test_a_forged_cursor_finds_rows_or_is_refused(
    operations: Operations, table: Any, field: str, value: Any, key: Any
) -> None:
    order = (Order(table.by_field[field]), Order(table.key))
    told = cursor.encode(cursor.signature(table, order), [value, key])
    query = f'{{ {table.plural}(first: 1, after: "{told}", orderBy: [{{{field}: ASC}}]) {{ nodes {{ __typename }} }} }}'
    payload = (await operations.answer(Request(query))).payload
    if "errors" in payload:
        assert payload["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    else:
        assert payload["data"][table.plural]["nodes"] in ([], [{"__typename": table.type_name}])


@pytest.mark.parametrize("table", FILLED.values(), ids=FILLED)
async def test_every_key_finds_its_row(operations: Operations, table: Any) -> None:
    listed = await operations.answer(Request(f"{{ {table.plural}(first: 1) {{ nodes {{ {table.key.graphql} }} }} }}"))
    key = listed.payload["data"][table.plural]["nodes"][0][table.key.graphql]
    told = key.isoformat() if isinstance(key, datetime) else str(key)
    query = f"query($id: ID!) {{ {table.singular}(id: $id) {{ {table.key.graphql} }} }}"
    assert (await operations.answer(Request(query, None, {"id": told}))).payload == {
        "data": {table.singular: {table.key.graphql: key}}
    }
