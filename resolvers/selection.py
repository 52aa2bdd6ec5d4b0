"""Read a GraphQL selection: the columns, links and arguments selected of each table, as data, once an operation.

graphql-core itself collects the fields, so that fragments, aliases, `@skip` and `@include` work as in its executor.

Worked example: `{ s: stars(first: 5) { nodes { name ldd { value } } } }` becomes

    Root("s", jsdc.star, Field(first: 5), ConnectionSelection(jsdc.star, (("nodes", Row(jsdc.star, (
        ("name", Column name), ("ldd", QuantitySelection(ldd, (("value", Column ldd),))))))),)))
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    OperationDefinitionNode,
    get_argument_values,
    get_named_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues

from resolvers.document import used_variables
from resolvers.introspection_count import ExecutionCount
from schema import name_match_types
from schema.catalog import Catalog
from schema.column import Column, Quantity
from schema.object_types import NAMED, NODE_ID
from schema.table import Link, Table


class Unplannable(Exception):
    """The operation, or a field of it, is not answered by a table, as introspection."""


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """A field that takes arguments: its nodes in the document, and how to read its arguments."""

    nodes: tuple[FieldNode, ...]
    definition: GraphQLField
    fixed: Mapping[str, Any] | None
    """The coerced arguments if no variable is among them, else None."""

    def arguments(self, variables: VariableValues) -> Mapping[str, Any]:
        """Return the coerced arguments by GraphQL name; raises `GraphQLError`."""
        return self.fixed if self.fixed is not None else get_argument_values(self.definition, self.nodes[0], variables)


@dataclass(frozen=True, eq=False, slots=True)
class Constant:
    """A value that does not depend on the row."""

    value: Any


@dataclass(frozen=True, eq=False, slots=True)
class QuantitySelection:
    """The selected fields of a quantity: a value with its error, origin, confidence, unit and UCD."""

    quantity: Quantity
    entries: "tuple[tuple[str, Column | Constant], ...]"


@dataclass(frozen=True, eq=False, slots=True)
class ToOne:
    """A link to at most one row of another table."""

    link: Link
    field: Field
    row: "Row"


@dataclass(frozen=True, eq=False, slots=True)
class ToMany:
    """A link to a page of rows of another table."""

    link: Link
    field: Field
    listing: "ConnectionSelection"


@dataclass(frozen=True, eq=False, slots=True)
class NameMatchSelection:
    """The fields selected of `nameMatch`: their names, or constants."""

    entries: tuple[tuple[str, Constant | str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class NodeIdSelection:
    """The field `id` of rows of a table, which is made of their key."""

    table: Table


Entry = Column | Constant | QuantitySelection | NameMatchSelection | NodeIdSelection | ToOne | ToMany


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """The fields selected of each row of a table: response keys and entries, in the order of the answer."""

    table: Table
    entries: tuple[tuple[str, Entry], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Edges:
    """The fields selected of each edge: its node, `"cursor"` or a constant."""

    entries: tuple[tuple[str, "Row | Constant | str"], ...]


@dataclass(frozen=True, eq=False, slots=True)
class PageInfoSelection:
    """The fields selected of `pageInfo`: their names, or constants."""

    entries: tuple[tuple[str, Constant | str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class ConnectionSelection:
    """The fields selected of a connection; `totalCount` and `totalCountIsExact` are kept as their names."""

    table: Table
    entries: tuple[tuple[str, Row | Edges | PageInfoSelection | NameMatchSelection | Constant | str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Values:
    """The columns selected of a group's `key`, `min`, `max` or `avg`."""

    field: str
    """Which of these it is."""
    entries: tuple[tuple[str, Column | Constant], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Groups:
    """The fields selected of each group of rows; `count` and `hasNext` are kept as their names."""

    table: Table
    entries: tuple[tuple[str, Values | NameMatchSelection | Constant | str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Root:
    """A field of Query: one row, a connection, or groups of rows."""

    key: str
    """Response key: the field's alias or name."""
    table: Table
    field: Field
    selection: Row | ConnectionSelection | Groups


@dataclass(frozen=True, eq=False, slots=True)
class Entities:
    """The field `_entities`: rows of any table by their keys, with a selection for each table."""

    key: str
    field: Field
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False, slots=True)
class PlainField:
    """A field of Query that no table answers; graphql-core's executor does."""

    key: str
    nodes: tuple[FieldNode, ...]
    paged: bool
    """Whether it has the argument `first`."""
    executions: int
    """Fields of introspection that are executed for it."""


Group = list[FieldDetails]


@dataclass(frozen=True, eq=False, slots=True)
class Collector:
    """Collects the selections of one operation."""

    schema: GraphQLSchema
    catalog: Catalog
    """The catalogue that the schema was made of."""
    fragments: dict[str, FragmentDetails]
    operation: OperationDefinitionNode
    variables: VariableValues
    introspection: ExecutionCount

    def roots(self) -> tuple[Root | Entities | PlainField | tuple[str, Constant], ...]:
        """Return the fields of the operation; raises `Unplannable` unless it is a query, and `TooMuch`."""
        query = self.schema.query_type
        if query is None or self.operation.operation.value != "query":
            raise Unplannable
        collected = collect_fields(self.schema, self.fragments, self.variables, query, self.operation)
        return tuple(self._planned(key, group, query) for key, group in collected.grouped_field_set.items())

    def _planned(
        self, key: str, group: Group, query: GraphQLObjectType
    ) -> Root | Entities | PlainField | tuple[str, Constant]:
        try:
            if group[0].node.name.value == "_entities":
                return self._entities(key, group, self._field(group, query))
            return self._root(key, group, query)
        except Unplannable:
            definition = query.fields.get(group[0].node.name.value)  # None for __schema and __type
            nodes = tuple(detail.node for detail in group)
            executions = sum(map(self.introspection.of, nodes))
            return PlainField(key, nodes, bool(definition and "first" in definition.args), executions)

    def _root(self, key: str, group: Group, query: GraphQLObjectType) -> Root | tuple[str, Constant]:
        name = group[0].node.name.value
        if name == "__typename":
            return key, Constant(query.name)
        if (table := self.catalog.by_aggregate.get(name)) is not None:
            field = self._field(group, query)
            return Root(key, table, field, self._groups(table, group, field))
        if (table := self.catalog.by_singular.get(name)) is not None:
            field = self._field(group, query)
            return Root(key, table, field, self._row(table, group, field))
        if (table := self.catalog.by_plural.get(name)) is not None:
            field = self._field(group, query)
            return Root(key, table, field, self._listing(table, group, field))
        raise Unplannable

    def _entities(self, key: str, group: Group, field: Field) -> Entities:
        union = get_named_type(field.definition.type)
        assert isinstance(union, GraphQLUnionType)  # noqa: S101 - for mypy
        rows = ((self.catalog.by_type[kind.name], kind) for kind in union.types)
        return Entities(key, field, tuple(self._row_of(table, group, kind) for table, kind in rows))

    def _field(self, group: Group, parent: GraphQLObjectType) -> Field:
        nodes = tuple(detail.node for detail in group)
        definition = parent.fields[nodes[0].name.value]
        return Field(nodes, definition, _fixed(definition, nodes[0]))

    def _collected(self, group: Group, parent: GraphQLObjectType) -> dict[str, Group]:
        collected = collect_subfields(self.schema, self.fragments, self.variables, self.operation, parent, group)
        return collected.grouped_field_set

    def _entries(
        self, group: Group, parent: GraphQLObjectType, make: Callable[[str, Group], Any]
    ) -> Iterator[tuple[str, Any]]:
        for key, details in self._collected(group, parent).items():
            name = details[0].node.name.value
            yield key, Constant(parent.name) if name == "__typename" else make(name, details)

    def _row(self, table: Table, group: Group, field: Field) -> Row:
        return self._row_of(table, group, _object(field.definition))

    def _row_of(self, table: Table, group: Group, parent: GraphQLObjectType) -> Row:
        links = self.catalog.links_of(table)

        def entry(name: str, details: Group) -> Entry:
            if name == NODE_ID:
                return NodeIdSelection(table)
            if name in table.quantities:
                return self._measure(table.quantities[name], details, _object(parent.fields[name]))
            if name in links:
                return self._link(links[name], details, parent)
            if name == name_match_types.FIELD and table in NAMED:
                return self._name_match(details, parent)
            if name not in table.by_field:
                raise Unplannable  # computed of the row, as `asOf`
            return table.by_field[name]

        return Row(table, tuple(self._entries(group, parent, entry)))

    def _measure(self, quantity: Quantity, group: Group, parent: GraphQLObjectType) -> QuantitySelection:
        parts: dict[str, Column | Constant | None] = {
            "value": quantity.value,
            "error": quantity.error,
            "origin": quantity.origin,
            "confidence": quantity.confidence,
            "unit": Constant(quantity.value.unit or None),
            "ucd": Constant(quantity.value.ucd or None),
        }
        return QuantitySelection(
            quantity, tuple(self._entries(group, parent, lambda name, _: parts[name] or Constant(None)))
        )

    def _name_match(self, group: Group, parent: GraphQLObjectType) -> NameMatchSelection:
        inner = _object(parent.fields[name_match_types.FIELD])
        return NameMatchSelection(tuple(self._entries(group, inner, lambda name, _: name)))

    def _link(self, link: Link, group: Group, parent: GraphQLObjectType) -> ToOne | ToMany:
        field = self._field(group, parent)
        if link.many:
            return ToMany(link, field, self._listing(link.target, group, field))
        return ToOne(link, field, self._row(link.target, group, field))

    def _listing(self, table: Table, group: Group, field: Field) -> ConnectionSelection:
        parent = _object(field.definition)

        def entry(name: str, details: Group) -> Row | Edges | PageInfoSelection | NameMatchSelection | str:
            if name in ("totalCount", "totalCountIsExact"):
                return name
            if name == name_match_types.FIELD:
                return self._name_match(details, parent)
            inner = _object(parent.fields[name])
            if name == "nodes":
                return self._row_of(table, details, inner)
            if name == "pageInfo":
                return PageInfoSelection(tuple(self._entries(details, inner, lambda name, _: name)))
            return Edges(
                tuple(self._entries(details, inner, lambda name, deeper: self._edge(table, name, deeper, inner)))
            )

        return ConnectionSelection(table, tuple(self._entries(group, parent, entry)))

    def _groups(self, table: Table, group: Group, field: Field) -> Groups:
        parent = _object(field.definition)

        def entry(name: str, details: Group) -> Values | NameMatchSelection | str:
            if name in ("count", "hasNext"):
                return name
            if name == name_match_types.FIELD:
                return self._name_match(details, parent)
            inner = _object(parent.fields[name])
            return Values(name, tuple(self._entries(details, inner, lambda name, _: table.by_field[name])))

        return Groups(table, tuple(self._entries(group, parent, entry)))

    def _edge(self, table: Table, name: str, group: Group, edge: GraphQLObjectType) -> Row | str:
        return self._row_of(table, group, _object(edge.fields["node"])) if name == "node" else name


def fragment_details(definitions: tuple[Any, ...]) -> dict[str, FragmentDetails]:
    """Return the fragments of a document by name, as graphql-core's `collect_fields` takes them."""
    return {node.name.value: FragmentDetails(node) for node in definitions if isinstance(node, FragmentDefinitionNode)}


def _object(definition: GraphQLField) -> GraphQLObjectType:
    named = get_named_type(definition.type)
    assert isinstance(named, GraphQLObjectType)  # noqa: S101 - for mypy: no interface or union is declared
    return named


def _fixed(definition: GraphQLField, node: FieldNode) -> Mapping[str, Any] | None:
    try:
        return None if any(map(used_variables, node.arguments or ())) else get_argument_values(definition, node)
    except GraphQLError:  # to be raised when the field is answered, at the cost of that field
        return None
