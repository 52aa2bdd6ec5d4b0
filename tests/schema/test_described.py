"""Everything that GraphQL shows of itself says what it is."""

from collections.abc import Iterator

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_directive,
    is_specified_scalar_type,
    print_schema,
)
from strawberry.federation import Schema as FederatedSchema

from resolvers.derived_values import reader
from resolvers.query import assemble
from schema.column import Column
from schema.input_types import column_type, order_type
from schema.object_types import complete, row_class
from schema.table import Table
from schema.types import INT

APOLLO = ("_FieldSet", "link__Import", "link__Purpose", "key", "link", "shareable")
"""Definitions of Federation's own, which must be as they are."""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return assemble()._schema  # noqa: SLF001


def described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Every definition with its description."""
    for name, kind in schema.type_map.items():
        if is_introspection_type(kind) or name in APOLLO:
            continue
        yield name, kind.description
        match kind:
            case GraphQLObjectType():
                for field, definition in kind.fields.items():
                    yield f"{name}.{field}", definition.description
                    yield from ((f"{name}.{field}({key})", told.description) for key, told in definition.args.items())
            case GraphQLInputObjectType():
                yield from ((f"{name}.{field}", told.description) for field, told in kind.fields.items())
            case GraphQLEnumType():
                yield from ((f"{name}.{value}", told.description) for value, told in kind.values.items())
    for directive in schema.directives:
        if not is_specified_directive(directive) and directive.name not in APOLLO:
            yield f"@{directive.name}", directive.description


def test_everything_is_described(schema: GraphQLSchema) -> None:
    found = dict(described(schema))
    assert len(found) > 1000
    assert [name for name, text in found.items() if not text or not text.strip()] == []


def test_scalars_of_our_own_say_who_specified_them(schema: GraphQLSchema) -> None:
    own = [
        kind
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind) and kind.name not in APOLLO
    ]
    assert {kind.name for kind in own} >= {"Long", "DateTime", "JSON"}
    assert all(kind.specified_by_url for kind in own)


def test_a_column_can_be_deprecated() -> None:
    old = Column("old", INT, "An old number", "mag", deprecated="Ask new instead")
    table = Table("x", "x", "x", "Thing", "things", "A thing", (Column("new", INT, "A number", key=True), old))
    complete(table, {}, reader)

    def resolve(order: order_type(table), by: column_type(table)) -> row_class(table) | None:  # type: ignore[valid-type]
        del order, by

    query = type("Query", (), {"thing": strawberry.field(resolver=resolve)})
    made = FederatedSchema(strawberry.type(query))._schema  # noqa: SLF001
    for holder, field in (("Thing", "old"), ("ThingOrder", "old")):
        fields = made.type_map[holder].fields  # type: ignore[attr-defined]
        assert fields[field].deprecation_reason == "Ask new instead"
        assert fields["new"].deprecation_reason is None
    assert made.type_map["ThingColumn"].values["OLD"].deprecation_reason == "Ask new instead"  # type: ignore[attr-defined]
    assert 'old: Int @deprecated(reason: "Ask new instead")' in print_schema(made)


def test_orders_are_one_of(schema: GraphQLSchema) -> None:
    orders = [
        kind
        for name, kind in schema.type_map.items()
        if name.endswith("Order") and isinstance(kind, GraphQLInputObjectType)
    ]
    assert orders
    assert all(kind.is_one_of for kind in orders)
