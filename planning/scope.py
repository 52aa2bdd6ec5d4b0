"""The names of one statement: aliases of its tables, numbered values, and how it reaches across links.

A statement is written for the hub, where tables and columns have our names, or for the source that all its tables live
at, where they have their own.
"""

from functools import cache, cached_property
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from planning import rights, sides
from planning.columns import every_column, related_columns
from planning.elements import (
    CellElement,
    ConeElement,
    Expression,
    KeyElement,
    MaskedElement,
    NativeType,
    PlaceElement,
    SeparationElement,
)
from planning.keys import RangesOf
from planning.plan import Cell, Centred, Nearby, StatementShape, values_of
from planning.routing import Destination
from schema.column import Column
from schema.relations import RelatedColumn, RelatedNumber
from schema.rights import TYPES
from schema.separation import SEPARATION
from schema.spelling import column_name, column_sql, relation_name
from schema.table import Lineage, Link, Neighbourhood, Table, Through
from schema.types import LONG
from schema.views import source_query

Query: TypeAlias = "sa.Select[*tuple[Any, ...]]"
LARGEST_NUMBER: Expression = sa.literal_column(str(10**18 - 1))
"""The largest number that a text leads to; the least is 1."""
WRITTEN_NUMBER = "'^(0|-?[1-9][0-9]{0,17})$'"
NOWHERE: Expression = sa.literal_column("NULL::double precision", sa.Double())
"""A separation from no place."""


