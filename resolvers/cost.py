"""The cost of an operation, known from its plan and variables before anything runs.

The unit is one row of the answer; a page of 100 costs 200, and other things as much more as they take longer, give or
take five times (`bench.full` measures it). Each step counts the rows that it may have: its page size times the rows of
the step above. Each statement costs `STATEMENT` rows more, each `totalCount` `COUNT`, however many rows come back (that
of a whole table is known, and costs as a statement); rows that are looked at to find them cost beside that
(`resolvers.scans`). Neighbours of rows are found in a cone around each, which has its part of the table, and
`NEIGHBOURS` of its rows cost one row. A field of introspection costs `EXECUTION` rows, an entity that cannot be read
one.

Worked example: `stars(first: 10) { nodes { exposures(first: 20) { totalCount nodes { expId } } } }` costs
10 + 100 for the stars and 10 × 20 + 100 + 1000 for their exposures, in all 1410.
"""

from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, IntValueNode, ListValueNode, NullValueNode, StringValueNode, ValueNode, VariableNode
from graphql.execution.values import VariableValues

from planning.arguments import DEFAULT_PAGE
from planning.calibrators import reached
from planning.errors import BadInput, TooMuch
from resolvers.aggregate import MOST_GROUPS
from resolvers.entities import keys_by_table, read_references
from resolvers.scans import (
    cell_cost,
    count_scan,
    group_scan,
    key_scan,
    linked_rows,
    linked_scan,
    number_scans,
    page_scan,
    relation_scans,
    value_scan,
)
from resolvers.selection import ConnectionSelection, Entities, Field, PlainField, Root, ToGroups, ToMany
from resolvers.steps import QueryStep, compile_step
from schema.catalog import Catalog
from schema.table import Neighbourhood, Table

STATEMENT = 100
"""Cost of a statement, in rows."""
COUNT = 1000
"""Cost of a `totalCount`, in rows."""
VALUES = "distinctValues"
"""The field of Query that looks at every row of a table."""
KEYS = ("groupBy", "groupByRelated", "by")
"""Arguments of groups by which there may be several."""
COMPUTED = {"spicaNight": 20_000, "visibility": 15_000, "search": 400}
"""Cost of a field of Query that no page tells, in rows: a night of 3 000 targets is computed for half a second, 62 days
of a place for 0.4 s, and a search by name is five statements."""
EXECUTION = 2
"""Cost of a field that graphql-core's executor answers from the declarations, in rows: 3.4 µs of processor, where a row
of ten columns takes 2 µs."""

NEIGHBOURS = 4
"""Rows that are read of a cone around a parent for the cost of one row of the answer."""


class TooExpensive(TooMuch):
    """The operation may cost more than is allowed."""

    def __init__(self, message: str, cost: int, limit: int) -> None:
        super().__init__(message)
        self.cost = cost
        self.limit = limit

    @property
    def extensions(self) -> dict[str, Any]:  # noqa: D102 - as the base
        return {**super().extensions, "cost": self.cost, "limit": self.limit}


@dataclass(frozen=True, slots=True)
class StepCost:
    """Cost that one step adds: its path in the operation, the rows it may have, the cost in rows."""

    path: str
    rows: int
    cost: int


