"""The GraphQL schema of a catalogue, and its plain resolvers: one for each field, a DataLoader for each link.

They answer introspection and whatever else cannot be compiled, and are the oracle of the tests, which compare every
compiled answer with theirs.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from inspect import Parameter, signature
from threading import Lock
from types import GenericAlias
from typing import Annotated, Any

import orjson
import strawberry
from graphql import GraphQLDeferDirective, GraphQLError, GraphQLInputObjectType, GraphQLResolveInfo, get_argument_values
from strawberry.dataloader import DataLoader
from strawberry.federation import Schema as FederatedSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.field import StrawberryField

from hub.row_counts import Total
from hub.rows import Hub, Record
from planning import arguments, cursor, null_filters
from planning.errors import GatewayError
from planning.node_ids import node_id
from planning.plan import Cell, Compared, Page, Plan, Selected, StatementShape
from resolvers import (
    aggregate,
    as_of,
    crossmatch,
    delegations,
    distinct,
    entities,
    import_mutation,
    models,
    objects,
    search_field,
    sources_field,
    spica_night_field,
    star_names,
    statistics_field,
    totals,
    visibility_field,
)
from resolvers.derived_values import reader
from resolvers.field_arguments import argument, fitness, grouping_arguments, named_argument, page_arguments
from resolvers.identification import identified_row
from resolvers.import_mutation import ReadTable, no_table
from resolvers.mutations import mutation_fields
from resolvers.plain_links import link_conditions, target_keys
from resolvers.selection import Field, Root, Row
from resolvers.statements import fetch
from resolvers.steps import page_slice
from schema import name_match_types
from schema.additions import ADDITIONS, AddedRows
from schema.aggregate_types import aggregates_of, group_class
from schema.catalog import DECLARED, NAMES, Catalog
from schema.crossid import OBJECT
from schema.crossmatch import MATCH
from schema.input_types import Cone
from schema.jsdc import STAR
from schema.made_types import annotation, object_type
from schema.name_match import NameMatch
from schema.object_types import PageInfo, complete, connection_class, row_class
from schema.operators import Op
from schema.relations import RelatedColumn, RelatedNumber
from schema.scalars import SCALAR_MAP
from schema.search import MATCH as SEARCH_MATCH
from schema.separation import SEPARATION, separation_of
from schema.source_version import SourceVersion
from schema.spica_night import INTERVAL, LIMIT, NIGHT, TWILIGHT
from schema.spica_night_types import row_fields
from schema.table import Link, Neighbourhood, Table

Info = strawberry.Info["Context", None]
ASSEMBLING = Lock()
"""Held while a schema is assembled: schemas share the classes of their rows and complete them in place."""


@dataclass(slots=True)
class Context:
    """What the resolvers of one request share."""

    hub: Hub
    catalog: Catalog
    """The catalogue that the schema was made of."""
    largest_page: int
    """Most rows of one page."""
    read_table: ReadTable = no_table
    """Reads the tables that mutations bring with them."""
    missing: list[GraphQLError] = field(default_factory=list)
    """Errors of databases whose part of a field is missing, beside what the others answered."""
    visibilities: int = 0
    """How many fields `visibility` were asked for so far."""
    loaders: dict[tuple[Link, bytes], DataLoader[Any, Any]] = field(default_factory=dict)

    def loader(
        self, link: Link, args: Mapping[str, Any], load: Callable[[list[Any]], Awaitable[list[Any]]]
    ) -> DataLoader[Any, Any]:
        """Return the DataLoader of a link with these arguments; the first call creates it, over `load`."""
        key = (link, orjson.dumps(args, default=str))
        if key not in self.loaders:
            self.loaders[key] = DataLoader(load_fn=load)
        return self.loaders[key]

    async def fetch(self, plan: Plan) -> list[Record]:
        """Fetch the rows of a plan; raises `GatewayError`."""
        return await fetch(self.hub, plan)


@dataclass(frozen=True, slots=True)
class RowEdge:
    """A row and its cursor."""

    cursor: str
    node: Record


@dataclass(frozen=True)
class PlainConnection:
    """A page of rows, with a property for each field of a GraphQL connection."""

    context: Context
    plan: Plan
    page: Page
    rows: list[Record]
    """The records of the page, and one more if there is another page."""
    nested: bool
    """Whether it belongs to a link of one row: `totalCount` is then always counted, never estimated."""
    match: NameMatch | None
    """How the star was found that its cone is around."""

    @cached_property
    def edges(self) -> list[RowEdge]:
        """The rows of the page with their cursors."""
        signed = cursor.signature(self.plan.table, self.page.order, self.page.centre)
        return [
            RowEdge(cursor.encode(signed, [row[term.column.sql] for term in self.page.order]), row)  # type: ignore[call-overload]
            for row in page_slice(self.rows, self.page).rows
        ]

    @property
    def nodes(self) -> list[Record]:
        """The rows of the page."""
        return [edge.node for edge in self.edges]

    @property
    def page_info(self) -> PageInfo:
        """Whether there are pages before and after, and the cursors of its ends."""
        taken, edges = page_slice(self.rows, self.page), self.edges
        ends = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
        return PageInfo(
            has_next_page=taken.more_after,
            has_previous_page=taken.more_before,
            start_cursor=ends[0],
            end_cursor=ends[1],
        )

    @property
    def name_match(self) -> name_match_types.NameMatchObject | None:
        """How the star was found that its cone is around."""
        return name_match_types.name_match_object(self.match)

    @property
    async def total_count(self) -> int:
        """Number of rows on all pages; an estimate if `total_count_is_exact` is false."""
        return (await self._total()).count

    @property
    async def total_count_is_exact(self) -> bool:
        """Whether `total_count` was counted rather than estimated."""
        return (await self._total()).exact

    async def _total(self) -> Total:
        if self.nested or self.plan.table.branches:
            return Total((await self.context.fetch(self.plan.counting()))[0][0], exact=True)
        return await totals.count_rows(self.context.hub, self.plan)


def coerced_arguments(info: Info) -> Mapping[str, Any]:
    """Return the arguments of a field as graphql-core coerces them, like those of compiled fields."""
    raw: GraphQLResolveInfo[Any] = info._raw_info  # noqa: SLF001 - Strawberry has no public access to it
    definition = raw.parent_type.fields[raw.field_name]
    return null_filters.without_nulls(get_argument_values(definition, raw.field_nodes[0], raw.variable_values))


def _everything(table: Table) -> tuple[Cell, ...]:
    measured = separation_of(table)
    return tuple(Cell(column, column.sql) for column in (*table.columns, *([measured] if measured else ())))


async def _listed(
    context: Context, table: Table, args: Mapping[str, Any], chosen: Selected | None = None, *, around: bool = False
) -> PlainConnection:
    placed = await star_names.resolve_star_name(context.hub, args)
    page = arguments.page(table, placed, context.largest_page, around=around)
    selected = (chosen or Selected()) + arguments.selected(table, placed, (SEPARATION,)) + page.beyond
    others = (term.column for term in page.order if isinstance(term.column, (RelatedColumn, RelatedNumber)))
    cells = (*_everything(table), *(Cell(column, column.sql) for column in others))
    plan = Plan(StatementShape(table, cells, selected.conditions, page.sql_order, page.limit + 1), selected.values)
    match = star_names.name_match_of(placed)
    return PlainConnection(context, plan, page, await context.fetch(plan), chosen is not None, match)


def _plural(table: Table) -> StrawberryField:
    async def resolve(info: Info, **_: Any) -> Any:
        return await _listed(info.context, table, coerced_arguments(info))

    return _field(table.plural, table.description, connection_class(table) | None, resolve, page_arguments(table))


def _singular(table: Table) -> StrawberryField:
    async def resolve(info: Info, **_: Any) -> Any:
        context, raw = info.context, info._raw_info  # noqa: SLF001
        definition = raw.parent_type.fields[raw.field_name]
        root = Root(table.singular, table, Field((raw.field_nodes[0],), definition, None), Row(table, ()))
        cells = _everything(table)
        row, match = await identified_row(context.hub, root, coerced_arguments(info), cells)
        return row and dict(zip((cell.name for cell in cells), row, strict=True)) | {name_match_types.FIELD: match}

    by_key = f"Its {table.key.graphql}, or its id"
    args: dict[str, Any] = {"id": Annotated[strawberry.ID, strawberry.argument(description=by_key)]}
    if table in NAMES:
        args = {
            "id": argument(strawberry.ID, by_key),
            "name": argument(str, "Any name it bears, as `HD 48329`, `* eps Gem` or `Fomalhaut`"),
            "near": argument(Cone, "A cone: the star nearest to its centre"),
        }
    return _field(table.singular, f"{table.description}, by its key", row_class(table) | None, resolve, args)


def _groups(table: Table) -> StrawberryField:
    async def resolve(info: Info, **_: Any) -> Any:
        selections = [selection for field in info.selected_fields for selection in field.selections]
        return await aggregate.plain_groups(info.context.hub, table, coerced_arguments(info), selections)

    kind = GenericAlias(list, (group_class(table),)) | None
    about = f"{table.plural}, counted and summed up in groups, or all together"
    return _field(f"{table.plural}Aggregate", about, kind, resolve, grouping_arguments(table))


def _object() -> StrawberryField:
    async def resolve(info: Info, **_: Any) -> Any:
        named = await objects.find_object(info.context.hub, coerced_arguments(info)["name"])
        if named is None:
            return None
        return {column.sql: value for column, value in named.row.items()} | {name_match_types.FIELD: named.match}

    name = Annotated[str, strawberry.argument(description="Any name that one of the databases has for it")]
    return _field(OBJECT.singular, OBJECT.description, row_class(OBJECT) | None, resolve, {"name": name})


def _to_one(link: Link) -> StrawberryField:
    async def load(context: Context, keys: list[Any]) -> list[Any]:
        ends = await target_keys(context.fetch, link, keys)
        target_values = list({end for some in ends.values() for end in some})
        plan = Plan(
            StatementShape(link.target, _everything(link.target), (Compared(link.to_column, Op.IN),)), (target_values,)
        )
        rows = {row[link.to_column.sql]: row for row in await context.fetch(plan)}  # type: ignore[call-overload]
        return [next((rows[end] for end in ends.get(key, ()) if end in rows), None) for key in keys]

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        key = root[link.from_column.sql]
        return None if key is None else await info.context.loader(link, {}, partial(load, info.context)).load(key)

    return _field(link.field, link.description, row_class(link.target) | None, resolve, {})


def _to_many(link: Link) -> StrawberryField:
    async def page_of(context: Context, args: Mapping[str, Any], key: Any) -> Any:
        # One statement for each parent; compiled fields take one for all parents.
        try:
            chosen = await link_conditions(context.fetch, link, args, key)
            around = isinstance(link.bridge, Neighbourhood)
            return await _listed(context, link.target, args, chosen, around=around)
        except GatewayError as error:
            return error

    async def load(context: Context, args: Mapping[str, Any], keys: list[Any]) -> list[Any]:
        return [await page_of(context, args, key) for key in keys]

    async def resolve(root: strawberry.Parent[Any], info: Info, **_: Any) -> Any:
        args = coerced_arguments(info)
        return await info.context.loader(link, args, partial(load, info.context, args)).load(root[link.from_column.sql])

    args = {**page_arguments(link.target), **(fitness(link.bridge) if isinstance(link.bridge, Neighbourhood) else {})}
    return _field(link.field, link.description, connection_class(link.target) | None, resolve, args)


def _to_groups(name: str, link: Link) -> StrawberryField:
    async def resolve(root: strawberry.Parent[Any], info: Info, **_: Any) -> Any:
        # One statement for each parent; compiled fields take one for all parents.
        hub, args, key = info.context.hub, coerced_arguments(info), root[link.from_column.sql]
        chosen = await link_conditions(info.context.fetch, link, args, key)
        selections = [selection for field in info.selected_fields for selection in field.selections]
        return await aggregate.plain_groups(hub, link.target, args, selections, chosen)

    args = grouping_arguments(link.target) | (fitness(link.bridge) if isinstance(link.bridge, Neighbourhood) else {})
    kind = GenericAlias(list, (group_class(link.target),)) | None
    return _field(name, f"{link.description}: counted and summed up in groups, or all together", kind, resolve, args)


def _subscription() -> Any:
    named = {"sources": argument(list[str], "Names of sources, as `oidb`; all of them, if none is told")}
    changed = _event("sourceVersionChanged", "The data of a source have changed", SourceVersion, named)
    fields = {name: _addition(added) for name, added in ADDITIONS.items()} | {"sourceVersionChanged": changed}
    return object_type(type("Subscription", (), {}), "What can be subscribed to", fields)


def _addition(added: AddedRows) -> StrawberryField:
    args = {key: value for key, value in page_arguments(added.table).items() if key in null_filters.FILTERING}
    args["after"] = argument(str, "Start after the event with this id, instead of now")
    return _event(added.field, added.description, row_class(added.table) | None, args)


def _event(name: str, description: str, kind: Any, args: Mapping[str, Any]) -> StrawberryField:
    """A field of a subscription, whose value `resolvers.streams` passes as the root value."""

    async def resolve(root: strawberry.Parent[Any], **_: Any) -> Any:
        return root

    return _field(name, description, kind, resolve, args)


def _field(name: str, description: str, kind: Any, resolve: Any, args: Mapping[str, Any]) -> StrawberryField:
    """A field whose arguments are known at run time only, and not from the resolver's signature."""
    signed = signature(resolve)
    fixed = [parameter for parameter in signed.parameters.values() if parameter.kind is not Parameter.VAR_KEYWORD]
    resolve.__signature__ = signed.replace(parameters=fixed)
    strawberry_field: StrawberryField = strawberry.field(
        resolver=resolve, name=name, description=description, graphql_type=annotation(kind)
    )
    strawberry_field.arguments = [named_argument(key, value) for key, value in args.items()]
    return strawberry_field


