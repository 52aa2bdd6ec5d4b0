"""Subscriptions: reading one, and the query that answers it each time rows are added.

A subscription to new rows becomes a query for rows by their keys, which are bound when they are known: planned, limited
and answered like any other, links to other databases included.

Worked example: `subscription { exposureAdded(where: {instrumentName: {eq: "SPICA"}}) { expId star { name } } }` becomes

    query($__added: [String!]!) {
      exposureAdded: exposures(first: 100, where: {and: [{expId: {in: $__added}}, {instrumentName: {eq: "SPICA"}}]}) {
        nodes { __key: expId expId star { name } } } }
"""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
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

from planning import null_filters
from planning.asker import Asker, asker
from planning.errors import BadInput
from resolvers.collector import fragment_details
from resolvers.document import used_variables as variables_of
from resolvers.operation import Operations
from resolvers.request import OperationResult, Request
from resolvers.scans import relation_scans
from schema.additions import ADDITIONS, AddedRows
from schema.table import Table
from schema.types import LONG

CHANGED = "sourceVersionChanged"
BATCH = 100
"""Largest number of new rows fetched by one query."""
KEYS = "__added"
"""Variable with the keys of new rows; GraphQL reserves names with two underscores, so no client uses it."""
KEY = "__key"
"""Alias of a row's key, which is taken out before the row is told."""


@dataclass(frozen=True, eq=False, slots=True)
class Subscription:
    """A valid subscription: its only field, with coerced arguments."""

    request: Request
    document: DocumentNode
    operation: OperationDefinitionNode
    key: str
    """Response key: the field's alias or name."""
    nodes: tuple[FieldNode, ...]
    arguments: Mapping[str, Any]

    @property
    def field(self) -> str:
        """Name of the field: one of `ADDITIONS`, or `CHANGED`."""
        return self.nodes[0].name.value

    @property
    def added(self) -> AddedRows | None:
        """The additions that it is to; None for `CHANGED`."""
        return ADDITIONS.get(self.field)


def read_subscription(operations: Operations, request: Request) -> Subscription:
    """Validate a subscription request; raises `GraphQLError`, `GatewayError`."""
    document = operations.document(request.query)
    if document.errors:
        raise document.errors[0]
    operation = document.operation(request.operation_name)
    variables = operations.prepare(request, document).variables
    key, nodes = _only(operations.schema, document.node, operation, variables)
    definition = operations.schema.subscription_type.fields[nodes[0].name.value]  # type: ignore[union-attr]
    arguments = get_argument_values(definition, nodes[0], variables)
    _own_conditions(nodes[0].name.value, arguments.get("where"))
    return Subscription(request, document.node, operation, key, nodes, arguments)


def _own_conditions(field: str, where: Mapping[str, Any] | None) -> None:
    """Raise `BadInput` for a filter on related rows: which star a new row is, among others, is known later."""
    added = ADDITIONS.get(field)
    for path, _, _ in relation_scans(added.table, where, "where") if added else ():
        message = f"{path} asks about related rows, which may come later than the row: select them, and choose there"
        raise BadInput(message)


def _only(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
) -> tuple[str, tuple[FieldNode, ...]]:
    assert schema.subscription_type is not None  # noqa: S101 - for mypy: validation has seen that there is one
    collected = collect_fields(
        schema, fragment_details(document.definitions), variables, schema.subscription_type, operation
    )
    for key, group in collected.grouped_field_set.items():  # validation allows one; @skip may have left none
        return key, tuple(detail.node for detail in group)
    message = "The subscription asks for nothing: @skip or @include leaves no field"
    raise BadInput(message)