@dataclass(frozen=True, slots=True)
class Pricing:
    """Prices the steps of an operation by its coerced variables and the largest page allowed (rows)."""

    catalog: Catalog
    variables: VariableValues
    largest_page: int

    def field(self, root: Root | Entities, levels: tuple[QueryStep, ...]) -> Iterator[StepCost]:
        """Yield the costs of a root field and of every step below it."""
        if isinstance(root, Entities):
            params = self._arguments(root.field)
            references = read_references(self.catalog, root.name, params) if params else []
            unread = sum(isinstance(reference, BadInput) for reference in references)
            yield StepCost(root.key, unread, unread)
            by_table = {level.table: level for level in levels}
            for (table, _), keys in keys_by_table(references).items():
                yield from self._level(root.key, by_table[table], 1, len(keys))
        elif not levels:  # all rows are looked at to make groups
            rows = self._page(root.field)
            yield StepCost(root.key, rows, rows + STATEMENT + group_scan(root.table, self._arguments(root.field)))
            yield from self._related(root.key, root.table, root.field, 1)
        elif isinstance(levels[0].selection, ConnectionSelection):
            yield from self._connection(root, levels[0])
        else:
            yield from self._level(root.key, levels[0], 1, 1)

    def plain(self, plain: PlainField) -> Iterator[StepCost]:
        """Yield the costs of a field that is not compiled, and of the links of its rows.

        They are the rows of its page, the items of its list arguments, introspection.
        """
        items = sum(self._items(argument.value) for argument in plain.nodes[0].arguments or ())
        rows = self._page(plain) if plain.paged else 0
        scanned = self._values(plain) if plain.nodes[0].name.value == VALUES else 0
        computed = COMPUTED.get(plain.nodes[0].name.value, 0)
        introspected = plain.executions * EXECUTION
        yield StepCost(plain.key, rows, rows + items + scanned + computed + introspected + STATEMENT)
        for row in plain.rows:
            yield from self._below(plain.key, compile_step(row, offset=0), rows)

    def _values(self, plain: PlainField) -> int:
        named = (argument.value for argument in plain.nodes[0].arguments or () if argument.name.value == "table")
        for node in named:
            name = self.variables.coerced.get(node.name.value) if isinstance(node, VariableNode) else node
            return value_scan(self.catalog, name.value if isinstance(name, StringValueNode) else str(name))
        return 0

    def _connection(self, root: Root, level: QueryStep) -> Iterator[StepCost]:
        """Price a page of Query with the rows that are looked at to find it."""
        arguments = self._arguments(root.field)
        rows = self._page(root.field) if level.listed else 0
        listed = rows + STATEMENT + page_scan(root.table, arguments) if level.listed else 0
        looked = count_scan(root.table, arguments)
        counted = STATEMENT if looked is None else COUNT + looked
        yield StepCost(root.key, rows, listed + counted * level.counted)
        yield from self._related(root.key, root.table, root.field, level.listed + level.counted)
        yield from self._below(root.key, level, rows)

    def _related(self, path: str, table: Table, field: Field, times: int) -> Iterator[StepCost]:
        """Price what a filter asks of related rows, in so many statements."""
        for where, rows, cost in relation_scans(table, self._arguments(field).get("where"), f"{path}.where"):
            yield StepCost(where, rows, cost * times)

    def _arguments(self, field: Field) -> Mapping[str, Any]:
        """The coerced arguments; none where they are wrong, which is refused when the field is answered."""
        try:
            return field.arguments(self.variables)
        except GraphQLError:
            return {}

    def _items(self, node: ValueNode) -> int:
        value = self.variables.coerced.get(node.name.value) if isinstance(node, VariableNode) else None
        if isinstance(node, ListValueNode):
            return len(node.values)
        return len(value) if isinstance(value, Sized) and not isinstance(value, str) else 0

    def _level(self, path: str, level: QueryStep, parents: int, page_rows: int) -> Iterator[StepCost]:
        rows = parents * page_rows if level.listed else 0
        yield StepCost(path, rows, rows + STATEMENT * level.listed + COUNT * level.counted)
        yield from self._below(path, level, rows)

    def _below(self, path: str, level: QueryStep, rows: int) -> Iterator[StepCost]:
        for selection in level.selections.values():
            for (entry, _), below in zip(selection.completion.links, selection.below, strict=True):
                if isinstance(entry, ToGroups):
                    yield from self._groups(f"{path}.{entry.link.field}Aggregate", entry, rows)
                if below is None:
                    continue
                many = self._page(entry.field) if isinstance(entry, ToMany) else 1
                yield from self._level(f"{path}.{entry.link.field}", below, rows, many)
                if isinstance(entry, ToMany):
                    times = below.listed + below.counted
                    yield from self._beside(f"{path}.{entry.link.field}", entry, times, rows * times)

    def _groups(self, path: str, entry: ToGroups, parents: int) -> Iterator[StepCost]:
        """Price groups of the rows that a link leads to, all of which are looked at."""
        arguments = self._arguments(entry.field)
        groups = parents
        if any(arguments.get(name) for name in KEYS):
            first = arguments.get("first")
            most = MOST_GROUPS if first is None else max(0, min(first, MOST_GROUPS))
            groups = min(parents * most, linked_rows(entry.link, parents))
        looked = linked_scan(entry.link, parents) * cell_cost(arguments) + key_scan(entry.link.target, arguments)
        yield StepCost(path, groups, groups + STATEMENT + looked)
        yield from self._beside(path, entry, 1, parents)

    def _beside(self, path: str, entry: ToMany | ToGroups, times: int, cones: int) -> Iterator[StepCost]:
        """Price what so many statements look at beside the rows of a link: those of filters, those of cones."""
        yield from self._related(path, entry.link.target, entry.field, times)
        if isinstance(entry, ToMany):
            for step in number_scans(entry.link.target, self._arguments(entry.field), f"{path}.orderBy"):
                yield StepCost(*step)
        if isinstance(entry.link.bridge, Neighbourhood):
            yield self._neighbours(path, entry, entry.link.bridge, cones)

    def _neighbours(self, path: str, entry: ToMany | ToGroups, bridge: Neighbourhood, cones: int) -> StepCost:
        try:
            read = int(reached(bridge, entry.field.arguments(self.variables), cones))
        except GraphQLError:  # the field is refused when it is run
            read = 0
        return StepCost(path, read, read // NEIGHBOURS)

    def _page(self, field: Field | PlainField) -> int:
        """Rows of a page, never below 0: a negative `first` is refused later and costs nothing."""
        arguments = {node.name.value: node.value for node in field.nodes[0].arguments or ()}
        for name in ("first", "last"):
            rows = self._number(arguments[name]) if name in arguments else None
            if rows is not None:
                return max(0, min(rows, self.largest_page))
        return min(DEFAULT_PAGE, self.largest_page)

    def _number(self, node: ValueNode) -> int | None:
        match node:
            case IntValueNode(value=text):
                return int(text)
            case VariableNode():
                value = self.variables.coerced.get(node.name.value)
                return value if isinstance(value, int) else None
            case NullValueNode():
                return None
        return None


def affordable(costs: list[StepCost], limit: int) -> int:
    """Sum the costs; raises `TooExpensive` above the limit, naming the dearest step."""
    cost = sum(step.cost for step in costs)
    if cost > limit:
        most = max(costs, key=lambda step: step.cost)
        message = (
            f"The operation may cost {cost} where {limit} is allowed: {most.path} may have {most.rows} rows; "
            "lower first (or last) there or above, or a radius, ask for totalCount less often, "
            "or filter and sort by indexed columns"
        )
        raise TooExpensive(message, cost, limit)
    return cost
