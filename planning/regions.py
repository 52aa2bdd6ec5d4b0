"""The argument `region`: areas of the sky as conditions on a table's position, edges included.

Circles are cones; polygons are SIA's (DALI 1.1 section 3.3), with great circles as sides, and a box is one, as ADQL's
(ADQL 2.1 section 4.2.9). A map of coverage (MOC 2.0 section 4.3.2, its ASCII form) and a list of cells are cells of
HEALPix, nested, in ICRS. What is within a hemisphere is looked for in a cone around it, which has an index.

Worked example: the map `3/10-12 4/60` has the cells 10, 11 and 12 of order 3 and 60 of order 4.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from planning.cones import in_cone, is_narrow, within
from planning.errors import BadInput, TooMuch
from planning.plan import InCells, InPolygon, Selected
from planning.polygon import Place, distinct, enclosing_cone, side_planes
from schema.table import Table
from sky import ranges
from sky.healpix import cell_centres, cell_corners, largest_corner_distance

MOST_CORNERS, MOST_CELLS = 500, 5_000
"""Corners of a polygon, and cells of a map or a list."""
LARGEST = 89.9
"""Largest distance (degrees) from the axis of a polygon, or a group of cells, to its edge."""
LAST_ORDER = 29
BULGE = 1.001
"""Of a cone through the corners of a cell: its sides are no great circles, though no point of them is farther."""
MOC_WORD = re.compile(r"(?:(\d{1,2})/)?(?:(\d{1,19})(?:-(\d{1,19}))?)?")
Cells = Mapping[int, Sequence[int]]
"""Numbers of cells by their order."""


def selected(table: Table, region: Mapping[str, Any]) -> Selected:
    """The conditions of a region, of which one form is given.

    Raises `BadInput` for one that cannot be, `TooMuch` for more corners or cells than are taken.
    """
    if table.position is None:
        message = f"{table.plural} have no position: region does not apply"
        raise BadInput(message)
    [(form, given)] = region.items()
    match form:
        case "circle":
            return in_cone(table, given, "region.circle")
        case "box":
            return _polygon(table, _box(given), "region.box")
        case "polygon":
            return _polygon(table, _corners(given), "region.polygon")
        case "moc":
            return in_cells(table, _map(given))
        case _:
            return in_cells(table, _listed(given))


def in_polygon(table: Table, corners: Sequence[Place]) -> Selected | None:
    """The condition that a row is in a polygon; None for one that is not within half the sky."""
    apart = distinct(corners)
    if len(apart) == 1:
        return in_cone(table, {"ra": apart[0][0] % 360, "dec": apart[0][1], "radius": 0})
    (ra, dec), radius = enclosing_cone(apart)
    if radius >= LARGEST:
        return None
    inside = Selected((InPolygon(len(apart)),), side_planes((ra, dec), apart))
    return in_cone(table, {"ra": ra, "dec": dec, "radius": radius}) + inside


def in_cells(table: Table, cells: Cells) -> Selected:
    """The condition that a row is in one of the cells."""
    orders = tuple(sorted(order for order in cells if cells[order]))
    narrow = is_narrow(ranges.of_cells(cells))
    inside = Selected((InCells(orders, narrow),), tuple(list(cells[order]) for order in orders))
    around = _around(cells)
    return in_cone(table, around) + inside if around else inside


def _polygon(table: Table, corners: Sequence[Place], name: str) -> Selected:
    found = in_polygon(table, corners)
    if found is None:
        message = f"{name} is not within half the sky: ask for its parts, or for a circle"
        raise BadInput(message)
    return found


def _box(box: Mapping[str, Any]) -> list[Place]:
    """The corners of a box: in the plane that touches the sky at its centre it is a rectangle."""
    ra, dec = box["ra"], box["dec"]
    within("region.box.ra", ra, 0, 360)
    within("region.box.dec", dec, -90, 90)
    for side in ("width", "height"):
        within(f"region.box.{side}", box[side], 0, 2 * LARGEST)
    x, y = (math.tan(math.radians(box[side]) / 2) for side in ("width", "height"))
    return [_offset(ra, dec, east * x, north * y) for east, north in ((-1, -1), (1, -1), (1, 1), (-1, 1))]


def _offset(ra: float, dec: float, east: float, north: float) -> Place:
    """The place that is seen from the centre of the sphere at these coordinates of the plane that touches it."""
    sin_ra, cos_ra = math.sin(math.radians(ra)), math.cos(math.radians(ra))
    sin_dec, cos_dec = math.sin(math.radians(dec)), math.cos(math.radians(dec))
    flat = cos_dec - north * sin_dec
    x, y, z = flat * cos_ra - east * sin_ra, flat * sin_ra + east * cos_ra, sin_dec + north * cos_dec
    return math.degrees(math.atan2(y, x)) % 360, math.degrees(math.atan2(z, math.hypot(x, y)))


def _corners(polygon: Sequence[Sequence[float]]) -> list[Place]:
    if not 3 <= len(polygon) <= MOST_CORNERS:
        message = f"region.polygon has {len(polygon)} corners: from 3 to {MOST_CORNERS} are taken"
        raise TooMuch(message) if len(polygon) > MOST_CORNERS else BadInput(message)
    for number, corner in enumerate(polygon):
        if len(corner) != 2:
            message = f"region.polygon[{number}] has {len(corner)} numbers: right ascension and declination are wanted"
            raise BadInput(message)
        within(f"region.polygon[{number}][0]", corner[0], 0, 360)
        within(f"region.polygon[{number}][1]", corner[1], -90, 90)
    return [(ra, dec) for ra, dec in polygon]


def _listed(healpix: Mapping[str, Any]) -> Cells:
    order, cells = healpix["order"], healpix["cells"]
    if not 0 <= order <= LAST_ORDER:
        message = f"region.healpix.order is {order}: a whole number from 0 to {LAST_ORDER} is wanted"
        raise BadInput(message)
    _known("region.healpix.cells", order, cells)
    return _few({order: cells})


def _map(text: str) -> Cells:
    """The cells of a map of coverage in ASCII."""
    cells: dict[int, list[int]] = {}
    order: int | None = None
    for word in re.split(r"[\s,]+", text.strip()):
        matched = MOC_WORD.fullmatch(word)
        order = int(matched[1]) if matched and matched[1] else order
        if not word or matched is None or order is None or order > LAST_ORDER:
            message = (
                f"region.moc has {word[:40]!r}: cells are wanted as in '3/10-12 4/60', orders from 0 to {LAST_ORDER}"
            )
            raise BadInput(message)
        if matched[2]:
            cells.setdefault(order, []).extend(_range(order, int(matched[2]), int(matched[3] or matched[2])))
            _enough(sum(map(len, cells.values())))
    return _few(cells)


def _range(order: int, first: int, last: int) -> range:
    _known("region.moc", order, (first, last))
    _enough(last - first + 1)
    return range(first, last + 1)


def _known(name: str, order: int, cells: Sequence[int]) -> None:
    most = 12 * 4**order - 1
    wrong = next((cell for cell in cells if not 0 <= cell <= most), None)
    if wrong is not None:
        message = f"{name} has the cell {wrong} of order {order}: they are numbered from 0 to {most}"
        raise BadInput(message)


def _few(cells: Cells) -> Cells:
    number = sum(map(len, cells.values()))
    _enough(number)
    if not number:
        message = "region has no cells: name one at least"
        raise BadInput(message)
    return cells


def _enough(number: int) -> None:
    if number > MOST_CELLS:
        message = (
            f"region has {number} cells: at most {MOST_CELLS} are taken; write four cells as one of the order before"
        )
        raise TooMuch(message)


def _around(cells: Cells) -> dict[str, float] | None:
    """A cone that holds the cells; None where they are not within half the sky."""
    listed = [(order, number) for order, numbers in cells.items() for number in numbers[:2]]
    if len(listed) == 1:
        return _around_one(*listed[0])
    places: list[Place] = []
    widest = 0.0
    for order, numbers in cells.items():
        ra, dec = cell_centres(order, np.array(numbers, np.int64))
        places += zip(ra.tolist(), dec.tolist(), strict=True)
        widest = max(widest, math.degrees(largest_corner_distance(order))) if len(numbers) else widest
    (ra0, dec0), radius = enclosing_cone(places)
    reached = radius + widest
    return {"ra": ra0, "dec": dec0, "radius": reached} if reached < LARGEST else None


def _around_one(order: int, cell: int) -> dict[str, float]:
    """A cone that holds a cell, through its corners: half as large as one that holds any cell of its order."""
    ra, dec = cell_corners(order, np.array([cell], np.int64))
    (ra0, dec0), radius = enclosing_cone(list(zip(ra[0].tolist(), dec[0].tolist(), strict=True)))
    return {"ra": ra0, "dec": dec0, "radius": radius * BULGE}
