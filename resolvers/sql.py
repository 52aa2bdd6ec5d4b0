"""From plan to SQL: pure functions, no connection. A text is made once a shape and kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.types import UserDefinedType

from resolvers.plan import Beyond, Cell, Compared, Condition, Either, Every, InCone, Not, Op, Order, Plan, Shape
from schema.table import Column, Link, Table, Through
from schema.types import INT, SHORT

Expression: TypeAlias = sa.ColumnElement[Any]
Query: TypeAlias = "sa.Select[*tuple[Any, ...]]"
Row = Callable[[Sequence[tuple[Cell, str]]], str]
"""How a streamed row is written: cells with their SQL expressions → the SELECT list."""
DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Statement:
    """A text with `$1…` placeholders, and what is bound to them."""

    text: str
    values: tuple[Any, ...]
    source: str
    """The database it touches."""


class _Native(UserDefinedType[Any]):
    """A PostgreSQL type by its own name."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        return self.name


class _Scope:
    """The names of one statement: aliases of joined tables, numbered values."""

    def __init__(self, shape: Shape) -> None:
        self.bound = 0
        self.base = _table(shape.table).alias("t")
        self.joined: dict[tuple[Link, ...], sa.FromClause] = {(): self.base}
        self.source: sa.FromClause = self.base
        self.restrictions: list[Expression] = []
        for cell in shape.cells:
            self._join(cell.path)

    def _join(self, path: tuple[Link, ...]) -> None:
        if path in self.joined:
            return
        self._join(path[:-1])
        link, left = path[-1], self.joined[path[:-1]].c[path[-1].from_column.sql]
        name = "_".join(("t", *(step.field for step in path)))
        if link.bridge is None:
            right: sa.FromClause = _table(link.target).alias(name)
        else:
            between = _table(link.bridge.table).alias(f"{name}_b")
            self.source = self.source.outerjoin(between, left == between.c[link.bridge.near.sql])
            left, right = between.c[link.bridge.far.sql], _reachable(link, link.bridge).subquery(name)
        self.joined[path] = right
        self.source = self.source.outerjoin(right, left == right.c[link.to_column.sql])

    def follow(self, link: Link) -> Expression:
        """Restrict the base to what a link leads to from the rows whose keys are the first value; the key of each."""
        keys = sa.func.any(self.value(f"{link.from_column.type.sql}[]"))
        far = self.column(link.to_column)
        if link.bridge is None:
            self.restrictions.append(far == keys)
            return far
        between = _table(link.bridge.table).alias("b")
        self.source = self.source.join(between, far == between.c[link.bridge.far.sql])
        parent: Expression = between.c[link.bridge.near.sql]
        # Found first and sent as values: the hub would else fetch the whole of the table to join it.
        self.restrictions += [parent == keys, far == sa.func.any(_far(link.bridge, keys))]
        return parent

    def column(self, column: Column, path: tuple[Link, ...] = ()) -> Expression:
        found: Expression = self.joined[path].c[column.sql]
        return found

    def value(self, type_name: str) -> Expression:
        name = f"v{self.bound}"
        self.bound += 1
        return sa.cast(sa.bindparam(name, type_=sa.types.NullType()), _Native(type_name))


def statement(plan: Plan) -> Statement:
    """The statement that fetches a plan's rows: parent (if any), then the cells in order."""
    text, order = _text(plan.shape)
    return Statement(text, tuple(plan.values[index] for index in order), plan.table.source)


def stream(plan: Plan, row: Row) -> Statement:
    """The statement whose rows `row` writes, for COPY; cells may come through links to one."""
    text, order = _streamed(plan.shape, row)
    return Statement(text, tuple(plan.values[index] for index in order), plan.table.source)


@lru_cache(maxsize=4096)
def _text(shape: Shape) -> tuple[str, tuple[int, ...]]:
    if shape.count:
        return _compiled(_counted(shape))
    if shape.link is None:
        return _compiled(_listed(shape))
    if shape.limit is None:
        return _compiled(_batched(shape, shape.link, _Scope(shape)))
    return _compiled(_lateral(shape, shape.link) if shape.link.dense else _ranked(shape, shape.link))


