"""What introspection costs: how many fields graphql-core's executor would answer, counted before it runs.

Each selection is counted once for each type, field or argument that it is asked of, so that counting takes a part of
what answering would. `tables` and `dataModels` describe every column, and are counted in the same unit.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    is_abstract_type,
)
from graphql.execution.collect_fields import FragmentDetails

from planning.errors import TooMuch
from resolvers import models
from schema.catalog import Catalog

SERVICE = "_service"
"""The field of Query that has the schema as text, for Apollo Federation."""
TEXT = 5000
"""Fields that take as long to write as that text."""
ATTRIBUTES = {
    "queryType": "query_type",
    "mutationType": "mutation_type",
    "subscriptionType": "subscription_type",
    "ofType": "of_type",
}
"""Attributes of graphql-core's types that have other names than the fields of introspection."""


def sourceless(name: str) -> bool:
    """Whether a field of Query reads no source: declarations answer it, and its resolvers wait for nothing."""
    return name.startswith("__") or name == SERVICE or name in models.FIELDS


@dataclass(frozen=True, slots=True)
class ExecutionCount:
    """Counts the fields that introspection of one schema executes; raises `TooMuch` above `most`."""

    schema: GraphQLSchema
    catalog: Catalog
    fragments: Mapping[str, FragmentDetails]
    most: int
    _known: dict[tuple[int, int], int] = field(default_factory=dict)

    def of(self, node: FieldNode) -> int:
        """Count for one field of Query; 0 for one that reads a source."""
        name, selection = node.name.value, node.selection_set
        if selection is None or not sourceless(name):
            return 0
        if name == "__schema":
            return self._count(selection, self.schema)
        if name == "__type":
            return max(self._count(selection, kind) for kind in self._named(node))
        if name == SERVICE:
            return TEXT
        columns = sum(len(table.columns) for table in self.catalog.tables.values())
        return columns * self._leaves(selection)

    def _named(self, node: FieldNode) -> list[Any]:
        """The type that `__type` names; all of them where a variable does."""
        names = [getattr(argument.value, "value", None) for argument in node.arguments or ()]
        known = [self.schema.type_map[name] for name in names if name in self.schema.type_map]
        return known or list(self.schema.type_map.values())

    def _count(self, selection: SelectionSetNode, element: Any) -> int:
        key = (id(selection), id(element))
        count = self._known.get(key)
        if count is None:
            if len(self._known) > self.most:  # each of these would be executed at least once
                raise self._refusal()
            count = sum(self._counted(node, element) for node in self._fields(selection))
            if count > self.most:
                raise self._refusal()
            self._known[key] = count
        return count

    def _counted(self, node: FieldNode, element: Any) -> int:
        below = node.selection_set
        return 1 + (sum(self._count(below, each) for each in self._below(node.name.value, element)) if below else 0)

    def _refusal(self) -> TooMuch:
        message = f"Introspection would answer more than {self.most} fields: ask for less of the schema at once"
        return TooMuch(message)

    def _fields(self, selection: SelectionSetNode) -> Iterator[FieldNode]:
        for node in selection.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                yield from self._fields(self.fragments[node.name.value].definition.selection_set)
            else:
                yield from self._fields(node.selection_set)  # type: ignore[attr-defined]

    def _leaves(self, selection: SelectionSetNode) -> int:
        return sum(self._leaves(node.selection_set) if node.selection_set else 1 for node in self._fields(selection))

    def _below(self, name: str, element: Any) -> Iterable[Any]:
        """What a field of introspection leads to (GraphQL, section 4.2)."""
        match name:
            case "types":
                return self.schema.type_map.values()
            case "possibleTypes":
                return self.schema.get_possible_types(element) if is_abstract_type(element) else ()
            case "fields" | "inputFields":
                owners = GraphQLObjectType if name == "fields" else GraphQLInputObjectType
                return element.fields.values() if isinstance(element, owners) else ()
            case "enumValues":
                return element.values.values() if isinstance(element, GraphQLEnumType) else ()
            case _:
                found = getattr(element, ATTRIBUTES.get(name, name), None)
                return () if found is None else found.values() if name == "args" else _listed(found)


def _listed(found: Any) -> Iterable[Any]:
    return found if isinstance(found, tuple) else (found,)
