"""Declarations → GraphQL object types: rows, quantities, connections."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import GenericAlias
from typing import Any

import strawberry
from strawberry.federation.schema_directives import Key, Shareable
from strawberry.federation.types import FieldSet
from strawberry.schema_directive import Location
from strawberry.tools import create_type
from strawberry.types import get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from schema import name_match_types
from schema.column import Column, Quantity
from schema.crossid import OBJECT
from schema.derived import DerivedField, Form, derived_fields
from schema.derived_types import derived_type, vocabulary_type
from schema.input_types import described, enumeration_type, value_type
from schema.jsdc import CONFIDENCE, ORIGIN, STAR
from schema.made_types import MadeField, annotation, made_field, object_type
from schema.separation import SEPARATION, separation_of
from schema.table import Table

NODE_ID = "id"
"""Field of an object that has an identity among all of the graph: nothing else is called so."""
Reader = Callable[[DerivedField], Callable[..., Any]]
"""Makes, of the values of a derived field's columns, the value of the field."""
IDENTIFIED = "Identifies it among all objects of this graph; opaque"
NodeId = Callable[[Table, Any], str]
"""Makes an `id` of a table and the key of its row."""


@strawberry.interface(description="A row of any table, which node and nodes find by its id")
class Node:
    """The interface of GraphQL Global Object Identification, which every type with an `id` implements."""

    id: strawberry.ID = strawberry.field(description=IDENTIFIED)


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="column", description="The column behind a field"
)
class ColumnDirective:
    """Directive that says which column a field is: one name to search for in all documents."""

    name: str
    unit: str | None = strawberry.UNSET
    ucd: str | None = strawberry.UNSET


@strawberry.type(description="Where a page stands among all rows", directives=(Shareable(),))
class PageInfo:
    """PageInfo of Relay's Cursor Connections specification."""

    has_next_page: bool = strawberry.field(description="Whether rows follow")
    has_previous_page: bool = strawberry.field(description="Whether rows precede")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row")


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity, and the row that has its columns."""

    row: Any
    quantity: Quantity


def cell(row: Any, column: Column | None) -> Any:
    """Value of a column in a row, by SQL name, as JSON can hold it: NaN and infinities are None. So is no column."""
    value = row[column.sql] if column else None
    return None if isinstance(value, float) and (value - value) != 0 else value


def _coded(row: Any, column: Column | None, enumeration: Any) -> Any:
    code = cell(row, column)
    return None if code is None else enumeration(code)


Origin = enumeration_type(ORIGIN)
Confidence = enumeration_type(CONFIDENCE)


def _untyped(resolve: Any) -> Any:
    # Rows are plain records: Strawberry is told so by the parent's annotation.
    resolve.__annotations__ = {"root": strawberry.Parent[Any], "return": Any}  # type: ignore[misc]
    return resolve


def _value(measured: Measured) -> Any:
    return cell(measured.row, measured.quantity.value)


def _error(measured: Measured) -> Any:
    return cell(measured.row, measured.quantity.error)


def _unit(measured: Measured) -> Any:
    return measured.quantity.value.unit or None


def _ucd(measured: Measured) -> Any:
    return measured.quantity.value.ucd or None


def _origin(measured: Measured) -> Any:
    return _coded(measured.row, measured.quantity.origin, Origin)


def _confidence(measured: Measured) -> Any:
    return _coded(measured.row, measured.quantity.confidence, Confidence)


def _quantity_member(name: str, kind: Any, description: str, read: Callable[[Measured], Any]) -> StrawberryField:
    def resolve(root: Any) -> Any:
        return read(root)

    resolve.__name__ = name  # by which `create_type` knows a field
    member: StrawberryField = strawberry.field(
        resolver=_untyped(resolve), name=name, description=description, graphql_type=kind | None
    )
    return member


NAMED = (STAR, OBJECT)
"""Tables whose rows can be asked by name."""
QUANTITY_MEMBERS = (
    _quantity_member("value", float, "The value", _value),
    _quantity_member("error", float, "Its error, in the same unit unless the catalogue says otherwise", _error),
    _quantity_member("unit", str, "Unit of the value, as VOUnits spells it", _unit),
    _quantity_member("ucd", str, "What the value is: a UCD1+", _ucd),
    _quantity_member("origin", Origin, "The catalogue it comes from", _origin),
    _quantity_member("confidence", Confidence, "How far it is to be trusted", _confidence),
)
"""Fields of the GraphQL type Quantity."""
QuantityType = create_type(
    "Quantity", list(QUANTITY_MEMBERS), description="A value with its error, and where it comes from"
)


def _named_field() -> StrawberryField:
    def resolve(root: Any) -> Any:
        return name_match_types.name_match_object(root.get(name_match_types.FIELD))

    field: StrawberryField = strawberry.field(
        resolver=_untyped(resolve),
        name=name_match_types.FIELD,
        description=name_match_types.DESCRIPTION,
        graphql_type=name_match_types.NameMatchObject | None,
    )
    return field


def _node_id_field(table: Table, node_id: NodeId) -> StrawberryField:
    def resolve(root: Any) -> Any:
        return node_id(table, root[table.key.sql])

    field: StrawberryField = strawberry.field(
        resolver=_untyped(resolve), name=NODE_ID, description=IDENTIFIED, graphql_type=strawberry.ID
    )
    return field


def _separation_field() -> StrawberryField:
    def resolve(root: Any) -> Any:
        return root.get(SEPARATION.sql)  # not all rows come from a statement that might measure it

    field: StrawberryField = strawberry.field(
        resolver=_untyped(resolve),
        name=SEPARATION.graphql,
        description=described(SEPARATION),
        directives=[_directive(SEPARATION)],
        graphql_type=float | None,
    )
    return field


@cache
def row_class(table: Table) -> type:
    """The class of a table's GraphQL type; empty until `complete` is called, since types refer to each other."""
    return type(table.type_name, (), {})


