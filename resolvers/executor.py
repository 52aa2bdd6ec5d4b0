"""graphql-core's own executor over the plain resolvers of `query.py`: slower, and right by construction."""

import logging
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
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
    """What the executor answered: `data` is None where a field that cannot be null had to be."""

    data: dict[str, Any] | None
    errors: list[GraphQLError]


async def executed(
    schema: GraphQLSchema,
    document: DocumentNode,
    context: Context,
    variables: Mapping[str, Any],
    name: str | None = None,
) -> Executed:
    """Execute an operation of a valid document."""
    running = execute(schema, document, context_value=context, variable_values=dict(variables), operation_name=name)
    result = await running if isinstance(running, Awaitable) else running
    return Executed(result.data, [_masked(error) for error in result.errors or ()])


def only(document: DocumentNode, operation: OperationDefinitionNode, nodes: Sequence[FieldNode]) -> DocumentNode:
    """The document cut down to one field of one of its operations."""
    kept = OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
    fragments = (node for node in document.definitions if isinstance(node, FragmentDefinitionNode))
    return DocumentNode(definitions=(kept, *fragments))


def told(error: GraphQLError | GatewayError) -> GraphQLError:
    """An error of ours as one of GraphQL."""
    return GraphQLError(error.message, extensions=error.extensions) if isinstance(error, GatewayError) else error


def coded(error: GraphQLError) -> dict[str, Any]:
    """An error as it is answered: what graphql-core refuses, to which it gives no code, is a request that is wrong."""
    return {**error.formatted, "extensions": {"code": BadInput.code} | (error.extensions or {})}


def _masked(error: GraphQLError) -> GraphQLError:
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        return error
    if not isinstance(original, GatewayError):
        LOG.error("a resolver failed", exc_info=original)
        original = Internal("The gateway made a mistake; it has been logged")
    return GraphQLError(original.message, error.nodes, path=error.path, extensions=dict(original.extensions))
