"""Running a compiled operation: one statement a level, levels below all rows at once, failures kept to their part."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLError
from graphql.execution.values import VariableValues

from hub.row_counts import Total
from hub.rows import Hub, Record
from planning import arguments, sql
from planning.branches import located
from planning.calibrators import fit
from planning.errors import BadInput, GatewayError
from planning.plan import Cell, Compared, Page, Plan, Selected, StatementShape
from resolvers import aggregate, entities, objects, star_names, totals
from resolvers.completion import Lookups
from resolvers.identification import identifying_condition
from resolvers.selection import Entities, Field, Groups, Root, Row, ToMany, ToOne
from resolvers.steps import QueryStep, StepSelection, connections, page_slice
from resolvers.union import UnionRequest, fetch_union
from schema.catalog import Catalog
from schema.crossid import OBJECT
from schema.operators import Op
from schema.table import Link, Neighbourhood, Table

NONE = Total(0, exact=True)


@dataclass(frozen=True, eq=False, slots=True)
class Failure:
    """Stands in the answer where a part of it could not be had, until `settle` makes it null and an error."""

    error: GatewayError | GraphQLError
    field: Field

    def get(self, origin: Any) -> "Failure | None":
        """As a lookup: every row that links somewhere lacks what it links to."""
        return None if origin is None else self


@dataclass(frozen=True, eq=False, slots=True)
class Partial:
    """Stands in the answer for a list that lacks what some databases have, until `settle` tells which."""

    value: Any
    missing: Sequence[GatewayError]
    field: Field


@dataclass(frozen=True, eq=False, slots=True)
class OperationRun:
    """One request's run of an operation."""

    hub: Hub
    catalog: Catalog
    variables: VariableValues
    largest_page: int
    failures: "list[Failure | Partial]"
    """What could not be had so far; empty, the answer needs no `settle`."""

    def _failed(self, error: GatewayError | GraphQLError, field: Field) -> Failure:
        failure = Failure(error, field)
        self.failures.append(failure)
        return failure

    async def answer(self, root: Root | Entities, levels: tuple[QueryStep, ...]) -> Any:
        """The value of a field of Query, or a `Failure`; groups of rows have no level."""
        if isinstance(root, Entities):
            return await self._entities(root, {level.table: level for level in levels})
        return await self._root(root, levels[0] if levels else None)

    async def _root(self, root: Root, level: QueryStep | None) -> Any:
        try:
            told = root.field.arguments(self.variables)
            if isinstance(root.wanted, Groups):
                return await aggregate.aggregate_groups(self.hub, root.wanted, told)
            assert level is not None  # noqa: S101 - told to mypy
            if root.table is OBJECT:
                return await self._object(root, level, told)
            if isinstance(root.wanted, Row):
                return await self._single(root, level, told)
            placed = await star_names.resolve_star_name(self.hub, told)
            return await (self._united(root, level, placed) if level.table.branches else self._listing(level, placed))
        except (GatewayError, GraphQLError) as error:
            return self._failed(error, root.field)

    async def _entities(self, wanted: Entities, levels: Mapping[Table, QueryStep]) -> Any:
        """Rows of any tables by their keys, one statement a table; each is its own `Failure` if it cannot be had."""
        try:
            asked = entities.parse_references(self.catalog, wanted.field.arguments(self.variables)["representations"])
        except GraphQLError as error:
            return self._failed(error, wanted.field)
        keys = entities.keys_by_table(asked)
        found = await gather_results([self._by_key(wanted.field, levels[table], keys[table]) for table in keys])
        by_table = dict(zip(keys, found, strict=True))
        return [
            self._failed(one, wanted.field) if isinstance(one, BadInput) else by_table[one[0]].get(one[1])
            for one in asked
        ]

    async def _by_key(self, field: Field, level: QueryStep, keys: list[Any]) -> Any:
        try:
            return await self._ones(entities.key_link(level.table), level, keys)
        except (GatewayError, GraphQLError) as error:
            return self._failed(error, field)

    async def _single(self, root: Root, level: QueryStep, told: Mapping[str, Any]) -> Any:
        chosen = await identifying_condition(self.hub, root, told)
        place = None if chosen is None else located(root.table, chosen)
        if place is None:
            return None
        table, chosen = place
        shape = StatementShape(table, level.cells(None), chosen.conditions, limit=1)
        return await self._one(root, level, await self._fetch(Plan(shape, chosen.values)))

    async def _object(self, root: Root, level: QueryStep, told: Mapping[str, Any]) -> Any:
        found = await objects.find_object(self.hub, told["name"])
        return found and await self._one(root, level, [[found[column] for column in level.columns]])

    async def _one(self, root: Root, level: QueryStep, rows: Sequence[Record]) -> Any:
        part = level.selections[root.wanted]  # type: ignore[index]
        made = part.completion(rows, await self._lookups(part, rows))
        return made[0] if made else None

    async def _listing(self, level: QueryStep, told: Mapping[str, Any]) -> Any:
        page = arguments.page(level.table, told, self.largest_page)
        plan = _plan(level, page, arguments.selected(level.table, told))
        listing = [self._fetch(plan)] if level.listed else []
        counting = [totals.count_rows(self.hub, plan)] if level.counted else []
        found = await gather_results([*listing, *counting])
        taken = page_slice(found[0] if level.listed else [], page)
        lookups = await self._all_lookups(level, taken.rows)
        return connections(level, page, [taken], lookups, found[-1:] if level.counted else [NONE])[0]

    async def _united(self, root: Root, level: QueryStep, told: Mapping[str, Any]) -> Any:
        """A page of a union, of which a database that does not answer costs its own part only."""
        page = arguments.page(level.table, told, self.largest_page)
        question = UnionRequest(level.table, level.cells(page), arguments.selected(level.table, told), page)
        found = await fetch_union(self.hub, question, listed=level.listed, counted=level.counted)
        taken = page_slice(found.rows, page)
        lookups = await self._all_lookups(level, taken.rows)
        made = connections(level, page, [taken], lookups, [Total(found.total, exact=not found.failures)])[0]
        if not found.failures:
            return made
        self.failures.append(Partial(made, found.failures, root.field))
        return self.failures[-1]

    async def _all_lookups(self, level: QueryStep, rows: Sequence[Record]) -> dict[Row, Lookups]:
        found = await gather_results([self._lookups(part, rows) for part in level.selections.values()])
        return dict(zip(level.selections, found, strict=True))

    async def _lookups(self, part: StepSelection, rows: Sequence[Record]) -> Lookups:
        links = zip(part.completion.links, part.below, strict=True)
        return await gather_results(
            [self._lookup(entry, below, dict.fromkeys(row[at] for row in rows)) for (entry, at), below in links]
        )

    async def _lookup(self, entry: ToOne | ToMany, level: QueryStep, origins: Iterable[Any]) -> Any:
        keys = [origin for origin in origins if origin is not None]
        if not keys:
            return {}
        try:
            if isinstance(entry, ToOne):
                return await self._ones(entry.link, level, keys)
            return await self._manys(entry, level, keys)
        except (GatewayError, GraphQLError) as error:
            return self._failed(error, entry.field)

    async def _ones(self, link: Link, level: QueryStep, keys: list[Any]) -> dict[Any, Any]:
        shape = StatementShape(level.table, level.cells(None), link=link)
        rows = await self._fetch(Plan(shape, (keys,)))
        part = next(iter(level.selections.values()))
        made = part.completion(rows, await self._lookups(part, rows))
        return {row[0]: answer for row, answer in zip(rows, made, strict=True)}

    async def _manys(self, entry: ToMany, level: QueryStep, keys: list[Any]) -> dict[Any, Any]:
        asked = entry.field.arguments(self.variables)
        bridge = entry.link.bridge
        chosen = fit(bridge, asked) if isinstance(bridge, Neighbourhood) else Selected()
        told = await star_names.resolve_star_name(self.hub, asked)
        page = arguments.page(level.table, told, self.largest_page)
        plan = _of_parents(_plan(level, page, chosen + arguments.selected(level.table, told)), entry.link, keys)
        rows, counts = await self._rows_and_counts(level, plan)
        cuts = [page_slice(group, page) for group in _grouped(keys, rows)]
        lookups = await self._all_lookups(level, [row for taken in cuts for row in taken.rows])
        counted = {key: Total(count, exact=True) for key, count in counts}
        made = connections(level, page, cuts, lookups, [counted.get(key, NONE) for key in keys])
        return dict(zip(keys, made, strict=True))

    async def _rows_and_counts(self, level: QueryStep, plan: Plan) -> tuple[list[Record], list[Record]]:
        if not level.counted:
            return (await self._fetch(_of_one(plan)) if level.listed else []), []
        counting = self._fetch(plan.counting())
        if not level.listed:
            return [], await counting
        rows, counts = await gather_results([self._fetch(_of_one(plan)), counting])
        return rows, counts

    async def _fetch(self, plan: Plan) -> list[Record]:
        return await self.hub.fetch(sql.statement(plan, self.hub.bodies))


