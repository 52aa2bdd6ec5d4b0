"""graphql-core's own executor over the plain resolvers of `query.py`: slower, and right by construction."""

import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    Executor,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    default_field_resolver,
    default_type_resolver,
    execute_root_selection_set,
)
from graphql.execution.values import VariableValues

from hub.threads import compute
from planning.errors import GatewayError, Internal
from resolvers.collector import fragment_details
from resolvers.introspection_count import sourceless
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
    operation: OperationDefinitionNode,
    variables: VariableValues,
    context: Context,
) -> Executed:
    """Execute one operation of a valid document; errors are returned, masked.

    Variables are not coerced again. What reads no source is executed in a thread: the schema takes 0.3 s.
    """
    definitions = (node for node in document.definitions if isinstance(node, FragmentDefinitionNode))
    executor: Executor[None] = Executor(
        schema,
        {node.name.value: node for node in definitions},
        fragment_details(document.definitions),
        None,
        context,
        operation,
        variables,
        default_field_resolver,
        default_type_resolver,
        default_field_resolver,
        enable_early_execution=False,
        middleware_manager=None,
        is_awaitable=None,
        is_async_iterable=None,
    )
    fields = operation.selection_set.selections
    if all(isinstance(node, FieldNode) and sourceless(node.name.value) for node in fields):
        result = await compute(execute_root_selection_set, executor)
    else:
        result = execute_root_selection_set(executor)
    if isinstance(result, Awaitable):
        result = await result
    return Executed(result.data, [_masked(error) for error in (*(result.errors or ()), *context.missing)])


def reduced_operation(operation: OperationDefinitionNode, nodes: Sequence[FieldNode]) -> OperationDefinitionNode:
    """Cut an operation down to some of its fields."""
    return OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )


def _masked(error: GraphQLError) -> GraphQLError:
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        return error
    if not isinstance(original, GatewayError):
        LOG.error("a resolver failed", exc_info=original)
        original = Internal("The gateway made a mistake; it has been logged")
    return GraphQLError(original.message, error.nodes, path=error.path, extensions=dict(original.extensions))
