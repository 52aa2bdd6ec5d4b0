"""SQL that SQLAlchemy has no words for: cones, cells and distances on the sky, masks, types by name."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import UserDefinedType

from planning import rights
from schema.healpix import index
from schema.rights import Right
from schema.separation import SQL
from schema.sky_keys import in_ranges
from schema.space import SpatialBackend, in_cone, on_sky

Expression: TypeAlias = sa.ColumnElement[Any]


class NativeType(UserDefinedType[Any]):
    """A PostgreSQL type by its own name."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        """The name."""
        return self.name


class ConeElement(sa.ColumnElement[bool]):
    """The condition that a place is in a cone, as the hub or a source has it (`schema.space.in_cone`)."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, body: SpatialBackend | None, **places: Expression) -> None:
        """`places` may have the `ranges` of the cone too, for a body with keys."""
        self.body = body
        self.places = places


class KeyElement(sa.ColumnElement[bool]):
    """The condition that the key of a place is in one of some ranges (`schema.sky_keys`)."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, ranges: Expression, ra: Expression, dec: Expression) -> None:
        self.ranges, self.ra, self.dec = ranges, ra, dec


class CellElement(sa.ColumnElement[int]):
    """The cell of HEALPix that a place is in, as the hub or a source has it (`schema.healpix`)."""

    inherit_cache = False
    type = sa.BigInteger()

    def __init__(self, order: int, ra: Expression, dec: Expression, *, direct: bool) -> None:
        self.order, self.ra, self.dec, self.direct = order, ra, dec, direct


class SeparationElement(sa.ColumnElement[float]):
    """The distance of two places (`schema.separation`)."""

    inherit_cache = False
    type = sa.Double()

    def __init__(self, **places: Expression) -> None:
        self.places = places


class PlaceElement(sa.ColumnElement[bool]):
    """The condition that there is a place of a right ascension and declination (`schema.space.on_sky`)."""

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, ra: Expression, dec: Expression) -> None:
        self.ra, self.dec = ra, dec


class MaskedElement(sa.ColumnElement[Any]):
    """What an asker sees of a column that a right hides (`planning.rights`)."""

    inherit_cache = False
    type = sa.types.NullType()

    def __init__(
        self, hides: Right, value: Expression, columns: Sequence[Expression], who: Mapping[str, Expression]
    ) -> None:
        self.hides, self.value, self.columns, self.who = hides, value, columns, who


@compiles(MaskedElement)
def _masked_sql(element: MaskedElement, compiler: Any, **options: Any) -> str:
    def written(expression: Expression) -> str:
        return str(compiler.process(expression, **options))

    columns = map(written, element.columns)
    return f"({rights.masked(element.hides, written(element.value), columns, lambda name: written(element.who[name]))})"


@compiles(CellElement)
def _cell_sql(element: CellElement, compiler: Any, **options: Any) -> str:
    ra, dec = (compiler.process(place, **options) for place in (element.ra, element.dec))
    return index(ra, dec, element.order) if element.direct else f"gw.healpix_index({element.order}, {ra}, {dec})"


@compiles(SeparationElement)
def _separation_sql(element: SeparationElement, compiler: Any, **options: Any) -> str:
    return SQL.format(**{name: compiler.process(place, **options) for name, place in element.places.items()})


@compiles(PlaceElement)
def _place_sql(element: PlaceElement, compiler: Any, **options: Any) -> str:
    ra, dec = (compiler.process(place, **options) for place in (element.ra, element.dec))
    return f"({on_sky(ra=ra, dec=dec)})"


@compiles(ConeElement)
def _cone_sql(element: ConeElement, compiler: Any, **options: Any) -> str:
    places = {name: compiler.process(place, **options) for name, place in element.places.items()}
    return in_cone(element.body, **places)


@compiles(KeyElement)
def _key_sql(element: KeyElement, compiler: Any, **options: Any) -> str:
    ranges, ra, dec = (compiler.process(part, **options) for part in (element.ranges, element.ra, element.dec))
    return in_ranges(ranges, ra=ra, dec=dec)
