"""Declarations → GraphQL input types: filters, orders, cones."""

import re
from enum import Enum
from functools import cache
from keyword import iskeyword
from typing import Any

import strawberry

from schema.column import Column, Enumeration
from schema.jsdc import STAR
from schema.oidb_search import FILTERS, FilterKind
from schema.operators import ENUMERATION, Arity, Op, operators
from schema.scalars import PYTHON, Long
from schema.table import Table


@strawberry.input(description="A cone on the sky: a centre, given by place (ra and dec) or by name, and a radius")
class Cone:
    """Type of the argument `cone`."""

    radius: float = strawberry.field(description="Radius, degrees; 180 and more are the whole sky")
    ra: float | None = strawberry.field(
        default=strawberry.UNSET, description="Right ascension, ICRS degrees, from 0 to 360"
    )
    dec: float | None = strawberry.field(
        default=strawberry.UNSET, description="Declination, ICRS degrees, from -90 to 90"
    )
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of a star of JSDC, instead of ra and dec"
    )


_BANDS = {
    quantity.value.name.removesuffix("mag").upper(): strawberry.enum_value(
        field, description=quantity.value.description
    )
    for field, quantity in STAR.quantities.items()
    if quantity.value.ucd.startswith("phot.mag")
}
Band = strawberry.enum(Enum("Band", _BANDS), description="A band of JSDC's photometry")  # type: ignore[call-overload]


@strawberry.input(description="A magnitude about as bright as the star's own")
class Alike:
    """Type of the argument `alike` of calibrators."""

    band: Band = strawberry.field(description="Band to compare in")  # type: ignore[valid-type]
    within: float = strawberry.field(description="Largest difference, mag")


@strawberry.enum(
    description="Which way to sort; without a word about NULLs, they are taken to be larger than any value"
)
class Direction(Enum):
    """Value of an `orderBy` term."""

    ASC = strawberry.enum_value("ASC", description="Smallest first, NULLs last")
    ASC_NULLS_FIRST = strawberry.enum_value("ASC_NULLS_FIRST", description="Smallest first, NULLs before")
    DESC = strawberry.enum_value("DESC", description="Largest first, NULLs before")
    DESC_NULLS_LAST = strawberry.enum_value("DESC_NULLS_LAST", description="Largest first, NULLs last")


@cache
def enumeration_type(enumeration: Enumeration) -> Any:
    """The GraphQL enum of an enumeration; its Python values are the integer codes."""
    members = {
        name: strawberry.enum_value(code, description=text) for code, (name, text) in enumeration.members.items()
    }
    return strawberry.enum(Enum(enumeration.name, members), name=enumeration.name, description=enumeration.description)  # type: ignore[call-overload]


def value_type(column: Column) -> Any:
    """The Python type of a column's values in GraphQL."""
    return enumeration_type(column.enumeration) if column.enumeration else PYTHON[column.type.graphql]


@cache
def filter_type(table: Table) -> Any:
    """The `where` input of a table: its columns, and, or, not."""
    name = f"{table.type_name}Filter"
    cls = type(name, (), {})
    fields: dict[str, Any] = {column.graphql: _comparison(column) for column in table.columns}
    groups = {"and": list[cls], "or": list[cls], "not": cls}  # type: ignore[valid-type]
    return _input(cls, name, f"Conditions on {table.plural}: all given must hold", fields | groups, table=table)


@cache
def order_type(table: Table) -> Any:
    """A term of a table's `orderBy`: exactly one column and its direction."""
    name = f"{table.type_name}Order"
    fields = {column.graphql: Direction for column in table.columns if column.type.orderable}
    return _input(type(name, (), {}), name, f"One term of an order of {table.plural}", fields, table=table, one_of=True)


@cache
def column_type(table: Table) -> Any:
    """The enum of a table's orderable columns, for `groupBy`; values are GraphQL names."""
    name = f"{table.type_name}Column"
    members = {
        enum_name(column.graphql): strawberry.enum_value(
            column.graphql, description=column.description, deprecation_reason=column.deprecated
        )
        for column in table.columns
        if column.type.orderable
    }
    cls = Enum(name, members)  # type: ignore[misc]
    return strawberry.enum(cls, name=name, description=f"A column of {table.plural}")


def enum_name(field: str) -> str:
    """A field's name in an enum: `expMjdStart` is `EXP_MJD_START`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field).upper()


_SEARCHED: dict[FilterKind, Any] = {
    FilterKind.LEVELS: list[int],
    FilterKind.NUMBERS: list[Long],
    FilterKind.CONE: str,
    FilterKind.DATES: str,
    FilterKind.RELEASED: bool,
}


@cache
def search_type() -> Any:
    """The `search` input of granules: OiDB's filters."""
    cls = type("OidbSearch", (), {})
    description = "OiDB's search filters: all given must hold; of several values of one, any, and none that `!` opposes"
    members = {filter_.graphql: (_SEARCHED.get(filter_.kind, list[str]), filter_.description) for filter_ in FILTERS}
    cls.__annotations__ = {name: python | None for name, (python, _) in members.items()}
    for name, (_, text) in members.items():
        setattr(cls, name, strawberry.field(name=name, default=strawberry.UNSET, description=text))
    return strawberry.input(cls, name="OidbSearch", description=description)


@strawberry.enum(description="Which way to sort groups")
class GroupOrder(Enum):
    """Type of the argument `orderBy` of groups."""

    KEY = strawberry.enum_value("KEY", description="By what they were grouped by, smallest first, null last")
    COUNT = strawberry.enum_value("COUNT", description="Those of most rows first; where they have as many, by key")


def described(column: Column) -> str:
    """A column's description with its unit and former name."""
    unit = f" [{column.unit}]" if column.unit else ""
    former = f" (in earlier versions {column.former})" if column.former else ""
    return f"{column.description}{unit}{former}"


def _comparison(column: Column) -> Any:
    if column.enumeration:
        return _comparison_of(value_type(column), column.enumeration.name, ENUMERATION)
    return _comparison_of(value_type(column), column.type.graphql, column.type.graphql)


@cache
def _comparison_of(python: Any, name: str, kind: str) -> Any:
    operands = {Arity.NONE: bool, Arity.ONE: python, Arity.TWO: list[python], Arity.LIST: list[python]}
    fields = {op.value.graphql: operands[op.arity] for op in operators(kind)}
    together = ": all given must hold" if len(fields) > 1 else ""
    return _input(type(f"{name}Filter", (), {}), f"{name}Filter", f"Comparisons of a {name} value{together}", fields)


_MEANING = {op.value.graphql: op.value.description for op in Op} | {
    "and": "All of these hold",
    "or": "One of these holds",
    "not": "This does not hold",
}


def _input(  # noqa: PLR0913 - what an input is made of
    cls: type, name: str, description: str, fields: dict[str, Any], *, table: Table | None = None, one_of: bool = False
) -> Any:
    cls.__annotations__ = {}
    for field, python in fields.items():
        attribute = f"{field}_" if iskeyword(field) else field
        column = table.by_field.get(field) if table else None
        cls.__annotations__[attribute] = python | None if not isinstance(python, str) else python
        attribute_field: Any = strawberry.field(
            name=field,
            default=strawberry.UNSET,
            description=described(column) if column else _MEANING[field],
            deprecation_reason=column.deprecated if column else None,
        )
        setattr(cls, attribute, attribute_field)
    return strawberry.input(cls, name=name, description=description, one_of=one_of)
