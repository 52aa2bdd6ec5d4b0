"""The names of one statement: aliases of its tables, numbered values, and how it reaches across links.

A statement is written for the hub, where tables and columns have our names, or for the source that all its tables live
at, where they have their own.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import UserDefinedType

from planning import rights, sides
from planning.columns import every_column
from planning.plan import StatementShape
from planning.routing import Destination
from schema.column import Column
from schema.rights import TYPES, Right
from schema.space import SpatialBackend, in_cone, on_sky
from schema.spelling import column_name, column_sql, relation_name
from schema.table import Lineage, Link, Neighbourhood, Table, Through
from schema.views import source_query

Expression: TypeAlias = sa.ColumnElement[Any]
Query: TypeAlias = "sa.Select[*tuple[Any, ...]]"


class _Native(UserDefinedType[Any]):
    """A PostgreSQL type by its own name."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        return self.name


class _ConeElement(sa.ColumnElement[bool]):
    """The condition that a place is in a cone, as the hub or a source has it (`schema.space.in_cone`)."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, body: SpatialBackend | None, **places: Expression) -> None:
        self.body = body
        self.places = places


class _PlaceElement(sa.ColumnElement[bool]):
    """The condition that there is a place of a right ascension and declination (`schema.space.on_sky`)."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, ra: Expression, dec: Expression) -> None:
        self.ra, self.dec = ra, dec


class _MaskedElement(sa.ColumnElement[Any]):
    """What an asker sees of a column that a right hides (`planning.rights`)."""

    inherit_cache = False
    type = sa.types.NullType()

    def __init__(
        self, hides: Right, value: Expression, columns: Sequence[Expression], who: Mapping[str, Expression]
    ) -> None:
        self.hides, self.value, self.columns, self.who = hides, value, columns, who


@compiles(_MaskedElement)
def _masked_sql(element: _MaskedElement, compiler: Any, **options: Any) -> str:
    def written(expression: Expression) -> str:
        return str(compiler.process(expression, **options))

    columns = map(written, element.columns)
    return f"({rights.masked(element.hides, written(element.value), columns, lambda name: written(element.who[name]))})"


@compiles(_PlaceElement)
def _place_sql(element: _PlaceElement, compiler: Any, **options: Any) -> str:
    ra, dec = (compiler.process(place, **options) for place in (element.ra, element.dec))
    return f"({on_sky(ra=ra, dec=dec)})"


@compiles(_ConeElement)
def _cone_sql(element: _ConeElement, compiler: Any, **options: Any) -> str:
    places = {name: compiler.process(place, **options) for name, place in element.places.items()}
    return in_cone(element.body, **places)


