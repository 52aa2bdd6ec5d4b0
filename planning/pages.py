"""Pages of a table's rows, so written that no page hangs on PostgreSQL's guess of where in an order its rows are.

The rows that satisfy a condition may be anywhere in the order of another column. PostgreSQL takes them for evenly
spread, and walks through an index in that order until it has enough: through all of 2.5 million rows at random places,
where there are fewer. So a page with a condition is two arms of one statement. The first walks through the index as
far as `WALKED` rows; the second, which runs only where the first has not filled the page, finds all rows that satisfy
the condition and sorts them. An ordinary page is the walk that it always was, and the worst costs one scan.

Worked example, the ten brightest in K of the stars with V < 0 (of which there are 5):

    WITH near AS MATERIALIZED (
        SELECT … FROM (SELECT … FROM jsdc ORDER BY kmag, jsdc_id LIMIT 5000) WHERE vmag < 0 LIMIT 11)
    SELECT … FROM near WHERE (SELECT count(*) FROM near) >= 11
    UNION ALL
    SELECT … FROM (SELECT … FROM jsdc WHERE vmag < 0 ORDER BY kmag + 0, jsdc_id + 0 LIMIT 11)
        WHERE (SELECT count(*) FROM near) < 11

Through the hub, postgres_fdw ships the inner queries, and the hub picks among the rows of the walk. There, pages in the
order of the key are no walks: they read rows as they lie in the table.

Where NULLs come at the end that they have not in an index, it has the order in two ranges: values, then NULLs, or the
other way round. Without a condition, the first arm is then a page of one range, and the second one of the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from planning.clauses import cut, labelled, limited, number, order_by, reordered, restricted, terms
from planning.columns import columns_of, related_columns, stored
from planning.conditions import rewritten, written
from planning.elements import Expression
from planning.plan import (
    AfterCursor,
    AllOf,
    AnyOf,
    Compared,
    Condition,
    Negated,
    Order,
    Related,
    RelatedCount,
    StatementShape,
)
from planning.routing import Destination
from planning.scope import Query, StatementScope
from schema.column import Column
from schema.operators import Op

WALKED = 5_000
"""Rows of an index that a walk reads at most, before the rows that satisfy a condition are found otherwise."""
RANGES = (Op.EQ, Op.IN, Op.LT, Op.LE, Op.GT, Op.GE, Op.BETWEEN, Op.ABSENT)
"""Operators that an index answers by one range of it, or few."""
SHARE = 100
"""Rows that it reads at most for each row of its page, where that is more."""
IN_PLACE = 100_000
"""The same in the order of the key, in which rows mostly lie in the table: they are read as fast as in a scan."""
SENT = 5
"""Part of a walk that is sent to the hub."""
LONGEST = 5_000
"""Rows of the longest page that is two arms: a longer one sorts its rows, which it takes as long to tell."""


def reach(rows: int, *, direct: bool, by_key: bool) -> int:
    """How many rows of an index a walk for a page of so many rows reads at most.

    Parameters
    ----------
    direct
        Whether it is read at the source itself: the hub is sent all of them, whether the page is filled or not.
    by_key
        Whether the index is that of the key.
    """
    walked = max(IN_PLACE if by_key else WALKED, SHARE * rows)
    return walked if direct else walked // SENT


@dataclass(frozen=True, slots=True)
class Arms:
    """A page as two: rows of the second count where the first has not filled the page."""

    first: tuple[StatementShape, ...]
    """Ranges of an index, as they follow in its order."""
    second: StatementShape
    walk: bool = False
    """Whether the last range of the first is walked through; the second then has all its rows too."""


def listed(shape: StatementShape, to: Destination) -> Query:
    """The rows of a shape without a link, cells named as in the hub."""
    arms = _arms(shape, to)
    if isinstance(arms, StatementScope):
        return _plain(arms)
    page = _both(arms, to).subquery("s")
    cells: list[Expression] = [page.c[f"c{at}"].label(cell.column.sql) for at, cell in enumerate(shape.cells)]
    query = sa.select(*cells or [number(1)]).select_from(page)
    return cut(query.order_by(page.c.part, *reordered(page, shape, to)), shape)


def _plain(scope: StatementScope) -> Query:
    shape = scope.shape
    columns: list[Expression] = [scope.named(cell.column, cell.path) for cell in shape.cells]
    return restricted(sa.select(*columns or [number(1)]).select_from(scope.source), shape, scope)


def _arms(shape: StatementShape, to: Destination) -> Arms | StatementScope:
    """The arms of a page, or the scope of its statement where one is enough."""
    first = _indexed(shape)
    if first is None:
        return StatementScope(shape, to)
    rows = (shape.limit or 0) + shape.offset
    whole = replace(shape, limit=rows, offset=0)
    ranges = tuple(_ranges(whole, first))
    if _scattered(whole, first) and (to.direct or len(shape.order) > 1):
        if rows > LONGEST or not (to.direct or all(map(_same_in_hub, shape.conditions))):
            return StatementScope(shape, to, sorts=True)
        return Arms(ranges if first.nulls_first else ranges[:1], whole, walk=True)
    if len(ranges) > 1:
        return Arms(ranges[:1], ranges[1])
    return StatementScope(replace(ranges[0], limit=shape.limit, offset=shape.offset), to)


def _indexed(shape: StatementShape) -> Order | None:
    """The first term of a page's order, if an index has that order."""
    first = shape.order[0] if shape.order and shape.limit is not None else None
    joins = any(cell.path for cell in shape.cells) or bool(StatementScope.deciding_rows(shape))
    joins = joins or any(related_columns(shape))
    return first if first and first.column.indexed and not joins and not shape.scattered else None


