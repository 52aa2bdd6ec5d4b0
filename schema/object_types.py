"""From declarations to GraphQL objects: rows, quantities, connections."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from schema.input_types import enumeration_type, value_type
from schema.jsdc import CONFIDENCE, ORIGIN
from schema.table import Column, Quantity, Table


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], name="column", description="The column behind a field")
class ColumnDirective:
    """What a column is in the other documents: one word finds it everywhere."""

    name: str
    unit: str | None = strawberry.UNSET
    ucd: str | None = strawberry.UNSET


@strawberry.type(description="Where a page stands among all rows")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(description="Whether rows follow")
    has_previous_page: bool = strawberry.field(description="Whether rows precede")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row")


@dataclass(frozen=True, slots=True)
class Measured:
    """The row a quantity is read from."""

    row: Any
    quantity: Quantity


def cell(row: Any, column: Column | None) -> Any:
    """A value as JSON can say it: NaN and infinities are null."""
    value = row[column.sql] if column else None
    return None if isinstance(value, float) and (value - value) != 0 else value


def _coded(row: Any, column: Column | None, enumeration: Any) -> Any:
    code = cell(row, column)
    return None if code is None else enumeration(code)


Origin = enumeration_type(ORIGIN)
Confidence = enumeration_type(CONFIDENCE)


@strawberry.type(name="Quantity", description="A value with its error, and where it comes from")
class QuantityType:
    """The GraphQL object of every `Quantity`."""

    @strawberry.field(description="The value")
    def value(root: strawberry.Parent[Measured]) -> float | None:  # noqa: D102, N805
        return cell(root.row, root.quantity.value)  # type: ignore[no-any-return]

    @strawberry.field(description="Its error, in the same unit unless the catalogue says otherwise")
    def error(root: strawberry.Parent[Measured]) -> float | None:  # noqa: D102, N805
        return cell(root.row, root.quantity.error)  # type: ignore[no-any-return]

    @strawberry.field(description="Unit of the value, as VOUnits spells it")
    def unit(root: strawberry.Parent[Measured]) -> str | None:  # noqa: D102, N805
        return root.quantity.value.unit or None

    @strawberry.field(description="What the value is: a UCD1+")
    def ucd(root: strawberry.Parent[Measured]) -> str | None:  # noqa: D102, N805
        return root.quantity.value.ucd or None

    @strawberry.field(description="The catalogue it comes from", graphql_type=Origin | None)
    def origin(root: strawberry.Parent[Measured]) -> Any:  # noqa: D102, N805
        return _coded(root.row, root.quantity.origin, Origin)

    @strawberry.field(description="How far it is to be trusted", graphql_type=Confidence | None)
    def confidence(root: strawberry.Parent[Measured]) -> Any:  # noqa: D102, N805
        return _coded(root.row, root.quantity.confidence, Confidence)


@cache
def row_class(table: Table) -> type:
    """The class behind a table's GraphQL type, empty until `complete` is called: types refer to each other in circles."""
    return type(table.type_name, (), {"__annotations__": {}})


def complete(table: Table, links: Mapping[str, StrawberryField]) -> None:
    """Give a table's class its columns, quantities and links, and make it a GraphQL type."""
    made = row_class(table)
    for member in table.members:
        field = _quantity_field(member) if isinstance(member, Quantity) else _column_field(member)
        setattr(made, member.value.sql if isinstance(member, Quantity) else member.sql, field)
    for name, field in links.items():
        setattr(made, f"link_{name}", field)
    strawberry.type(made, name=table.type_name, description=table.description)


def _column_field(column: Column) -> StrawberryField:
    python = value_type(column)

    def resolve(root: Any) -> Any:
        value = cell(root, column)
        return value if value is None or not column.enumeration else python(value)

    return strawberry.field(
        resolver=_untyped(resolve), name=column.graphql, description=described(column), directives=[_directive(column)],
        graphql_type=python if column.never_null else python | None,
    )


def _quantity_field(quantity: Quantity) -> StrawberryField:
    def resolve(root: Any) -> Any:
        return Measured(root, quantity)

    return strawberry.field(
        resolver=_untyped(resolve), name=quantity.graphql, description=described(quantity.value),
        directives=[_directive(quantity.value)], graphql_type=QuantityType,
    )


def _untyped(resolve: Any) -> Any:
    # Rows are plain records: Strawberry is told so by the parent's annotation.
    resolve.__annotations__ = {"root": strawberry.Parent[Any], "return": Any}
    return resolve


def described(column: Column) -> str:
    """A column's description with its unit and former name, for people."""
    unit = f" [{column.unit}]" if column.unit else ""
    former = f" (in earlier versions {column.former})" if column.former else ""
    return f"{column.description}{unit}{former}"


def _directive(column: Column) -> ColumnDirective:
    return ColumnDirective(name=column.name, unit=column.unit or strawberry.UNSET, ucd=column.ucd or strawberry.UNSET)


@cache
def connection_class(table: Table) -> Any:
    """The connection of a table: nodes, edges, pageInfo, totalCount."""
    row, name = row_class(table), table.type_name
    edge = strawberry.type(
        type(f"{name}Edge", (), {
            "__annotations__": {"cursor": str, "node": row},
            "cursor": strawberry.field(description="Where the row stands, for after and before"),
            "node": strawberry.field(description="The row"),
        }),
        description=f"A row of {table.plural} and its cursor",
    )
    return strawberry.type(
        type(f"{name}Connection", (), {
            "__annotations__": {"nodes": list[row], "edges": list[edge], "page_info": PageInfo, "total_count": int},  # type: ignore[valid-type]
            "nodes": strawberry.field(description="The rows of this page"),
            "edges": strawberry.field(description="The rows of this page, each with its cursor"),
            "page_info": strawberry.field(description="Where this page stands"),
            "total_count": strawberry.field(description="How many rows there are on all pages"),
        }),
        description=f"A page of {table.plural}",
    )
