"""Apollo Federation 2: any row by its key, as the gateway of a bigger graph asks for it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import GenericAlias
from typing import Annotated, Any, TypeAlias, Union

import strawberry
from graphql import GraphQLScalarType, GraphQLSchema, GraphQLUnionType
from strawberry.federation.schema import FederationAny
from strawberry.types.field import StrawberryField

from hub.rows import Hub
from planning import arguments, sql
from planning.errors import BadInput, GatewayError
from planning.plan import Cell, Compared, Plan, StatementShape
from schema.catalog import Catalog
from schema.object_types import row_class
from schema.operators import Op
from schema.table import Link, Table

Reference: TypeAlias = tuple[Table, Any]


@cache
def key_link(table: Table) -> Link:
    """The way from keys to the rows that bear them."""
    return Link("", table, table, table.key, table.key)


class Entity(dict[str, Any]):
    """A row that knows of which type it is."""

    type_name: str


def parse_reference(catalog: Catalog, told: Any) -> Reference:
    """The table and key of a representation; raises `BadInput`."""
    name = told.get("__typename") if isinstance(told, Mapping) else None
    table = catalog.entities.get(name) if isinstance(name, str) else None
    if table is None:
        message = f"{name!r} is no entity of this graph: an object with its __typename is wanted"
        raise BadInput(message)
    key = told.get(table.key.graphql)
    if not isinstance(key, (int, str)) or isinstance(key, bool):
        message = f"{table.type_name} wants its key {table.key.graphql}"
        raise BadInput(message)
    return table, arguments.key(table, key).values[0]


def parse_references(catalog: Catalog, told: Sequence[Any]) -> list[Reference | BadInput]:
    """What each representation is of, or what is wrong with it."""
    asked: list[Reference | BadInput] = []
    for one in told:
        try:
            asked.append(parse_reference(catalog, one))
        except BadInput as error:
            asked.append(error)
    return asked


def keys_by_table(asked: Sequence[Reference | BadInput]) -> dict[Table, list[Any]]:
    """The keys asked of each table, each once."""
    found: dict[Table, dict[Any, None]] = {}
    for one in asked:
        if not isinstance(one, BadInput):
            found.setdefault(one[0], {})[one[1]] = None
    return {table: list(keys) for table, keys in found.items()}


async def resolve_entities(
    info: strawberry.Info[Any, None],
    representations: Annotated[
        list[FederationAny], strawberry.argument(description="Each with its `__typename` and its key")
    ],
) -> Any:
    """The rows plainly, all of them; one that cannot be had is its error."""
    asked = parse_references(info.context.catalog, representations)
    hub: Hub = info.context.hub
    found = {table: await _fetched(hub, table, keys) for table, keys in keys_by_table(asked).items()}
    return [one if isinstance(one, BadInput) else _of(found[one[0]], one[1]) for one in asked]


def _of(found: Mapping[Any, Entity] | GatewayError, key: Any) -> Any:
    return found if isinstance(found, GatewayError) else found.get(key)


async def _fetched(hub: Hub, table: Table, keys: list[Any]) -> dict[Any, Entity] | GatewayError:
    cells = tuple(Cell(column, column.sql) for column in table.columns)
    plan = Plan(StatementShape(table, cells, (Compared(table.key, Op.IN),)), (keys,))
    try:
        rows = await hub.fetch(sql.statement(plan, hub.bodies))
    except GatewayError as error:
        return error
    found = {}
    for row in rows:
        found[row[table.key.sql]] = Entity(row)  # type: ignore[call-overload]
        found[row[table.key.sql]].type_name = table.type_name  # type: ignore[call-overload]
    return found


def entity_union(tables: Sequence[Table]) -> Any:
    """The GraphQL union of all entities."""
    members = tuple(row_class(table) for table in tables)
    return Annotated[
        Union[members],  # noqa: UP007 - of a tuple
        strawberry.union("_Entity", description="A row of any table, for Apollo Federation"),
    ]


@strawberry.type(name="_Service", description="This graph as a part of a bigger one, for Apollo Federation")
class Service:
    """What `_service` answers."""

    sdl: str = strawberry.field(description="The schema, with the keys by which rows are asked for")


def entity_fields(tables: Sequence[Table], sdl: Callable[[], str]) -> dict[str, StrawberryField]:
    """The fields of Query by which a bigger graph asks; `sdl` prints the schema, which is done once."""
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
    """Tell graphql-core of which type a row is, and what `_Any` is."""
    entity, told = schema.type_map["_Entity"], schema.type_map["_Any"]
    assert isinstance(entity, GraphQLUnionType)  # noqa: S101 - told to mypy
    assert isinstance(told, GraphQLScalarType)  # noqa: S101 - told to mypy
    entity.resolve_type = type_name
    told.description = "An object with `__typename` and the fields of its key"
    told.specified_by_url = (
        "https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec"
    )


def type_name(entity: Entity, *_: Any) -> str:
    """Of which type a row is."""
    return entity.type_name
