"""From the arguments of an aggregate to what groups are made of, how they are sorted, and which are left."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planning.arguments import direction_of
from planning.errors import BadInput
from planning.plan import Function, Grouping, GroupOrder, Having, Measure
from resolvers.bins import AnyBin, enum_value
from schema.aggregate_types import averaged, measured
from schema.column import Column
from schema.operators import BY_NAME, Arity
from schema.relations import ordered_by, related_column
from schema.table import Table

COUNT, KEY = "count", "key"
NUMBERS = (Function.AVG, Function.SUM, Function.STDDEV, Function.MEDIAN)
"""Functions of numbers alone."""
Values = tuple[Any, ...]


def read_grouping(
    table: Table, params: Mapping[str, Any], measures: tuple[Measure, ...], bins: Sequence[AnyBin]
) -> tuple[Grouping, Values]:
    """The grouping that was asked, and the values of its conditions; raises `BadInput`."""
    own = (table.by_field[enum_value(field)] for field in params.get("groupBy") or ())
    by = tuple(dict.fromkeys((*own, *_related(table, params.get("groupByRelated") or ()))))
    order = tuple(_terms(table, by, params.get("sort") or ()))
    conditions = list(_having(table, params.get("having") or ()))
    grouping = Grouping(
        by,
        measures,
        largest_first=enum_value(params.get("orderBy")) == "COUNT",
        bins=tuple(asked.bin for asked in bins),
        order=order,
        having=tuple(condition for condition, _ in conditions),
    )
    return grouping, tuple(value for _, values in conditions for value in values)


def _related(table: Table, asked: Sequence[Mapping[str, Any]]) -> Iterator[Column]:
    for term in asked:
        for field, column in term.items():
            link = ordered_by(table)[field]
            yield related_column((link,), link.target.by_field[enum_value(column)])


def _terms(table: Table, by: Sequence[Column], sort: Sequence[Mapping[str, Any]]) -> Iterator[GroupOrder]:
    for term in sort:
        yield GroupOrder(_measure(table, by, term, "sort"), *direction_of(term["direction"]))


def _having(table: Table, asked: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Having, Values]]:
    for condition in asked:
        measure = _measure(table, (), condition, "having")
        assert not isinstance(measure, Column)  # noqa: S101 - for mypy: no key is in none
        if measure and measure[1] not in measured(table) and measure[0] is not Function.COUNT_DISTINCT:
            message = f"having compares numbers: {measure[1].graphql} is none, or identifies something"
            raise BadInput(message)
        yield from _comparisons(measure, condition["value"], f"having of {enum_value(condition['measure'])}")


def _measure(table: Table, by: Sequence[Column], asked: Mapping[str, Any], where: str) -> Column | Measure | None:
    """What is sorted or chosen by: a key, a measure, or how many rows there are (None)."""
    name, column = enum_value(asked["measure"]), table.by_field.get(enum_value(asked.get("column")) or "")
    if name == COUNT:
        if column:
            message = f"{where} by COUNT has a column: rows are counted, leave it out or ask COUNT_DISTINCT"
            raise BadInput(message)
        return None
    if column is None:
        message = f"{where} by {name} wants a column"
        raise BadInput(message)
    if name != KEY:
        function = Function(name)
        if function in NUMBERS and column not in averaged(table):
            message = f"{where} by {name}: {column.graphql} has no numbers"
            raise BadInput(message)
        return function, column
    if column not in by:
        message = f"{where} by the key {column.graphql}: it is not in groupBy"
        raise BadInput(message)
    return column


def _comparisons(measure: Measure | None, told: Mapping[str, Any], where: str) -> Iterator[tuple[Having, Values]]:
    for name, value in told.items():
        if value is None:
            message = f"{where}.{name} is null: leave it out, or ask isNull"
            raise BadInput(message)
        op = BY_NAME[name]
        match op.arity:
            case Arity.NONE:
                yield Having(measure, op if value else op.opposite), ()
            case Arity.TWO if len(value) != 2:
                message = f"{where}.{name} has {len(value)} numbers: two are wanted"
                raise BadInput(message)
            case Arity.TWO:
                yield Having(measure, op), tuple(map(float, value))
            case Arity.LIST:
                yield Having(measure, op), ([float(one) for one in value],)
            case _:
                yield Having(measure, op), (float(value),)