class StatementScope:
    """What one statement calls its tables and values."""

    def __init__(self, shape: StatementShape, to: Destination, *, sorts: bool = False) -> None:
        self.bound = 0
        self.shape = shape
        self.to = to
        self.sorts = sorts or shape.scattered
        """Whether all its rows are sorted, whatever index there is on their order."""
        self.base = self.relation(shape.table, "t")
        self.joined: dict[tuple[Link, ...], sa.FromClause] = {(): self.base}
        self.source: sa.FromClause = self.base
        self.restrictions: list[Expression] = []
        self.origin = self.base
        """The row that a link starts from, where conditions compare with it."""
        for cell in shape.cells:
            self._join(cell.path)
            self._join(_deciding(cell.column, cell.path))
        for path in self.deciding_rows(shape):
            self._join(path)

    @staticmethod
    def deciding_rows(shape: StatementShape) -> list[tuple[Link, ...]]:
        """Paths to the rows that decide who may see what of the base, where these are others."""
        return [path for column in every_column(shape) if (path := _deciding(column, ()))]

    def rebase(self, rows: sa.Subquery | sa.Alias | sa.CTE) -> None:
        """Take rows of the base, with its columns, for the base."""
        self.base = self.joined[()] = self.source = rows

    def relation(self, table: Table, name: str) -> sa.FromClause:
        """A table by the name that this statement gives it."""
        return _relation(table, direct=self.to.direct).alias(name)

    def _join(self, path: tuple[Link, ...]) -> None:
        if path in self.joined:
            return
        self._join(path[:-1])
        link, left = path[-1], self.column(path[-1].from_column, path[:-1])
        name = "_".join(("t", *(step.field for step in path)))
        self.joined[path] = right = self.relation(link.target, name)
        target_column = self.column(link.to_column, path)
        on = left == (sa.cast(target_column, _Native(link.from_column.type.sql)) if link.converts else target_column)
        if isinstance(link.bridge, Through):
            between = self.relation(link.bridge.table, f"{name}_b")
            self.source = self.source.outerjoin(between, left == between.c[link.bridge.near.sql])
            # What is reachable is found first and sent as values: the hub would else fetch the whole of the table.
            on = sa.and_(
                between.c[link.bridge.far.sql] == target_column, target_column == sa.func.any(_far(link.bridge))
            )
        self.source = self.source.outerjoin(right, on)

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
        converted = sa.select(sa.cast(key, _Native(link.to_column.type.sql)))
        if link.from_column.type.sql == "text":
            converted = converted.where(key.op("~")(sa.literal_column("'^[1-9][0-9]{0,17}$'")))
        self.restrictions.append(far == sa.func.any(sa.func.array(converted.scalar_subquery())))
        return sa.cast(far, _Native(link.from_column.type.sql))

    def _through(self, link: Link, bridge: Through, keys: Expression) -> Expression:
        far, between = self.column(link.to_column), self.relation(bridge.table, "b")
        self.source = self.source.join(between, far == between.c[bridge.far.sql])
        parent: Expression = between.c[bridge.near.sql]
        self.restrictions += [parent == keys, far == sa.func.any(_far(bridge, keys))]
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
        hides, value = rights.right(column), self._value(column, path)
        if hides is None:
            return value
        columns = [self._value(other, _deciding(column, path)) for other in hides.columns]
        who = {name: self._asker(name, hides.catalogue) for name in TYPES}
        return _MaskedElement(hides, value, columns, who)

    def _asker(self, name: str, catalogue: str) -> Expression:
        """What is bound for who asks, whatever the values of the statement."""
        bound = sa.bindparam(f"{name}_{catalogue}", type_=sa.types.NullType())
        return sa.cast(bound, _Native(TYPES[name]))

    def _value(self, column: Column, path: tuple[Link, ...]) -> Expression:
        relation = self.joined[path]
        if column.computed:
            return _computed(column, relation, direct=self.to.direct)
        expression: Expression = relation.c[column.sql]
        return expression

    def named(self, column: Column, path: tuple[Link, ...] = ()) -> Expression:
        """A column under the name that it has in the hub."""
        expression = self.column(column, path)
        made = column.computed or rights.right(column)
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
        return sa.cast(sa.bindparam(self._next(), type_=sa.types.NullType()), _Native(type_name))

    def _next(self) -> str:
        self.bound += 1
        return f"v{self.bound - 1}"

    def in_cone(self, *, outside: bool) -> Expression:
        """Whether the base's position is in the cone of the next three values, or outside it."""
        inside = self._inside([self.value("double precision") for _ in range(2)])
        return sa.and_(sa.not_(inside), _PlaceElement(*map(self.column, self._position))) if outside else inside

    def in_polygon(self, corners: int) -> Expression:
        """Whether the base's position is in the polygon of the next values, ten a corner."""
        ra, dec = map(self.column, self._position)
        planes = [[self.value("double precision") for _ in range(10)] for _ in range(corners)]
        below, left, along = ([sides.height(ra, dec, *plane[at : at + 3]) for plane in planes] for at in (0, 3, 6))
        on_one = (sides.on_side(*side) for side in zip(left, along, [plane[9] for plane in planes], strict=True))
        return sa.or_(sides.crossed_oddly(below, left), *on_one)

    def nearby(self) -> Expression:
        """Whether the base's position is within the next value, a radius in degrees, of the origin's."""
        return self._inside([self.origin.c[column.sql] for column in self._position])

    @property
    def _position(self) -> tuple[Column, Column]:
        assert self.shape.table.position is not None  # noqa: S101 - arguments.py has refused a cone on such a table
        return self.shape.table.position

    def _inside(self, centre: list[Expression]) -> Expression:
        named = (*map(self.column, self._position), *centre, self.value("double precision"))
        return _ConeElement(self.to.backend, **dict(zip(("ra", "dec", "ra0", "dec0", "radius"), named, strict=True)))


def _deciding(column: Column, path: tuple[Link, ...]) -> tuple[Link, ...]:
    """The path to the row that decides who may see a column, where that is another one; else the path to the column."""
    hides = rights.right(column)
    return (*path, hides.through) if hides and hides.through else path


def _computed(column: Column, relation: sa.FromClause, *, direct: bool) -> Expression:
    assert isinstance(relation, (sa.Alias, sa.Subquery))  # noqa: S101 - for mypy: a statement names each relation
    return sa.literal_column(column_sql(column, f'"{relation.name}"', direct=direct), sa.Text())


def _far(bridge: Through, keys: Expression | None = None) -> Expression:
    """The far ends of a bridge, of the near ones in `keys` or of all."""
    between = _relation(bridge.table, direct=False).alias("r")
    near, far = between.c[bridge.near.sql], between.c[bridge.far.sql]
    return sa.func.array(sa.select(far).where(far.is_not(None) if keys is None else near == keys).scalar_subquery())


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
