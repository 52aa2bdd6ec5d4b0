"""Declarations → GraphQL input types: filters, orders, cones."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any

import strawberry

from schema.column import Column, Enumeration
from schema.derived import COVERAGE, NIGHT, DerivedField, compared_fields, night_column
from schema.derived_types import vocabulary_type
from schema.jsdc import STAR
from schema.made_types import InputValues, input_object_type, optional_field
from schema.oidb_search import FILTERS, FilterKind
from schema.operators import ENUMERATION, Arity, operators
from schema.radio import UV
from schema.relations import counts_of, numbers_of, ordered_by, related_number, relations_of
from schema.scalars import PYTHON, Date, Long
from schema.separation import separation_of
from schema.sites import LONGITUDES
from schema.table import Link, Table
from schema.types import INSTANT, INT
from schema.uv_types import uv_columns


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


NOTHING: Mapping[str, str] = MappingProxyType({})
_BANDS = {
    quantity.value.name.removesuffix("mag").upper(): strawberry.enum_value(
        field, description=quantity.value.description
    )
    for field, quantity in STAR.quantities.items()
    if quantity.value.ucd.startswith("phot.mag")
}
Band = strawberry.enum(Enum("Band", _BANDS), description="A band of JSDC's photometry")  # type: ignore[call-overload]


Site = strawberry.enum(  # type: ignore[call-overload]
    Enum("Site", {name: strawberry.enum_value(name, description=name) for name in LONGITUDES}),
    description="An interferometer, where it stands",
)


@strawberry.input(description="A night: from noon to noon of local mean time, by the site's longitude")
class Night:
    """Type of the field `night` of filters."""

    site: Site = strawberry.field(description="Where")  # type: ignore[valid-type]
    date: Date = strawberry.field(description="The date on which it begins, there")


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


@dataclass(frozen=True, slots=True)
class InputField:
    """A field of an input type."""

    kind: Any
    description: str
    deprecated: str | None = None
    """Why it should not be used any more; None if it stays."""

    @classmethod
    def of(cls, column: Column, kind: Any) -> "InputField":
        """The field of a column, described as this is."""
        return cls(kind, described(column), column.deprecated)


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
def _filter_class(table: Table) -> type:
    """The class of a table's `where` input; empty until `filter_type` is called, since filters refer to each other."""
    return _class(f"{table.type_name}Filter")


def _derived(table: Table) -> Iterator[tuple[str, InputField]]:
    """Fields of a filter that are made of columns."""
    for name, field in compared_fields(table).items():
        yield name, InputField(_derived_comparison(field), field.description)
    if uv_columns(table):
        yield COVERAGE, InputField(_coverage_filter(), "What is covered of the uv plane")
    if night_column(table):
        yield NIGHT, InputField(Night, "It begins in this night, at whichever interferometer")


@cache
def _coverage_filter() -> Any:
    """The input of conditions on what is covered of the uv plane, which has the same columns in every table."""
    fields = {part: InputField.of(column, _comparison(column)) for part, column in UV.items()}
    return _input(_class("UvFilter"), "Conditions on what is covered of the uv plane: all given must hold", fields)


def _derived_comparison(field: DerivedField) -> Any:
    if field.vocabulary:
        return _comparison_of(vocabulary_type(field.vocabulary), field.vocabulary.name, ENUMERATION)
    return _comparison_of(PYTHON[INSTANT.graphql], INSTANT.graphql, INSTANT.graphql)


def _quantities(table: Table) -> Iterator[tuple[str, InputField]]:
    """Fields of a filter that are quantities, and those that have become parts of theirs."""
    for field, quantity in table.quantities.items():
        yield field, InputField.of(quantity.value, quantity_filter())
        for part, column in quantity.parts.items():
            if column and part != "value":
                instead = f"Write {field}: {{{part}: …}}, as the field is selected"
                yield column.graphql, replace(InputField.of(column, _comparison(column)), deprecated=instead)


@cache
def filter_type(table: Table) -> Any:
    """The `where` input of a table: its columns, its relations and their numbers, and, or, not.

    It refers to the inputs of related tables, each of which must be made before a schema is.
    """
    cls = _filter_class(table)
    fields = {column.graphql: InputField.of(column, _comparison(column)) for column in table.columns}
    fields |= {**dict(_quantities(table)), **dict(_derived(table))}
    fields |= {field: _relation(link) for field, link in relations_of(table).items()}
    number = _comparison_of(PYTHON[INT.graphql], INT.graphql, INT.graphql)
    fields |= {field: InputField(number, f"{link.description}: how many") for field, link in counts_of(table).items()}
    groups = {"and": list[cls], "or": list[cls], "not": cls}  # type: ignore[valid-type]
    fields |= {name: InputField(kind, _GROUPS[name]) for name, kind in groups.items()}
    return _input(cls, f"Conditions on {table.plural}: all given must hold", fields)


