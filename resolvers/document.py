"""Read GraphQL documents: parse, check against limits, validate, and find the variables that decide a plan."""

from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLDeferDirective,
    GraphQLError,
    GraphQLSchema,
    Node,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    parse,
    specified_rules,
    validate,
    visit,
)

from hub.limits import DocumentLimits
from planning.errors import BadInput
from resolvers.measurement import check
from schema.baseline_types import FIELD_OF_VARIABLES


@dataclass(frozen=True, eq=False, slots=True)
class Document:
    """A parsed document and its validation errors, if there are any."""

    node: DocumentNode
    errors: tuple[GraphQLError, ...]
    switches: tuple[str, ...]
    """Variables that directives and derived fields use: other values give another selection, and plan."""
    defers: bool
    """Whether `@defer` is in it."""

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """Return the operation of that name, or for None the only one; raises `BadInput`."""
        named = self._named(name)
        if len(named) == 1:
            return named[0]
        known = ", ".join(node.name.value for node in self._named(None) if node.name) or "one without a name"
        message = f"operationName is {name!r}: the document has {known}"
        raise BadInput(message)

    def mutates(self, name: str | None) -> bool:
        """Whether the operation of that name (None: any) is a mutation; the document need not be valid."""
        return any(node.operation is OperationType.MUTATION for node in self._named(name))

    def _named(self, name: str | None) -> list[OperationDefinitionNode]:
        operations = (node for node in self.node.definitions if isinstance(node, OperationDefinitionNode))
        return [node for node in operations if name is None or (node.name and node.name.value == name)]


def read_document(text: str, schema: GraphQLSchema, limits: DocumentLimits, *, valid: bool = False) -> Document:
    """Parse, check and validate a text, unless it is known to be `valid`.

    Validation errors, at most ten, are in the document.

    Raises
    ------
    GraphQLError
        A syntax error.
    TooMuch
        A limit is exceeded.
    """
    node = parse(text, max_tokens=limits.tokens, allow_empty_selection_sets=False)
    check(node, limits)
    rules = specified_rules if limits.introspection else [*specified_rules, NoSchemaIntrospectionCustomRule]
    errors = [] if valid else validate(schema, node, rules, max_errors=10)
    used = UsedInSelection()
    visit(node, used)
    return Document(node, tuple(errors), tuple(used.names), GraphQLDeferDirective.name in used.directives)


class UsedVariables(Visitor):
    """Visitor that collects the names of all variables used."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        """Add the variable's name."""
        self.names.add(node.name.value)


class UsedInSelection(Visitor):
    """Visitor that collects directives, and the variables used by them and by `uv`, in document order."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.directives: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        """Add the directive and its variables."""
        self.directives.add(node.name.value)
        self._add(node.arguments)

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Add the variables of a field that plans have the value of."""
        if node.name.value == FIELD_OF_VARIABLES:
            self._add(node.arguments)

    def _add(self, arguments: Iterable[ArgumentNode] | None) -> None:
        values = (argument.value for argument in arguments or ())
        self.names += [value.name.value for value in values if isinstance(value, VariableNode)]


def used_variables(node: Node) -> set[str]:
    """Return the names of the variables used in a node and everything below it."""
    visitor = UsedVariables()
    visit(node, visitor)
    return visitor.names
