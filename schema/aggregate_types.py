"""Declarations → GraphQL types of aggregates: a group of rows, with values of its columns."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from schema import name_match_types
from schema.column import Column
from schema.object_types import column_field
from schema.table import Table
from schema.types import DOUBLE, FLOAT, INT, LONG, SHORT

NUMBERS = (SHORT, INT, LONG, FLOAT, DOUBLE)
"""Types that may have a mean."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group as the resolvers return it; each mapping holds values by SQL name."""

    count: int
    has_next: bool
    """Whether another group follows the last one of this list."""
    key: dict[str, Any] = field(default_factory=dict)
    min: dict[str, Any] = field(default_factory=dict)
    max: dict[str, Any] = field(default_factory=dict)
    avg: dict[str, Any] = field(default_factory=dict)
    name_match: name_match_types.NameMatchObject | None = None
    """How the star was found that the cone of its rows is around."""


def averaged(table: Table) -> tuple[Column, ...]:
    """Columns that have a mean: numbers that are no codes."""
    return tuple(column for column in table.columns if column.type in NUMBERS and not column.enumeration)


@cache
def group_class(table: Table) -> Any:
    """The GraphQL type of a table's groups: key, count, min, max, and avg where there are numbers."""
    values = _values(table, "Values", f"Values of columns of {table.plural}", table.columns)
    members: dict[str, tuple[Any, str]] = {
        "key": (values, "What its rows have in common; null for columns that were not grouped by, and for no value"),
        "count": (int, "How many rows it has"),
        "has_next": (bool, "Whether another group follows: `first` has cut the list, if this is the last of it"),
        "min": (values, "Smallest value of each column among its rows: NULL, NaN and infinities are left out"),
        "max": (values, "Largest value of each column among its rows: NULL, NaN and infinities are left out"),
    }
    if averaged(table):
        means = _values(table, "Means", f"Means of columns of {table.plural}", averaged(table), float)
        members["avg"] = (means, "Mean of each column over its rows: NULL, NaN and infinities are left out")
    if table.position:
        members["name_match"] = (name_match_types.NameMatchObject | None, name_match_types.AROUND)
    scope: dict[str, Any] = {name: strawberry.field(description=text) for name, (_, text) in members.items()}
    scope["__annotations__"] = {name: kind for name, (kind, _) in members.items()}
    cls = type(f"{table.type_name}Group", (), scope)
    return strawberry.type(cls, description=f"A group of {table.plural}")


def _values(
    table: Table, kind: str, description: str, columns: tuple[Column, ...], python: type[float] | None = None
) -> Any:
    fields: dict[str, StrawberryField] = {
        column.sql: column_field(column, python, nullable=True) for column in columns if column.type.orderable
    }
    return strawberry.type(type(f"{table.type_name}{kind}", (), fields), description=description)