@lru_cache(maxsize=1024)
def _streamed(shape: Shape, row: Row) -> tuple[str, tuple[int, ...]]:
    scope = _Scope(shape)
    inner = _restricted(_select(scope, shape), shape, scope)
    text, order = _compiled(inner)
    # The row is written over named columns of a subquery, so that what is shipped stays a plain column list.
    names = [f"c{index}" for index in range(len(shape.cells))]
    listed = row(list(zip(shape.cells, names, strict=True)))
    return f"SELECT {listed} FROM ({text}) AS s({', '.join(names)})", order  # noqa: S608 - of declarations


def _listed(shape: Shape) -> Query:
    scope = _Scope(shape)
    return _restricted(_select(scope, shape), shape, scope)


def _select(scope: _Scope, shape: Shape) -> Query:
    columns = [scope.column(cell.column, cell.path) for cell in shape.cells]
    return sa.select(*columns or [sa.literal_column("1")]).select_from(scope.source)


def _restricted(query: Query, shape: Shape, scope: _Scope) -> Query:
    for condition in shape.conditions:
        query = query.where(_where(condition, shape, scope))
    return _limited(query.order_by(*_order_by(shape.order, scope)), shape.limit)


def _limited(query: Query, limit: int | None) -> Query:
    # postgres_fdw ships a literal LIMIT, never a bound one (facts/postgres.md section 6).
    return query if limit is None else query.limit(sa.literal_column(str(limit), sa.Integer))


def _counted(shape: Shape) -> Query:
    scope = _Scope(shape)
    if shape.link is None:
        return _restricted(sa.select(sa.func.count()).select_from(scope.base), replace(shape, order=()), scope)
    parent = scope.follow(shape.link)
    query = sa.select(parent, sa.func.count()).select_from(scope.source).where(*scope.restrictions)
    return _restricted(query, replace(shape, order=()), scope).group_by(parent)


def _batched(shape: Shape, link: Link, scope: _Scope) -> Query:
    parent = scope.follow(link).label("parent")
    query = sa.select(parent, *_labelled(shape, scope)).select_from(scope.source).where(*scope.restrictions)
    return _restricted(query, shape, scope)


def _ranked(shape: Shape, link: Link) -> Query:
    """A page of each parent: rows of all parents fetched in one statement, ranked and cut in the hub."""
    scope = _Scope(shape)
    parent = scope.follow(link)
    rank = sa.func.row_number().over(partition_by=parent, order_by=_order_by(shape.order, scope)).label("rank")
    terms = [scope.column(term.column).label(f"o{index}") for index, term in enumerate(shape.order)]
    query = sa.select(parent.label("parent"), *_labelled(shape, scope), rank, *terms).select_from(scope.source)
    inner = replace(shape, limit=None, order=())
    ranked = _restricted(query.where(*scope.restrictions), inner, scope).subquery("s")
    # By parent and order, as the ranking has left them: PostgreSQL sees that and sorts no more.
    order = [_directed(ranked.c[f"o{index}"], term) for index, term in enumerate(shape.order)]
    wanted = [ranked.c.parent, *(ranked.c[f"c{index}"] for index in range(len(shape.cells)))]
    return (
        sa.select(*wanted).where(ranked.c.rank <= sa.literal_column(str(shape.limit))).order_by(ranked.c.parent, *order)
    )


def _lateral(shape: Shape, link: Link) -> Query:
    """A page of each parent, cut at the source: one remote statement a parent, for parents with very many rows."""
    scope = _Scope(shape)
    keys = sa.func.unnest(scope.value(f"{link.to_column.type.sql}[]")).table_valued("key", name="p").render_derived()
    parent = scope.column(link.to_column)
    query = sa.select(parent.label("parent"), *_labelled(shape, scope)).select_from(scope.base)
    page = _restricted(query.where(parent == keys.c.key), shape, scope)
    lateral = page.offset(sa.literal_column("0")).correlate(keys).lateral("s")
    return sa.select(*lateral.c).select_from(keys.join(lateral, sa.true()))


def _labelled(shape: Shape, scope: _Scope) -> list[Expression]:
    return [scope.column(cell.column).label(f"c{index}") for index, cell in enumerate(shape.cells)]


