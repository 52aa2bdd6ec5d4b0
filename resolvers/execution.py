"""Run a compiled operation: one statement a step, steps below it for all rows at once, failures kept to their field.

Worked example: `{ stars(first: 2) { nodes { name exposures { totalCount nodes { expId } } } } }` is a step over
jsdc.star with one over obsportal.exposure below it (see `resolvers.steps`).

1. `_listing` fetches the first step: `SELECT name, jsdc_id FROM jsdc.star ORDER BY jsdc_id LIMIT 3` gives
   [("Sirius", 7), ("Vega", 9), ("Rigel", 12)]; `page_slice` keeps two rows, and that there are more.
2. `_lookups` collects the distinct, non-null link keys of these rows, [7, 9], and `_to_many` fetches the exposures of
   both stars with one statement: at most a page of each, every record beginning with its star's key. Another counts
   them. Records are grouped by that key, [(7, "A"), (7, "B")] and [], and completed: {7: {"totalCount": 2, …}, 9: {…}}.
3. The rows of step 1 are completed with this mapping as their lookup: an object takes what its key maps to.

A statement that fails gives a `Failure` instead of the mapping of step 2, so that the two stars keep their names while
`exposures` is null with an error at the path of each. Steps beside each other run concurrently.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ParamSpec

from graphql import GraphQLError
from graphql.execution.values import VariableValues

from hub.row_counts import Total
from hub.rows import Hub, Record
from hub.threads import compute
from planning import arguments
from planning.calibrators import fit
from planning.errors import BadInput, GatewayError
from planning.plan import Cell, Compared, Negated, Page, Plan, Selected, StatementShape
from resolvers import aggregate, entities, nested_groups, objects, star_names, totals
from resolvers.completion import Lookups, Unexpected
from resolvers.field_errors import FieldErrors
from resolvers.identification import identified_row
from resolvers.later import Laters
from resolvers.selection import Entities, Field, Groups, LinkEntry, Root, Row, ToGroups, ToMany, ToOne
from resolvers.statements import fetch, fetch_linked
from resolvers.steps import QueryStep, StepSelection, connections, page_slice, with_name_match
from resolvers.union import UnionRequest, fetch_union
from schema.catalog import Catalog
from schema.crossid import OBJECT
from schema.name_match import NameMatch
from schema.operators import Op
from schema.table import Link, Neighbourhood, Table

NONE = Total(0, exact=True)
MANY = 100
"""Rows whose objects are made in a thread."""
Params = ParamSpec("Params")


@dataclass(frozen=True, eq=False, slots=True)
class Failure:
    """A placeholder in the answer for a value that failed; `settle` replaces it by null and an error."""

    error: GatewayError | GraphQLError
    field: Field

    def get(self, key: Any) -> "Failure | None":
        """Serve as the lookup of a link: every row with a key gets the failure, a row without one gets null."""
        return None if key is None else self


@dataclass(frozen=True, eq=False, slots=True)
class Partial:
    """A placeholder for a connection that lacks the rows of some sources; `settle` adds an error for each."""

    value: Any
    missing: Sequence[GatewayError]
    field: Field


@dataclass(frozen=True, eq=False, slots=True)
class OfType:
    """A row in an answer that has parts, of which it must be known later what it is: see `resolvers.deferral`."""

    name: str
    """Its GraphQL type."""
    row: Any


@dataclass(frozen=True, eq=False, slots=True)
class OperationRun:
    """One request's run of an operation."""

    hub: Hub
    catalog: Catalog
    variables: VariableValues
    largest_page: int
    failures: "list[Failure | Partial]"
    """Placeholders put into the answer so far; if it is empty, the answer needs no `settle`."""
    laters: Laters | None = None
    """Tasks of what `@defer` lets come later, whose placeholders are in the answer; None where nothing is deferred."""

    def _failed(self, error: GatewayError | GraphQLError, field: Field) -> Failure:
        failure = Failure(error, field)
        self.failures.append(failure)
        return failure

    async def answer(self, root: Root | Entities, levels: tuple[QueryStep, ...]) -> Any:
        """Answer one field of Query.

        Parameters
        ----------
        levels
            Its steps: one for rows, one for each table of entities, none for groups of rows.

        Returns
        -------
        Any
            What JSON holds for the field, but for `Failure` and `Partial`, which are also in `failures`.

        Raises
        ------
        Unexpected
            A row is not what its declaration says, as an enumeration's code that is not known.
        """
        if isinstance(root, Entities):
            return await self._entities(root, {level.table: level for level in levels})
        return await self._root(root, levels[0] if levels else None)

    async def _root(self, root: Root, level: QueryStep | None) -> Any:
        try:
            params = root.field.arguments(self.variables)
            if isinstance(root.selection, Groups):
                return await aggregate.aggregate_groups(self.hub, root.selection, params)
            assert level is not None  # noqa: S101 - for mypy
            if root.table is OBJECT:
                return await self._object(root, level, params)
            if isinstance(root.selection, Row):
                return await self._single(root, level, params)
            placed = await star_names.resolve_star_name(self.hub, params)
            return await (self._united(root, level, placed) if level.table.branches else self._listing(level, placed))
        except (GatewayError, GraphQLError) as error:
            return self._failed(error, root.field)

    async def _entities(self, selection: Entities, levels: Mapping[Table, QueryStep]) -> Any:
        """Rows of any tables by their keys, one statement a table; an invalid key or a failed table is a `Failure`."""
        try:
            params = selection.field.arguments(self.variables)
            references = entities.read_references(self.catalog, selection.name, params, self.largest_page)
        except (GatewayError, GraphQLError) as error:
            if selection.name == "_entities":  # the type of which has no null: the executor knows what becomes null
                raise Unexpected from error
            return self._failed(error, selection.field)
        keys = entities.keys_by_table(references)
        work = [self._by_key(selection.field, link, levels[table], keys[table, link]) for table, link in keys]
        found = dict(zip(keys, await gather_results(work), strict=True))
        rows = [self._referred(selection.field, reference, found) for reference in references]
        return rows[0] if selection.name == "node" else rows

    def _referred(self, field: Field, reference: entities.Reference, found: Mapping[Any, Mapping[Any, Any]]) -> Any:
        match reference:
            case entities.RowReference(table, link, key):
                row = found[table, link].get(key)
                return row if self.laters is None or row is None else OfType(table.type_name, row)
            case BadInput():
                return self._failed(reference, field)
            case None:
                return None

    async def _by_key(self, field: Field, link: Link, level: QueryStep, keys: list[Any]) -> Any:
        try:
            return await self._to_one(link, level, keys)
        except (GatewayError, GraphQLError) as error:
            return self._failed(error, field)

    async def _single(self, root: Root, level: QueryStep, params: Mapping[str, Any]) -> Any:
        row, match = await identified_row(self.hub, root, params, level.cells(None))
        return await self._one(root, level, row, match)

    async def _object(self, root: Root, level: QueryStep, params: Mapping[str, Any]) -> Any:
        named = await objects.find_object(self.hub, params["name"])
        row = [named.row[column] for column in level.columns] if named else None
        return await self._one(root, level, row, named.match if named else None)

    async def _one(self, root: Root, level: QueryStep, row: Record | None, match: NameMatch | None) -> Any:
        if row is None:
            return None
        selection = level.selections[root.selection]  # type: ignore[index]
        (answer,) = selection.completion([row], await self._lookups(selection, [row]))
        with_name_match(root.selection, answer, match)
        return answer

    async def _listing(self, level: QueryStep, params: Mapping[str, Any]) -> Any:
        page = arguments.page(level.table, params, self.largest_page)
        plan = _plan(level, page, arguments.selected(level.table, params, (*level.columns, *page.columns)))
        listing = [self._fetch(plan)] if level.listed else []
        counting = [totals.count_rows(self.hub, plan)] if level.counted else []
        results = await gather_results([*listing, *counting])
        taken = page_slice(results[0] if level.listed else [], page)
        lookups = await self._all_lookups(level, taken.rows)
        counts = results[-1:] if level.counted else [NONE]
        (connection,) = await _completed(level, taken.rows, connections, level, page, [taken], lookups, counts)
        return _named(level, connection, params)

    async def _united(self, root: Root, level: QueryStep, params: Mapping[str, Any]) -> Any:
        """A page of a union; a source that does not answer costs its own rows only."""
        page = arguments.page(level.table, params, self.largest_page)
        selected = arguments.selected(level.table, params, (*level.columns, *page.columns))
        request = UnionRequest(level.table, level.cells(page), selected, page)
        union = await fetch_union(self.hub, request, listed=level.listed, counted=level.counted)
        taken = page_slice(union.rows, page)
        lookups = await self._all_lookups(level, taken.rows)
        total = Total(union.total, exact=not union.failures)
        (connection,) = await _completed(level, taken.rows, connections, level, page, [taken], lookups, [total])
        _named(level, connection, params)
        if not union.failures:
            return connection
        self.failures.append(Partial(connection, union.failures, root.field))
        return self.failures[-1]

    async def _all_lookups(self, level: QueryStep, rows: Sequence[Record]) -> dict[Row, Lookups]:
        lookups = await gather_results([self._lookups(selection, rows) for selection in level.selections.values()])
        return dict(zip(level.selections, lookups, strict=True))

    async def _lookups(self, selection: StepSelection, rows: Sequence[Record]) -> Lookups:
        links = zip(selection.completion.links, selection.below, strict=True)
        return await gather_results(
            [self._lookup(entry, below, dict.fromkeys(row[at] for row in rows)) for (entry, at), below in links]
        )

    async def _lookup(self, entry: LinkEntry, level: QueryStep | None, link_keys: Iterable[Any]) -> Any:
        keys = [key for key in link_keys if key is not None]
        if not keys:
            return {}
        if entry.deferred and self.laters is not None:
            return self.laters.begin(self._targets(entry, level, keys))
        return await self._targets(entry, level, keys)

    async def _targets(self, entry: LinkEntry, level: QueryStep | None, keys: list[Any]) -> Any:
        try:
            if isinstance(entry, ToGroups):
                return await self._to_groups(entry, keys)
            assert level is not None  # noqa: S101 - for mypy
            if isinstance(entry, ToOne):
                return await self._to_one(entry.link, level, keys)
            return await self._to_many(entry, level, keys)
        except (GatewayError, GraphQLError) as error:
            return self._failed(error, entry.field)

    async def _to_one(self, link: Link, level: QueryStep, keys: list[Any]) -> dict[Any, Any]:
        shape = StatementShape(link.target, level.cells(None), link=link)  # of a union, a branch
        rows = await fetch_linked(self.hub, Plan(shape, (keys,)))
        selection = next(iter(level.selections.values()))
        lookups = await self._lookups(selection, rows)
        objects = await _completed(level, rows, selection.completion, rows, lookups)
        return {row[0]: answer for row, answer in zip(rows, objects, strict=True)}

    async def _to_many(self, entry: ToMany, level: QueryStep, keys: list[Any]) -> dict[Any, Any]:
        params = entry.field.arguments(self.variables)
        chosen = await self._chosen(entry.link, params, len(keys))
        placed = await star_names.resolve_star_name(self.hub, params)
        around = isinstance(entry.link.bridge, Neighbourhood)
        page = arguments.page(level.table, placed, self.largest_page, around=around)
        chosen += arguments.selected(level.table, placed, (*level.columns, *page.columns))
        plan = _of_parents(_plan(level, page, chosen), entry.link, keys)
        rows, counts = await self._rows_and_counts(level, plan)
        cuts = [page_slice(group, page) for group in _grouped(keys, rows)]
        every = [row for taken in cuts for row in taken.rows]
        lookups = await self._all_lookups(level, every)
        counted = {key: Total(count, exact=True) for key, count in counts}
        of_each = [counted.get(key, NONE) for key in keys]
        pages = await _completed(level, every, connections, level, page, cuts, lookups, of_each)
        return {key: _named(level, connection, placed) for key, connection in zip(keys, pages, strict=True)}

    async def _to_groups(self, entry: ToGroups, keys: list[Any]) -> dict[Any, Any]:
        params = entry.field.arguments(self.variables)
        chosen = await self._chosen(entry.link, params, len(keys))
        return await nested_groups.groups_of_parents(self.hub, entry, params, keys, chosen)

    async def _chosen(self, link: Link, params: Mapping[str, Any], parents: int) -> Selected:
        """Conditions on what a link leads to, beside those of its arguments that every list has."""
        bridge = link.bridge
        return await self._fit(bridge, params, parents) if isinstance(bridge, Neighbourhood) else Selected()

    async def _fit(self, bridge: Neighbourhood, params: Mapping[str, Any], parents: int) -> Selected:
        """Conditions on neighbours; those that another database lists are sent as values, so that one has the rest."""
        chosen, far = fit(bridge, params, parents), bridge.excluded.far
        shape = StatementShape(bridge.excluded.table, (Cell(far, far.sql),), (Compared(far, Op.NOT_NULL),))
        listed = [row[0] for row in await self._fetch(Plan(shape))]
        return chosen + Selected((Negated(Compared(bridge.table.key, Op.IN)),), (listed,))

    async def _rows_and_counts(self, level: QueryStep, plan: Plan) -> tuple[list[Record], list[Record]]:
        if not level.counted:
            return (await self._fetch(_of_single_parent(plan)) if level.listed else []), []
        counting = self._fetch(plan.counting())
        if not level.listed:
            return [], await counting
        rows, counts = await gather_results([self._fetch(_of_single_parent(plan)), counting])
        return rows, counts

    async def _fetch(self, plan: Plan) -> list[Record]:
        return await fetch(self.hub, plan)


