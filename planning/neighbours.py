"""Neighbours of many rows at once: those within a radius of each that satisfy conditions, a page or a number of each.

A cone of 5° has thousands of stars, at as many places of the disk, of which few may be fit. So all rows that satisfy
the conditions are found first, if they are `FEW`, and compared with each parent; where they are more, each parent's
cone is read from the spatial index; as it is at once where the cones have little of the table together.

    WITH few AS MATERIALIZED (SELECT … FROM jsdc WHERE calflag = 0 LIMIT 2001)
    SELECT o.jsdc_id, s.* FROM jsdc AS o JOIN LATERAL (
        SELECT … FROM (
            SELECT … FROM few WHERE (SELECT count(*) FROM few) <= 2000 AND near(few, o)
            UNION ALL
            SELECT … FROM jsdc WHERE (SELECT count(*) FROM few) > 2000 AND calflag = 0 AND near(jsdc, o)
        ) AS t ORDER BY … LIMIT 11
    ) AS s ON true WHERE o.jsdc_id = ANY ($1)
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from planning.clauses import cut, labelled, limited, number, order_by
from planning.columns import every_column, stored
from planning.conditions import WrittenCondition, rewritten, written
from planning.elements import Expression
from planning.group_statements import GroupColumns
from planning.plan import AfterCursor, Condition, Nearby, SimilarTo, StatementShape
from planning.routing import Destination
from planning.scope import Query, StatementScope
from schema.separation import SEPARATION
from schema.table import Link

FEW = 2_000
"""Rows that are compared with each parent: 2 000 with 100 of them take as long as one scan of a large table."""


def neighbours(shape: StatementShape, link: Link, to: Destination) -> Query:
    """The key of each parent and the cells of a page of its neighbours; or their number, or groups of them."""
    scope = StatementScope(shape, to)
    parents, parent, restriction = scope.each(link)
    before = scope.bound
    if shape.grouping:
        GroupColumns.of(shape.grouping, scope)  # whose values come before those of the conditions
    conditions = list(written(shape.conditions, scope))
    after = scope.bound
    if Nearby(many=True) in shape.conditions:
        scope.rebase(_either(scope, conditions, parent, parents))
        restrictions = []
    else:
        restrictions = _others(scope.base, conditions, shape, parent)
    if shape.grouping:
        scope.bound = before
        columns = GroupColumns.of(shape.grouping, scope)
        scope.bound = after
        page = _groups(columns, restrictions)
    else:
        page = _page(scope, restrictions)
    each = page.correlate(parents).lateral("s")
    return sa.select(parent.label("parent"), *each.c).select_from(parents.join(each, sa.true())).where(restriction)


def _page(scope: StatementScope, restrictions: Sequence[Expression]) -> Query:
    shape = scope.shape
    columns: list[Expression] = [sa.func.count().label("n")] if shape.count else labelled(shape, scope)
    rows = sa.select(*columns).select_from(scope.base).where(*restrictions)
    return rows if shape.count else cut(rows.order_by(*order_by(shape.order, scope)), shape)


def _groups(columns: GroupColumns, restrictions: Sequence[Expression]) -> Query:
    named = [column.label(f"g{at}") for at, column in enumerate(columns.selected())]
    found = sa.select(*named).select_from(columns.scope.base).where(*restrictions).group_by(*columns.grouped_by())
    return cut(found.having(*columns.having()).order_by(*columns.order_by()), columns.scope.shape)


def _others(
    rows: sa.FromClause, conditions: Iterable[WrittenCondition], shape: StatementShape, parent: Expression
) -> list[Expression]:
    """What is true of the neighbours of a parent: the parent itself is none."""
    return [rows.c[shape.table.key.sql] != parent, *(condition.sql for condition in conditions)]


def _of_parent(condition: Condition) -> bool:
    """Whether a condition compares a row with its parent."""
    match condition:
        case AfterCursor(order):
            return any(term.column is SEPARATION for term in order)
        case _:
            return isinstance(condition, (Nearby, SimilarTo))


def _either(
    scope: StatementScope, conditions: Sequence[WrittenCondition], parent: Expression, parents: sa.FromClause
) -> sa.Subquery:
    """All neighbours of a parent: of the few rows, or by the spatial index."""
    shape, table = scope.shape, scope.base
    needed = dict.fromkeys(stored((*every_column(shape), shape.table.key)))
    near = [one for one in conditions if _of_parent(one.condition)]

    def select(rows: sa.FromClause, *restrictions: Expression) -> Query:
        return sa.select(*(rows.c[column.sql] for column in needed)).select_from(rows).where(*restrictions)

    own = [one.sql for one in conditions if one not in near]
    few = limited(select(table, *own), FEW + 1).cte("few").prefix_with("MATERIALIZED")
    count, most, among = sa.select(sa.func.count()).select_from(few).scalar_subquery(), number(FEW), few.alias("f")
    scope.rebase(among)
    compared = rewritten(near, scope)
    arms = (
        select(among, count <= most, *_others(among, compared, shape, parent)),
        select(table, count > most, *_others(table, conditions, shape, parent)),
    )
    return sa.union_all(*(arm.correlate(parents) for arm in arms)).subquery("t")
