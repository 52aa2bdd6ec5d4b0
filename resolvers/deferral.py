"""What comes with which part of an answer: the fields of each fragment that `@defer` is on, and those of none.

graphql-core collects the fields, and says of each by which fragments it is deferred. A field that is selected outside
of them too comes with the first part.

Worked example: `{ star(name: "Vega") { name ... @defer(label: "d") { exposures { totalCount } } } }` becomes

    ObjectPart({"star": ObjectPart({"name": None}, (
        DeferredFragment("d", ObjectPart({"exposures": ObjectPart({"totalCount": None}, ())}, ())),))}, ())
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    DeferUsage,
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.incremental.build_execution_plan import get_filtered_defer_usage_set
from graphql.execution.values import VariableValues


@dataclass(frozen=True, eq=False, slots=True)
class ObjectPart:
    """What one part of an answer has of an object."""

    fields: "Mapping[str, Part]"
    """By response key, what it has of each field; None for a leaf, which is had as a whole."""
    fragments: "tuple[DeferredFragment, ...]"
    """What of the same object is deferred from this part."""


@dataclass(frozen=True, eq=False, slots=True)
class PartByType:
    """What one part has of an object of any type, by the name of its type."""

    types: Mapping[str, ObjectPart]


Part = ObjectPart | PartByType | None


@dataclass(frozen=True, eq=False, slots=True)
class DeferredFragment:
    """A fragment that `@defer` is on: what it has of the object that it is on."""

    label: str | None
    part: ObjectPart


@dataclass(frozen=True, eq=False, slots=True)
class PartCollector:
    """Collects the parts of one query."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDetails]
    operation: OperationDefinitionNode
    variables: VariableValues

    def first(self) -> ObjectPart | None:
        """Return the first part, which has the others; None if nothing is deferred."""
        query = self.schema.query_type
        assert query is not None  # noqa: S101 - for mypy
        collected = collect_fields(self.schema, self.fragments, self.variables, query, self.operation)
        part = self._object(collected, query, None)
        return part if _defers(part) else None

    def _object(self, collected: CollectedFields, kind: GraphQLObjectType, usage: DeferUsage | None) -> ObjectPart:
        own = {
            key: [detail for detail in details if detail.defer_usage is usage]
            for key, details in collected.grouped_field_set.items()
        }
        inner = (below for below in collected.new_defer_usages if below.parent_defer_usage is usage)
        return ObjectPart(
            {key: self._below(details, kind, usage) for key, details in own.items() if details},
            tuple(DeferredFragment(below.label, self._object(collected, kind, below)) for below in inner),
        )

    def _below(self, details: list[FieldDetails], parent: GraphQLObjectType, usage: DeferUsage | None) -> Part:
        definition = parent.fields.get(details[0].node.name.value)  # None for introspection, which comes as a whole
        kind = definition and get_named_type(definition.type)
        if isinstance(kind, GraphQLObjectType):
            return self._object(self._collected(details, kind), kind, usage)
        return self._by_type(details, kind, usage) if is_abstract_type(kind) else None

    def _by_type(self, details: list[FieldDetails], kind: GraphQLAbstractType, usage: DeferUsage | None) -> PartByType:
        possible = self.schema.get_possible_types(kind)
        return PartByType({each.name: self._object(self._collected(details, each), each, usage) for each in possible})

    def _collected(self, details: list[FieldDetails], kind: GraphQLObjectType) -> CollectedFields:
        return collect_subfields(self.schema, self.fragments, self.variables, self.operation, kind, details)


def deferred(fields: Sequence[FieldDetails], within: Sequence[FieldDetails]) -> bool:
    """Whether a field comes with other parts than the object that has it does, both given as what selects them."""
    return bool(get_filtered_defer_usage_set(list(fields)) != get_filtered_defer_usage_set(list(within)))


def flattened(part: ObjectPart) -> ObjectPart:
    """The same with all that is deferred from it, as if `@defer` were not there."""
    parts = tuple(_with_fragments(part))
    keys = dict.fromkeys(key for each in parts for key in each.fields)
    return ObjectPart({key: _merged([each.fields[key] for each in parts if key in each.fields]) for key in keys}, ())


def _merged(parts: list[Part]) -> Part:
    objects = tuple(part for part in parts if isinstance(part, ObjectPart))
    if objects:
        return flattened(ObjectPart({}, tuple(DeferredFragment(None, part) for part in objects)))
    by_type = [part.types for part in parts if isinstance(part, PartByType)]
    if not by_type:
        return None
    fragments = {name: [DeferredFragment(None, types[name]) for types in by_type] for name in by_type[0]}
    return PartByType({name: flattened(ObjectPart({}, tuple(each))) for name, each in fragments.items()})


def _with_fragments(part: ObjectPart) -> Iterator[ObjectPart]:
    yield part
    for fragment in part.fragments:
        yield from _with_fragments(fragment.part)


def _defers(part: Part) -> bool:
    match part:
        case ObjectPart(fields, fragments):
            return bool(fragments) or any(map(_defers, fields.values()))
        case PartByType(types):
            return any(map(_defers, types.values()))
        case None:
            return False