def _relation(link: Link) -> InputField:
    if link.many:
        return InputField(_rows_filter(link.target), f"{link.description}: what they must meet")
    return InputField(
        _filter_class(link.target), f"{link.description}: what it must meet; a row that leads to none meets nothing"
    )


@cache
def _rows_filter(table: Table) -> Any:
    """The input of conditions on the rows that a link to many leads to."""
    fields = {quantifier: InputField(_filter_class(table), text) for quantifier, text in _QUANTIFIERS.items()}
    about = f"Conditions on the {table.plural} that a row leads to: all given must hold, and one at least is given"
    return _input(_class(f"{table.type_name}RowsFilter"), about, fields)


@cache
def _order_class(table: Table) -> type:
    """The class of a term of a table's `orderBy`; empty until `order_type` is called, as `_filter_class`."""
    return _class(f"{table.type_name}Order")


def order_type(table: Table) -> Any:
    """A term of a table's `orderBy`: exactly one column and its direction, of the row or of one that it leads to."""
    cls = _order_class(table)
    if hasattr(cls, "__strawberry_definition__"):
        return cls
    columns = (column for column in table.columns if column.type.orderable)
    measured = separation_of(table)
    fields = {
        column.graphql: InputField.of(column, Direction) for column in (*columns, *([measured] if measured else ()))
    }
    fields |= {
        field: InputField(Direction, related_number(link).description) for field, link in numbers_of(table).items()
    }
    links = ordered_by(table)
    fields |= {
        field: InputField(_order_class(link.target), f"{link.description}: one of its columns; null without one")
        for field, link in links.items()
    }
    made = _input(cls, f"One term of an order of {table.plural}", fields, one_of=True)
    for link in links.values():
        order_type(link.target)
    return made


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
    description = "OiDB's search filters: all given must hold; of several values of one, any, and none that `!` opposes"
    fields = {
        filter_.graphql: optional_field(
            _SEARCHED.get(filter_.kind, list[str]), filter_.description, name=filter_.graphql
        )
        for filter_ in FILTERS
    }
    return input_object_type(_class("OidbSearch"), description, fields)


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


def number_filter() -> Any:
    """The comparisons of a number."""
    return _comparison_of(float, "Float", "Float")


def _comparison(column: Column) -> Any:
    if column.enumeration:
        return _comparison_of(value_type(column), column.enumeration.name, ENUMERATION)
    return _comparison_of(value_type(column), column.type.graphql, column.type.graphql)


@cache
def _comparison_of(python: Any, name: str, kind: str) -> Any:
    fields = _operands(python, kind)
    together = _TOGETHER if len(fields) > 1 else ""
    return _input(_class(f"{name}Filter"), f"Comparisons of a {name} value{together}", fields)


def _operands(python: Any, kind: str) -> dict[str, InputField]:
    operands = {Arity.NONE: bool, Arity.ONE: python, Arity.TWO: list[python], Arity.LIST: list[python]}
    return {name: InputField(operands[op.arity], op.value.description) for op in operators(kind) for name in op.names}


@cache
def quantity_filter() -> Any:
    """The filter of a quantity, whose fields are those of the object; operators of its own compare the value."""
    parts = {part: InputField(_comparison(column), _PARTS[part]) for part, column in _SOURCED.parts.items() if column}
    kind = _SOURCED.value.type.graphql
    description = (
        f"Comparisons of a value, its error, origin and confidence{_TOGETHER}; operators here are on the value"
    )
    fields = parts | _operands(value_type(_SOURCED.value), kind)
    return _input(_class("QuantityFilter"), description, fields)


_TOGETHER = ": all given must hold"
_SOURCED = STAR.quantities["ldd"]
"""A quantity with all parts; those of all are of the same types."""
_PARTS = {
    "value": "The value",
    "error": "Its error",
    "origin": "The catalogue it comes from",
    "confidence": "How far it is to be trusted",
}
_GROUPS = {"and": "All of these hold", "or": "One of these holds", "not": "This does not hold"}
_QUANTIFIERS = {
    "some": "One row at least meets all of these",
    "every": "No row fails to meet them: one fails where they are false or, as of a null, unknown; of no rows, all do",
    "none": "No row meets all of these; so it is, too, where there are none",
}


def _class(name: str) -> type:
    return type(name, (InputValues,), {})


def _input(cls: type, description: str, fields: Mapping[str, InputField], *, one_of: bool = False) -> Any:
    made = {
        name: optional_field(field.kind, field.description, name=name, deprecated=field.deprecated)
        for name, field in fields.items()
    }
    return input_object_type(cls, description, made, one_of=one_of)
