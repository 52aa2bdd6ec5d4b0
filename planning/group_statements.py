"""Statements that put rows into groups: all rows of a table, or those that a link leads to from many rows at once.

The groups of many rows are one statement too: rows are grouped by what they are linked by beside their keys, and the
groups of each are ranked and cut. Its source makes them; what is ranked through the hub is groups, never rows.

Worked example, `targets(first: 50) { nodes { exposuresAggregate(groupBy: [INSTRUMENT_NAME], first: 5) { count } } }`:

    SELECT s.parent, s.g0, s.g1 FROM (
        SELECT t.target_id AS parent, t.instrument_name AS g0, count(*) AS g1,
            row_number() OVER (PARTITION BY t.target_id ORDER BY t.instrument_name) AS rank
        FROM exposure AS t WHERE t.target_id = ANY ($1) GROUP BY t.target_id, t.instrument_name
    ) AS s WHERE s.rank <= 6 ORDER BY s.parent, s.rank
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import sqlalchemy as sa

from planning import grouped
from planning.binned import number_of_bin
from planning.clauses import number, restricted
from planning.elements import Expression
from planning.plan import Grouping, Order, StatementShape
from planning.routing import Destination
from planning.scope import Query, StatementScope
from planning.sorting import collated, directed
from schema.table import Link


@dataclass(frozen=True, eq=False, slots=True)
class GroupColumns:
    """The columns of groups in the scope of a statement, whose next values are those of the bins."""

    grouping: Grouping
    scope: StatementScope
    keys: list[Expression]
    bins: list[Expression]

    @classmethod
    def of(cls, grouping: Grouping, scope: StatementScope) -> "GroupColumns":
        """Write the keys and bins, in terms of the base of the scope."""
        keys = [grouped.key(column, scope) for column in grouping.by]
        return cls(grouping, scope, keys, [number_of_bin(bin_, scope) for bin_ in grouping.bins])

    def selected(self) -> list[Expression]:
        """What a record has of a group: its keys, its bins, how many rows it has, its measures."""
        measures = (grouped.measure(function, column, self.scope) for function, column in self.grouping.measures)
        return [*self.keys, *self.bins, sa.func.count(), *measures]

    def grouped_by(self) -> Iterator[Expression]:
        """The terms of GROUP BY."""
        yield from (*self.keys, *self.bins)
        keys = zip(self.grouping.by, self.keys, strict=True)
        yield from chain(*(collated(column, key, self.scope.to.order) for column, key in keys))

    def having(self) -> Iterator[Expression]:
        """The conditions on groups, whose values are the next ones of the scope."""
        return grouped.having(self.grouping, self.scope)

    def order_by(self) -> Iterator[Expression]:
        """The terms of ORDER BY, which is total."""
        yield from grouped.order_by(self.grouping, self.scope)
        for column, key in zip(self.grouping.by, self.keys, strict=True):
            yield directed(key, Order(column), self.scope.to.order)
        yield from self.bins


def groups(shape: StatementShape, grouping: Grouping, to: Destination) -> Query:
    """The groups of the rows of a table."""
    scope = StatementScope(shape, to)
    columns = GroupColumns.of(grouping, scope)
    query = sa.select(*columns.selected()).select_from(scope.source).group_by(*columns.grouped_by())
    query = restricted(query, shape, scope)
    return query.having(*columns.having()).order_by(*columns.order_by())


def groups_of_parents(shape: StatementShape, grouping: Grouping, link: Link, to: Destination) -> Query:
    """The key of each parent and its groups, those of one parent in their order and as many as the shape says."""
    scope = StatementScope(shape, to)
    parent = scope.follow(link)
    columns = GroupColumns.of(grouping, scope)
    named = [column.label(f"g{at}") for at, column in enumerate(columns.selected())]
    rank = sa.func.row_number().over(partition_by=parent, order_by=list(columns.order_by())).label("rank")
    query = sa.select(parent.label("parent"), *named, *([rank] if grouping.several else []))
    query = query.select_from(scope.source).where(*scope.restrictions).group_by(parent, *columns.grouped_by())
    query = restricted(query, replace(shape, limit=None, offset=0), scope).having(*columns.having())
    return _ranked(query, shape) if grouping.several else query


def _ranked(query: Query, shape: StatementShape) -> Query:
    found = query.subquery("s")
    page = sa.select(*(column for column in found.c if column.name != "rank"))
    if shape.offset:
        page = page.where(found.c.rank > number(shape.offset))
    if shape.limit is not None:
        page = page.where(found.c.rank <= number(shape.offset + shape.limit))
    return page.order_by(found.c.parent, found.c.rank)
