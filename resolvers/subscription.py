"""Subscriptions: what is asked in one, and the query that answers it each time something was added.

A subscription to new rows is a query for rows whose keys are told when they are known: planned, limited and answered
like any other, links to other databases and all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    get_argument_values,
    parse,
    print_ast,
    separate_operations,
)
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import VariableValues

from planning.errors import BadInput
from resolvers.document import variables as variables_of
from resolvers.operation import OperationResult, Operations, Request
from resolvers.selection import fragments
from schema.additions import ADDED

CHANGED = "sourceVersionChanged"
BATCH = 100
"""Rows that one statement asks for."""
KEYS = "__added"
"""Variable with the keys of what was added; no client's variable may begin like this."""


@dataclass(frozen=True, eq=False, slots=True)
class Subscription:
    """A subscription that is sound: its only field, and what was told with it."""

    request: Request
    document: DocumentNode
    operation: OperationDefinitionNode
    key: str
    """Name in the answer."""
    nodes: tuple[FieldNode, ...]
    arguments: Mapping[str, Any]

    @property
    def field(self) -> str:
        """What it is about."""
        return self.nodes[0].name.value


def subscription(operations: Operations, request: Request) -> Subscription:
    """Read a subscription; raises `GraphQLError`, `GatewayError`."""
    document = operations.document(request.query)
    if document.errors:
        raise document.errors[0]
    operation = document.operation(request.operation_name)
    if operation.operation is not OperationType.SUBSCRIPTION:
        message = "Only subscriptions are asked this way: ask the rest by GET or POST"
        raise BadInput(message)
    variables = operations.asked(request, document).variables
    key, nodes = _only(operations.schema, document.node, operation, variables)
    definition = operations.schema.subscription_type.fields[nodes[0].name.value]  # type: ignore[union-attr]
    told = get_argument_values(definition, nodes[0], variables)
    return Subscription(request, document.node, operation, key, nodes, told)


def _only(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
) -> tuple[str, tuple[FieldNode, ...]]:
    assert schema.subscription_type is not None  # noqa: S101 - told to mypy: validation has seen that there is one
    collected = collect_fields(schema, fragments(document.definitions), variables, schema.subscription_type, operation)
    for key, group in collected.grouped_field_set.items():  # validation allows one; @skip may have left none
        return key, tuple(detail.node for detail in group)
    message = "The subscription asks for nothing: @skip or @include leaves no field"
    raise BadInput(message)


@dataclass(frozen=True, slots=True)
class SubscriptionQuery:
    """A query for what was added; equal ones are answered once."""

    text: str
    variables: bytes
    """As JSON."""
    key: str

    def request(self, keys: list[str]) -> Request:
        """The request for these rows."""
        return Request(self.text, None, orjson.loads(self.variables) | {KEYS: keys})

    def messages(self, answer: OperationResult) -> Iterator[OperationResult]:
        """The answer cut apart, a row each."""
        data, errors = answer.payload.get("data") or {}, answer.payload.get("errors", ())
        if data.get(self.key) is None:
            yield OperationResult({"data": {self.key: None}, "errors": [_at(error, [self.key]) for error in errors]})
            return
        for index, node in enumerate(data[self.key]["nodes"]):
            place = [self.key, "nodes", index]
            own = [_at(error, [self.key, *error["path"][3:]]) for error in errors if error["path"][:3] == place]
            yield OperationResult({"data": {self.key: node}} | ({"errors": own} if own else {}))


def _at(error: Mapping[str, Any], path: list[Any]) -> dict[str, Any]:
    # Its locations are those of our query, not of the client's document.
    return {key: value for key, value in error.items() if key != "locations"} | {"path": path}


def query(wanted: Subscription) -> SubscriptionQuery:
    """The query for what was added."""
    told = {argument.name.value: argument.value for argument in wanted.nodes[0].arguments or ()}
    whole = told.get("where")
    filters = whole.name.value if isinstance(whole, VariableNode) else None
    body = _body(wanted, print_ast(whole) if whole else "{}", told.get("cone"))
    used = variables_of(body)
    definitions = [part for part in wanted.operation.variable_definitions or () if part.variable.name.value in used]
    declared = " ".join((f"${KEYS}: [String!]!", *(_declared(part, filters) for part in definitions)))
    variables = {name: value for name, value in wanted.request.variables.items() if name in used}
    if filters and variables.get(filters) is None and (filters in variables or not _default(definitions, filters)):
        variables[filters] = {}
    sorted_ = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)
    return SubscriptionQuery(f"query({declared}) {print_ast(body)}", sorted_, wanted.key)


def _body(wanted: Subscription, where: str, cone: ValueNode | None) -> DocumentNode:
    """The query without its variables, and without the fragments that it does not use."""
    place = f", cone: {print_ast(cone)}" if cone else ""
    parts = (part for node in wanted.nodes if node.selection_set for part in node.selection_set.selections)
    kept = (part for part in wanted.document.definitions if isinstance(part, FragmentDefinitionNode))
    added = f"{{{ADDED.table.key.graphql}: {{in: ${KEYS}}}}}"
    text = (
        f"{{ {wanted.key}: {ADDED.table.plural}(first: {BATCH}, where: {{and: [{added}, {where}]}}{place}) "
        f"{{ nodes {{ {' '.join(map(print_ast, parts))} }} }} }}\n"
    )
    [body] = separate_operations(parse(text + "\n".join(map(print_ast, kept)))).values()
    return body


def _declared(definition: VariableDefinitionNode, filters: str | None) -> str:
    """A variable's definition; one that is a whole filter is now one of several, and so cannot be null."""
    name, kind = definition.variable.name.value, print_ast(definition.type)
    default = f" = {print_ast(definition.default_value)}" if definition.default_value else ""
    required = "!" if name == filters and not kind.endswith("!") else ""
    return f"${name}: {kind}{required}{default}"


def _default(definitions: list[VariableDefinitionNode], name: str) -> bool:
    return any(part.default_value for part in definitions if part.variable.name.value == name)
