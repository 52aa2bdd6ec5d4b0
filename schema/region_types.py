"""The GraphQL input type of areas of the sky: a circle, a box, a polygon, a map of coverage or cells of HEALPix."""

from types import GenericAlias
from typing import Any

import strawberry

from schema.scalars import Long


@strawberry.input(description="A circle on the sky; its edge belongs to it")
class RegionCircle:
    """Form `circle` of a region."""

    ra: float = strawberry.field(description="Right ascension of the centre, ICRS degrees, from 0 to 360")
    dec: float = strawberry.field(description="Declination of the centre, ICRS degrees, from -90 to 90")
    radius: float = strawberry.field(description="Radius, degrees; 180 and more are the whole sky")


@strawberry.input(description="A box on the sky, whose sides are great circles, as ADQL's BOX")
class RegionBox:
    """Form `box` of a region."""

    ra: float = strawberry.field(description="Right ascension of the centre, ICRS degrees, from 0 to 360")
    dec: float = strawberry.field(description="Declination of the centre, ICRS degrees, from -90 to 90")
    width: float = strawberry.field(description="Extent along the parallel of the centre, degrees")
    height: float = strawberry.field(description="Extent along the meridian of the centre, degrees")


@strawberry.input(description="Cells of HEALPix, nested, in ICRS")
class RegionHealpix:
    """Form `healpix` of a region."""

    order: int = strawberry.field(description="Their order, from 0 to 29: the sphere has 12 · 4^order cells")
    cells: list[Long] = strawberry.field(description="Their numbers")


def _form(kind: Any, description: str) -> Any:
    return strawberry.field(graphql_type=kind | None, default=strawberry.UNSET, description=description)


_CORNERS = GenericAlias(list, (GenericAlias(list, (float,)),))


@strawberry.input(description="An area of the sky, in one of these forms; its edge belongs to it", one_of=True)
class Region:
    """Type of the argument `region`."""

    circle: Any = _form(RegionCircle, "A circle")
    box: Any = _form(RegionBox, "A box")
    polygon: Any = _form(
        _CORNERS, "Corners of a polygon, each [ra, dec] in ICRS degrees; sides are great circles, within half the sky"
    )
    moc: Any = _form(str, "A map of coverage in ASCII (MOC 2.0), as `3/10-12 4/60`: cells of HEALPix by their orders")
    healpix: Any = _form(RegionHealpix, "Cells of one order")