class StatementScope:
    """What one statement calls its tables and values."""

    def __init__(self, shape: StatementShape, to: Destination, *, sorts: bool = False, name: str = "t") -> None:
        self.bound = 0
        self.name = name
        self.shape = shape
        self.to = to
        self.sorts = sorts or shape.scattered
        """Whether all its rows are sorted, whatever index there is on their order."""
        self.base = self.relation(shape.table, name)
        self.indexed = True
        """Whether the base is a relation, and not rows of one, which have no index any more."""
        self.joined: dict[tuple[Link, ...], sa.FromClause] = {(): self.base}
        self.source: sa.FromClause = self.base
        self.numbers: dict[Link, Expression] = {}
        """How many rows each link leads to, of those that an order is by."""
        self.restrictions: list[Expression] = []
        self.origin = self.base
        """The row that a link starts from, where conditions compare with it."""
        for cell in shape.cells:
            self._join(cell.path)
            self._join(_deciding(cell.column, cell.path))
        for path in self.deciding_rows(shape):
            self._join(path)
        for column in related_columns(shape):
            if isinstance(column, RelatedColumn):
                self._join(column.path)
                self._join(_deciding(column.of, column.path))
            else:
                self._count(column.link)

    @staticmethod
    def deciding_rows(shape: StatementShape) -> list[tuple[Link, ...]]:
        """Paths to the rows that decide who may see what of the base, where these are others."""
        return [path for column in every_column(shape) if (path := _deciding(column, ()))]

    def rebase(self, rows: sa.Subquery | sa.Alias | sa.CTE) -> None:
        """Take rows of the base, with its columns, for the base."""
        self.base = self.joined[()] = self.source = rows
        self.indexed = False

    def relation(self, table: Table, name: str) -> sa.FromClause:
        """A table by the name that this statement gives it."""
        return _relation(table, direct=self.to.direct).alias(name)

    def within(self, shape: StatementShape) -> "StatementScope":
        """The scope of a query within the statement, whose values are the next ones; its base has a name of its own."""
        inner = StatementScope(shape, self.to, name=f"{self.name}r")
        inner.bound = self.bound
        return inner

    def _join(self, path: tuple[Link, ...]) -> None:
        if path in self.joined:
            return
        self._join(path[:-1])
        link, left = path[-1], self.column(path[-1].from_column, path[:-1])
        name = "_".join((self.name, *(step.field for step in path)))
        self.joined[path] = right = self.relation(link.target, name)
        target_column = self.column(link.to_column, path)
        on = left == (sa.cast(target_column, NativeType(link.from_column.type.sql)) if link.converts else target_column)
        if isinstance(link.bridge, Through):
            between = self.relation(link.bridge.table, f"{name}_b")
            self.source = self.source.outerjoin(between, left == between.c[link.bridge.near.sql])
            # What is reachable is found first and sent as values: the hub would else fetch the whole of the table.
            on = sa.and_(
                between.c[link.bridge.far.sql] == target_column, target_column == sa.func.any(far_ends(link.bridge))
            )
        self.source = self.source.outerjoin(right, on)

    def _count(self, link: Link) -> None:
        """Join the numbers of rows that a link leads to, which are counted in groups where the rows are."""
        if link in self.numbers:
            return
        inner = self.within(StatementShape(link.target, (Cell(link.to_column, link.to_column.sql),)))
        far, name = inner.column(link.to_column), f"{self.name}_{link.field}_n"
        key = sa.cast(far, NativeType(link.from_column.type.sql)) if link.converts else far
        rows = sa.select(key.label("key"), sa.func.count().label("n")).select_from(inner.source)
        rows = rows.where(far.is_not(None), *([convertible(link, far)] if link.converts else []))
        counts = rows.group_by(key).subquery(name)
        if isinstance(link.bridge, Through):
            counts = self._of_near_ends(link.bridge, counts).subquery(f"{name}b")
        self.source = self.source.outerjoin(counts, self.column(link.from_column) == counts.c.key)
        self.numbers[link] = sa.func.coalesce(counts.c.n, sa.literal_column("0"))

    def _of_near_ends(self, bridge: Through, counts: sa.Subquery) -> Query:
        """Numbers of rows by the near ends of a bridge, from those by its far ends."""
        between = self.relation(bridge.table, f"{counts.name}e")
        near = between.c[bridge.near.sql]
        number = sa.cast(sa.func.sum(counts.c.n), NativeType(LONG.sql))
        joined = between.join(counts, between.c[bridge.far.sql] == counts.c.key)
        ends = sa.select(near.label("key"), number.label("n")).select_from(joined)
        return ends.where(near.is_not(None)).group_by(near)

    def follow(self, link: Link) -> Expression:
        """Restrict the base to what a link leads to from the rows whose keys are the first value; the key of each."""
        keys = self.value(f"{link.from_column.type.sql}[]")
        match link.bridge:
            case Through():
                return self._through(link, link.bridge, sa.func.any(keys))
            case Lineage():
                return self._lineage(link, link.bridge, keys)
            case _:
                return self._equal(link, keys)

    def _equal(self, link: Link, keys: Expression) -> Expression:
        far = self.column(link.to_column)
        if not link.converts:
            self.restrictions.append(far == sa.func.any(keys))
            return far
        # Keys that cannot be converted lead nowhere. Converted here, one by one, so that what is sent is plain.
        key = _unnested(keys, "k").c.key
        converted = sa.select(sa.cast(key, NativeType(link.to_column.type.sql)))
        if link.from_column.type.sql == "text":
            converted = converted.where(key.op("~")(sa.literal_column("'^[1-9][0-9]{0,17}$'")))
        self.restrictions.append(far == sa.func.any(sa.func.array(converted.scalar_subquery())))
        return sa.cast(far, NativeType(link.from_column.type.sql))

    def _through(self, link: Link, bridge: Through, keys: Expression) -> Expression:
        far, between = self.column(link.to_column), self.relation(bridge.table, "b")
        self.source = self.source.join(between, far == between.c[bridge.far.sql])
        parent: Expression = between.c[bridge.near.sql]
        self.restrictions += [parent == keys, far == sa.func.any(far_ends(bridge, keys))]
        return parent

    def _lineage(self, link: Link, bridge: Lineage, keys: Expression) -> Expression:
        """Follow a link from exposures of the Obs Portal to granules of OiDB; the exposure of each granule.

        The two databases share no key. A granule of level 0 is named after the exposure itself; published data
        (level > 0) after the exposure's header, which is what precedes its first `_`, and only in the same programme.

        Worked example, for the keys ["GRAVI.2019-01-01_7", "GRAVI.2019-01-01_8"], both of programme 60.A:

            granule (obs_id, level, programme)    of exposure
            GRAVI.2019-01-01_7   0   (any)        GRAVI.2019-01-01_7
            GRAVI.2019-01-01     2   60.A         GRAVI.2019-01-01_7 and GRAVI.2019-01-01_8
            GRAVI.2019-01-01     2   99.B         none: another programme
            GRAVI.2019-01-01     0   60.A         none: at level 0 the name is the whole exposure's

        The names are also a restriction of the granules alone (`far = ANY (…)`), computed from the keys, so that OiDB
        receives it and sends these rows only.
        """
        log, far = self.relation(bridge.table, "b"), self.column(link.to_column)
        exposure: Expression = log.c[bridge.exposure.sql]
        spelt = sa.func.unnest(_spelt(exposure)).table_valued("key", with_ordinality="n").render_derived(name="k")
        published = spelt.c.n == sa.literal_column("2")
        level = self.column(bridge.level)
        on = sa.and_(
            far == spelt.c.key,
            (level > sa.literal_column("0")) == published,
            sa.or_(sa.not_(published), self.column(bridge.granule_program) == log.c[bridge.program.sql]),
        )
        self.source = log.join(spelt, sa.true()).join(self.source, on)
        names = sa.select(sa.func.unnest(_spelt(_unnested(keys, "e").c.key))).scalar_subquery()
        self.restrictions += [exposure == sa.func.any(keys), far == sa.func.any(sa.func.array(names))]
        return exposure

    def column(self, column: Column, path: tuple[Link, ...] = ()) -> Expression:
        """A column of the base, or of what a path of links leads to: as much of it as the asker may see."""
        if isinstance(column, RelatedColumn):
            return self.column(column.of, column.path)
        if isinstance(column, RelatedNumber):
            return self.numbers[column.link]
        if column is SEPARATION:
            return NOWHERE if path or self._centre is None else self._separation(*self._centre)
        hides, value = rights.right(column), self._value(column, path)
        if hides is None:
            return value
        columns = [self._value(other, _deciding(column, path)) for other in hides.columns]
        who = {name: self._asker(name, hides.catalogue) for name in hides.asked}
        return MaskedElement(hides, value, columns, who)

    def _asker(self, name: str, catalogue: str) -> Expression:
        """What is bound for who asks, whatever the values of the statement."""
        bound = sa.bindparam(f"{name}_{catalogue}", type_=sa.types.NullType())
        return sa.cast(bound, NativeType(TYPES[name]))

    def _value(self, column: Column, path: tuple[Link, ...]) -> Expression:
        relation = self.joined[path]
        if column.computed:
            return _computed(column, relation, direct=self.to.direct)
        expression: Expression = relation.c[column.sql]
        return expression

    def named(self, column: Column, path: tuple[Link, ...] = ()) -> Expression:
        """A column under the name that it has in the hub."""
        expression = self.column(column, path)
        made = (
            column.computed
            or rights.right(column)
            or column is SEPARATION
            or isinstance(column, (RelatedColumn, RelatedNumber))
        )
        return expression.label(column.sql) if made or (self.to.direct and column.remote) else expression

    def each(self, link: Link) -> tuple[sa.FromClause, Expression, Expression]:
        """The rows whose keys are the first value, the key of each, what restricts them; the base is cut by each."""
        if isinstance(link.bridge, Neighbourhood):
            return self._around(link.bridge)
        keys = _unnested(self.value(f"{link.from_column.type.sql}[]"), "p")
        parent: Expression = keys.c.key
        self.restrictions.append(self.column(link.to_column) == parent)
        return keys, parent, sa.true()

    def _around(self, bridge: Neighbourhood) -> tuple[sa.FromClause, Expression, Expression]:
        key = bridge.table.key
        self.origin = self.relation(bridge.table, "o")
        parent: Expression = self.origin.c[key.sql]
        return self.origin, parent, parent == sa.func.any(self.value(f"{key.type.sql}[]"))

    def value(self, type_name: str) -> Expression:
        """The next value."""
        return sa.cast(sa.bindparam(self._next(), type_=sa.types.NullType()), NativeType(type_name))

    def _next(self) -> str:
        self.bound += 1
        return f"v{self.bound - 1}"

    def in_cone(self, *, outside: bool, narrow: bool) -> Expression:
        """Whether the base's position is in the cone of the next three values, or outside it."""
        ranges = RangesOf(self.bound) if narrow else None
        inside = self._inside([self.value("double precision") for _ in range(2)], ranges)
        return sa.and_(sa.not_(inside), PlaceElement(*map(self.column, self._position))) if outside else inside

    def in_polygon(self, corners: int) -> Expression:
        """Whether the base's position is in the polygon of the next values, ten a corner."""
        ra, dec = map(self.column, self._position)
        planes = [[self.value("double precision") for _ in range(10)] for _ in range(corners)]
        below, left, along = ([sides.height(ra, dec, *plane[at : at + 3]) for plane in planes] for at in (0, 3, 6))
        on_one = (sides.on_side(*side) for side in zip(left, along, [plane[9] for plane in planes], strict=True))
        return sa.or_(sides.crossed_oddly(below, left), *on_one)

    def in_cells(self, orders: tuple[int, ...], *, narrow: bool) -> Expression:
        """Whether the base's position is in a cell of the next values, a list for each order; false of no place."""
        ra, dec = map(self.column, self._position)
        keyed = [KeyElement(self._ranges(RangesOf(self.bound, orders)), ra, dec)] if narrow and self._keyed else []
        cells = (
            CellElement(order, ra, dec, direct=self.to.direct) == sa.func.any(self.value("bigint[]"))
            for order in orders
        )  # fmt: skip
        return sa.and_(*keyed, sa.or_(*cells), ra.is_not(None), dec.is_not(None))

    def nearby(self) -> Expression:
        """Whether the base's position is within the next value, a radius in degrees, of the origin's."""
        return self._inside([self.origin.c[column.sql] for column in self._position])

    def centred(self) -> Expression:
        """True: the next two values are the place that separations are measured from."""
        self.bound += 2
        return sa.true()

    @cached_property
    def _centre(self) -> tuple[Expression, Expression] | None:
        """The place that separations are measured from: of a cone, or of the row that these are near; None for none."""
        first = 0 if self.shape.link is None else 1
        for condition in self.shape.conditions:
            if isinstance(condition, Centred):
                return _bound(first), _bound(first + 1)
            first += values_of(condition)
        if any(isinstance(condition, Nearby) for condition in self.shape.conditions):
            ra, dec = (self.origin.c[column.sql] for column in self._position)
            return ra, dec
        return None

    def _separation(self, ra0: Expression, dec0: Expression) -> Expression:
        ra, dec = map(self.column, self._position)
        return SeparationElement(ra=ra, dec=dec, ra0=ra0, dec0=dec0)

    @property
    def _position(self) -> tuple[Column, Column]:
        assert self.shape.table.position is not None  # noqa: S101 - arguments.py has refused a cone on such a table
        return self.shape.table.position

    def _inside(self, centre: list[Expression], ranges: RangesOf | None = None) -> Expression:
        named = (*map(self.column, self._position), *centre, self.value("double precision"))
        places = dict(zip(("ra", "dec", "ra0", "dec0", "radius"), named, strict=True))
        keyed = {"ranges": self._ranges(ranges)} if ranges and self._keyed else {}
        return ConeElement(self.to.backend, **places, **keyed)

    @property
    def _keyed(self) -> bool:
        """Whether there is an index on keys: of rows that have been read, keys would be computed one by one."""
        return self.indexed and self.to.backend is not None and self.to.backend.keyed

    def _ranges(self, ranges: RangesOf) -> Expression:
        return sa.cast(sa.bindparam(ranges.name, type_=sa.types.NullType()), NativeType("bigint[]"))


