"""Aggregates: rows counted and summed up in groups, in one statement that is shipped to their source whole.

`exposuresAggregate(groupBy: [INSTRUMENT_NAME]) { key { instrumentName } count max { expMjdStart } }` becomes
`SELECT instrument_name, count(*), max(exp_mjd_start) … GROUP BY instrument_name`: a record holds the keys, then the
count, then the measures, each at the position that `record_positions` gives.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from strawberry.types.nodes import SelectedField, Selection

from hub.rows import Hub, Record
from planning import arguments
from planning.errors import BadInput, TooMuch
from planning.plan import Function, Grouping, Plan, StatementShape
from resolvers import star_names
from resolvers.completion import Unexpected, decoder
from resolvers.selection import Constant, Groups, NameMatchSelection, Values
from resolvers.statements import fetch
from resolvers.steps import with_name_match
from schema.aggregate_types import Group
from schema.column import Column
from schema.name_match_types import name_match_object
from schema.table import Table

MOST_GROUPS = 1000
Measures = tuple[tuple[Function, Column], ...]
Positions = Mapping[Column | tuple[Function, Column], int]
"""Index of each key column and measure in a record."""


async def aggregate_groups(hub: Hub, groups: Groups, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fetch groups and complete them as selected.

    Parameters
    ----------
    groups
        Selection of the aggregate field.
    params
        Coerced arguments of the field: `groupBy`, `where`, `cone`, `orderBy`, `first`.

    Raises
    ------
    GatewayError
        If an argument is wrong or a source does not answer.
    Unexpected
        If a row holds a code that no enumeration knows.
    """
    placed = await star_names.resolve_star_name(hub, params)
    plan = groups_plan(groups.table, placed, tuple(dict.fromkeys(_measures(groups))))
    rows, more = await fetch_groups(hub, plan)
    completed = _completed(groups, rows, record_positions(plan), more)
    for group in completed:
        with_name_match(groups, group, star_names.name_match_of(placed))
    return completed


async def plain_groups(
    hub: Hub, table: Table, params: Mapping[str, Any], selections: Sequence[Selection]
) -> list[Group]:
    """Fetch groups as Strawberry's plain resolvers read them; raises `GatewayError`."""
    placed = await star_names.resolve_star_name(hub, params)
    plan = groups_plan(table, placed, tuple(dict.fromkeys(_named(table, selections))))
    rows, more = await fetch_groups(hub, plan)
    match = name_match_object(star_names.name_match_of(placed))
    return [replace(_group(plan, row, has_next=more or row is not rows[-1]), name_match=match) for row in rows]


def groups_plan(table: Table, params: Mapping[str, Any], measures: Measures) -> Plan:
    """Plan the groups of a table; without `groupBy` there is one. Raises `BadInput` and `TooMuch`.

    A cone of `params` has a place (`star_names.resolve_star_name`).
    """
    by = tuple(dict.fromkeys(table.by_field[_enum(field)] for field in params.get("groupBy") or ()))
    limit = group_limit(params.get("first"))
    selected = arguments.selected(table, params)
    grouping = Grouping(by, measures, largest_first=_enum(params.get("orderBy")) == "COUNT")
    one_more = limit + 1 if by else None
    return Plan(StatementShape(table, (), selected.conditions, limit=one_more, grouping=grouping), selected.values)


async def fetch_groups(hub: Hub, plan: Plan) -> tuple[Sequence[Record], bool]:
    """Fetch the records of a plan of groups, and whether more groups were cut off by its limit."""
    rows, limit = await fetch(hub, plan), plan.shape.limit
    return (rows, False) if limit is None else (rows[: limit - 1], len(rows) == limit)


def record_positions(plan: Plan) -> Positions:
    """Map each key column and measure of a plan to its index in a record."""
    grouping = plan.shape.grouping
    assert grouping is not None  # noqa: S101 - for mypy: only plans of groups come here
    positions: dict[Column | tuple[Function, Column], int] = {column: at for at, column in enumerate(grouping.by)}
    return positions | {measure: at for at, measure in enumerate(grouping.measures, len(grouping.by) + 1)}