def _far(bridge: Through, keys: Expression | None = None) -> Expression:
    """The far ends of a bridge, of the near ones in `keys` or of all."""
    between = _table(bridge.table).alias("r")
    near, far = between.c[bridge.near.sql], between.c[bridge.far.sql]
    return sa.func.array(sa.select(far).where(far.is_not(None) if keys is None else near == keys).scalar_subquery())


def _reachable(link: Link, bridge: Through) -> Query:
    """The rows that a link leads to from anywhere: without this, a join to them would fetch their whole table."""
    target = _table(link.target)
    return sa.select(*target.c).where(target.c[link.to_column.sql] == sa.func.any(_far(bridge)))


def _order_by(order: Sequence[Order], scope: _Scope) -> Iterator[Expression]:
    return (_directed(scope.column(term.column), term) for term in order)


def _directed(column: Expression, term: Order) -> Expression:
    directed = column.desc() if term.descending else column.asc()
    natural = term.nulls_first == term.descending
    return directed if natural else directed.nulls_first() if term.nulls_first else directed.nulls_last()


def _where(condition: Condition, shape: Shape, scope: _Scope) -> Expression:
    match condition:
        case Compared(column, op):
            return _compare(scope.column(column), column, op, scope)
        case Every(parts):
            return sa.and_(sa.true(), *(_where(part, shape, scope) for part in parts))
        case Either(parts):
            return sa.or_(sa.false(), *(_where(part, shape, scope) for part in parts))
        case Not(part):
            return sa.not_(_where(part, shape, scope))
        case InCone(outside):
            inside = _in_cone(shape.table, scope)
            return sa.not_(inside) if outside else inside
        case Beyond(order, nulls):
            return _beyond(order, nulls, scope)


def _compare(expression: Expression, column: Column, op: Op, scope: _Scope) -> Expression:
    # Whole numbers are compared as bigint: one too large for its column is unequal to all of it, not an error.
    kind = "bigint" if column.type in (SHORT, INT) else column.type.sql
    match op:
        case Op.NULL:
            return expression.is_(None)
        case Op.NOT_NULL:
            return expression.is_not(None)
        case Op.IN:
            return expression == sa.func.any(scope.value(f"{kind}[]"))
        case Op.BETWEEN:
            return sa.and_(expression >= scope.value(kind), expression <= scope.value(kind))
        case Op.LIKE | Op.ILIKE:
            return expression.op("LIKE" if op is Op.LIKE else "ILIKE")(scope.value(kind))
        case _:
            return expression.op(_SYMBOL[op])(scope.value(kind))


_SYMBOL = {Op.EQ: "=", Op.NE: "<>", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}


def _in_cone(table: Table, scope: _Scope) -> Expression:
    assert table.position is not None  # noqa: S101 - arguments.py has refused a cone on such a table
    placed = (scope.column(column) for column in table.position)
    return sa.func.gw.in_cone(*placed, *(scope.value("double precision") for _ in range(3)), type_=sa.Boolean)


def _beyond(order: Sequence[Order], nulls: Sequence[bool], scope: _Scope) -> Expression:
    """Lexicographic `(a, b, …) > cursor` where NULLs are somewhere: a later, or a equal and (b later, or …)."""
    values = [None if null else scope.value(term.column.type.sql) for term, null in zip(order, nulls, strict=True)]
    condition: Expression | None = None
    for term, value in reversed(list(zip(order, values, strict=True))):
        column = scope.column(term.column)
        later, equal = _later(column, value, term), column.is_(None) if value is None else column == value
        condition = later if condition is None else sa.or_(later, sa.and_(equal, condition))
    return sa.true() if condition is None else condition


def _later(column: Expression, value: Expression | None, term: Order) -> Expression:
    if value is None:
        return column.is_not(None) if term.nulls_first else sa.false()
    later = column < value if term.descending else column > value
    return later if term.nulls_first or term.column.never_null else sa.or_(later, column.is_(None))


@cache
def _table(table: Table) -> sa.TableClause:
    return sa.table(table.name, *(sa.column(column.sql) for column in table.columns), schema=table.source)


def _compiled(query: Query) -> tuple[str, tuple[int, ...]]:
    compiled = query.compile(dialect=DIALECT)
    return str(compiled), tuple(int(name[1:]) for name in compiled.positiontup or ())