def _derived_field(derived: DerivedField, read: Callable[..., Any]) -> StrawberryField:
    kind = derived_type(derived)
    term = vocabulary_type(derived.vocabulary) if derived.vocabulary else None

    def resolve(root: Any) -> Any:
        value = read(*(root[column.sql] for column in derived.columns))
        if term is None or value is None:
            return value
        return term(value) if derived.form is Form.TERM else [term(word) for word in value]

    field: StrawberryField = strawberry.field(
        resolver=_untyped(resolve),
        name=derived.name,
        description=derived.description,
        graphql_type=kind if derived.form is Form.PUBLIC else kind | None,
    )
    return field


def complete(
    table: Table,
    links: Mapping[str, StrawberryField],
    reader: Reader,
    *,
    node_id: NodeId | None = None,
    entity: bool = False,
) -> None:
    """Add columns, quantities and links to a table's class, and make it a GraphQL type.

    Parameters
    ----------
    reader : Reader
        What makes the values of derived fields.
    node_id : NodeId | None
        Makes the `id` of its rows; None for a type without.
    entity : bool
        Whether its rows can be resolved by their keys from other subgraphs (Apollo Federation).
    """
    fields: dict[str, StrawberryField] = {}
    if node_id:
        fields["node_id"] = _node_id_field(table, node_id)
    for member in table.members:
        if isinstance(member, Quantity):
            fields[member.value.sql] = _quantity_field(member)
        else:
            fields[member.sql] = column_field(member)
    for name, derived in derived_fields(table).items():
        fields[f"derived_{name}"] = _derived_field(derived, reader(derived))
    if separation_of(table):
        fields["separation"] = _separation_field()
    fields |= {f"link_{name}": field for name, field in links.items()}
    if table in NAMED:
        fields["name_match"] = _named_field()
    keys = (Key(fields=FieldSet(table.key.graphql)),) if entity else ()
    cls = object_type(row_class(table), table.description, fields, keys)
    if node_id:  # types are bound to their classes before it is known which have an id: no base class could say it
        get_object_definition(cls, strict=True).interfaces = [get_object_definition(Node, strict=True)]


def column_field(column: Column, kind: Any = None, *, nullable: bool = False) -> StrawberryField:
    """The field of a column, read from a row by its SQL name.

    Parameters
    ----------
    column : Column
        The column.
    kind : Any
        Python type of the field; None for the column's own.
    nullable : bool
        Whether it may be null even if the column is never NULL.
    """
    python = kind or value_type(column)
    shown = python if column.non_null and not nullable else python | None
    return ColumnField(
        column,
        python,
        graphql_name=column.graphql,
        type_annotation=annotation(shown),
        description=described(column),
        deprecation_reason=column.deprecated,
        directives=[_directive(column)],
    )


class ColumnField(MadeField):
    """The field of a column. A resolver of each would be a dozen of Strawberry's functions: 8 MB of a process."""

    def __init__(self, column: Column, kind: Any, **told: Any) -> None:
        super().__init__(**told)
        self._column, self._kind = column, kind

    def get_result(self, source: Any, info: Info | None, args: list[Any], kwargs: dict[str, Any]) -> Any:  # noqa: ARG002, D102 - as the base
        value = cell(source, self._column)
        return value if value is None or not self._column.enumeration else self._kind(value)


def _quantity_field(quantity: Quantity) -> StrawberryField:
    def resolve(root: Any) -> Any:
        return Measured(root, quantity)

    field: StrawberryField = strawberry.field(
        resolver=_untyped(resolve),
        name=quantity.graphql,
        description=described(quantity.value),
        deprecation_reason=quantity.value.deprecated,
        directives=[_directive(quantity.value)],
        graphql_type=QuantityType,
    )
    return field


def _directive(column: Column) -> ColumnDirective:
    return ColumnDirective(name=column.name, unit=column.unit or strawberry.UNSET, ucd=column.ucd or strawberry.UNSET)


@cache
def connection_class(table: Table) -> Any:
    """The connection of a table: nodes, edges, pageInfo, totalCount."""
    row, name = row_class(table), table.type_name
    ends = {"cursor": made_field(str, "Where the row stands, for after and before"), "node": made_field(row, "The row")}
    edge = object_type(type(f"{name}Edge", (), {}), f"A row of {table.plural} and its cursor", ends)
    members: dict[str, tuple[Any, str]] = {
        "nodes": (GenericAlias(list, (row,)), "The rows of this page"),
        "edges": (GenericAlias(list, (edge,)), "The rows of this page, each with its cursor"),
        "page_info": (PageInfo, "Where this page stands"),
        "total_count": (int, "How many rows there are on all pages"),
        "total_count_is_exact": (bool, "Whether they were counted, and have not changed since"),
    }
    if table.position:
        members["name_match"] = (name_match_types.NameMatchObject | None, name_match_types.AROUND)
    fields = {field: made_field(kind, text) for field, (kind, text) in members.items()}
    return object_type(type(f"{name}Connection", (), {}), f"A page of {table.plural}", fields)
