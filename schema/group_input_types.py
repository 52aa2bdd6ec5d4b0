"""Declarations → GraphQL input types of groups: bins of a column, conditions on measures, orders by them.

Columns are named by the enum of `groupBy`, and what a measure takes is checked where it is read: inputs of their own
for each measure of each table would be a third of the whole schema.
"""

from enum import Enum
from functools import cache
from types import GenericAlias
from typing import Any

import strawberry

from schema.aggregate_types import measured
from schema.column import Column
from schema.input_types import Direction, GroupOrder, column_type, number_filter
from schema.made_types import InputValues, input_object_type, made_field, optional_field
from schema.relations import ordered_by
from schema.table import Table


@strawberry.enum(description="A span of time that groups are made of")
class TimeUnit(Enum):
    """Value of `unit` of a bin."""

    NIGHT = strawberry.enum_value(
        "night", description="From 18 h UTC to 18 h UTC, when it is day at Cerro Paranal and on Mount Wilson"
    )
    MONTH = strawberry.enum_value("month", description="A month (UTC)")
    YEAR = strawberry.enum_value("year", description="A year (UTC)")


@strawberry.enum(description="What is known of a group, to sort by and to choose by")
class GroupMeasure(Enum):
    """Value of `measure` of an order of groups, and of a condition on them."""

    COUNT = strawberry.enum_value("count", description="How many rows it has")
    KEY = strawberry.enum_value("key", description="The value of a column of `groupBy`: to sort by only")
    MIN = strawberry.enum_value("min", description="Smallest value of a column")
    MAX = strawberry.enum_value("max", description="Largest value of a column")
    AVG = strawberry.enum_value("avg", description="Mean of a column of numbers")
    SUM = strawberry.enum_value("sum", description="Sum of a column of numbers")
    STDDEV = strawberry.enum_value("stddev", description="Standard deviation of a column of numbers")
    MEDIAN = strawberry.enum_value("median", description="Median of a column of numbers")
    COUNT_DISTINCT = strawberry.enum_value("countDistinct", description="How many different values a column has")


def timed(column: Column) -> bool:
    """Whether a column has times: it is one, or days (MJD)."""
    return column.type.temporal or (column.unit == "d" and column.ucd.startswith("time"))


def binned(table: Table, column: Column) -> bool:
    """Whether values of a column are put into bins: numbers that identify nothing, and times."""
    return column in measured(table) or column.type.temporal


HEALPIX = "healpix"
"""Field of a bin that is a cell."""


@strawberry.input(description="Cells of HEALPix, nested")
class Cells:
    """Type of the field `healpix` of bins."""

    order: int = strawberry.field(description="From 0, of 12 cells on the sky, to 29; each has four of the next order")


@cache
def bin_type(table: Table) -> Any:
    """The input of one bin: a column, and one of `width`, `edges`, `n` and `unit`; or a cell, of what has a place."""
    fields = {
        "width": (float, "Bins of this width, in the column's unit"),
        "origin": (float, "With `width`, where one of them begins: 0 if nothing is said"),
        "edges": (list[float], "Bins between these, smallest first; what is beyond the ends has bins too"),
        "n": (int, "So many bins of one width, from the smallest value to the largest"),
        "unit": (TimeUnit, "Bins of a night, a month or a year, of times and of days (MJD)"),
    }
    column = {"column": (column_type(table), "Whose values are put together: numbers, or times")}
    name, about = f"{table.type_name}Bin", "A key of groups that values are put into"
    if not table.position:
        return _input(name, about, column, fields)
    return _input(name, f"{about}, or places", {}, column | fields | {HEALPIX: (Cells, "Instead of a column, a cell")})


@cache
def having_type(table: Table) -> Any:
    """A condition on groups: a measure, and the comparisons of it that must hold."""
    wanted = {
        "measure": (GroupMeasure, "What is compared"),
        "value": (number_filter(), "How it compares: all given must hold"),
    }
    column = {"column": (column_type(table), "Of which column, a number; not with COUNT")}
    return _input(f"{table.type_name}Having", f"A condition on groups of {table.plural}", wanted, column)


@cache
def group_order_type(table: Table) -> Any:
    """A term of the order of groups: a measure or key, and its direction."""
    wanted = {"measure": (GroupMeasure, "What is sorted by"), "direction": (Direction, "Which way")}
    column = {"column": (column_type(table), "Of which column; not with COUNT")}
    return _input(f"{table.type_name}GroupSort", f"One term of an order of groups of {table.plural}", wanted, column)


_RELATED = "Columns of rows that its rows lead to, whose values they have in common: keys after those of groupBy"


@cache
def related_type(table: Table) -> Any:
    """A column of a row that a link to one leads to: exactly one link, and the column there."""
    links = {
        field: (column_type(link.target), f"{link.description}: one of its columns")
        for field, link in ordered_by(table).items()
    }
    name = f"{table.type_name}RelatedColumn"
    return _input(name, f"A column of a row that one of {table.plural} leads to", {}, links, one_of=True)


def group_arguments(table: Table, most: int) -> dict[str, tuple[Any, str]]:
    """The arguments of groups of a table beside those that say which rows; `most` groups are told at once."""
    related = {"groupByRelated": (GenericAlias(list, (related_type(table),)), _RELATED)} if ordered_by(table) else {}
    columns, bins = GenericAlias(list, (column_type(table),)), GenericAlias(list, (bin_type(table),))
    having, terms = GenericAlias(list, (having_type(table),)), GenericAlias(list, (group_order_type(table),))
    return {
        "groupBy": (columns, "Columns whose values its rows have in common"),
        **related,
        "by": (bins, "Columns whose values are put into bins: keys after those of groupBy"),
        "having": (having, "Which groups: those of which all this holds"),
        "orderBy": (GroupOrder, "Which groups come first: KEY, if nothing is said"),
        "sort": (terms, "Which groups come first, by measures and keys; then as orderBy says"),
        "first": (int, f"How many groups, from the first: {most} if nothing is said"),
        "offset": (int, "How many groups are passed over before the first: none, if nothing is said"),
    }


def _input(
    name: str,
    description: str,
    wanted: dict[str, tuple[Any, str]],
    optional: dict[str, tuple[Any, str]],
    *,
    one_of: bool = False,
) -> Any:
    fields = {field: made_field(python, text, name=field) for field, (python, text) in wanted.items()}
    fields |= {field: optional_field(python, text, name=field) for field, (python, text) in optional.items()}
    return input_object_type(type(name, (InputValues,), {}), description, fields, one_of=one_of)
