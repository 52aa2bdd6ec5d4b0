"""Apollo Federation 2: fetch any row by its key, for a router that joins this graph with others."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, TypeAlias, Union

import strawberry
from graphql import GraphQLScalarType, GraphQLSchema, GraphQLUnionType
from strawberry.federation.schema import FederationAny
from strawberry.types.field import StrawberryField

from hub.rows import Hub
from planning import arguments
from planning.errors import BadInput, GatewayError
from planning.operands import in_range
from planning.plan import Cell, Compared, Plan, StatementShape
from resolvers.statements import fetch
from schema.catalog import Catalog
from schema.object_types import row_class
from schema.operators import Op
from schema.table import Link, Table

Reference: TypeAlias = tuple[Table, Any]
"""A table and the value of its key column."""


@cache
def key_link(table: Table) -> Link:
    """Return a link from keys of a table to its own rows: entities are fetched like the target of a to-one link."""
    return Link("", table, table, table.key, table.key)


class Entity(dict[str, Any]):
    """A row with the GraphQL type that resolves the union `_Entity`."""

    type_name: str
    """Name of the GraphQL type, as `Star`."""


def parse_reference(catalog: Catalog, representation: Any) -> Reference:
    """Read the table and key of a representation: an object with `__typename` and the key field.

    Raises `BadInput` for an unknown type and for a missing or unreadable key.
    """
    name = representation.get("__typename") if isinstance(representation, Mapping) else None
    table = catalog.entities.get(name) if isinstance(name, str) else None
    if table is None:
        message = f"{name!r} is no entity of this graph: an object with its __typename is wanted"
        raise BadInput(message)
    key = representation.get(table.key.graphql)
    if not isinstance(key, (int, str)) or isinstance(key, bool):
        message = f"{table.type_name} wants its key {table.key.graphql}"
        raise BadInput(message)
    return table, arguments.key(table, key).values[0]


def parse_references(catalog: Catalog, representations: Sequence[Any]) -> list[Reference | BadInput]:
    """Read every representation, in order; an invalid one becomes its error, so that the others are still answered."""
    references: list[Reference | BadInput] = []
    for representation in representations:
        try:
            references.append(parse_reference(catalog, representation))
        except BadInput as error:
            references.append(error)
    return references


def keys_by_table(references: Sequence[Reference | BadInput]) -> dict[Table, list[Any]]:
    """Group the keys of valid references by table, without duplicates, in the order of the request.

    Keys that no row can have are left out: PostgreSQL would refuse them, and the others with them.
    """
    keys: dict[Table, dict[Any, None]] = {}
    for reference in references:
        if not isinstance(reference, BadInput):
            table, key = reference
            unique = keys.setdefault(table, {})
            if in_range(table.key, key):
                unique[key] = None
    return {table: list(unique) for table, unique in keys.items()}


async def resolve_entities(
    info: strawberry.Info[Any, None],
    representations: Annotated[
        list[FederationAny], strawberry.argument(description="Each with its `__typename` and its key")
    ],
) -> Any:
    """Resolve `_entities` with all columns of every row; None for an unknown key, an error for what failed."""
    references = parse_references(info.context.catalog, representations)
    hub: Hub = info.context.hub
    rows = {table: await _fetched(hub, table, keys) for table, keys in keys_by_table(references).items()}
    return [one if isinstance(one, BadInput) else _of(rows[one[0]], one[1]) for one in references]


def _of(rows: Mapping[Any, Entity] | GatewayError, key: Any) -> Any:
    return rows if isinstance(rows, GatewayError) else rows.get(key)


async def _fetched(hub: Hub, table: Table, keys: list[Any]) -> dict[Any, Entity] | GatewayError:
    cells = tuple(Cell(column, column.sql) for column in table.columns)
    plan = Plan(StatementShape(table, cells, (Compared(table.key, Op.IN),)), (keys,))
    try:
        rows = await fetch(hub, plan)
    except GatewayError as error:
        return error
    entities = {}
    for row in rows:
        entities[row[table.key.sql]] = Entity(row)  # type: ignore[call-overload]
        entities[row[table.key.sql]].type_name = table.type_name  # type: ignore[call-overload]
    return entities


def entity_union(tables: Sequence[Table]) -> Any:
    """Return the GraphQL union `_Entity` of the rows of these tables (Apollo Federation subgraph specification)."""
    members = tuple(row_class(table) for table in tables)
    return Annotated[
        Union[members],  # noqa: UP007 - of a tuple
        strawberry.union("_Entity", description="A row of any table, for Apollo Federation"),
    ]


@strawberry.type(name="_Service", description="This graph as a part of a bigger one, for Apollo Federation")
class Service:
    """The value of `_service`: the schema of this subgraph as SDL."""

    sdl: str = strawberry.field(description="The schema, with the keys by which rows are asked for")


def entity_fields(tables: Sequence[Table], sdl: Callable[[], str]) -> dict[str, StrawberryField]:
    """Return the fields `_service` and `_entities` of Query; `sdl` prints the schema and is called at most once."""
    printed = cache(sdl)

    def service() -> Service:
        return Service(sdl=printed())

    rows = GenericAlias(list, (entity_union(tables) | None,))
    return {
        "_service": strawberry.field(
            resolver=service, name="_service", description="This graph, for Apollo Federation", graphql_type=Service
        ),
        "_entities": strawberry.field(
            resolver=resolve_entities,
            name="_entities",
            description="Rows by their keys, for Apollo Federation",
            graphql_type=rows,
        ),
    }


def complete_entity_types(schema: GraphQLSchema) -> None:
    """Complete a schema in place: how `_Entity` resolves its type, and the description of the scalar `_Any`."""
    entity, any_scalar = schema.type_map["_Entity"], schema.type_map["_Any"]
    assert isinstance(entity, GraphQLUnionType)  # noqa: S101 - for mypy
    assert isinstance(any_scalar, GraphQLScalarType)  # noqa: S101 - for mypy
    entity.resolve_type = type_name
    any_scalar.description = "An object with `__typename` and the fields of its key"
    any_scalar.specified_by_url = (
        "https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec"
    )


def type_name(entity: Entity, *_: Any) -> str:
    """Return the name of a row's GraphQL type."""
    return entity.type_name