def _enum(value: Any) -> Any:
    return getattr(value, "value", value)


def group_limit(first: int | None) -> int:
    """Check `first`, the number of groups (`MOST_GROUPS` where it is None); raises `BadInput`, `TooMuch`."""
    limit = MOST_GROUPS if first is None else first
    if limit < 0:
        message = f"first is {limit}: a number of groups from 0 is wanted"
        raise BadInput(message)
    if limit > MOST_GROUPS:
        message = f"first is {limit}: at most {MOST_GROUPS} groups may be asked at once; narrow them with where"
        raise TooMuch(message)
    return limit


def _measures(groups: Groups) -> Iterator[tuple[Function, Column]]:
    for _, entry in groups.entries:
        if isinstance(entry, Values) and entry.field != "key":
            yield from ((Function(entry.field), column) for _, column in entry.entries if isinstance(column, Column))


def _completed(selection: Groups, rows: Sequence[Record], positions: Positions, more: bool) -> list[dict[str, Any]]:
    count_position = _counted(positions)
    try:
        columns = [_column(entry, rows, positions, count_position, more) for _, entry in selection.entries]
    except KeyError as error:
        raise Unexpected from error
    keys = [key for key, _ in selection.entries]
    groups = zip(*columns, strict=True) if columns else [()] * len(rows)  # @skip may have left nothing of a group
    return [dict(zip(keys, group, strict=True)) for group in groups]


def _column(
    entry: Values | NameMatchSelection | Constant | str,
    rows: Sequence[Record],
    positions: Positions,
    count_position: int,
    more: bool,
) -> Sequence[Any]:
    """Value of one entry of the selection for each group."""
    match entry:
        case Values(field, entries):
            readers = [(key, _reader(field, leaf, positions)) for key, leaf in entries]
            return [{key: read(row) for key, read in readers} for row in rows]
        case Constant(value):
            return [value] * len(rows)
        case NameMatchSelection():  # `with_name_match` knows
            return [None] * len(rows)
        case "count":
            return [row[count_position] for row in rows]
        case _:
            return [*[True] * (len(rows) - 1), more] if rows else []


def _reader(field: str, leaf: Column | Constant, positions: Positions) -> Callable[[Record], Any]:
    if isinstance(leaf, Constant):
        return lambda _: leaf.value
    position = positions.get(leaf if field == "key" else (Function(field), leaf))
    if position is None:
        return lambda _: None
    if leaf.enumeration is None:
        return itemgetter(position)
    names = decoder(leaf.enumeration)
    return lambda row: names[row[position]]


def _named(table: Table, selections: Sequence[Selection]) -> Iterator[tuple[Function, Column]]:
    """Yield the measures that a selection names, including those that a directive leaves out."""
    for field in _fields(selections):
        if field.name in list(Function):
            leaves = (leaf.name for leaf in _fields(field.selections))
            columns = (table.by_field[name] for name in leaves if name in table.by_field)
            yield from ((Function(field.name), column) for column in columns)


def _fields(selections: Sequence[Selection]) -> Iterator[SelectedField]:
    for selection in selections:
        if isinstance(selection, SelectedField):
            yield selection
        else:
            yield from _fields(selection.selections)


def _group(plan: Plan, row: Record, *, has_next: bool) -> Group:
    empty = dict.fromkeys(column.sql for column in plan.table.columns)
    positions = record_positions(plan)
    group = Group(row[_counted(positions)], has_next, dict(empty), dict(empty), dict(empty), dict(empty))
    for measure, position in positions.items():
        field, column = ("key", measure) if isinstance(measure, Column) else measure
        getattr(group, field)[column.sql] = row[position]
    return group


def _counted(positions: Positions) -> int:
    """Index of the count in a record: after the keys."""
    return sum(isinstance(measure, Column) for measure in positions)