def _bound(number: int) -> Expression:
    """A value by its number, a coordinate."""
    return sa.cast(sa.bindparam(f"v{number}", type_=sa.types.NullType()), NativeType("double precision"))


def _deciding(column: Column, path: tuple[Link, ...]) -> tuple[Link, ...]:
    """The path to the row that decides who may see a column, where that is another one; else the path to the column."""
    hides = rights.right(column)
    return (*path, hides.through) if hides and hides.through else path


def _computed(column: Column, relation: sa.FromClause, *, direct: bool) -> Expression:
    assert isinstance(relation, (sa.Alias, sa.Subquery))  # noqa: S101 - for mypy: a statement names each relation
    return sa.literal_column(column_sql(column, f'"{relation.name}"', direct=direct), sa.Text())


def far_ends(bridge: Through, keys: Expression | None = None) -> Expression:
    """The far ends of a bridge, of the near ones in `keys` or of all: of these, each once."""
    between = _relation(bridge.table, direct=False).alias("r")
    near, far = between.c[bridge.near.sql], between.c[bridge.far.sql]
    ends = sa.select(far).where(far.is_not(None) if keys is None else near == keys)
    each = ends if keys is not None or bridge.far is bridge.table.key else ends.group_by(far)
    return sa.func.array(each.scalar_subquery())