def _scattered(shape: StatementShape, first: Order) -> bool:
    """Whether rows satisfy a condition that says nothing of where in the order they are.

    Those with one value of an indexed column are few, or as many as the statistics say, and are left to PostgreSQL.
    """
    loose = [condition for condition in shape.conditions if not _leads(condition, first.column)]
    pinned = any(isinstance(one, Compared) and one.column.indexed and one.op in (Op.EQ, Op.IN) for one in loose)
    return bool(loose) and not pinned


def _leads(condition: Condition, column: Column) -> bool:
    """Whether a condition selects a range of a column, which an index has in one piece."""
    match condition:
        case Compared(compared, op):
            return compared is column and op in RANGES
        case Negated(part):
            return _leads(part, column)
        case AllOf(parts):
            return all(_leads(part, column) for part in parts)
        case _:
            return isinstance(condition, AfterCursor)


def _same_in_hub(condition: Condition) -> bool:
    """Whether the hub finds a condition true where its source does, and as fast.

    The case of letters depends on a locale, and keys of related rows are an array that the hub reads through for each.
    """
    match condition:
        case Compared(_, op):
            return op is not Op.ILIKE
        case Related() | RelatedCount():
            return False
        case Negated(part):
            return _same_in_hub(part)
        case AllOf(parts) | AnyOf(parts):
            return all(map(_same_in_hub, parts))
        case _:
            return True


def _ranges(shape: StatementShape, first: Order) -> Iterator[StatementShape]:
    """The ranges of an index that the rows of a page are in, as they follow in its order."""
    natural = first.nulls_first == first.descending
    mark = shape.conditions[-1] if shape.conditions else None
    if first.column.never_null:
        yield shape
    elif isinstance(mark, AfterCursor) and mark.order == shape.order:
        yield from _ranges_after(mark, shape, first)
    elif natural:
        yield shape
    else:
        present = _as_index(_with(shape, Negated(Compared(first.column, Op.ABSENT))), first)
        absent = _with(shape, Compared(first.column, Op.ABSENT))
        yield from (absent, present) if first.nulls_first else (present, absent)


def _ranges_after(mark: AfterCursor, shape: StatementShape, first: Order) -> Iterator[StatementShape]:
    if mark.nulls[0] or first.nulls_first:
        yield shape
        return
    # With OR, the index would be read from its start (4 s, not 6 ms).
    near = replace(mark, order=(replace(first, nulls_first=True), *mark.order[1:]))  # as if NULL had been before
    before = replace(shape, conditions=shape.conditions[:-1])
    yield _as_index(_with(before, near), first)
    yield _with(before, Compared(first.column, Op.ABSENT))


def _with(shape: StatementShape, condition: Condition) -> StatementShape:
    return replace(shape, conditions=(*shape.conditions, condition))


def _as_index(shape: StatementShape, first: Order) -> StatementShape:
    """A shape of rows without NULLs in the order that an index has."""
    return replace(shape, order=(replace(first, nulls_first=first.descending), *shape.order[1:]))


def _both(arms: Arms, to: Destination) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The rows of two arms: the cells, the columns of the order, and of which arm each is."""
    near = _near(arms, to).cte("near").prefix_with("MATERIALIZED")
    rest = _rows(len(arms.first), arms.second, to, sorts=arms.walk).subquery("rest")
    found, wanted = sa.select(sa.func.count()).select_from(near).scalar_subquery(), number(arms.second.limit or 0)
    some = sa.select(*near.c)
    return sa.union_all(some.where(found >= wanted) if arms.walk else some, sa.select(*rest.c).where(found < wanted))


def _near(arms: Arms, to: Destination) -> Query:
    """The rows of the first arm."""
    last = len(arms.first) - 1
    pages = [
        _walk(part, shape, to) if arms.walk and part == last else _rows(part, shape, to)
        for part, shape in enumerate(arms.first)
    ]
    if not last:
        return pages[0]
    page = sa.union_all(*pages).subquery("s")
    ordered = sa.select(*page.c).order_by(page.c.part, *reordered(page, arms.second, to))
    return limited(ordered, arms.second.limit)


def _rows(part: int, shape: StatementShape, to: Destination, *, sorts: bool = False) -> Query:
    scope = StatementScope(shape, to, sorts=sorts)
    return restricted(_selected(part, shape, scope), shape, scope)


def _selected(part: int, shape: StatementShape, scope: StatementScope) -> Query:
    columns = (number(part).label("part"), *labelled(shape, scope), *terms(shape, scope))
    return sa.select(*columns).select_from(scope.source)


def _walk(part: int, shape: StatementShape, to: Destination) -> Query:
    """As many rows of a page as a walk through the index comes upon."""
    scope = StatementScope(shape, to)
    column = shape.order[0].column
    conditions = list(written(shape.conditions, scope))
    inside = [one for one in conditions if _leads(one.condition, column)]
    outside = [one for one in conditions if one not in inside]
    needed = dict.fromkeys(stored(columns_of(shape, (one.condition for one in outside))))
    walk = sa.select(*(scope.base.c[one.sql] for one in needed)).select_from(scope.base)
    walk = walk.where(*(one.sql for one in inside)).order_by(*order_by(shape.order, scope))
    walked = reach(shape.limit or 0, direct=to.direct, by_key=column.key)
    scope.rebase(limited(walk, walked).subquery("t"))
    query = _selected(part, shape, scope).order_by(*order_by(shape.order, scope))  # as they are
    query = query.where(*(one.sql for one in rewritten(outside, scope)))
    return limited(query, shape.limit)
