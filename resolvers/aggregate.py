"""Aggregates: rows counted and summed up in groups, in one statement that is shipped to their source whole.

`exposuresAggregate(groupBy: [INSTRUMENT_NAME]) { key { instrumentName } count max { expMjdStart } }` becomes
`SELECT instrument_name, count(*), max(exp_mjd_start) … GROUP BY instrument_name`: a record holds the keys, the
bins, the count and the measures, each at the position that `GroupRecord` gives.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from strawberry.types.nodes import SelectedField, Selection

from hub.rows import Hub, Record
from planning import arguments, null_filters
from planning.errors import BadInput, TooMuch
from planning.operands import shown_real
from planning.plan import Function, Measure, Plan, Selected, StatementShape
from resolvers import star_names
from resolvers.bins import AnyBin, extents_of, read_bins
from resolvers.completion import Unexpected, decoder
from resolvers.grouping import read_grouping
from resolvers.selection import BinsSelection, Constant, GroupEntry, Groups, NameMatchSelection, RelatedValues, Values
from resolvers.statements import fetch
from resolvers.steps import with_name_match
from schema.aggregate_types import Group, GroupBin
from schema.column import Column
from schema.input_types import enum_name
from schema.name_match_types import name_match_object
from schema.relations import RelatedColumn, ordered_by
from schema.table import Table
from schema.types import FLOAT

MOST_GROUPS, MOST_PASSED = 1000, 100_000
SELECTING = (*null_filters.FILTERING, "search")
"""Arguments that say which rows are put into groups."""
NO_CONDITIONS = Selected()
Positions = Mapping[Column | Measure, int]
"""Index of each key column and measure in a record."""


async def aggregate_groups(hub: Hub, groups: Groups, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fetch groups and complete them as selected.

    Parameters
    ----------
    groups
        Selection of the aggregate field.
    params
        Coerced arguments of the field: what `read_grouping` and `groups_plan` read of them.

    Raises
    ------
    GatewayError
        If an argument is wrong or a source does not answer.
    Unexpected
        If a row holds a code that no enumeration knows.
    """
    placed = await star_names.resolve_star_name(hub, params)
    bins = await _bins(hub, groups.table, placed)
    plan = groups_plan(groups.table, placed, measures_of(groups), bins)
    rows, more = await fetch_groups(hub, plan)
    completed = completed_groups(groups, rows, GroupRecord(plan, bins), followed(rows, more=more))
    for group in completed:
        with_name_match(groups, group, star_names.name_match_of(placed))
    return completed


async def plain_groups(
    hub: Hub, table: Table, params: Mapping[str, Any], selections: Sequence[Selection], chosen: Selected | None = None
) -> list[Group]:
    """Fetch groups as Strawberry's plain resolvers read them, of the rows of one parent if `chosen` says which.

    Raises `GatewayError`.
    """
    placed = await star_names.resolve_star_name(hub, params)
    bins = await _bins(hub, table, placed) if chosen is None else nested_bins(table, placed)
    plan = groups_plan(table, placed, tuple(dict.fromkeys(_named(table, selections))), bins, chosen or NO_CONDITIONS)
    rows, more = await fetch_groups(hub, plan)
    match, record = name_match_object(star_names.name_match_of(placed)), GroupRecord(plan, bins)
    return [replace(_group(table, record, row, has_next=more or row is not rows[-1]), name_match=match) for row in rows]


async def _bins(hub: Hub, table: Table, params: Mapping[str, Any]) -> tuple[AnyBin, ...]:
    """The bins that were asked; a cone of `params` has a place. Raises `GatewayError`."""
    selecting = {name: params[name] for name in SELECTING if name in params}

    async def fetched(measures: tuple[Measure, ...]) -> Record:
        (row,) = await fetch(hub, groups_plan(table, selecting, measures))
        return row

    asked = params.get("by") or ()
    return read_bins(table, asked, await extents_of(asked, table, fetched))


def nested_bins(table: Table, params: Mapping[str, Any]) -> tuple[AnyBin, ...]:
    """The bins that were asked of groups below rows, which are the same for all; raises `GatewayError`."""
    return read_bins(table, params.get("by") or (), None)


def groups_plan(
    table: Table,
    params: Mapping[str, Any],
    measures: tuple[Measure, ...],
    bins: Sequence[AnyBin] = (),
    chosen: Selected = NO_CONDITIONS,
) -> Plan:
    """Plan the groups of a table's rows; without `groupBy` and `by` there is one. Raises `BadInput` and `TooMuch`.

    A cone of `params` has a place (`star_names.resolve_star_name`). `chosen` is what rows must meet beside `params`.
    """
    limit, offset = group_limit(params.get("first")), group_offset(params.get("offset"))
    selected = chosen + arguments.selected(table, params)
    grouping, compared = read_grouping(table, params, measures, bins)
    several = grouping.several
    one_more = limit + 1 if several else None
    shape = StatementShape(
        table, (), selected.conditions, limit=one_more, offset=offset if several else 0, grouping=grouping
    )
    placed = tuple(value for asked in bins for value in asked.values)
    return Plan(shape, (*placed, *selected.values, *compared))


async def fetch_groups(hub: Hub, plan: Plan) -> tuple[Sequence[Record], bool]:
    """Fetch the records of a plan of groups, and whether more groups were cut off by its limit."""
    rows, limit = await fetch(hub, plan), plan.shape.limit
    return (rows, False) if limit is None else (rows[: limit - 1], len(rows) == limit)