@dataclass(frozen=True, slots=True)
class SubscriptionQuery:
    """A query for new rows of a table, as somebody asks it; equal ones of several subscribers run once."""

    text: str
    variables: bytes
    """As JSON."""
    key: str
    table: Table
    asker: Asker

    def request(self, keys: list[str]) -> Request:
        """Return the request for the rows with these keys."""
        values = list(map(int, keys)) if self.table.key.type is LONG else keys
        return Request(self.text, None, orjson.loads(self.variables) | {KEYS: values})

    def failure(self, answer: OperationResult) -> dict[str, Any] | None:
        """The first error of a result that has no rows; None for one that has."""
        if (answer.payload.get("data") or {}).get(self.key) is not None:
            return None
        return _at(answer.payload["errors"][0], [self.key])

    def messages(self, answer: OperationResult, positions: Mapping[str, int]) -> list[tuple[int, OperationResult]]:
        """Split a result that has rows into one message a row, each with the errors of its own path.

        They have the positions of their rows, by key, and are in the order of those.
        """
        data, errors, messages = answer.payload["data"], answer.payload.get("errors", ()), []
        for index, node in enumerate(data[self.key]["nodes"]):
            row_path = [self.key, "nodes", index]
            row_errors = [
                _at(error, [self.key, *error["path"][3:]]) for error in errors if error["path"][:3] == row_path
            ]
            told = {name: value for name, value in node.items() if name != KEY}
            payload = {"data": {self.key: told}} | ({"errors": row_errors} if row_errors else {})
            messages.append((positions[str(node[KEY])], OperationResult(payload)))
        return sorted(messages, key=itemgetter(0))


def _at(error: Mapping[str, Any], path: list[Any]) -> dict[str, Any]:
    # Its locations are those of our query, not of the client's document.
    return {key: value for key, value in error.items() if key != "locations"} | {"path": path}


def rows_query(subscribed: Subscription, added: AddedRows) -> SubscriptionQuery:
    """Rewrite a subscription as the query for the rows that were added, as its asker may see them."""
    arguments = {argument.name.value: argument.value for argument in subscribed.nodes[0].arguments or ()}
    where = arguments.get("where")
    filters = where.name.value if isinstance(where, VariableNode) else None
    beside = {name: arguments[name] for name in (null_filters.ARGUMENT, "cone", "region") if name in arguments}
    body = _body(subscribed, added, print_ast(where) if where else "{}", beside)
    used = variables_of(body)
    variable_definitions = subscribed.operation.variable_definitions or ()
    definitions = [node for node in variable_definitions if node.variable.name.value in used]
    declared = " ".join(
        (f"${KEYS}: [{added.table.key.type.graphql}!]!", *(_declared(node, filters) for node in definitions))
    )
    variables = {name: value for name, value in subscribed.request.variables.items() if name in used}
    if filters and variables.get(filters) is None and (filters in variables or not _default(definitions, filters)):
        variables[filters] = {}
    sorted_ = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)
    return SubscriptionQuery(f"query({declared}) {print_ast(body)}", sorted_, subscribed.key, added.table, asker())


def _body(subscribed: Subscription, added: AddedRows, where: str, beside: Mapping[str, ValueNode]) -> DocumentNode:
    """Build the query without variable definitions and without fragments that it does not use."""
    rest = "".join(f", {name}: {print_ast(value)}" for name, value in beside.items())
    fields = (field for node in subscribed.nodes if node.selection_set for field in node.selection_set.selections)
    definitions = (node for node in subscribed.document.definitions if isinstance(node, FragmentDefinitionNode))
    key = added.table.key.graphql
    conditions = f"{{{key}: {{in: ${KEYS}}}}}, {_only_those(added)}{where}"
    text = (
        f"{{ {subscribed.key}: {added.table.plural}(first: {BATCH}, where: {{and: [{conditions}]}}{rest}) "
        f"{{ nodes {{ {KEY}: {key} {' '.join(map(print_ast, fields))} }} }} }}\n"
    )
    [body] = separate_operations(parse(text + "\n".join(map(print_ast, definitions)))).values()
    return body


def _only_those(added: AddedRows) -> str:
    if added.only is None:
        return ""
    column, values = added.only
    return f"{{{column.graphql}: {{in: {orjson.dumps(values).decode()}}}}}, "


def _declared(definition: VariableDefinitionNode, filters: str | None) -> str:
    """A variable's definition; one that is a whole filter is now one of several, and so cannot be null."""
    name, kind = definition.variable.name.value, print_ast(definition.type)
    default = f" = {print_ast(definition.default_value)}" if definition.default_value else ""
    required = "!" if name == filters and not kind.endswith("!") else ""
    return f"${name}: {kind}{required}{default}"


def _default(definitions: list[VariableDefinitionNode], name: str) -> bool:
    return any(node.default_value for node in definitions if node.variable.name.value == name)
