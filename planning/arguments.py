"""From arguments to plan: what a client asked of a field, checked and turned into conditions, order and page.

Arguments are those that graphql-core coerced, under their GraphQL names.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from operator import add
from typing import Any

from planning import cursor
from planning.errors import BadInput, TooMuch
from planning.plan import AfterCursor, AllOf, AnyOf, Compared, Condition, InCone, Negated, Order, Page, Selected
from schema.catalog import suggestion
from schema.operators import BY_NAME, Arity, Op
from schema.table import Column, Table
from schema.types import DATETIME, INSTANT, INT, LONG, SHORT

DEFAULT_PAGE = 100
LARGEST_WHERE = 500
"""Conditions in one `where`, groups counted: each shape of them is an SQL text that is kept."""
NARROW = 3.0
"""Degrees up to which a cone is sorted. PostgreSQL takes any cone for a thousandth of the table (3.6° of radius): for a
few rows of a narrower one, in the order of an index, it would walk through millions."""
Arguments = Mapping[str, Any]


def selected(table: Table, arguments: Arguments) -> Selected:
    """Conditions of `where` and `cone`; the cone's name, if it had one, has been resolved. Raises `BadInput`."""
    where, cone = arguments.get("where"), arguments.get("cone")
    chosen = _cone(table, cone) if cone is not None else Selected()
    return chosen + _bounded(_joined(_conditions(table, where))) if where else chosen


def key(table: Table, told: Any) -> Selected:
    """The condition that a row has this key; raises `BadInput` for one that cannot be."""
    return Selected((Compared(table.key, Op.EQ),), (_key_value(table.key, told),))


def page(table: Table, arguments: Arguments, largest: int) -> Page:
    """The page asked for, in an order that the key makes total; raises `BadInput`, `TooMuch`."""
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
    told = arguments.get(mark)
    return plain if told is None else replace(plain, beyond=_beyond(cursor.decode(told, table, order), plain.sql_order))


def _limit(asked: int | None, name: str, largest: int) -> int:
    limit = min(DEFAULT_PAGE, largest) if asked is None else asked
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
    told = str(getattr(direction, "value", direction))
    descending = told.startswith("DESC")
    return Order(
        table.by_field[field], descending, descending if told in ("ASC", "DESC") else told == "ASC_NULLS_FIRST"
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
    _within("cone.radius", radius, 0, 180)
    if radius > 90:
        return Selected((InCone(outside=True),), ((ra + 180) % 360, -dec, 180 - radius))
    return Selected((InCone(narrow=radius <= NARROW),), (ra, dec, radius))


def _bounded(chosen: Selected) -> Selected:
    found = sum(map(_size, chosen.conditions))
    if found > LARGEST_WHERE:
        message = f"where has {found} conditions: at most {LARGEST_WHERE} are allowed; in takes a list of any length"
        raise TooMuch(message)
    return chosen


def _size(condition: Condition) -> int:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return 1 + sum(map(_size, parts))
        case Negated(part):
            return 1 + _size(part)
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
                yield _grouped(AllOf, [_joined(_conditions(table, part)) for part in told])
            case "or":
                yield _grouped(AnyOf, [_joined(_conditions(table, part)) for part in told])
            case "not":
                inner = _joined(_conditions(table, told))
                yield Selected((Negated(AllOf(inner.conditions)),), inner.values)
            case _:
                yield _joined(_comparisons(table, field, told))


def _grouped(kind: type[AllOf | AnyOf], parts: list[Selected]) -> Selected:
    conditions: tuple[Condition, ...] = tuple(AllOf(part.conditions) for part in parts)
    return Selected((kind(conditions),), tuple(value for part in parts for value in part.values))


def _comparisons(table: Table, field: str, told: Mapping[str, Any]) -> Iterator[Selected]:
    column = table.by_field.get(field)
    if column is None:
        message = f"{table.plural} have no {field}{suggestion(field, list(table.by_field))}"
        raise BadInput(message)
    for op, operand in told.items():
        if operand is None:
            message = f"where.{field}.{op} is null: leave it out, or ask isNull"
            raise BadInput(message)
        yield _comparison(column, field, BY_NAME[op], operand)


def _comparison(column: Column, field: str, op: Op, operand: Any) -> Selected:
    match op.arity:
        case Arity.NONE:
            return Selected((Compared(column, op if operand else op.opposite),))
        case Arity.LIST:
            return Selected((Compared(column, op),), ([_value(column, item) for item in operand],))
        case Arity.TWO if len(operand) != 2:
            message = f"where.{field}.{op.value.graphql} has {len(operand)} values: two are wanted"
            raise BadInput(message)
        case Arity.TWO:
            return Selected((Compared(column, op),), tuple(_value(column, item) for item in operand))
        case Arity.ONE if op.value.pattern and (len(operand) - len(operand.rstrip("\\"))) % 2:
            message = f"where.{field}.{op.value.graphql} ends in a backslash that escapes nothing: write two for one"
            raise BadInput(message)
        case Arity.ONE:
            return Selected((Compared(column, op),), (_value(column, operand),))


def _value(column: Column, told: Any) -> Any:
    """A value as the driver binds it to a column."""
    value = getattr(told, "value", told)
    if isinstance(value, str) and "\0" in value:
        message = f"{column.graphql} cannot hold a NUL character"
        raise BadInput(message)
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None) if column.type is DATETIME else value.astimezone(UTC)
    return value


def _key_value(column: Column, told: Any) -> Any:
    text = str(told)
    try:
        if column.type in (SHORT, INT, LONG):
            return int(text)
        if column.type is INSTANT:
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    except ValueError as error:
        message = f"{text[:60]!r} is no {column.name}: {_WANTED[column.type.graphql]} is wanted"
        raise BadInput(message) from error
    return _value(column, text)


_WANTED = {"Int": "a whole number", "Long": "a whole number", "DateTime": "an ISO 8601 time"}


def _joined(parts: Iterator[Selected]) -> Selected:
    return reduce(add, parts, Selected())