class GroupRecord:
    """Where what is told of a group is in its record: its keys, its bins, the number of its rows, its measures.

    The key of its parent comes before these, if it is of one.
    """

    def __init__(self, plan: Plan, bins: Sequence[AnyBin] = ()) -> None:
        grouping = plan.shape.grouping
        assert grouping is not None  # noqa: S101 - for mypy: only plans of groups come here
        self.bins = bins
        first = 0 if plan.shape.link is None else 1
        self.first_bin = first + len(grouping.by)
        self.count = self.first_bin + len(grouping.bins)
        keys: dict[Column | Measure, int] = {column: at for at, column in enumerate(grouping.by, first)}
        self.positions = keys | {measure: at for at, measure in enumerate(grouping.measures, self.count + 1)}
        """Of each key column and measure."""

    def told_bins(self, row: Record) -> list[dict[str, Any]]:
        """What an answer says of the bins of a group."""
        return [asked.told(row[at]) for at, asked in enumerate(self.bins, self.first_bin)]


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


def group_offset(offset: int | None) -> int:
    """Check `offset`, the number of groups passed over (none where it is None); raises `BadInput`, `TooMuch`."""
    passed = offset or 0
    if passed < 0:
        message = f"offset is {passed}: a number of groups from 0 is wanted"
        raise BadInput(message)
    if passed > MOST_PASSED:
        message = (
            f"offset is {passed}: at most {MOST_PASSED} groups may be passed over; narrow them with where or having"
        )
        raise TooMuch(message)
    return passed


def measures_of(groups: Groups) -> tuple[Measure, ...]:
    """The measures that are selected of groups."""
    return tuple(dict.fromkeys(_measures(groups)))


def followed(rows: Sequence[Record], *, more: bool) -> list[bool]:
    """Whether another group follows each of a list, of which `more` were left out or not."""
    return [*[True] * (len(rows) - 1), more] if rows else []


def _measures(groups: Groups) -> Iterator[Measure]:
    for _, entry in groups.entries:
        if isinstance(entry, Values) and entry.field != "key":
            yield from ((Function(entry.field), column) for _, column in entry.entries if isinstance(column, Column))


def completed_groups(
    selection: Groups, rows: Sequence[Record], record: GroupRecord, has_next: Sequence[bool]
) -> list[dict[str, Any]]:
    """Complete groups as selected; raises `Unexpected` if a row holds a code that no enumeration knows."""
    try:
        columns = [_column(entry, rows, record, has_next) for _, entry in selection.entries]
    except KeyError as error:
        raise Unexpected from error
    keys = [key for key, _ in selection.entries]
    groups = zip(*columns, strict=True) if columns else [()] * len(rows)  # @skip may have left nothing of a group
    return [dict(zip(keys, group, strict=True)) for group in groups]


def _column(entry: GroupEntry, rows: Sequence[Record], record: GroupRecord, has_next: Sequence[bool]) -> Sequence[Any]:
    """Value of one entry of the selection for each group."""
    match entry:
        case Values():
            return _values(entry, rows, record)
        case RelatedValues(entries):
            parts = {key: _column(values, rows, record, has_next) for key, values in entries}
            return [{key: values[at] for key, values in parts.items()} for at in range(len(rows))]
        case BinsSelection(entries):
            return [[_bin(told, entries) for told in record.told_bins(row)] for row in rows]
        case Constant() | NameMatchSelection():  # `with_name_match` knows the latter
            return [entry.value if isinstance(entry, Constant) else None] * len(rows)
        case "count":
            return [row[record.count] for row in rows]
        case _:
            return has_next


def _values(selection: Values, rows: Sequence[Record], record: GroupRecord) -> list[dict[str, Any]]:
    readers = [(key, _reader(selection.field, leaf, record.positions)) for key, leaf in selection.entries]
    return [{key: read(row) for key, read in readers} for row in rows]


def _bin(told: Mapping[str, Any], entries: Sequence[tuple[str, str | Constant]]) -> dict[str, Any]:
    return {key: leaf.value if isinstance(leaf, Constant) else told[leaf] for key, leaf in entries}


def _reader(field: str, leaf: Column | Constant, positions: Positions) -> Callable[[Record], Any]:
    if isinstance(leaf, Constant):
        return lambda _: leaf.value
    position = positions.get(leaf if field == "key" else (Function(field), leaf))
    if position is None:
        return lambda _: None
    if leaf.type is FLOAT and field in _SHOWN:
        return lambda row: _shown(row[position])
    if leaf.enumeration is None or field == Function.COUNT_DISTINCT:
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


def _group(table: Table, record: GroupRecord, row: Record, *, has_next: bool) -> Group:
    group = Group(row[record.count], has_next, [GroupBin(**told) for told in record.told_bins(row)])
    for attribute in ("key", *_ATTRIBUTES.values()):
        getattr(group, attribute).update(dict.fromkeys(column.sql for column in table.columns))
    group.related.update({
        name: dict.fromkeys(column.sql for column in link.target.columns) for name, link in ordered_by(table).items()
    })  # fmt: skip
    for measure, position in record.positions.items():
        if isinstance(measure, RelatedColumn):
            group.related[measure.path[0].field][measure.of.sql] = row[position]
            continue
        function, column = ("key", measure) if isinstance(measure, Column) else measure
        value = _shown(row[position]) if column.type is FLOAT and function in _SHOWN else row[position]
        getattr(group, _ATTRIBUTES.get(function, function))[column.sql] = value
    return group


def _shown(value: float | None) -> float | None:
    return None if value is None else shown_real(value)


_SHOWN = (Function.SUM, Function.MEDIAN)
"""What is a `real` of such columns, though made in double precision. So is PostgreSQL's own sum, but no mean of it."""


_ATTRIBUTES = {function.value: enum_name(function.value).lower() for function in Function}
"""Attributes of `Group`, by the names of functions in GraphQL."""
