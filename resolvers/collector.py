"""Read a GraphQL selection, once an operation: what becomes of it is in `resolvers.selection`.

graphql-core itself collects the fields, so that fragments, aliases, `@skip` and `@include` work as in its executor.
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
    OperationDefinitionNode,
    get_argument_values,
    get_named_type,
    is_abstract_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues

from planning.null_filters import without_nulls
from resolvers.deferral import deferred
from resolvers.document import used_variables
from resolvers.introspection_count import ExecutionCount
from resolvers.selection import (
    BinsSelection,
    ConnectionSelection,
    Constant,
    DerivedSelection,
    Edges,
    Entities,
    Entry,
    Field,
    GroupEntry,
    Groups,
    LinkEntry,
    NameMatchSelection,
    NodeIdSelection,
    PageInfoSelection,
    PartEntries,
    PartSelection,
    PlainField,
    QuantitySelection,
    RelatedValues,
    Root,
    Row,
    ToGroups,
    ToMany,
    ToOne,
    Unplannable,
    Values,
)
from schema import crossmatch, name_match_types, search
from schema.aggregate_types import aggregates_of
from schema.catalog import Catalog
from schema.column import Column, Quantity
from schema.derived import derived_fields
from schema.object_types import NAMED, NODE_ID
from schema.relations import ordered_by, related_column
from schema.separation import SEPARATION, separation_of
from schema.table import Link, Table

MATCHES: Mapping[str, Table] = {"crossmatch": crossmatch.MATCH, "search": search.MATCH}
"""Fields of Query whose pages have matches, with the table of what these are."""
IDENTIFIED = ("_entities", "nodes", "node")
"""Fields of Query whose rows may be of any table."""
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
            if group[0].node.name.value in IDENTIFIED:
                return self._entities(key, group, self._field(group, query))
            return self._root(key, group, query)
        except Unplannable:
            definition = query.fields.get(group[0].node.name.value)  # None for __schema and __type
            nodes = tuple(detail.node for detail in group)
            executions = sum(map(self.introspection.of, nodes))
            paged = bool(definition and "first" in definition.args)
            return PlainField(key, nodes, paged, executions, self._matches(group, query))

    def _matches(self, group: Group, query: GraphQLObjectType) -> tuple[Row, ...]:
        """What is selected of each match of a page of matches; nothing of other fields."""
        name = group[0].node.name.value
        table = MATCHES.get(name)
        if table is None:
            return ()
        connection = _object(query.fields[name])
        parts = self._collected(group, connection)
        rows = [(details, connection) for details in parts.values() if details[0].node.name.value == "nodes"]
        for details in (details for details in parts.values() if details[0].node.name.value == "edges"):
            edge = _object(connection.fields["edges"])
            deeper = self._collected(details, edge).values()
            rows += [(each, edge) for each in deeper if each[0].node.name.value == "node"]
        try:
            return tuple(
                self._row_of(table, details, _object(parent.fields[details[0].node.name.value]))
                for details, parent in rows
            )
        except Unplannable:  # a value that is computed of a row, as `asOf`
            return ()

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
        abstract = get_named_type(field.definition.type)
        assert is_abstract_type(abstract)  # noqa: S101 - for mypy: a union or an interface
        rows = ((self.catalog.by_type[kind.name], kind) for kind in self.schema.get_possible_types(abstract))
        return Entities(
            key, group[0].node.name.value, field, tuple(self._row_of(table, group, kind) for table, kind in rows)
        )

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
        links, derived = self.catalog.links_of(table), derived_fields(table)
        aggregates = aggregates_of(links)

        def entry(name: str, details: Group) -> Entry:
            if name == NODE_ID:
                return NodeIdSelection(table)
            if name in table.quantities:
                return self._measure(table.quantities[name], details, _object(parent.fields[name]))
            if name in links or name in aggregates:
                later = deferred(details, group)
                return self._link(name, links.get(name) or aggregates[name], details, parent, later=later)
            if name in derived:
                return DerivedSelection(derived[name], self._parts(parent.fields[name], details))
            if name == name_match_types.FIELD and table in NAMED:
                return self._name_match(details, parent)
            return _column(table, name)

        return Row(table, tuple(self._entries(group, parent, entry)))

    def _measure(self, quantity: Quantity, group: Group, parent: GraphQLObjectType) -> QuantitySelection:
        parts: dict[str, Column | Constant | None] = {
            **quantity.parts,
            "unit": Constant(quantity.value.unit or None),
            "ucd": Constant(quantity.value.ucd or None),
        }
        return QuantitySelection(
            quantity, tuple(self._entries(group, parent, lambda name, _: parts[name] or Constant(None)))
        )

    def _parts(self, definition: GraphQLField, group: Group) -> PartEntries | None:
        parent = get_named_type(definition.type)
        if not isinstance(parent, GraphQLObjectType):
            return None

        def part(name: str, details: Group) -> PartSelection:
            field = parent.fields[name]
            # Its variables are among the document's switches, so that the plan is of these values.
            arguments = get_argument_values(field, details[0].node, self.variables)
            attribute = field.extensions["strawberry-definition"].python_name
            return PartSelection(attribute, arguments, self._parts(field, details))

        return tuple(self._entries(group, parent, part))

    def _name_match(self, group: Group, parent: GraphQLObjectType) -> NameMatchSelection:
        inner = _object(parent.fields[name_match_types.FIELD])
        return NameMatchSelection(tuple(self._entries(group, inner, lambda name, _: name)))

    def _link(self, name: str, link: Link, group: Group, parent: GraphQLObjectType, *, later: bool) -> LinkEntry:
        field = self._field(group, parent)
        if name != link.field:
            return ToGroups(link, field, self._groups(link.target, group, field), later)
        if link.many:
            return ToMany(link, field, self._listing(link.target, group, field), later)
        return ToOne(link, field, self._row(link.target, group, field), later)

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

        def entry(name: str, details: Group) -> GroupEntry:
            if name in ("count", "hasNext"):
                return name
            if name == name_match_types.FIELD:
                return self._name_match(details, parent)
            inner = _object(parent.fields[name])
            if name == "bins":
                return BinsSelection(tuple(self._entries(details, inner, lambda name, _: name)))
            if name == "related":
                return self._related_values(table, details, inner)
            return Values(name, tuple(self._entries(details, inner, lambda name, _: table.by_field[name])))

        return Groups(table, tuple(self._entries(group, parent, entry)))

    def _related_values(self, table: Table, group: Group, parent: GraphQLObjectType) -> RelatedValues:
        def values(name: str, details: Group) -> Values:
            link, inner = ordered_by(table)[name], _object(parent.fields[name])

            def column(name: str, _: Group) -> Column:
                return related_column((link,), link.target.by_field[name])

            return Values("key", tuple(self._entries(details, inner, column)))

        return RelatedValues(tuple(self._entries(group, parent, values)))

    def _edge(self, table: Table, name: str, group: Group, edge: GraphQLObjectType) -> Row | str:
        return self._row_of(table, group, _object(edge.fields["node"])) if name == "node" else name


def _column(table: Table, name: str) -> Column:
    """The column that a field shows; raises `Unplannable` for one that is computed of the row, as `asOf`."""
    if name == SEPARATION.graphql and separation_of(table):
        return SEPARATION
    if name not in table.by_field:
        raise Unplannable
    return table.by_field[name]


def fragment_details(definitions: tuple[Any, ...]) -> dict[str, FragmentDetails]:
    """Return the fragments of a document by name, as graphql-core's `collect_fields` takes them."""
    return {node.name.value: FragmentDetails(node) for node in definitions if isinstance(node, FragmentDefinitionNode)}


def _object(definition: GraphQLField) -> GraphQLObjectType:
    named = get_named_type(definition.type)
    assert isinstance(named, GraphQLObjectType)  # noqa: S101 - for mypy: no other field is of an interface or a union
    return named


def _fixed(definition: GraphQLField, node: FieldNode) -> Mapping[str, Any] | None:
    try:
        used = any(map(used_variables, node.arguments or ()))
        return None if used else without_nulls(get_argument_values(definition, node))
    except GraphQLError:  # to be raised when the field is answered, at the cost of that field
        return None
