"""The names of one statement: aliases of its tables, numbered values, and how it reaches across links.

A statement is written for the hub, where tables and columns have our names, or for the source that all its tables live
at, where they have their own.
"""

from functools import cache
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import UserDefinedType

from resolvers.plan import Shape
from schema.space import Body
from schema.table import Column, Link, Table, Through

Expression: TypeAlias = sa.ColumnElement[Any]
Query: TypeAlias = "sa.Select[*tuple[Any, ...]]"


class _Native(UserDefinedType[Any]):
    """A PostgreSQL type by its own name."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        return self.name


class _Written(sa.ColumnElement[bool]):
    """The condition of a spatial extension, as `gw.in_cone` has it in the hub."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, body: Body, **places: Expression) -> None:
        self.body = body
        self.places = places


@compiles(_Written)
def _written(element: _Written, compiler: Any, **told: Any) -> str:
    return (
        f"({element.body.in_cone(**{name: compiler.process(each, **told) for name, each in element.places.items()})})"
    )


class Scope:
    """What one statement calls its tables and values."""

    def __init__(self, shape: Shape, body: Body | None) -> None:
        self.bound = 0
        self.shape = shape
        self.body = body
        self.base = self._relation(shape.table, "t")
        self.joined: dict[tuple[Link, ...], sa.FromClause] = {(): self.base}
        self.source: sa.FromClause = self.base
        self.restrictions: list[Expression] = []
        for cell in shape.cells:
            self._join(cell.path)

    def _relation(self, table: Table, name: str) -> sa.FromClause:
        return _relation(table, direct=self.body is not None).alias(name)

    def _join(self, path: tuple[Link, ...]) -> None:
        if path in self.joined:
            return
        self._join(path[:-1])
        link, left = path[-1], self.column(path[-1].from_column, path[:-1])
        name = "_".join(("t", *(step.field for step in path)))
        self.joined[path] = right = self._relation(link.target, name)
        found = self.column(link.to_column, path)
        on = left == found
        if link.bridge:
            between = self._relation(link.bridge.table, f"{name}_b")
            self.source = self.source.outerjoin(between, left == between.c[link.bridge.near.sql])
            # What is reachable is found first and sent as values: the hub would else fetch the whole of the table.
            on = sa.and_(between.c[link.bridge.far.sql] == found, found == sa.func.any(_far(link.bridge)))
        self.source = self.source.outerjoin(right, on)

    def follow(self, link: Link) -> Expression:
        """Restrict the base to what a link leads to from the rows whose keys are the first value; the key of each."""
        keys = sa.func.any(self.value(f"{link.from_column.type.sql}[]"))
        far = self.column(link.to_column)
        if link.bridge is None:
            self.restrictions.append(far == keys)
            return far
        between = self._relation(link.bridge.table, "b")
        self.source = self.source.join(between, far == between.c[link.bridge.far.sql])
        parent: Expression = between.c[link.bridge.near.sql]
        self.restrictions += [parent == keys, far == sa.func.any(_far(link.bridge, keys))]
        return parent

    def column(self, column: Column, path: tuple[Link, ...] = ()) -> Expression:
        """A column of the base, or of what a path of links leads to."""
        found: Expression = self.joined[path].c[column.sql]
        return found

    def named(self, column: Column, path: tuple[Link, ...] = ()) -> Expression:
        """A column under the name that it has in the hub."""
        found = self.column(column, path)
        return found.label(column.sql) if self.body and column.remote else found

    def value(self, type_name: str) -> Expression:
        """The next value."""
        return sa.cast(sa.bindparam(self._next(), type_=sa.types.NullType()), _Native(type_name))

    def _next(self) -> str:
        self.bound += 1
        return f"v{self.bound - 1}"

    def in_cone(self, *, outside: bool) -> Expression:
        """Whether the base's position is in the cone of the next three values, or outside it."""
        assert self.shape.table.position is not None  # noqa: S101 - arguments.py has refused a cone on such a table
        named = zip(("ra", "dec"), map(self.column, self.shape.table.position), strict=True)
        places = dict(named) | {name: self.value("double precision") for name in ("ra0", "dec0", "radius")}
        inside: Expression = (
            sa.func.gw.in_cone(*places.values(), type_=sa.Boolean)
            if self.body is None
            else _Written(self.body, **places)
        )
        return sa.not_(inside) if outside else inside


def _far(bridge: Through, keys: Expression | None = None) -> Expression:
    """The far ends of a bridge, of the near ones in `keys` or of all."""
    between = _relation(bridge.table, direct=False).alias("r")
    near, far = between.c[bridge.near.sql], between.c[bridge.far.sql]
    return sa.func.array(sa.select(far).where(far.is_not(None) if keys is None else near == keys).scalar_subquery())


@cache
def _relation(table: Table, *, direct: bool) -> sa.TableClause:
    """A table by its name in the hub or at its source; its columns are found by the name they have in the hub."""
    schema_name, _, name = (table.remote if direct else table.qualified).partition(".")
    return sa.table(name, *(_column(column, direct=direct) for column in table.columns), schema=schema_name)


def _column(column: Column, *, direct: bool) -> sa.ColumnClause[Any]:
    made: sa.ColumnClause[Any] = sa.column(column.remote_name if direct else column.sql)
    made.key = column.sql
    return made
