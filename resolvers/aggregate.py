"""Aggregates: rows counted and summed up in groups, in one statement that is shipped to their source whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from strawberry.types.nodes import SelectedField, Selection

from hub.rows import Hub, Record
from planning import arguments, sql
from planning.errors import BadInput, TooMuch
from planning.plan import Function, Grouping, Plan, StatementShape
from resolvers import star_names
from resolvers.completion import Unexpected, decoder
from resolvers.selection import Constant, Groups, Values
from schema.aggregate_types import Group
from schema.table import Column, Table

MOST_GROUPS = 1000
Measures = tuple[tuple[Function, Column], ...]
Place = Mapping[Column | tuple[Function, Column], int]
"""Where in a record a key or a measure comes."""


async def answer(hub: Hub, wanted: Groups, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The groups, complete; raises `GatewayError`, and `Unexpected` for a code that no enumeration knows."""
    plan = await planned(hub, wanted.table, told, tuple(dict.fromkeys(_measures(wanted))))
    rows, more = await fetched(hub, plan)
    return _completed(wanted, rows, places(plan), more)


async def plainly(hub: Hub, table: Table, told: Mapping[str, Any], selections: Sequence[Selection]) -> list[Group]:
    """The groups, as Strawberry's resolvers read them; raises `GatewayError`."""
    plan = await planned(hub, table, told, tuple(dict.fromkeys(_named(table, selections))))
    rows, more = await fetched(hub, plan)
    return [_group(plan, row, has_next=more or row is not rows[-1]) for row in rows]


async def planned(hub: Hub, table: Table, told: Mapping[str, Any], measures: Measures) -> Plan:
    """The plan of groups; raises `BadInput`, `TooMuch`, `NotFound`."""
    by = tuple(dict.fromkeys(table.by_field[_enum(field)] for field in told.get("groupBy") or ()))
    limit = bounded(told.get("first"))
    chosen = arguments.selected(table, await star_names.placed(hub, told))
    grouping = Grouping(by, measures, largest_first=_enum(told.get("orderBy")) == "COUNT")
    cut = limit + 1 if by else None
    return Plan(StatementShape(table, (), chosen.conditions, limit=cut, grouping=grouping), chosen.values)


async def fetched(hub: Hub, plan: Plan) -> tuple[Sequence[Record], bool]:
    """The groups that a plan asks for, and whether there are more of them."""
    rows, cut = await hub.fetch(sql.statement(plan, hub.bodies)), plan.shape.limit
    return (rows, False) if cut is None else (rows[: cut - 1], len(rows) == cut)


def places(plan: Plan) -> Place:
    """Where in the records of a plan each key and measure comes."""
    grouping = plan.shape.grouping
    assert grouping is not None  # noqa: S101 - told to mypy
    found: dict[Column | tuple[Function, Column], int] = {column: at for at, column in enumerate(grouping.by)}
    return found | {measure: at for at, measure in enumerate(grouping.measures, len(grouping.by) + 1)}


def _enum(told: Any) -> Any:
    return getattr(told, "value", told)


def bounded(first: int | None) -> int:
    """How many groups are wanted; raises `BadInput`, `TooMuch`."""
    limit = MOST_GROUPS if first is None else first
    if limit < 0:
        message = f"first is {limit}: a number of groups from 0 is wanted"
        raise BadInput(message)
    if limit > MOST_GROUPS:
        message = f"first is {limit}: at most {MOST_GROUPS} groups may be asked at once; narrow them with where"
        raise TooMuch(message)
    return limit


def _measures(wanted: Groups) -> Iterator[tuple[Function, Column]]:
    for _, entry in wanted.entries:
        if isinstance(entry, Values) and entry.part != "key":
            yield from ((Function(entry.part), column) for _, column in entry.entries if isinstance(column, Column))


def _completed(wanted: Groups, rows: Sequence[Record], place: Place, more: bool) -> list[dict[str, Any]]:
    counted = _counted(place)
    try:
        columns = [_column(entry, rows, place, counted, more) for _, entry in wanted.entries]
    except KeyError as error:
        raise Unexpected from error
    keys = [key for key, _ in wanted.entries]
    groups = zip(*columns, strict=True) if columns else [()] * len(rows)  # @skip may have left nothing of a group
    return [dict(zip(keys, group, strict=True)) for group in groups]


def _column(
    entry: Values | Constant | str, rows: Sequence[Record], place: Place, counted: int, more: bool
) -> Sequence[Any]:
    """What an entry is in each group."""
    match entry:
        case Values(part, entries):
            readers = [(key, _reader(part, told, place)) for key, told in entries]
            return [{key: read(row) for key, read in readers} for row in rows]
        case Constant(value):
            return [value] * len(rows)
        case "count":
            return [row[counted] for row in rows]
        case _:
            return [*[True] * (len(rows) - 1), more] if rows else []


def _reader(part: str, told: Column | Constant, place: Place) -> Callable[[Record], Any]:
    if isinstance(told, Constant):
        return lambda _: told.value
    at = place.get(told if part == "key" else (Function(part), told))
    if at is None:
        return lambda _: None
    if told.enumeration is None:
        return itemgetter(at)
    names = decoder(told.enumeration)
    return lambda row: names[row[at]]


def _named(table: Table, selections: Sequence[Selection]) -> Iterator[tuple[Function, Column]]:
    """The measures that a selection names, those too that a directive leaves out."""
    for part in _fields(selections):
        if part.name in list(Function):
            named = (leaf.name for leaf in _fields(part.selections))
            yield from ((Function(part.name), table.by_field[name]) for name in named if name in table.by_field)


def _fields(selections: Sequence[Selection]) -> Iterator[SelectedField]:
    for selection in selections:
        if isinstance(selection, SelectedField):
            yield selection
        else:
            yield from _fields(selection.selections)


def _group(plan: Plan, row: Record, *, has_next: bool) -> Group:
    empty = dict.fromkeys(column.sql for column in plan.table.columns)
    place = places(plan)
    made = Group(row[_counted(place)], has_next, *(dict(empty) for _ in range(4)))
    for what, at in place.items():
        part, column = ("key", what) if isinstance(what, Column) else what
        getattr(made, part)[column.sql] = row[at]
    return made


def _counted(place: Place) -> int:
    """Where the number of rows comes: after the keys."""
    return sum(isinstance(what, Column) for what in place)