def assemble(catalog: Catalog = DECLARED) -> strawberry.Schema:
    """Make the GraphQL schema of a catalogue, which takes a second or two; the last schema is cached."""
    with ASSEMBLING:
        return _assembled(catalog)


@lru_cache(maxsize=1)
def _assembled(catalog: Catalog) -> strawberry.Schema:
    known = tuple(catalog.tables.values())
    keyed = tuple(catalog.entities.values())
    for table in (*known, OBJECT, MATCH, SEARCH_MATCH, NIGHT, INTERVAL, LIMIT, TWILIGHT):
        links = {name: (_to_many if link.many else _to_one)(link) for name, link in catalog.links_of(table).items()}
        links |= {name: _to_groups(name, link) for name, link in aggregates_of(catalog.links_of(table)).items()}
        links |= row_fields() if table is NIGHT else {}
        links |= {"visibility": visibility_field.STAR_FIELD} if table is STAR else {}
        links |= as_of.fields(table)
        complete(table, links, reader, node_id=node_id if table in known else None, entity=table in keyed)
    fields: dict[str, StrawberryField] = {OBJECT.singular: _object()}
    for table in known:
        fields |= {table.singular: _singular(table), table.plural: _plural(table)}
        fields[f"{table.plural}Aggregate"] = _groups(table)
    plain = {
        "distinctValues": distinct.FIELD,
        "crossmatch": crossmatch.FIELD,
        "search": search_field.FIELD,
        "delegations": delegations.QUERY_FIELD,
        "sources": sources_field.FIELD,
        "statistics": statistics_field.FIELD,
    }
    fields |= plain | models.FIELDS | {"spicaNight": spica_night_field.FIELD, "visibility": visibility_field.FIELD}
    fields |= entities.NODE_FIELDS
    fields |= entities.entity_fields(keyed, lambda: assembled.as_str())  # noqa: PLW0108 - assigned below
    query = object_type(type("Query", (), {}), "What can be asked", fields)
    config = StrawberryConfig(scalar_map=SCALAR_MAP, auto_camel_case=True)
    changes = mutation_fields() | delegations.FIELDS | import_mutation.FIELDS
    mutation = object_type(type("Mutation", (), {}), "What can be changed", changes)
    assembled = FederatedSchema(
        query, mutation=mutation, subscription=_subscription(), config=config, federation_version="2.0"
    )
    schema = assembled._schema  # noqa: SLF001 - Strawberry does not pass on @oneOf, nor @defer without @stream
    schema.directives = (*schema.directives, GraphQLDeferDirective)
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            kind.is_one_of = kind.extensions["strawberry-definition"].is_one_of
    entities.complete_entity_types(schema)
    return assembled