async def _completed(
    level: QueryStep,
    rows: Sequence[Record],
    complete: Callable[Params, list[Any]],
    /,
    *args: Params.args,
    **kwargs: Params.kwargs,
) -> list[Any]:
    """Complete rows: in a thread, so that nobody waits for it, where that makes many objects of JSON values."""
    if len(rows) > MANY and any(selection.completion.objects for selection in level.selections.values()):
        return await compute(complete, *args, **kwargs)
    return complete(*args, **kwargs)


def settle(value: Any, path: list[str | int], errors: FieldErrors) -> Any:
    """Replace the placeholders in an answer and collect their errors.

    Parameters
    ----------
    value
        The value at `path` of the answer.
    path
        Response keys and list indexes, as in GraphQL errors.
    errors
        One is added for each `Failure`, which becomes null, and for each source that a `Partial` lacks.
    """
    match value:
        case Failure(error, field):
            errors.add(partial(located, error, field, path))
            return None
        case Partial(entry, missing, field):
            for error in missing:
                errors.add(partial(located, error, field, path))
            return settle(entry, path, errors)
        case dict():
            return {key: settle(entry, [*path, key], errors) for key, entry in value.items()}
        case list():
            return [settle(entry, [*path, index], errors) for index, entry in enumerate(value)]
        case _:
            return value


