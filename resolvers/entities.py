"""Rows of any table by what identifies them: `_entities` of Apollo Federation 2, and the nodes of Relay.

A router that joins this graph with others asks `_entities` by the keys of rows; clients refetch what they hold by
`node(id:)` and `nodes(ids:)` (GraphQL Global Object Identification). Both are one statement a table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, TypeAlias, Union

import strawberry
from graphql import GraphQLInterfaceType, GraphQLScalarType, GraphQLSchema, GraphQLUnionType
from strawberry.federation.schema import FederationAny
from strawberry.types.field import StrawberryField

from hub.rows import Hub
from planning import arguments
from planning.branches import located
from planning.errors import BadInput, GatewayError, TooMuch
from planning.node_ids import read_node_id
from planning.operands import in_range
from planning.plan import Cell, Compared, Plan, StatementShape
from resolvers.statements import fetch
from schema.catalog import Catalog
from schema.column import Column
from schema.object_types import Node, row_class
from schema.operators import Op
from schema.table import Link, Table


@dataclass(frozen=True, slots=True)
class RowReference:
    """What identifies a row of any table."""

    table: Table
    """The table whose GraphQL type the row has."""
    link: Link
    """The column that identifies it, in the relation that has it: of a union, that is a branch."""
    key: Any
    """The value of that column."""


Reference: TypeAlias = RowReference | BadInput | None
"""A row, what is wrong with what was given for it, or None for what no row can have."""
Keys: TypeAlias = dict[tuple[Table, Link], list[Any]]
"""Keys of rows by table and link: those of one are fetched by one statement."""


@cache
def key_link(table: Table, column: Column) -> Link:
    """Return a link from values of a column to their rows: these are fetched like the target of a to-one link."""
    return Link("", table, table, column, column)


def read_references(
    catalog: Catalog, field: str, params: Mapping[str, Any], largest: int | None = None
) -> list[Reference]:
    """Read what a field of Query is asked for, in order; what cannot be read is its error, so that others are answered.

    Parameters
    ----------
    field
        `_entities`, `nodes` or `node`.
    params
        Its coerced arguments.
    largest
        Most rows of one page; None where their number does not matter.

    Raises
    ------
    TooMuch
        There are more ids than a page has rows.
    """
    if field == "_entities":
        return [_read(parse_representation, catalog, given) for given in params["representations"]]
    ids = [params["id"]] if field == "node" else params["ids"]
    if largest is not None and len(ids) > largest:
        message = f"ids has {len(ids)} ids: at most {largest} rows may be asked at once as JSON"
        raise TooMuch(message)
    return [_read(parse_node_id, catalog, given) for given in ids]


def _read(parse: Callable[[Catalog, Any], RowReference | None], catalog: Catalog, given: Any) -> Reference:
    try:
        return parse(catalog, given)
    except BadInput as error:
        return error


def parse_representation(catalog: Catalog, representation: Any) -> RowReference | None:
    """Read the table and key of a representation: an object with `__typename` and the key field.

    Raises `BadInput` for an unknown type and for a missing or unreadable key.
    """
    name = representation.get("__typename") if isinstance(representation, Mapping) else None
    table = catalog.entities.get(name) if isinstance(name, str) else None
    if table is None:
        message = f"{name!r} is no entity of this graph: an object with its __typename is wanted"
        raise BadInput(message)
    key = representation.get(table.key.graphql)
    if isinstance(key, float) and key.is_integer():  # as JSON's whole numbers beyond 64 bits arrive
        key = int(key)
    if not isinstance(key, (int, str)) or isinstance(key, bool):
        message = f"{table.type_name} wants its key {table.key.graphql}"
        raise BadInput(message)
    return _reference(table, key)


def parse_node_id(catalog: Catalog, text: str) -> RowReference | None:
    """Read the table and key of an `id`; raises `BadInput` for a text that no field `id` of this graph has given."""
    read = read_node_id(text)
    table = catalog.by_type.get(read.type_name) if read else None
    if read is None or table is None:
        message = (
            f"{text[:60]!r} is no id of this graph: give one that a field id gave; keys go to star(id:) and its like"
        )
        raise BadInput(message)
    return _reference(table, read.key)


def _reference(table: Table, key: Any) -> RowReference | None:
    place = located(table, arguments.key(table, key))
    if place is None:
        return None
    where, chosen = place
    (condition,), (value,) = chosen.conditions, chosen.values
    assert isinstance(condition, Compared)  # noqa: S101 - for mypy: `located` compares a key
    # PostgreSQL would refuse a number that no row can have, and the others with it.
    return RowReference(table, key_link(where, condition.column), value) if in_range(condition.column, value) else None


def keys_by_table(references: Sequence[Reference]) -> Keys:
    """Group the keys of rows by table, without duplicates, in the order of the request."""
    keys: dict[tuple[Table, Link], dict[Any, None]] = {}
    for reference in references:
        if isinstance(reference, RowReference):
            keys.setdefault((reference.table, reference.link), {})[reference.key] = None
    return {place: list(unique) for place, unique in keys.items()}


class Entity(dict[str, Any]):
    """A row with the GraphQL type that resolves the union `_Entity` and the interface `Node`."""

    type_name: str
    """Name of the GraphQL type, as `Star`."""


async def resolve_entities(
    info: strawberry.Info[Any, None],
    representations: Annotated[
        list[FederationAny], strawberry.argument(description="Each with its `__typename` and its key")
    ],
) -> Any:
    """Resolve `_entities` with all columns of every row; None for an unknown key, an error for what failed."""
    return await _resolved(info, "_entities", {"representations": representations})


async def resolve_nodes(
    info: strawberry.Info[Any, None],
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="Each an `id` of this graph, of any type")],
) -> Any:
    """Resolve `nodes` as `_entities` is resolved."""
    return await _resolved(info, "nodes", {"ids": ids})


async def resolve_node(
    info: strawberry.Info[Any, None],
    id: Annotated[strawberry.ID, strawberry.argument(description="An `id` of this graph, of any type")],  # noqa: A002
) -> Any:
    """Resolve `node`; raises `GatewayError`."""
    (row,) = await _resolved(info, "node", {"id": id})
    if isinstance(row, GatewayError):
        raise row
    return row


async def _resolved(info: strawberry.Info[Any, None], field: str, params: Mapping[str, Any]) -> list[Any]:
    context = info.context
    references = read_references(context.catalog, field, params, context.largest_page)
    hub: Hub = context.hub
    rows = {place: await _fetched(hub, *place, keys) for place, keys in keys_by_table(references).items()}
    return [_of(rows[one.table, one.link], one.key) if isinstance(one, RowReference) else one for one in references]


def _of(rows: Mapping[Any, Entity] | GatewayError, key: Any) -> Any:
    return rows if isinstance(rows, GatewayError) else rows.get(key)


async def _fetched(hub: Hub, table: Table, link: Link, keys: list[Any]) -> dict[Any, Entity] | GatewayError:
    columns = dict.fromkeys((*table.columns, link.to_column))
    cells = tuple(Cell(column, column.sql) for column in columns)
    plan = Plan(StatementShape(link.target, cells, (Compared(link.to_column, Op.IN),)), (keys,))
    try:
        rows = await fetch(hub, plan)
    except GatewayError as error:
        return error
    entities = {}
    for row in rows:
        entities[row[link.to_column.sql]] = Entity(row)  # type: ignore[call-overload]
        entities[row[link.to_column.sql]].type_name = table.type_name  # type: ignore[call-overload]
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


NODE_FIELDS: dict[str, StrawberryField] = {
    "node": strawberry.field(
        resolver=resolve_node,
        name="node",
        description="A row of any table by its id; null where there is none",
        graphql_type=Node | None,
    ),
    "nodes": strawberry.field(
        resolver=resolve_nodes,
        name="nodes",
        description="Rows of any tables by their ids, in their order; null in the place of one that is of no row",
        graphql_type=GenericAlias(list, (Node | None,)) | None,
    ),
}
"""Fields of Query that take the `id` of a row (GraphQL Global Object Identification)."""


def complete_entity_types(schema: GraphQLSchema) -> None:
    """Complete a schema in place: how `_Entity` and `Node` resolve their types, and the scalar `_Any`."""
    entity, node, any_scalar = (schema.type_map[name] for name in ("_Entity", "Node", "_Any"))
    assert isinstance(entity, GraphQLUnionType)  # noqa: S101 - for mypy
    assert isinstance(node, GraphQLInterfaceType)  # noqa: S101 - for mypy
    assert isinstance(any_scalar, GraphQLScalarType)  # noqa: S101 - for mypy
    entity.resolve_type = node.resolve_type = type_name
    for kind in schema.get_possible_types(node):
        kind.is_type_of = None  # rows are plain records: Strawberry would look for their classes
    any_scalar.description = "An object with `__typename` and the fields of its key"
    any_scalar.specified_by_url = (
        "https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec"
    )


def type_name(entity: Entity, *_: Any) -> str:
    """Return the name of a row's GraphQL type."""
    return entity.type_name
