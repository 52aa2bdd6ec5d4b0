"""From a field's arguments to conditions, order and page: checked, and turned into parts of a plan.

Arguments are as graphql-core has coerced them, under their GraphQL names.
"""

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

from planning import cursor
from planning.errors import BadInput, TooMuch
from planning.instants import read_instant
from planning.operands import BITS, operand
from planning.plan import AfterCursor, AllOf, AnyOf, Compared, Condition, InCone, Negated, Order, Page, Selected
from schema.catalog import suggestion
from schema.column import Column
from schema.numerals import key_number
from schema.operators import BY_NAME, LONGEST_PATTERN, Arity, Op
from schema.space import beyond
from schema.table import Table
from schema.types import INSTANT

DEFAULT_PAGE = 100
LARGEST_WHERE = 500
"""Conditions in one `where`, groups included: the SQL text of each shape of them is kept."""
NARROW = 3.0
"""Degrees up to which a cone is sorted. PostgreSQL takes any cone for a thousandth of the table (3.6° of radius): for a
few rows of a narrower one, in the order of an index, it would walk through millions."""
Arguments = Mapping[str, Any]


def selected(table: Table, arguments: Arguments) -> Selected:
    """Conditions of `where` and `cone`; none where both are missing.

    A name in the cone has been resolved to a place before. Raises `BadInput` for a condition, a position or a radius
    that cannot be, `TooMuch` for more than LARGEST_WHERE conditions.
    """
    where, cone = arguments.get("where"), arguments.get("cone")
    chosen = _cone(table, cone) if cone is not None else Selected()
    return chosen + _bounded(_joined(_conditions(table, where))) if where else chosen


def key(table: Table, value: Any) -> Selected:
    """The condition that a row has this key, given as a GraphQL ID; raises `BadInput` for one of another type."""
    return Selected((Compared(table.key, Op.EQ),), (_key_value(table.key, value),))


def page(table: Table, arguments: Arguments, largest: int) -> Page:
    """The page of `first`/`after` or `last`/`before`, in the order of `orderBy`.

    The key comes last in the order, which it makes total. Raises `BadInput` for arguments that do not go together, a
    negative number of rows, or a cursor of another order, `TooMuch` for more rows than `largest`.
    """
    order = _order(table, arguments.get("orderBy") or ())
    backwards = arguments.get("last") is not None or (
        arguments.get("before") is not None and arguments.get("first") is None
    )
    count, mark = ("last", "before") if backwards else ("first", "after")
    for other in ("first", "after") if backwards else ("before",):
        if arguments.get(other) is not None:
            message = f"{other} does not go with {count}: use first with after, or last with before"
            raise BadInput(message)
    limit = _limit(arguments.get(count), count, largest)
    plain = Page(limit, order, backwards=backwards)
    text = arguments.get(mark)
    return plain if text is None else replace(plain, beyond=_beyond(cursor.decode(text, table, order), plain.sql_order))


def _limit(count: int | None, name: str, largest: int) -> int:
    limit = min(DEFAULT_PAGE, largest) if count is None else count
    if limit < 0:
        message = f"{name} is {limit}: a number of rows from 0 is wanted"
        raise BadInput(message)
    if limit > largest:
        more = "stream more as VOTable or CSV (Accept)"
        message = f"{name} is {limit}: at most {largest} rows may be asked at once as JSON; {more}"
        raise TooMuch(message)
    return limit


def _order(table: Table, terms: Sequence[Mapping[str, Any]]) -> tuple[Order, ...]:
    order = [_term(table, field, direction) for term in terms for field, direction in term.items()]
    seen: dict[Column, Order] = {}
    for term in (*order, Order(table.key)):
        seen.setdefault(term.column, term)
    total = tuple(seen.values())
    return total[: total.index(seen[table.key]) + 1]


def _term(table: Table, field: str, direction: Any) -> Order:
    text = str(getattr(direction, "value", direction))
    descending = text.startswith("DESC")
    return Order(
        table.by_field[field], descending, descending if text in ("ASC", "DESC") else text == "ASC_NULLS_FIRST"
    )


def _beyond(values: tuple[Any, ...], order: tuple[Order, ...]) -> Selected:
    nulls = tuple(value is None for value in values)
    return Selected((AfterCursor(order, nulls),), tuple(value for value in values if value is not None))