def convertible(link: Link, far: Expression) -> Expression:
    """Whether a value is one that converted keys may equal."""
    if link.to_column.type.sql == "text":
        return far.op("~")(sa.literal_column(WRITTEN_NUMBER))
    return far.between(sa.literal_column("1"), LARGEST_NUMBER)


def _unnested(keys: Expression, name: str) -> sa.FromClause:
    return sa.func.unnest(keys).table_valued("key").render_derived(name=name)


def _spelt(exposure: Expression) -> Expression:
    """What an exposure's granules call their observation: itself at level 0, what is before its first `_` beyond."""
    head = sa.func.split_part(exposure, sa.literal_column("'_'"), sa.literal_column("1"))
    return array([exposure, head])


@cache
def _relation(table: Table, *, direct: bool) -> sa.TableClause | sa.TextualSelect:
    """A table by its name in the hub or at its source; its columns are found by the name they have in the hub."""
    query = source_query(table, direct=direct)
    if query:
        text = sa.text(query.replace(":", "\\:"))
        return text.columns(*(sa.column(column.sql) for column in table.columns))
    schema_name, name = relation_name(table, direct=direct)
    return sa.table(name, *(_column(column, direct=direct) for column in table.stored), schema=schema_name)


def _column(column: Column, *, direct: bool) -> sa.ColumnClause[Any]:
    made: sa.ColumnClause[Any] = sa.column(column_name(column, direct=direct))
    made.key = column.sql
    return made
