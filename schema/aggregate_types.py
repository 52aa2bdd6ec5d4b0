"""Declarations → GraphQL types of aggregates: a group of rows, with values of its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from schema import name_match_types
from schema.column import Column
from schema.made_types import made_field, object_type
from schema.object_types import column_field
from schema.relations import ordered_by
from schema.scalars import Long
from schema.table import Link, Table
from schema.types import DOUBLE, FLOAT, INT, LONG, SHORT

NUMBERS = (SHORT, INT, LONG, FLOAT, DOUBLE)
"""Types that may have a mean."""


@strawberry.type(description="The values of a column that the rows of a group have")
class GroupBin:
    """Type of the elements of `bins`."""

    column: str = strawberry.field(description="The column, by its name in GraphQL; `healpix` of cells")
    low: float | None = strawberry.field(
        description="Smallest value, in the column's unit, days (MJD UTC) of times; null for no value, or no bound"
    )
    high: float | None = strawberry.field(
        description="What is beyond it: the largest value itself only of the last of `n` bins; null as `low`"
    )
    label: str | None = strawberry.field(
        description="For people: `2024`, `2024-05`, `2024-05-31` for the night that began then, or the bounds"
    )
    order: int | None = strawberry.field(description="Order of the cells of HEALPix; null of a column")
    cell: Long | None = strawberry.field(description="The cell, nested; null of a column, and of rows without a place")


@dataclass(frozen=True, slots=True)
class Group:
    """A group as the resolvers return it; each mapping holds values by SQL name."""

    count: int
    has_next: bool
    """Whether another group follows the last one of this list."""
    bins: list[GroupBin] = field(default_factory=list)
    key: dict[str, Any] = field(default_factory=dict)
    related: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Values of related rows, by link."""
    min: dict[str, Any] = field(default_factory=dict)
    max: dict[str, Any] = field(default_factory=dict)
    avg: dict[str, Any] = field(default_factory=dict)
    sum: dict[str, Any] = field(default_factory=dict)
    stddev: dict[str, Any] = field(default_factory=dict)
    median: dict[str, Any] = field(default_factory=dict)
    count_distinct: dict[str, Any] = field(default_factory=dict)
    name_match: name_match_types.NameMatchObject | None = None
    """How the star was found that the cone of its rows is around."""


def aggregates_of(links: Mapping[str, Link]) -> dict[str, Link]:
    """Of the links from a table's rows, those to many by the fields of groups of these, as `exposuresAggregate`."""
    return {f"{field}Aggregate": link for field, link in links.items() if link.many}


def averaged(table: Table) -> tuple[Column, ...]:
    """Columns that have a mean: numbers that are no codes."""
    return tuple(column for column in table.columns if column.type in NUMBERS and not column.enumeration)


def measured(table: Table) -> tuple[Column, ...]:
    """Columns that have a sum, a deviation and a median: numbers that identify nothing."""
    return tuple(column for column in averaged(table) if not _identifies(table, column))


def _identifies(table: Table, column: Column) -> bool:
    return column is table.key or column.ucd.startswith("meta.id")


@cache
def group_class(table: Table) -> Any:
    """The GraphQL type of a table's groups: key, count, min, max, and what numbers have where there are some."""
    values = _key_values(table)
    members: dict[str, tuple[Any, str]] = {
        "key": (values, "What its rows have in common; null for columns that were not grouped by, and for no value"),
        **({"related": (_related_values(table), _RELATED)} if ordered_by(table) else {}),
        "bins": (list[GroupBin], "The values of the columns of `by` that its rows have, in that order"),
        "count": (int, "How many rows it has"),
        "has_next": (bool, "Whether another group follows: `first` has cut the list, if this is the last of it"),
        "min": (values, "Smallest value of each column among its rows: NULL, NaN and infinities are left out"),
        "max": (values, "Largest value of each column among its rows: NULL, NaN and infinities are left out"),
    }
    counted = [replace(column, unit="", ucd="") for column in table.columns]  # so many have neither
    counts = _values(table, "Counts", f"Numbers of different values of columns of {table.plural}", counted, int)
    members["count_distinct"] = (counts, "How many different values each column has: NULL, NaN and infinities are none")
    if averaged(table):
        means = _values(table, "Means", f"Means of columns of {table.plural}", averaged(table), float)
        members["avg"] = (means, "Mean of each column over its rows: NULL, NaN and infinities are left out")
    if measured(table):
        about = f"Sums, deviations or medians of columns of {table.plural}"
        members |= dict.fromkeys(_MEASURES, (_values(table, "Numbers", about, measured(table), float), ""))
        members |= {name: (members[name][0], text) for name, text in _MEASURES.items()}
    if table.position:
        members["name_match"] = (name_match_types.NameMatchObject | None, name_match_types.AROUND)
    fields = {name: made_field(kind, text) for name, (kind, text) in members.items()}
    return object_type(type(f"{table.type_name}Group", (), {}), f"A group of {table.plural}", fields)


_RELATED = "What the rows that its rows lead to have in common, by link; null for columns that were not grouped by"


@cache
def _key_values(table: Table) -> Any:
    return _values(table, "Values", f"Values of columns of {table.plural}", table.columns)


def _related_values(table: Table) -> Any:
    """The type of the values of related rows, an object for each link to one."""
    fields = {field: related_field(link, _key_values(link.target)) for field, link in ordered_by(table).items()}
    about = f"Values of columns of rows that {table.plural} lead to"
    return object_type(type(f"{table.type_name}Related", (), {}), about, fields)


def related_field(link: Link, kind: Any) -> StrawberryField:
    """The field of the values of the rows that a link leads to, read by its name."""

    def resolve(root: Any) -> Any:
        return root[link.field]

    resolve.__annotations__ = {"root": strawberry.Parent[Any], "return": Any}  # type: ignore[misc]
    made: StrawberryField = strawberry.field(
        resolver=resolve, name=link.field, description=link.description, graphql_type=kind
    )
    return made


_MEASURES = {
    "sum": "Sum of each column over its rows, of a real with its seven digits: NULL, NaN and infinities are left out",
    "stddev": "Standard deviation of each column over its rows, as of a sample; null for fewer than two values",
    "median": "Median of each column over its rows, of a real with its seven digits: "
    "between the two in the middle, where their number is even",
}


def _values(
    table: Table, kind: str, description: str, columns: Sequence[Column], python: type[float] | None = None
) -> Any:
    fields = {column.sql: column_field(column, python, nullable=True) for column in columns if column.type.orderable}
    return object_type(type(f"{table.type_name}{kind}", (), {}), description, fields)