def _cone(table: Table, cone: Mapping[str, Any]) -> Selected:
    if table.position is None:
        message = f"{table.plural} have no position: cone does not apply"
        raise BadInput(message)
    ra, dec, radius = cone.get("ra"), cone.get("dec"), cone["radius"]
    if ra is None or dec is None:
        message = "cone wants either name, or ra and dec, in ICRS degrees"
        raise BadInput(message)
    _within("cone.ra", ra, 0, 360)
    _within("cone.dec", dec, -90, 90)
    if not radius >= 0:
        message = f"cone.radius is {radius}: degrees from 0 on are wanted, 180 and more for the whole sky"
        raise BadInput(message)
    if beyond(radius) < 0:
        return _anywhere(*table.position)
    if radius > 90:
        return Selected((InCone(outside=True),), ((ra + 180) % 360, -dec, beyond(radius)))
    return Selected((InCone(narrow=radius <= NARROW),), (ra, dec, radius))


def _anywhere(ra: Column, dec: Column) -> Selected:
    """Rows that have a place."""
    most = sys.float_info.max
    return Selected((Compared(ra, Op.BETWEEN), Compared(dec, Op.BETWEEN)), (-most, most, -90.0, 90.0))


def _bounded(chosen: Selected) -> Selected:
    size = sum(map(_size, chosen.conditions))
    if size > LARGEST_WHERE:
        message = f"where has {size} conditions: at most {LARGEST_WHERE} are allowed; in takes a list of any length"
        raise TooMuch(message)
    return chosen


def _size(condition: Condition) -> int:
    """Number of conditions, groups included."""
    match condition:
        case AllOf(conditions) | AnyOf(conditions):
            return 1 + sum(map(_size, conditions))
        case Negated(negated):
            return 1 + _size(negated)
        case _:
            return 1


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high or math.isnan(value):
        message = f"{name} is {value}: degrees from {low} to {high} are wanted"
        raise BadInput(message)


def _conditions(table: Table, where: Mapping[str, Any]) -> Iterator[Selected]:
    for field, told in where.items():
        if told is None:
            message = f"where.{field} is null: leave it out, or ask isNull"
            raise BadInput(message)
        match field:
            case "and":
                yield _grouped(AllOf, [_joined(_conditions(table, group)) for group in told])
            case "or":
                yield _grouped(AnyOf, [_joined(_conditions(table, group)) for group in told])
            case "not":
                inner = _joined(_conditions(table, told))
                yield Selected((Negated(AllOf(inner.conditions)),), inner.values)
            case _:
                yield _joined(_comparisons(table, field, told))


def _grouped(kind: type[AllOf | AnyOf], groups: list[Selected]) -> Selected:
    conditions: tuple[Condition, ...] = tuple(AllOf(group.conditions) for group in groups)
    return Selected((kind(conditions),), tuple(value for group in groups for value in group.values))


def _comparisons(table: Table, field: str, operands: Mapping[str, Any]) -> Iterator[Selected]:
    column = table.by_field.get(field)
    if column is None:
        message = f"{table.plural} have no {field}{suggestion(field, list(table.by_field))}"
        raise BadInput(message)
    for op, compared in operands.items():
        if compared is None:
            message = f"where.{field}.{op} is null: leave it out, or ask isNull"
            raise BadInput(message)
        yield _comparison(column, field, BY_NAME[op], compared)


def _comparison(column: Column, field: str, op: Op, compared: Any) -> Selected:
    match op.arity:
        case Arity.NONE:
            return Selected((Compared(column, op if compared else op.opposite),))
        case Arity.LIST:
            return Selected((Compared(column, op),), ([operand(column, item) for item in compared],))
        case Arity.TWO if len(compared) != 2:
            message = f"where.{field}.{op.value.graphql} has {len(compared)} values: two are wanted"
            raise BadInput(message)
        case Arity.TWO:
            return Selected((Compared(column, op),), tuple(operand(column, item) for item in compared))
        case Arity.ONE if op.value.pattern and len(compared) > LONGEST_PATTERN:
            message = f"where.{field}.{op.value.graphql} has {len(compared)} characters: {LONGEST_PATTERN} are the most"
            raise TooMuch(message)
        case Arity.ONE if op.value.pattern and (len(compared) - len(compared.rstrip("\\"))) % 2:
            message = f"where.{field}.{op.value.graphql} ends in a backslash that escapes nothing: write two for one"
            raise BadInput(message)
        case Arity.ONE:
            return Selected((Compared(column, op),), (operand(column, compared),))


def _key_value(column: Column, value: Any) -> Any:
    text = str(value)
    try:
        if column.type in BITS:
            return key_number(text)
        if column.type is INSTANT:
            return read_instant(text, zoneless=False)
    except (ValueError, OverflowError) as error:
        message = f"{text[:60]!r} is no {column.name}: {_EXPECTED[column.type.graphql]} is wanted"
        raise BadInput(message) from error
    return operand(column, text)


_EXPECTED = {"Int": "a whole number", "Long": "a whole number", "DateTime": "an ISO 8601 time"}


def _joined(chosen: Iterator[Selected]) -> Selected:
    return reduce(add, chosen, Selected())
