"""Conditions on related rows in SQL: whether a link leads from a row to rows of which something is true.

At the source itself it is EXISTS. In the hub, postgres_fdw would fetch both tables to join them, so that keys go
instead: the related rows are asked first, and what leads to them is sent, as an array, to where the rows are. Where the
table of these is the smaller one, its keys go to the related rows before; along the hub's identities, theirs do. Either
way the condition is true or false, never unknown.

Worked example, `exposures(where: {star: {vmag: {lt: 5}}})`: of 2 500 000 stars, those that are bright and somebody's
identity leave JSDC, and of 342 000 exposures, those of these leave the Obs Portal.

    SELECT … FROM obsportal.exposure AS t WHERE t.target_id = ANY (ARRAY(
        SELECT b.target_id FROM crossid.target AS b WHERE b.star_id IN (
            SELECT tr.jsdc_id FROM jsdc.star AS tr WHERE tr.vmag < 5 AND tr.jsdc_id = ANY (ARRAY(
                SELECT r.star_id FROM crossid.target AS r)))))

At one source, `stars(where: {identifiers: {some: {catalogue: {eq: "HD"}}}})`:

    SELECT … FROM star AS t WHERE EXISTS (
        SELECT 1 FROM identifier AS tr WHERE tr.jsdc_id = t.jsdc_id AND tr.catalogue = 'HD')
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import sqlalchemy as sa

from planning.elements import Expression, NativeType
from planning.plan import Cell, Condition, Related, RelatedCount, StatementShape
from planning.scope import Query, StatementScope, convertible, far_ends
from schema.catalog import SOURCES
from schema.column import Column
from schema.table import Lineage, Link, Table, Through
from schema.types import LONG

WORTH = 2
"""How many times smaller a table is whose keys are sent to another first."""
ZERO: Expression = sa.literal_column("0")
ONE: Expression = sa.literal_column("1")
SEPARATOR: Expression = sa.literal_column("'_'", sa.Text())
Part: TypeAlias = Callable[[StatementScope], Expression]
"""Writes a condition in the scope of a query."""


def related(condition: Related, scope: StatementScope, part: Part) -> Expression:
    """Whether a row of the base leads to a row of which a part is true."""
    link = condition.link
    if isinstance(link.bridge, Lineage):
        return _descended(condition, link.bridge, scope, part)
    if scope.to.direct:
        return _exists(condition, scope, part)
    inner = _inner(link, (condition.part,), scope)
    query, near = _near_keys(link, inner, part(inner), scope)
    scope.bound = inner.bound
    return _among(link.from_column, query.group_by(near) if link.many else query, scope)


def counted(condition: RelatedCount, scope: StatementScope, having: Callable[[Expression], Expression]) -> Expression:
    """Whether the number of rows that a row of the base leads to is as `having` says, which is false of none."""
    link, inner = condition.link, _inner(condition.link, (), scope)
    if isinstance(link.bridge, Through):
        query, near, rows = _of_far_ends(link, link.bridge, inner, scope)
    else:
        (query, near), rows = _near_keys(link, inner, sa.true(), scope), sa.func.count()
    return _among(link.from_column, query.group_by(near).having(having(rows)), scope)


def _of_far_ends(
    link: Link, bridge: Through, inner: StatementScope, scope: StatementScope
) -> tuple[Query, Expression, Expression]:
    """The near ends of a bridge, and the number of related rows of each: those of each far end are counted first."""
    far, between = inner.column(link.to_column), scope.relation(bridge.table, "b")
    rows = sa.select(far.label("key"), sa.func.count().label("n")).select_from(inner.source)
    ends = rows.where(*_reduced(link, bridge.table, far, far_ends(bridge))).group_by(far).subquery("e")
    near = between.c[bridge.near.sql]
    query = sa.select(near).select_from(between.join(ends, between.c[bridge.far.sql] == ends.c.key))
    return query.where(near.is_not(None)), near, sa.cast(sa.func.sum(ends.c.n), NativeType(LONG.sql))


def _exists(condition: Related, scope: StatementScope, part: Part) -> Expression:
    link = condition.link
    inner = _inner(link, (condition.part,), scope)
    equal = inner.column(link.to_column) == scope.column(link.from_column)
    query = sa.select(ONE).select_from(inner.source).where(equal, part(inner))
    scope.bound = inner.bound
    return sa.exists(query.correlate(scope.base))


def _inner(link: Link, parts: tuple[Condition, ...], scope: StatementScope) -> StatementScope:
    """The scope of a query of the rows that a link leads to."""
    return scope.within(StatementShape(link.target, (Cell(link.to_column, link.to_column.sql),), parts))


def _near_keys(link: Link, inner: StatementScope, part: Expression, scope: StatementScope) -> tuple[Query, Expression]:
    """What a row of the base must have, of each related row of which a part is true, and its column in the query."""
    far = inner.column(link.to_column)
    rows = sa.select(far).select_from(inner.source).where(part, far.is_not(None))
    if isinstance(link.bridge, Through):
        bridge, between = link.bridge, scope.relation(link.bridge.table, "b")
        ends = rows.where(*_reduced(link, bridge.table, far, far_ends(bridge)))
        ends = ends if link.target.key is link.to_column else ends.group_by(far)
        near = between.c[bridge.near.sql]
        return sa.select(near).select_from(between).where(between.c[bridge.far.sql].in_(ends), near.is_not(None)), near
    sent = rows.where(*_reduced(link, link.origin, far, _near_ends(link, scope)))
    if not link.converts:
        return sent, far
    near_value: Expression = sa.cast(far, NativeType(link.from_column.type.sql))
    return sent.with_only_columns(near_value).where(convertible(link, far)), near_value


def _reduced(link: Link, smaller: Table, far: Expression, keys: Expression) -> Iterator[Expression]:
    """The condition that related rows have one of the keys of a table that is smaller; none where it is not.

    None either where the source puts related rows into groups of one key: these are not more than there are keys.
    """
    grouped = link.target.key is not link.to_column and not link.converts
    if link.target.source in SOURCES and not grouped and smaller.rows * WORTH < link.target.rows:
        yield _sent(far, keys)


def _near_ends(link: Link, scope: StatementScope) -> Expression:
    """What all rows of the base have for a link to lead from, as what it leads to has it."""
    near = scope.relation(link.origin, "s").c[link.from_column.sql]
    value = sa.cast(near, NativeType(link.to_column.type.sql)) if link.to_column.type.sql == "text" else near
    return sa.func.array(sa.select(value).where(near.is_not(None)).scalar_subquery())


def _descended(condition: Related, bridge: Lineage, scope: StatementScope, part: Part) -> Expression:
    """Whether an exposure leads to a granule: to one of level 0 by its name, to others by header and programme.

    Header and programme go as one text, `header_programme`: what precedes the first `_` of an exposure's name has none.
    """
    first, exposure, program = scope.bound, scope.column(bridge.exposure), scope.column(bridge.program)
    inner = _inner(condition.link, (condition.part,), scope)
    header, level = inner.column(condition.link.to_column), inner.column(bridge.level)
    logs = _granules(header, inner, part(inner), level <= ZERO)
    inner.bound = first  # the same values
    spelt = header.concat(SEPARATOR).concat(inner.column(bridge.granule_program))
    alone = sa.func.strpos(header, SEPARATOR) == ZERO
    published = _granules(spelt, inner, part(inner), level > ZERO, alone, spelt.is_not(None))
    scope.bound = inner.bound
    head = sa.func.split_part(exposure, SEPARATOR, ONE).concat(SEPARATOR).concat(program)
    return sa.or_(
        _member(exposure, logs, scope), sa.and_(program.is_not(None), _member(head, published, scope))
    )  # fmt: skip


def _granules(key: Expression, inner: StatementScope, *conditions: Expression) -> Query:
    return sa.select(key).select_from(inner.source).where(*conditions).group_by(key)


def _among(column: Column, keys: Query, scope: StatementScope) -> Expression:
    """Whether a column of the base is one of the keys, false where it is NULL."""
    near = scope.column(column)
    among = _member(near, keys, scope)
    return among if column.never_null else sa.and_(near.is_not(None), among)


def _member(value: Expression, keys: Query, scope: StatementScope) -> Expression:
    """Whether a value of the base is one of the keys: sent to another database as an array, or in memory."""
    if scope.to.direct or scope.shape.table.source not in SOURCES:
        return value.in_(keys)
    return _sent(value, sa.func.array(keys.scalar_subquery()))


def _sent(value: Expression, keys: Expression) -> Expression:
    """Whether a value of a source is in an array that the hub makes, whose length PostgreSQL takes for 10.

    Of 6 756 targets it would expect 112 exposures, 67 000 in truth: it would join them one by one, and rather sort and
    cut them in the hub. A truth that it learns late makes it expect half of the table; at the source it is known.
    """
    return sa.or_(value == sa.func.any(keys), sa.select(sa.false()).scalar_subquery())
