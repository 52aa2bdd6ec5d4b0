"""graphql-core's own executor over the plain resolvers of `query.py`: slower, and right by construction."""

import asyncio
import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    execute,
)

from planning.errors import BadInput, GatewayError, Internal
from resolvers.query import Context

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, slots=True)
class Executed:
    """Result of the executor; `data` is None where a non-null field had no value (GraphQL section 6.4.4)."""

    data: dict[str, Any] | None
    errors: list[GraphQLError]


async def execute_plainly(
    schema: GraphQLSchema,
    document: DocumentNode,
    context: Context,
    variables: Mapping[str, Any],
    name: str | None = None,
) -> Executed:
    """Execute one operation (`name` None: the only one) of a valid document; errors are returned, masked."""
    running = execute(schema, document, context_value=context, variable_values=dict(variables), operation_name=name)
    return await _settled(running)


async def execute_in_thread(
    schema: GraphQLSchema, document: DocumentNode, context: Context, variables: Mapping[str, Any]
) -> Executed:
    """Do the same in a thread, where the resolvers wait for nothing and take long, as those of introspection."""
    running = await asyncio.to_thread(execute, schema, document, context_value=context, variable_values=dict(variables))
    return await _settled(running)


async def _settled(running: Awaitable[ExecutionResult] | ExecutionResult) -> Executed:
    result = await running if isinstance(running, Awaitable) else running
    return Executed(result.data, [_masked(error) for error in result.errors or ()])


def reduced_document(
    document: DocumentNode, operation: OperationDefinitionNode, nodes: Sequence[FieldNode]
) -> DocumentNode:
    """Cut a document down to some fields of one operation, keeping its fragments."""
    reduced = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
    fragments = (node for node in document.definitions if isinstance(node, FragmentDefinitionNode))
    return DocumentNode(definitions=(reduced, *fragments))


def graphql_error(error: GraphQLError | GatewayError) -> GraphQLError:
    """Return an error of ours as a GraphQLError with the same message and extensions."""
    return GraphQLError(error.message, extensions=error.extensions) if isinstance(error, GatewayError) else error


def error_payload(error: GraphQLError) -> dict[str, Any]:
    """Format an error for the response; errors of graphql-core, which have no code, get BAD_INPUT."""
    return {**error.formatted, "extensions": {"code": BadInput.code} | (error.extensions or {})}


def _masked(error: GraphQLError) -> GraphQLError:
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        return error
    if not isinstance(original, GatewayError):
        LOG.error("a resolver failed", exc_info=original)
        original = Internal("The gateway made a mistake; it has been logged")
    return GraphQLError(original.message, error.nodes, path=error.path, extensions=dict(original.extensions))