def located(error: GatewayError | GraphQLError, field: Field, path: Sequence[str | int]) -> GraphQLError:
    """The error of a field, at its path in the answer."""
    extensions = {"code": BadInput.code} | (error.extensions or {})
    nodes = (error.nodes if isinstance(error, GraphQLError) else None) or list(field.nodes)
    return GraphQLError(error.message, nodes, path=list(path), extensions=extensions)


async def gather_results(work: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Run coroutines concurrently and return their results in order; the first exception is raised.

    A task costs as much as a small statement, so a single coroutine is simply awaited.
    """
    if len(work) == 1:
        return [await work[0]]
    return list(await asyncio.gather(*work))


def _named(level: QueryStep, connection: dict[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """The connection, with how the name was found that its cone was given by."""
    with_name_match(level.selection, connection, star_names.name_match_of(params))
    return connection


def _plan(level: QueryStep, page: Page, chosen: Selected) -> Plan:
    every = chosen + page.beyond
    return Plan(
        StatementShape(level.table, level.cells(page), every.conditions, page.sql_order, page.limit + 1), every.values
    )


def _of_parents(plan: Plan, link: Link, keys: list[Any]) -> Plan:
    return Plan(replace(plan.shape, link=link), (keys, *plan.values))


def _of_single_parent(plan: Plan) -> Plan:
    """The same plan, without its link where there is a single parent: the source itself then cuts the page."""
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
