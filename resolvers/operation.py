"""A GraphQL request answered: parsed, checked, validated and planned once a text, then run with its variables.

What cannot be compiled, and a row that is not what its declaration says, goes to graphql-core's executor over the plain
resolvers of `query.py`; both ways give the same answer.
"""

import logging
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    execute,
    get_variable_values,
    parse,
    specified_rules,
    validate,
    visit,
)
from graphql.execution.values import VariableValues

from resolvers.cache import Cache
from resolvers.completion import Unexpected
from resolvers.errors import BadInput, GatewayError, Internal
from resolvers.execution import Execution, settle, together
from resolvers.level import Level, level
from resolvers.limits import DocumentLimits, check
from resolvers.query import Context
from resolvers.rows import Hub
from resolvers.selection import Collector, Constant, Groups, Root, Unplannable, fragments

LOG = logging.getLogger(__name__)
CACHED_TEXT = 4_000_000
"""Bytes of GraphQL whose documents are kept: an AST is some thirty times its text."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks."""

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What it is answered; `executed` is False for a request that was refused before anything ran."""

    payload: dict[str, Any]
    executed: bool = True


@dataclass(frozen=True, eq=False, slots=True)
class Document:
    """A parsed text, with what is wrong with it if anything is."""

    node: DocumentNode
    errors: tuple[GraphQLError, ...]
    switches: tuple[str, ...]
    """Variables that `@skip` and `@include` use: other values of theirs make another selection."""


Planned = tuple[tuple[Root, Level | None] | tuple[str, Constant], ...]


class Operations:
    """Everything that GraphQL requests share: the schema, the hub, the caches."""

    def __init__(self, schema: GraphQLSchema, hub: Hub, limits: DocumentLimits, largest_page: int) -> None:
        self.schema = schema
        self.hub = hub
        self.limits = limits
        self.largest_page = largest_page
        self._rules = specified_rules if limits.introspection else [*specified_rules, NoSchemaIntrospectionCustomRule]
        self._documents: Cache[str, Document] = Cache(CACHED_TEXT)
        self._plans: Cache[tuple[str, str | None, tuple[Any, ...]], Planned | None] = Cache(CACHED_TEXT)

    async def answer(self, request: Request) -> Answer:
        """Answer a request; raises nothing but cancellation."""
        try:
            document = self.document(request.query)
            if document.errors:
                return _refused(*document.errors)
            operation = self.operation(document, request.operation_name)
            variables = self.coerced(operation, request.variables)
            planned = self._planned(request, document, operation, variables)
            return await self._run(request, document, variables, planned)
        except GraphQLError as error:
            return _refused(error)
        except GatewayError as error:
            return _refused(GraphQLError(error.message, extensions=dict(error.extensions)))

    def document(self, text: str) -> Document:
        """The document of a text, checked against the limits and validated; raises `GraphQLError`, `TooMuch`."""
        found = self._documents.get(text)
        if found is None:
            node = parse(text, max_tokens=self.limits.tokens, allow_empty_selection_sets=False)
            check(node, self.limits)
            errors = validate(self.schema, node, self._rules, max_errors=10)
            found = Document(node, tuple(errors), tuple(_switches(node)))
            self._documents.put(text, found, len(text))
        return found

    def operation(self, document: Document, name: str | None) -> OperationDefinitionNode:
        """The operation of that name, or the only one; raises `BadInput`."""
        found = [node for node in document.node.definitions if isinstance(node, OperationDefinitionNode)]
        named = [node for node in found if name is None or (node.name and node.name.value == name)]
        if len(named) == 1:
            return named[0]
        known = ", ".join(node.name.value for node in found if node.name) or "one without a name"
        message = f"operationName is {name!r}: the document has {known}"
        raise BadInput(message)

    def coerced(self, operation: OperationDefinitionNode, told: Mapping[str, Any]) -> VariableValues:
        """The variables' values; raises `GraphQLError` with the first that is wrong."""
        values = get_variable_values(self.schema, operation.variable_definitions or (), dict(told), max_errors=10)
        if isinstance(values, list):
            raise values[0]
        return values

    def collector(self, document: Document, operation: OperationDefinitionNode, variables: VariableValues) -> Collector:
        """What walks the selections of an operation."""
        return Collector(self.schema, fragments(document.node.definitions), operation, variables)

    def _planned(
        self, request: Request, document: Document, operation: OperationDefinitionNode, variables: VariableValues
    ) -> Planned | None:
        key = (request.query, request.operation_name, tuple(variables.coerced.get(name) for name in document.switches))
        found = self._plans.get(key)
        if found is None:
            try:
                roots = self.collector(document, operation, variables).roots()
            except (Unplannable, GraphQLError):  # of the latter the plain executor says what is wrong, and where
                return None
            found = tuple((root, _level(root)) if isinstance(root, Root) else root for root in roots)
            self._plans.put(key, found, len(request.query))
        return found

    async def _run(
        self, request: Request, document: Document, variables: VariableValues, planned: Planned | None
    ) -> Answer:
        if planned is None:
            return await self.plainly(document, request)
        execution = Execution(self.hub, variables, self.largest_page, [])
        try:
            values = await together([_value(execution, *entry) for entry in planned])
        except (Unexpected, GraphQLError):  # arguments that turn out wrong with these variables cost their field only
            return await self.plainly(document, request)
        data = {_key(entry): value for entry, value in zip(planned, values, strict=True)}
        if not execution.failures:
            return Answer({"data": data})
        errors: list[GraphQLError] = []
        return Answer({"data": settle(data, [], errors), "errors": [error.formatted for error in errors]})

    async def plainly(self, document: Document, request: Request) -> Answer:
        """Answer by graphql-core's executor: slower, and right by construction."""
        context = Context(self.hub, self.largest_page)
        running = execute(
            self.schema,
            document.node,
            context_value=context,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
        )
        result = await running if isinstance(running, Awaitable) else running
        payload: dict[str, Any] = {"data": result.data}
        return Answer(
            payload | ({"errors": [_coded(_masked(error)) for error in result.errors]} if result.errors else {})
        )


def _level(root: Root) -> Level | None:
    return None if isinstance(root.wanted, Groups) else level(root.wanted, offset=0)


async def _value(execution: Execution, root: Root | str, wanted: Level | Constant | None) -> Any:
    if isinstance(wanted, Constant):
        return wanted.value
    return await execution.root(root, wanted) if isinstance(root, Root) else None


def _key(entry: tuple[Root, Level | None] | tuple[str, Constant]) -> str:
    return entry[0].key if isinstance(entry[0], Root) else entry[0]


def _switches(document: DocumentNode) -> Iterator[str]:
    found: list[VariableNode] = []

    class Finder(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            found.extend(
                argument.value for argument in node.arguments or () if isinstance(argument.value, VariableNode)
            )

    visit(document, Finder())
    return (node.name.value for node in found)


def _refused(*errors: GraphQLError) -> Answer:
    return Answer({"errors": [_coded(error) for error in errors]}, executed=False)


def _coded(error: GraphQLError) -> dict[str, Any]:
    # graphql-core gives no code to what it refuses: it is the request that is wrong.
    return {**error.formatted, "extensions": {"code": BadInput.code} | (error.extensions or {})}


def _masked(error: GraphQLError) -> GraphQLError:
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        return error
    if not isinstance(original, GatewayError):
        LOG.error("a resolver failed", exc_info=original)
        original = Internal("The gateway made a mistake; it has been logged")
    return GraphQLError(original.message, error.nodes, path=error.path, extensions=dict(original.extensions))