def settle(value: Any, path: list[str | int], errors: list[GraphQLError]) -> Any:
    """The answer with every `Failure` replaced by null and told in `errors`, as is what a `Partial` lacks."""
    match value:
        case Failure(error, field):
            errors.append(_located(error, field, path))
            return None
        case Partial(part, missing, field):
            errors += (_located(error, field, path) for error in missing)
            return settle(part, path, errors)
        case dict():
            return {key: settle(part, [*path, key], errors) for key, part in value.items()}
        case list():
            return [settle(part, [*path, index], errors) for index, part in enumerate(value)]
        case _:
            return value


def _located(error: GatewayError | GraphQLError, field: Field, path: list[str | int]) -> GraphQLError:
    extensions = {"code": BadInput.code} | (error.extensions or {})
    nodes = (error.nodes if isinstance(error, GraphQLError) else None) or list(field.nodes)
    return GraphQLError(error.message, nodes, path=list(path), extensions=extensions)


async def gather_results(work: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Results of all, at the same time; a task costs as much as a small statement, so a single one is just awaited."""
    if len(work) == 1:
        return [await work[0]]
    return list(await asyncio.gather(*work))


def _plan(level: QueryStep, page: Page, chosen: Selected) -> Plan:
    every = chosen + page.beyond
    return Plan(
        StatementShape(level.table, level.cells(page), every.conditions, page.sql_order, page.limit + 1), every.values
    )


def _of_parents(plan: Plan, link: Link, keys: list[Any]) -> Plan:
    return Plan(replace(plan.shape, link=link), (keys, *plan.values))


def _of_one(plan: Plan) -> Plan:
    """The same plan, simpler where there is but one parent: its page is then cut at the source."""
    shape, link = plan.shape, plan.shape.link
    if link is None or link.bridge or link.converts or len(plan.values[0]) != 1:
        return plan
    parent = link.to_column
    only = replace(
        shape,
        link=None,
        conditions=(Compared(parent, Op.EQ), *shape.conditions),
        cells=(Cell(parent, parent.sql), *shape.cells),
    )
    return Plan(only, (plan.values[0][0], *plan.values[1:]))


def _grouped(keys: list[Any], rows: Sequence[Record]) -> list[list[Record]]:
    groups: dict[Any, list[Record]] = {key: [] for key in keys}
    for row in rows:
        groups[row[0]].append(row)
    return list(groups.values())
